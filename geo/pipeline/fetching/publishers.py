"""The addresses and habits of the publishers, from one table that a file may amend."""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from geo.core.errors import GeoError

SETTING: Final = "ATLAS_PUBLISHERS"
_TABLE: Final = Path(__file__).with_name("publishers.toml")
SOURCES: Final = ("semas", "permits", "osm", "overture", "boundaries")


class FetchError(GeoError):
    """Something could not be fetched, or did not arrive whole; what was there before stays."""


def read_publishers() -> dict[str, dict[str, Any]]:
    """Read the table of publishers, amended by the file that the setting names.

    Raises:
        FetchError: that file cannot be read, or names a key that there is not.
    """
    table: dict[str, dict[str, Any]] = tomllib.loads(_TABLE.read_text(encoding="utf-8"))
    named = os.environ.get(SETTING)
    if not named:
        return table
    try:
        amended = tomllib.loads(Path(named).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise FetchError(f"{SETTING}={named!r} cannot be read: {error}") from error
    for publisher, values in amended.items():
        _check_keys(publisher, values, table)
        table[publisher] |= values
    return table


def _check_keys(publisher: str, values: Mapping[str, Any], table: Mapping[str, Any]) -> None:
    strange = sorted(set(values) - set(table.get(publisher, {})))
    if publisher not in table or strange:
        name = f"{publisher}.{strange[0]}" if publisher in table else publisher
        raise FetchError(f"{SETTING}: {name} is no key of publishers.toml")
