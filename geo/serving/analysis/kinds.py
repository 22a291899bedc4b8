"""Businesses of a kind: all, a category, halal food, a kitchen."""

from typing import Any

import numpy as np

from geo.core.vocab import ALL, CATEGORIES, CUISINE, HALAL, HALAL_FOOD
from geo.serving.analysis.sample import PointSample

Mask = np.ndarray[Any, np.dtype[np.bool_]]


def kind_filters(kind: str) -> dict[str, tuple[str, ...]]:
    """Return the values that properties of a business of a kind may have."""
    if kind in CATEGORIES:
        return {"category": (kind,)}
    if kind == HALAL_FOOD:
        return {"halal": tuple(grade for grade in HALAL if grade != "unknown")}
    return {} if kind == ALL else {"cuisine": (kind.removeprefix(CUISINE),)}


def of_kind(sample: PointSample, kind: str) -> Mask:
    """Return which businesses of a sample are of a kind."""
    mask: Mask = np.ones(sample.n, dtype=bool)
    for name, allowed in kind_filters(kind).items():
        values = sample.values(name)
        mask &= np.array(
            [
                not set(allowed).isdisjoint(value if isinstance(value, list) else [value])
                for value in values
            ],
            dtype=bool,
        ).reshape(sample.n)
    return mask
