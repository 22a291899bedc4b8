"""Filters in CQL2 (OGC 21-065r2): read from text or JSON, evaluated on the columns of a layer.

docs/decisions/0009-cql2.md says what is understood and where the limits are.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
import orjson

from geo.core.errors import BadParameterError
from geo.serving.query.cql2.check import FUNCTIONS as FUNCTIONS
from geo.serving.query.cql2.check import Checker
from geo.serving.query.cql2.evaluation import Part, Predicate, Work, index_of, true_rows
from geo.serving.query.cql2.logic import And, highest_cost, total_cost
from geo.serving.query.cql2.text import parse_text
from geo.serving.query.cql2.tokens import MOST_NESTED
from geo.snapshot.layer import Field, Layer, Mask
from geo.snapshot.value_index import Rows

MOST_CHARACTERS: Final = 65_536  # as much as the line of a request can carry
MOST_NODES: Final = 2_500  # operators, functions, properties and dates
_COUNTED: Final = (dict, bool)
_ENTERED: Final = (dict, list, bool)

CONFORMANCE: Final = tuple(
    f"http://www.opengis.net/spec/cql2/1.0/conf/{name}"
    for name in (
        "cql2-text",
        "cql2-json",
        "basic-cql2",
        "advanced-comparison-operators",
        "case-insensitive-comparison",
        "accent-insensitive-comparison",
        "basic-spatial-functions",
        "basic-spatial-functions-plus",
        "spatial-functions",
        "temporal-functions",
        "array-functions",
        "property-property",
        "arithmetic",
    )
)


@dataclass(frozen=True)
class Filter:
    """A filter that has been checked against a layer.

    Attributes:
        parts: predicates all of which must be true, the cheapest first.
    """

    parts: tuple[Predicate, ...]

    @property
    def cost(self) -> int:
        """What one feature costs at most; see `Work`."""
        return sum(total_cost(part) for part in self.parts)


def parse_filter(
    text: str,
    *,
    lang: Literal["cql2-text", "cql2-json"],
    filter_crs: str,
    fields: Mapping[str, Field],
) -> Filter:
    """Parse a filter and check it against the properties of a layer.

    Args:
        text: the filter.
        lang: how it is written.
        filter_crs: the system of its coordinates, one of `geo.core.crs.SERVED`.
        fields: the properties of the layer; its geometry is called `geometry`.

    Raises:
        BadParameterError: it cannot be read, says what cannot be asked of the layer, or is too
            long, too deep or too much.
    """
    _check_text(text)
    tree = parse_text(text) if lang == "cql2-text" else _json(text)
    _check_size(tree)
    predicate = Checker(fields, filter_crs).predicate(tree)
    parts = predicate.parts if isinstance(predicate, And) else (predicate,)
    return Filter(tuple(sorted(parts, key=highest_cost)))


def matching_rows(chosen: Filter, layer: Layer, rows: Rows) -> Rows:
    """Select the rows (ascending) for which a filter is true.

    Raises:
        BadParameterError: the filter is too much work on so many features.
    """
    work = Work()
    known = [(index_of(predicate, layer), predicate) for predicate in chosen.parts]
    known.sort(key=lambda pair: pair[0] is None)
    for index, predicate in known:
        part = Part(layer, None if len(rows) == layer.count else rows, work)
        rows = true_rows(predicate, part, rows, index)
    return rows


def mask(chosen: Filter, layer: Layer) -> Mask:
    """Evaluate a filter for each feature of a layer.

    Raises:
        BadParameterError: the filter is too much work on so many features.
    """
    selected = np.zeros(layer.count, dtype=bool)
    selected[matching_rows(chosen, layer, np.arange(layer.count))] = True
    return selected


def _check_text(text: str) -> None:
    """Refuse texts that no parser needs to see."""
    if len(text) > MOST_CHARACTERS:
        allowed = f"at most {MOST_CHARACTERS} characters, not {len(text)}"
        raise BadParameterError("filter", text[:40], allowed)
    if not text.isprintable() and any("\ud800" <= character <= "\udfff" for character in text):
        shown = text[:40].encode("utf-8", "replace").decode()
        raise BadParameterError("filter", shown, "Unicode text without lone surrogates")


def _json(text: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        allowed = f"CQL2 JSON, nested at most {MOST_NESTED} operators deep: {error.msg}"
        raise BadParameterError("filter", text[:40], allowed) from error


def _check_size(tree: Any) -> None:
    """Refuse trees on which a parser would run out of memory or time."""
    left, nodes, deepest = [(tree, 0)], 0, 2 * MOST_NESTED
    while left:
        node, depth = left.pop()
        nodes += isinstance(node, _COUNTED)
        if depth > deepest or nodes > MOST_NODES:
            limits = f"{MOST_NESTED} operators deep and {MOST_NODES} parts in all"
            raise BadParameterError("filter", f"{depth // 2} deep, {nodes} parts", limits)
        below = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
        left += [(child, depth + 1) for child in below if isinstance(child, _ENTERED)]
