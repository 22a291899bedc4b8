"""Holding a layer against its contract, before anything of it is published."""

from collections.abc import Mapping
from typing import Final

import geopandas as gpd
import pandas as pd
import pandera.pandas as pa
from pandera.errors import SchemaErrors

from geo.contract import CONTRACTS, GEOMETRY
from geo.crs import STORE
from geo.errors import ContractError

# Ansan with its islands. Swapped axes, metres and a wrong CRS all fall outside.
CITY: Final = (126.3, 37.0, 127.0, 37.5)


def conform(layer_id: str, frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The frame with the contract's columns in the contract's order and types, rows sorted by id.

    Args:
        layer_id: collection id.
        frame: indexed by feature id; lon/lat geometry.

    Raises:
        ContractError: a column is missing or too many, a value is not allowed, an id is empty or
            stands twice, the CRS is another, or a geometry is of another kind, empty, not valid
            or outside the city.
    """
    columns = CONTRACTS[layer_id]
    _check_ids(layer_id, frame)
    _check_geometry(layer_id, frame)
    _check_columns(layer_id, frame, columns)
    typed = frame.assign(
        **{name: _typed(layer_id, frame[name], column) for name, column in columns.items()}
    )
    schema = pa.DataFrameSchema(dict(columns), strict=False)
    try:
        schema.validate(typed.drop(columns="geometry"), lazy=True)
    except SchemaErrors as errors:
        raise ContractError(f"layer {layer_id}: {_summary(errors)}") from errors
    return typed[[*columns, "geometry"]].sort_index()


def _typed(layer_id: str, values: pd.Series, column: pa.Column) -> pd.Series:
    try:
        typed: pd.Series = values.astype(column.dtype.type)
    except (TypeError, ValueError) as error:
        raise ContractError(f"layer {layer_id}: {values.name}: {error}") from error
    return typed


def _check_ids(layer_id: str, frame: gpd.GeoDataFrame) -> None:
    twice = sorted(frame.index[frame.index.duplicated()])
    if twice:
        raise ContractError(f"layer {layer_id}: ids stand twice: {twice[:5]}")
    empty = [one for one in frame.index if not isinstance(one, str) or not one]
    if empty:
        raise ContractError(f"layer {layer_id}: ids must be text: {empty[:5]}")


def _check_geometry(layer_id: str, frame: gpd.GeoDataFrame) -> None:
    if frame.crs != STORE:
        raise ContractError(f"layer {layer_id}: its CRS is {frame.crs}, not {STORE}")
    wanted = GEOMETRY[layer_id]
    kinds = frame.geom_type.fillna("nothing").str.removeprefix("Multi")
    wrong = frame.index[(kinds != wanted) | frame.is_empty | ~frame.is_valid]
    if len(wrong):
        raise ContractError(f"layer {layer_id}: no valid {wanted} at {list(wrong[:5])}")
    west, south, east, north = CITY
    box = frame.bounds
    outside = frame.index[
        (box["minx"] < west) | (box["miny"] < south) | (box["maxx"] > east) | (box["maxy"] > north)
    ]
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
    """The first few failures as "column value at id (rule)"."""
    cases = errors.failure_cases.head(5)
    return "; ".join(
        f"{case.column} {case.failure_case!r} at {case.index!r} ({case.check})"
        for case in cases.itertuples(index=False)
    )
