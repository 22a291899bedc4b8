"""Validate a layer against its contract before it is published."""

from collections.abc import Iterator, Mapping
from itertools import chain, islice
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.core.crs import STORE
from geo.core.errors import ContractError
from geo.core.vocab import ANY
from geo.snapshot.schema.columns import Column
from geo.snapshot.schema.contracts import CONTRACTS, GEOMETRY
from geo.snapshot.unchanged_layers import check_once

# Ansan with its islands. Swapped axes, metres and a wrong CRS all fall outside.
CITY: Final = (126.3, 37.0, 127.0, 37.5)
KOREA: Final = (124.5, 33.0, 132.0, 38.7)

Box = tuple[float, float, float, float]
_TOLD: Final = 5  # faults that an error names


def conform(layer_id: str, frame: gpd.GeoDataFrame, *, within: Box = CITY) -> gpd.GeoDataFrame:
    """Validate a frame against its contract; order columns, cast types, sort rows by id.

    Args:
        layer_id: collection id.
        frame: indexed by feature id; lon/lat geometry.
        within: west, south, east and north of where all of it lies, degrees.

    Raises:
        ContractError: a column is missing or too many, a value is not allowed, an id is empty or
            occurs twice, the CRS is another, or a geometry is of another kind, empty, not valid
            or outside the city.
    """
    columns = CONTRACTS[layer_id]
    _check_ids(layer_id, frame)
    _check_geometry(layer_id, frame, within)
    _check_columns(layer_id, frame, columns)
    typed = frame.assign(
        **{name: _cast(layer_id, frame[name], column) for name, column in columns.items()}
    )
    check_once(layer_id, typed, lambda: _check_values(layer_id, typed, columns))
    return typed[[*columns, "geometry"]].sort_index()


def _cast(layer_id: str, values: pd.Series, column: Column) -> pd.Series:
    try:
        typed: pd.Series = values.astype(column.dtype)
    except (TypeError, ValueError) as error:
        raise ContractError(f"layer {layer_id}: {values.name}: {error}") from error
    return typed


def _check_values(layer_id: str, frame: gpd.GeoDataFrame, columns: Mapping[str, Column]) -> None:
    """Check each different value once, and every row only of a column with a fault.

    Raises:
        ContractError: values that are not allowed: the first few, by column, value, id and rule.
    """
    faulty = (name for name, column in columns.items() if not _holds(column, frame[name]))
    told = list(islice(chain(*(_faults(columns[name], frame[name]) for name in faulty)), _TOLD))
    if told:
        raise ContractError(f"layer {layer_id}: {'; '.join(told)}")


def _faults(column: Column, values: pd.Series) -> Iterator[str]:
    """Describe each value that breaks a rule as "column value at id (rule)"."""
    for rule, broken in column.mask_faults(values).items():
        for feature_id, value in values[broken].items():
            yield f"{values.name} {value!r} at {feature_id!r} ({rule})"


def _holds(column: Column, values: pd.Series) -> bool:
    try:
        once = pd.Series(_distinct(values), dtype=values.dtype, name=values.name)
    except TypeError:  # a list of lists has no hash
        return False
    return not column.mask_faults(once)


def _distinct(values: pd.Series) -> Any:
    try:
        return values.unique()
    except TypeError:  # lists and arrays have no hash
        return pd.Series(list(map(tuple, values)), dtype=object).unique()


def _check_ids(layer_id: str, frame: gpd.GeoDataFrame) -> None:
    ids = frame.index
    duplicates = sorted(ids[ids.duplicated()])
    if duplicates:
        raise ContractError(f"layer {layer_id}: ids occur twice: {duplicates[:5]}")
    texts = isinstance(ids.dtype, pd.StringDtype)
    # Only an index of texts can be asked as a whole; in another one each id may be anything.
    empty = (
        ids[ids.isna() | (ids == "")]
        if texts
        else [feature_id for feature_id in ids if not _is_text(feature_id)]
    )
    if len(empty):
        raise ContractError(f"layer {layer_id}: ids must be text: {list(empty[:5])}")


def _is_text(value: object) -> bool:
    return isinstance(value, str) and value != ""


def _check_geometry(layer_id: str, frame: gpd.GeoDataFrame, within: Box) -> None:
    if frame.crs != STORE:
        raise ContractError(f"layer {layer_id}: its CRS is {frame.crs}, not {STORE}")
    expected, shapes = GEOMETRY[layer_id], frame.geometry.to_numpy()
    kind, nowhere = ("Point", shapely.is_missing(shapes)) if expected == ANY else (expected, False)
    kinds = [shapely.GeometryType[multi + kind.upper()] for multi in ("", "MULTI")]
    right = np.isin(shapely.get_type_id(shapes), kinds)
    right &= ~shapely.is_empty(shapes) & shapely.is_valid(shapes)
    wrong = frame.index[~(right | nowhere)]
    if len(wrong):
        raise ContractError(f"layer {layer_id}: no valid {expected} at {list(wrong[:5])}")
    bounds = shapely.bounds(shapes)
    beyond = np.hstack([bounds[:, :2] < within[:2], bounds[:, 2:] > within[2:]])
    outside = frame.index[beyond.any(axis=1)]
    if len(outside):
        raise ContractError(
            f"layer {layer_id}: outside the city: {list(outside[:5])}; lon/lat swapped, or another "
            "CRS?"
        )


def _check_columns(layer_id: str, frame: gpd.GeoDataFrame, columns: Mapping[str, Column]) -> None:
    have, want = set(frame.columns) - {"geometry"}, set(columns)
    if have != want:
        raise ContractError(
            f"layer {layer_id}: missing columns {sorted(want - have)}, "
            f"unknown columns {sorted(have - want)}"
        )
