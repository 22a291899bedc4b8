"""What schemathesis cannot know, as OpenAPI 3.0 has no words for it; a module that it loads."""

import re
from datetime import date

import schemathesis
from schemathesis import GenerationMode


def _is_no_box(query):
    """Numbers alone do not make a box: south lies below north, and both on the earth."""
    given = query.get("bbox")
    numbers = given.split(",") if isinstance(given, str) else given
    if numbers is None:
        return False
    edges = [float(number) for number in numbers]
    flat = edges if len(edges) == 4 else [edges[0], edges[1], *edges[3:5]]
    west, south, east, north = flat
    return not (-180 <= west <= 180 and -180 <= east <= 180 and -90 <= south <= north <= 90)


def _is_no_day(query):
    """A pattern lets 30 February pass, a range that runs backwards, and both ends of the calendar.

    In the first and the last year an hour in another zone may lie outside of what a day can be.
    """
    days = re.findall(r"\d{4}-\d\d-\d\d", str(query.get("datetime", "")))
    ends = any(day[:4] in ("0001", "9999") for day in days)
    return ends or days != sorted(days) or not all(map(_exists, days))


def _exists(day):
    try:
        date.fromisoformat(day)
    except ValueError:
        return False
    return True


ACCEPTED = (
    # OGC API - Features Part 1, 7.15.2: more than the maximum "SHALL NOT result in an error".
    lambda query: (limit := str(query.get("limit"))).isdecimal() and int(limit) > 10_000,
    # A truth is read in any case, and as 1 or 0, as GDAL writes it.
    lambda query: any(str(item).lower() in ("true", "false", "1", "0") for item in query.values()),
    # A field of a form that is left empty asks for nothing.
    lambda query: any(item == "" for item in query.values()),
    # In an address all is text, and the text "true" is a filter of CQL2.
    lambda query: str(query.get("filter")).lower() in ("true", "false"),
)
REFUSED = (
    _is_no_box,
    _is_no_day,
    # One parameter has a meaning with one value of another only.
    lambda query: "bandwidth_m" in query and query.get("by") != "kernel",
    lambda query: query.get("indicator") == "change" and query.get("year", 2025) != 2025,
    lambda query: (
        query.get("filter-lang") == "cql2-json"
        and not str(query.get("filter", "{")).startswith("{")
    ),
    # A FlatGeobuf does not go without geometries.
    lambda query: query.get("f") == "fgb" and ("skipGeometry" in query or "properties" in query),
    # Own bounds of classes are numbers that ascend, and other classes have none.
    lambda query: bool(query.get("breaks")),
    # The ids are those of the data.
    lambda query: any(name in query for name in ("place", "ids", "area", "register")),
)


@schemathesis.hook
def filter_case(context, case):
    """Leave out what the document allows and a rule forbids, or the other way round."""
    query = case.query or {}
    if case.meta is not None and case.meta.generation.mode is GenerationMode.NEGATIVE:
        return not any(rule(query) for rule in ACCEPTED)
    return not any(rule(query) for rule in REFUSED)
