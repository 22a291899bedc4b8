"""Validate a layer against its contract before it is published."""

from collections.abc import Mapping
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import pandera.pandas as pa
import shapely
from pandera.errors import SchemaErrors

from geo.core.crs import STORE
from geo.core.errors import ContractError
from geo.core.vocab import ANY
from geo.snapshot.schema.contracts import CONTRACTS, GEOMETRY
from geo.snapshot.unchanged_layers import check_once

# Ansan with its islands. Swapped axes, metres and a wrong CRS all fall outside.
CITY: Final = (126.3, 37.0, 127.0, 37.5)
KOREA: Final = (124.5, 33.0, 132.0, 38.7)

Box = tuple[float, float, float, float]


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


def _cast(layer_id: str, values: pd.Series, column: pa.Column) -> pd.Series:
    try:
        typed: pd.Series = values.astype(column.dtype.type)
    except (TypeError, ValueError) as error:
        raise ContractError(f"layer {layer_id}: {values.name}: {error}") from error
    return typed


def _check_values(layer_id: str, frame: gpd.GeoDataFrame, columns: Mapping[str, pa.Column]) -> None:
    """Check each different value once, and every row only of a column with a fault."""
    faulty = {name: column for name, column in columns.items() if not _holds(column, frame[name])}
    try:
        pa.DataFrameSchema(faulty).validate(pd.DataFrame(frame[list(faulty)]), lazy=True)
    except SchemaErrors as errors:
        raise ContractError(f"layer {layer_id}: {_summary(errors)}") from errors


def _holds(column: pa.Column, values: pd.Series) -> bool:
    try:
        once = pd.Series(_distinct(values), dtype=values.dtype, name=values.name)
    except TypeError:  # a list of lists has no hash
        return False
    return holds(column, once)


def holds(column: pa.Column, values: pd.Series) -> bool:
    """Check whether all values, of the right type, satisfy a column of a contract."""
    if not column.nullable and values.isna().any():
        return False
    try:  # the checks alone: a schema around each of 200 columns costs far more than they do
        return all(bool(check(values).check_passed) for check in column.checks)
    except (AttributeError, TypeError, ValueError):  # no text to match
        return False


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


def _check_columns(
    layer_id: str, frame: gpd.GeoDataFrame, columns: Mapping[str, pa.Column]
) -> None:
    have, want = set(frame.columns) - {"geometry"}, set(columns)
    if have != want:
        raise ContractError(
            f"layer {layer_id}: missing columns {sorted(want - have)}, "
            f"unknown columns {sorted(have - want)}"
        )


def _summary(errors: SchemaErrors) -> str:
    """Format the first few failures as "column value at id (rule)"."""
    cases = errors.failure_cases.head(5)
    return "; ".join(
        f"{case.column} {case.failure_case!r} at {case.index!r} ({case.check})"
        for case in cases.itertuples(index=False)
    )
