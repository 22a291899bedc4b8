"""The `datetime` parameter: features whose time a period touches (OGC API - Features, 7.15.4).

The data know days, months or years, in Korean time; so a period is a range of days.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

import numpy as np

from geo.core.errors import BadParameterError
from geo.serving.query.periods import KOREA, spans
from geo.snapshot.layer import Layer, Mask

_ALLOWED: Final = (
    "a day (2025-11-01), a time (2025-11-01T09:00:00Z; Korean time without a zone), "
    "or a range with / and .."
)
# GDAL writes a day as 2025-11-01T, so a time may be cut short.
_MOMENT: Final = re.compile(
    r"(\d{4}-\d\d-\d\d)(?:T(\d\d(?::\d\d(?::\d\d(?:\.\d{1,9})?)?)?)?(Z|[+-]\d\d:\d\d)?)?",
    re.ASCII | re.IGNORECASE,
)


@dataclass(frozen=True)
class Period:
    """Days from `first` to `last`, both included."""

    first: date
    last: date


def period(text: str) -> Period:
    """Parse a `datetime` parameter to the period that it names.

    Raises:
        BadParameterError: it is no RFC 3339 day or time and no range of them, or runs backwards.
    """
    parts = text.split("/")
    if len(parts) > 2 or all(part in ("", "..") for part in parts):
        raise BadParameterError("datetime", text, _ALLOWED)
    days = [None if part in ("", "..") else _day(part, text) for part in parts]
    found = Period(days[0] or date.min, days[-1] or date.max)
    if found.first > found.last:
        raise BadParameterError("datetime", text, _ALLOWED)
    return found


def within(layer: Layer, wanted: Period) -> Mask:
    """Select the features whose time touches the period; those without a time always do.

    A version is in force from `valid_from` to the day before `valid_to`. Any other feature has
    the time that its source speaks of: a day, or all of a month or year.
    """
    if "valid_from" in layer.fields:
        first, _ = spans(layer, "valid_from")
        replaced, _ = spans(layer, "valid_to")
        last = replaced - np.timedelta64(1, "D")
    else:
        first, last = spans(layer, "source_date")
    starts = np.isnat(first) | (first <= np.datetime64(wanted.last))
    ends = np.isnat(last) | (last >= np.datetime64(wanted.first))
    mask: Mask = starts & ends
    return mask


def _day(text: str, whole: str) -> date:
    match = _MOMENT.fullmatch(text)
    if match is None:
        raise BadParameterError("datetime", whole, _ALLOWED)
    day, time, zone = match.groups()
    try:
        if time is None:
            return date.fromisoformat(day)
        moment = datetime.fromisoformat(f"{day}T{time}{(zone or '+09:00').upper()}")
        return moment.astimezone(KOREA).date()
    except (ValueError, OverflowError) as error:  # 2025-02-30; an hour past the year 9999
        raise BadParameterError("datetime", whole, _ALLOWED) from error
