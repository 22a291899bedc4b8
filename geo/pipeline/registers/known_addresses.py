"""The points that are known for addresses: of an address file, and of businesses at an address."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import pandas as pd

from geo.core.source import read_table
from geo.pipeline.geocoding.address_index import (
    COLUMNS,
    AddressIndex,
    index_of,
    lot_key,
    road_key,
    settle_points,
)
from geo.pipeline.geocoding.gazetteer import Gazetteer
from geo.pipeline.geocoding.lot_address import parse_lot
from geo.pipeline.geocoding.road_address import RoadAddress, parse_address
from geo.pipeline.registers.loaded_data import LoadedData
from geo.pipeline.sources import places

ADDRESSES: Final = "addresses"  # the reference that an address file becomes


def known_addresses(data: Path, loaded: LoadedData, gazetteer: Gazetteer) -> AddressIndex:
    """Return the points by address: the address file counts before the points of businesses.

    Args:
        data: the project's `data` folder, whose places stand at points of the register of shops.
        loaded: registers with points of their own, and the address file if one is loaded.
        gazetteer: names and codes of gu and legal dong.
    """
    shared = [_of_places(data, gazetteer)]
    shared += [_of_register(register.frame) for register in loaded.registers.values()]
    rows = [part for table in shared for part in _keyed(table, gazetteer.legal_codes)]
    index = index_of(settle_points(pd.concat(rows))[0]) if rows else AddressIndex()
    file = loaded.references.tables.get(ADDRESSES)
    return index if file is None else index.with_better(index_of(file))


def _of_places(data: Path, gazetteer: Gazetteer) -> pd.DataFrame:
    table = read_table(data, places.SPEC, "tables/places.csv")
    known = table[table["lon"] != ""]
    codes = dict(zip(gazetteer.gu["name_ko"], gazetteer.gu["gu_code"], strict=True))
    return pd.DataFrame(
        {
            "gu_code": known["gu"].map(codes),
            "road": known["address_road"],
            "lot": known["address_jibun"],
            "lon": known["lon"].astype(float),
            "lat": known["lat"].astype(float),
            "accuracy_m": places.SPEC.accuracy_m,
        }
    )


def _of_register(frame: pd.DataFrame) -> pd.DataFrame:
    own = frame[(frame["located_by"] == "register") & frame["gu_code"].notna()]
    return pd.DataFrame(
        {
            "gu_code": own["gu_code"],
            "road": own["address_road"].fillna(""),
            "lot": own["address_jibun"].fillna(""),
            **{name: own[name] for name in COLUMNS[1:]},
        }
    )


def _keyed(
    table: pd.DataFrame, legal_codes: Mapping[str, Mapping[str, str]]
) -> Iterator[pd.DataFrame]:
    """Yield the points by road address and by lot, of the rows that have one."""
    for column in ("road", "lot"):
        asked = table.loc[table[column] != "", ["gu_code", column]].drop_duplicates()
        keys = {
            (gu, text): _key(column, gu, text, legal_codes.get(gu, {}))
            for gu, text in asked.itertuples(index=False)
        }
        pairs = zip(table["gu_code"], table[column], strict=True)
        by_row: Any = [keys.get(pair) for pair in pairs]
        found = table.assign(key=by_row).dropna(subset="key")
        if len(found):
            yield found[list(COLUMNS)]


def _key(column: str, gu_code: str, text: str, codes: Mapping[str, str]) -> str | None:
    if column == "road":
        address = parse_address(text)
        return road_key(gu_code, address) if isinstance(address, RoadAddress) else None
    lot = parse_lot(text, codes)
    return lot_key(codes[lot.dong], lot) if lot else None
