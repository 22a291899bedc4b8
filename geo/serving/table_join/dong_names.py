"""Which dong of Ansan a cell of a table names, by code or by name."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal

Kind = Literal["dong_code", "kostat_code", "name"]
Status = Literal["dong", "legal", "gone", "total", "outside", "unknown", "empty"]

KINDS: Final[tuple[Kind, ...]] = ("dong_code", "kostat_code", "name")
TOTAL: Final = "total"
OUTSIDE: Final = "not in Ansan"
CITY: Final = "4127"
KOSTAT_CITY: Final = "3109"
_WHOLE: Final = ("41", "4127", "41271", "41273", "3109", "31090", "31091", "31092")
_QUOTES: Final = "'\"`\u2018\u2019"  # by which people make a spreadsheet keep a text
_THOUSANDS: Final = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.0*)?", re.ASCII)
_INTEGER: Final = re.compile(r"(\d+)(?:\.0*)?", re.ASCII)
# With fewer than 7 decimals a code is rounded: 4.12716E+09 may be 4127160000 or 4127159000.
_POWER: Final = re.compile(r"\d\.(\d{1,9})e\+?0?9", re.ASCII)
_DECIMALS: Final = 7
# As the Ministry of the Interior writes it: 경기도 안산시 단원구 원곡동(4127354500).
_NAME_AND_CODE: Final = re.compile(r"(?P<name>.*\D)\((?P<code>\d{7,10})\)")
_SUFFIX: Final = "동"


@dataclass(frozen=True)
class DongMatch:
    """The dong that a cell names, or why it names none.

    Attributes:
        status: an administrative dong of today (dong), a legal one, one that is gone, …
        kind: how it is named; None where that is unknown.
        dong: code of the dong of today; "" where it is none.
        name: of the legal dong, of the dong that is gone, or the former name of a dong that was
            renamed; "" of others.
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
        by_name: of names: dong of today, legal dong without a namesake, dong that are gone or
            were renamed.
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
        both = _NAME_AND_CODE.fullmatch(key)
        if both:
            return self._by_both(both["name"], both["code"])
        digits = _digits(key)
        if isinstance(digits, DongMatch):
            return digits
        return self._by_code(digits) if digits else self._by_name(key, text)

    def identify_column(self, texts: Sequence[str]) -> list[DongMatch]:
        """Identify the dong that the cells of one column name.

        A name of one character, such as 와 for 와동, counts only beside cells that name a dong.
        """
        matches = [self.identify(text) for text in texts]
        if not any(match.dong and match.kind == "name" for match in matches):
            return matches
        return [
            self.by_name.get(normalise_name(text) + _SUFFIX, match)
            if match.status == "unknown" and len(normalise_name(text)) == 1
            else match
            for text, match in zip(texts, matches, strict=True)
        ]

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

    def _by_both(self, name: str, code: str) -> DongMatch:
        """Identify a dong by its code, unless the name beside it is that of another dong."""
        match, named = self._by_code(code), self._by_name(name, name)
        if match.dong and named.dong and match.dong != named.dong:
            name, other = self.names[named.dong], self.names[match.dong]
            return _no_match(f"its name is that of {name}, its code that of {other}")
        return match

    def _by_name(self, key: str, text: str) -> DongMatch:
        if key in self.by_name:
            return self.by_name[key]
        if self._total.fullmatch(key):
            return DongMatch("total", reason=TOTAL)
        parts = self._place.fullmatch(key)
        if not parts and len(key) > 1:  # 원곡 for 원곡동; one character may be anything
            parts = self._place.fullmatch(key + _SUFFIX)
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
