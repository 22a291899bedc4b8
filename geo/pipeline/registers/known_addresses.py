"""The points that are known for addresses: of an address file, and of businesses at an address."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import numpy as np
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

_AND: Final = "\t"  # between gu and address, neither of which holds one
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
        stated = table[(table[column] != "") & table["gu_code"].notna()]
        pairs, texts = pd.factorize((stated["gu_code"] + _AND + stated[column]).to_numpy(object))
        keys = np.array([_key_of(column, text, legal_codes) for text in texts], dtype=object)
        found = stated.assign(key=keys[pairs] if len(keys) else None).dropna(subset="key")
        if len(found):
            yield found[list(COLUMNS)]


def _key_of(
    column: str, gu_and_text: str, legal_codes: Mapping[str, Mapping[str, str]]
) -> str | None:
    gu_code, _, text = gu_and_text.partition(_AND)
    return _key(column, gu_code, text, legal_codes.get(gu_code, {}))


def _key(column: str, gu_code: str, text: str, codes: Mapping[str, str]) -> str | None:
    if column == "road":
        address = parse_address(text)
        return road_key(gu_code, address) if isinstance(address, RoadAddress) else None
    lot = parse_lot(text, codes)
    return lot_key(codes[lot.dong], lot) if lot else None
