"""Codes and names by which tables identify the dong of Ansan."""

import csv
import json
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np
import shapely

from geo.core.crs import in_metres
from geo.core.errors import BadParameterError
from geo.readers.normalize.totals import TOTAL_WORDS
from geo.snapshot.reader import Snapshot

Kind = Literal["dong_code", "kostat_code", "name"]
Status = Literal["dong", "legal", "gone", "total", "outside", "unknown", "empty"]

KINDS: Final[tuple[Kind, ...]] = ("dong_code", "kostat_code", "name")
TOTAL: Final = "total"
OUTSIDE: Final = "not in Ansan"
DATA: Final = Path(__file__).resolve().parents[3] / "data"
CITY: Final = "4127"
KOSTAT_CITY: Final = "3109"
LEAST_SHARE: Final = 0.05  # of a legal dong; less is within what the outlines are good to
_TOTALS: Final = ("total", "grandtotal", "subtotal", "sum", "all", "ansan", "ansan-si")
_WHOLE: Final = ("41", "4127", "41271", "41273", "3109", "31090", "31091", "31092")
_QUOTES: Final = "'\"`\u2018\u2019"  # by which people make a spreadsheet keep a text
_THOUSANDS: Final = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.0*)?", re.ASCII)
_INTEGER: Final = re.compile(r"(\d+)(?:\.0*)?", re.ASCII)
# With fewer than 7 decimals a code is rounded: 4.12716E+09 may be 4127160000 or 4127159000.
_POWER: Final = re.compile(r"\d\.(\d{1,9})e\+?0?9", re.ASCII)
_DECIMALS: Final = 7


@dataclass(frozen=True)
class DongMatch:
    """The dong that a cell names, or why it names none.

    Attributes:
        status: an administrative dong of today (dong), a legal one, one that is gone, …
        kind: how it is named; None where that is unknown.
        dong: code of the dong of today; "" where it is none.
        name: of the legal dong; "" where it is none.
        reason: why it is not a dong of today; "" where it is one.
    """

    status: Status
    kind: Kind | None = None
    dong: str = ""
    name: str = ""
    reason: str = ""


@dataclass(frozen=True)
class DongDictionary:
    """The dictionaries of everything that a cell may name, by code and by normalised name.

    Attributes:
        names: Korean name of the dong of today, by code.
        gu: name of the gu of each, by code.
        by_name: of names: dong of today, legal dong without a namesake, dong that are gone.
        by_code: of codes of 10 digits.
        by_kostat_code: of codes of Statistics Korea, 7 digits.
        homonyms: codes of the dong that share their name with a legal dong.
    """

    names: Mapping[str, str]
    gu: Mapping[str, str]
    by_name: Mapping[str, DongMatch]
    by_code: Mapping[str, DongMatch]
    by_kostat_code: Mapping[str, DongMatch]
    homonyms: frozenset[str]
    _place: re.Pattern[str]
    _total: re.Pattern[str]

    def identify(self, text: str) -> DongMatch:
        """Identify the dong that a cell names; every other result carries a reason."""
        key = normalise_name(text)
        if not key:
            return DongMatch("empty", reason="the cell that should name a dong is empty")
        digits = _digits(key)
        if isinstance(digits, DongMatch):
            return digits
        return self._by_code(digits) if digits else self._by_name(key, text)

    def is_total(self, text: str) -> bool:
        """Tell whether a cell says that its row is a total."""
        return bool(self._total.fullmatch(normalise_name(text)))

    def _by_code(self, digits: str) -> DongMatch:
        if digits.rstrip("0") in {code.rstrip("0") for code in _WHOLE} and len(digits) != 7:
            return DongMatch("total", reason=TOTAL)
        if len(digits) == 8 and digits.startswith(CITY):
            digits += "00"  # as some files shorten it
        if len(digits) == 10:
            return self.by_code.get(digits) or _foreign(digits, CITY)
        if len(digits) == 7 or (len(digits) == 8 and digits.endswith("0")):
            return self.by_kostat_code.get(digits[:7]) or _foreign(digits, KOSTAT_CITY)
        return _foreign(digits, KOSTAT_CITY) if len(digits) == 8 else _no_match()

    def _by_name(self, key: str, text: str) -> DongMatch:
        if key in self.by_name:
            return self.by_name[key]
        if self._total.fullmatch(key):
            return DongMatch("total", reason=TOTAL)
        parts = self._place.fullmatch(key)
        if not parts:
            return _elsewhere(text)
        match = self.by_name[parts["dong"]]
        if match.dong and parts["gu"] and parts["gu"] != self.gu[match.dong]:
            return _no_match(f"{self.names[match.dong]} lies in {self.gu[match.dong]}, not there")
        return match


def normalise_name(text: str) -> str:
    """Normalise a spelling: white space, case, Unicode composition, marks."""
    visible = (
        character
        for character in unicodedata.normalize("NFKC", text)
        if not character.isspace() and unicodedata.category(character) not in ("Cf", "Cc")
    )
    short = "".join(visible).casefold().strip(_QUOTES)
    # Statistics Korea and the Ministry of Justice wrote 본오제1동 at times.
    return re.sub(r"제(?=\d동$)", "", short)


def _digits(key: str) -> str | DongMatch:
    """Extract the digits of a code, as spreadsheets leave it; "" where a cell holds no code."""
    power = _POWER.fullmatch(key)
    if power and len(power[1]) < _DECIMALS:
        return _no_match("a spreadsheet rounded this code: give the column the format of a text")
    if power:
        key = str(int(Decimal(key)))
    integer = _INTEGER.fullmatch(key.replace(",", "") if _THOUSANDS.fullmatch(key) else key)
    return integer[1] if integer else ""


def _foreign(digits: str, city: str) -> DongMatch:
    if digits.startswith(city):
        return _no_match("no dong of Ansan has this code")
    return DongMatch("outside", reason=OUTSIDE)


def _elsewhere(text: str) -> DongMatch:
    """Classify a name that Ansan does not have: outside where the cell names another city."""
    above = unicodedata.normalize("NFKC", text).split()[:-1]
    if any(region[-1] in "시군구" and not region.startswith("안산") for region in above):
        return DongMatch("outside", reason=OUTSIDE)
    return _no_match()


def _no_match(reason: str = "it names no dong of Ansan") -> DongMatch:
    return DongMatch("unknown", reason=reason)


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
        key: DongMatch(match.status, kind, "", match.name, match.reason)
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
    """Map former dong by code, in the order in which they ended, to what became of them."""
    links = list(concordance)
    dated = _rows("dong_codes")
    matches = {}
    for record in sorted(dated, key=lambda row: row["valid_to"]):
        code, name, day = record["dong_code"], record["name_ko"], record["valid_to"]
        if not day or code in names:
            continue
        later = [link for link in links if link["older"] == code]
        heirs = [row for row in dated if row["name_ko"] == name and row["valid_from"] >= day]
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
