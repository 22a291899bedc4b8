"""The census series on households and dwellings, with their meaning in two languages."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final


@dataclass(frozen=True)
class Series:
    """One figure of the census by dong.

    Attributes:
        labels: what the source calls it: pairs of class and figure; several name the same one.
        title: name in English.
        title_ko: name in Korean.
        meaning: what is counted, in English.
        meaning_ko: the same in Korean.
    """

    labels: tuple[tuple[str, str], ...]
    title: str
    title_ko: str
    meaning: str
    meaning_ko: str

    @property
    def names(self) -> str:
        """The title in both languages."""
        return f"{self.title} · {self.title_ko}"

    @property
    def description(self) -> str:
        """The meaning in both languages."""
        return f"{self.meaning} · {self.meaning_ko}"


def _series(entry: Mapping[str, Any]) -> Series:
    return Series(**{**entry, "labels": tuple(map(tuple, entry["labels"]))})


_TOML: Final = Path(__file__).with_suffix(".toml")
SERIES: Final[Mapping[str, Series]] = {
    name: _series(entry) for name, entry in tomllib.loads(_TOML.read_text("utf-8")).items()
}
# Shares that the layer states: which figure, of which other one, and what that means.
SHARES: Final[Mapping[str, tuple[str, str, str, str]]] = {
    "foreign_household_share": (
        "foreign_households",
        "households",
        "Share of foreign households · 외국인가구 비율",
        "foreign households per household of any kind, 0 to 1 · 전체 가구 가운데 외국인가구(0~1)",
    ),
    "one_person_share": (
        "one_person",
        "general_households",
        "Share of one-person households · 1인 가구 비율",
        "households of one person per general household, 0 to 1; foreign households are in "
        "neither · 일반가구 가운데 1인 가구(0~1, 외국인가구 제외)",
    ),
    "other_quarters_share": (
        "in_other_quarters",
        "general_households",
        "Share in quarters that are no dwelling · 주택 이외 거처 가구 비율",
        "general households in quarters that are no dwelling per general household, 0 to 1 · "
        "일반가구 가운데 주택 이외의 거처에 사는 가구(0~1)",
    ),
}
