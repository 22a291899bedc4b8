"""The dictionaries of codes and names of dong, from a snapshot and the project's own tables."""

import csv
import json
import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np
import shapely

from geo.core.crs import in_metres
from geo.core.errors import BadParameterError
from geo.readers.normalize.totals import TOTAL_WORDS
from geo.serving.table_join.dong_names import DongDictionary, DongMatch, Kind, normalise_name
from geo.snapshot.reader import Snapshot

DATA: Final = Path(__file__).resolve().parents[3] / "data"
LEAST_SHARE: Final = 0.05  # of a legal dong; less is within what the outlines are good to
_TOTALS: Final = ("total", "grandtotal", "subtotal", "sum", "all", "ansan", "ansan-si")


def find_dong(snapshot: Snapshot, text: str) -> str:
    """Find the code of a dong of today by its code or its name.

    Raises:
        BadParameterError: the text names none; the reason is that of `DongDictionary`.
    """
    if snapshot.layers["dong"].row_of(text) is not None:
        return text
    match = dong_dictionary(snapshot).identify(text)
    if not match.dong:
        allowed = f"code or name of a dong of Ansan ({match.reason})"
        raise BadParameterError("dong", text, allowed)
    return match.dong


def dong_dictionary(snapshot: Snapshot) -> DongDictionary:
    """Build the dictionaries of names and codes from a snapshot and the project's own tables."""
    layer = snapshot.layers["dong"]
    records = layer.records(
        np.arange(layer.count), ["id", "name_ko", "name_en", "gu_code", "kostat_code"]
    )
    gu_layer = snapshot.layers["gu"]
    gu = {
        record["id"]: record["name_ko"]
        for record in gu_layer.records(np.arange(gu_layer.count), ["id", "name_ko"])
    }
    names = {record["id"]: record["name_ko"] for record in records}
    codes = {name: code for code, name in names.items()}
    legal = _legal(snapshot, names)
    gone = _gone(snapshot.manifest["concordance"], names)
    by_name = _index_names(records, legal, gone)
    places = "|".join(map(re.escape, gu.values()))
    dong = "|".join(sorted(map(re.escape, by_name), key=len, reverse=True))
    before = rf"(?:경기도?)?(?:안산시?)?(?P<gu>{places})?"
    words = "|".join(map(re.escape, (*TOTAL_WORDS, *_TOTALS)))
    return DongDictionary(
        names,
        {record["id"]: gu[record["gu_code"]] for record in records},
        by_name,
        {**_with_kind(gone, "dong_code"), **legal, **_today(names, "dong_code")},
        _kostat(records, gone),
        frozenset(codes[match.name] for match in legal.values() if match.name in codes),
        re.compile(rf"{before}(?P<dong>{dong})"),
        re.compile(rf"{words}|(?=.){before}(?:{words})?"),
    )


def _today(codes: Iterable[str], kind: Kind) -> dict[str, DongMatch]:
    return {code: DongMatch("dong", kind, code) for code in codes}


def _with_kind(matches: Mapping[str, DongMatch], kind: Kind) -> dict[str, DongMatch]:
    return {
        key: DongMatch(match.status, kind, match.dong, match.name, match.reason)
        for key, match in matches.items()
    }


def _index_names(
    records: list[dict[str, Any]], legal: Mapping[str, DongMatch], gone: Mapping[str, DongMatch]
) -> dict[str, DongMatch]:
    """Map normalised names to dong; those of today take precedence, then legal dong."""
    either = (*_with_kind(gone, "name").values(), *_with_kind(legal, "name").values())
    by_name = {normalise_name(match.name): match for match in either}
    for record in records:
        numbered = re.sub(r"\d", "", record["name_ko"])
        if record["name_en"] and numbered in by_name and by_name[numbered].status == "legal":
            # "Seonbu 1-dong" tells how the legal dong 선부동 is written.
            by_name[normalise_name(re.sub(r"\s*\d", "", record["name_en"]))] = by_name[numbered]
    for record in records:
        for name in filter(None, (record["name_ko"], record["name_en"])):
            by_name[normalise_name(name)] = DongMatch("dong", "name", record["id"])
    return by_name


def _kostat(records: list[dict[str, Any]], gone: Mapping[str, DongMatch]) -> dict[str, DongMatch]:
    """Map codes of Statistics Korea to dong; of former dong, those in the census of 2015."""
    before = {
        row["kostat_code"]: gone[row["dong_code"]]
        for row in _rows("residents")
        if row["dong_code"] in gone
    }
    now = {
        record["kostat_code"]: DongMatch("dong", "kostat_code", record["id"])
        for record in records
        if record["kostat_code"]
    }
    return {**_with_kind(before, "kostat_code"), **now}


def _gone(
    concordance: Iterable[Mapping[str, str]], names: Mapping[str, str]
) -> dict[str, DongMatch]:
    """Map former dong by code, in the order in which they ended, to what became of them.

    One that was only renamed is the dong of today; one that was split or merged is none.
    """
    links = list(concordance)
    dated = _rows("dong_codes")
    matches = {}
    for record in sorted(dated, key=lambda row: row["valid_to"]):
        code, name, day = record["dong_code"], record["name_ko"], record["valid_to"]
        if not day or code in names:
            continue
        later = [link for link in links if link["older"] == code]
        heirs = [row for row in dated if row["name_ko"] == name and row["valid_from"] >= day]
        renamed = [link["newer"] for link in later if link["kind"] == "renamed"]
        if len(later) == len(renamed) == 1 and renamed[0] in names:
            matches[code] = DongMatch("dong", None, renamed[0], name)
            continue
        if later:
            became = " and ".join(names.get(link["newer"], link["newer"]) for link in later)
            then = f"and became {became} ({later[0]['kind']})"
        elif heirs:
            then = f"with the code {code}; the name went on with {heirs[-1]['dong_code']}"
        else:
            then = "and what became of it is not on record"
        matches[code] = DongMatch("gone", None, "", name, f"{name} ended on {day} {then}")
    return matches


def _legal(snapshot: Snapshot, names: Mapping[str, str]) -> dict[str, DongMatch]:
    """Map legal dong by code; the reason says in which dong of today they lie."""
    layer = snapshot.layers["dong"]
    areas = shapely.transform(layer.geometries(np.arange(layer.count)), in_metres)
    matches = {}
    for code, name, shape in _legal_shapes():
        share = shapely.area(shapely.intersection(areas, shape)) / shape.area
        there = [names[layer.columns["id"][int(n)].as_py()] for n in np.argsort(-share)]
        within = there[: max(1, int((share >= LEAST_SHARE).sum()))]
        lies = f"several 행정동: {', '.join(within)}" if len(within) > 1 else f"행정동 {within[0]}"
        reason = f"{name} ({code}) is a legal dong (법정동), which lies in {lies}"
        matches[code] = DongMatch("legal", "dong_code", "", name, reason)
    return matches


@cache
def _legal_shapes() -> tuple[tuple[str, str, Any], ...]:
    """Read code, name and outline in metres of the legal dong."""
    text = (DATA / "shapes" / "legal_dong.geojson").read_text("utf-8")
    return tuple(
        (
            feature["properties"]["legal_code"],
            feature["properties"]["name_ko"],
            shapely.transform(shapely.geometry.shape(feature["geometry"]), in_metres),
        )
        for feature in json.loads(text)["features"]
    )


@cache
def _rows(table: str) -> tuple[dict[str, str], ...]:
    with (DATA / "tables" / f"{table}.csv").open(encoding="utf-8", newline="") as stream:
        return tuple(csv.DictReader(stream))
