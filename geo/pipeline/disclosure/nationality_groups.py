"""The groups in which nationalities of operators are published."""

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import pandas as pd

_FILE: Final[Mapping[str, Any]] = tomllib.loads(
    Path(__file__).with_name("groups.toml").read_text("utf-8")
)
OTHER: Final[str] = _FILE["other"]
GROUPS: Final[tuple[str, ...]] = (*_FILE["groups"], OTHER)
UNSTATED: Final = (
    "unstated"  # foreign, of a country that the register does not say; never published
)
_LEAST: Final[int] = _FILE["least"]
_OF: Final = {code: name for name, codes in _FILE["groups"].items() for code in codes}


def group_nationalities(foreign_run: pd.Series, nationality: pd.Series) -> pd.Series:
    """Return the group of each foreign-run business, null for all others.

    Args:
        foreign_run: nullable booleans.
        nationality: ISO 3166 alpha-2 or a region; null where it is not stated.
    """
    foreign = foreign_run.fillna(value=False).astype(bool)
    groups = nationality.map(lambda code: _OF.get(code, OTHER), na_action="ignore")
    labels: pd.Series = groups.fillna(UNSTATED).astype("str").where(foreign)
    return labels


def merge_small_groups(groups: Sequence[pd.Series]) -> Mapping[str, str]:
    """Merge small groups into the others, in every year alike.

    Args:
        groups: for each year the group of every business of the zone, by `group_nationalities`.
    """
    small = [
        name
        for name in GROUPS
        if name != OTHER and any(0 < (group == name).sum() < _LEAST for group in groups)
    ]
    return {name: OTHER if name in small else name for name in (*GROUPS, UNSTATED)}
