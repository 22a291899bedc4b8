"""What schemathesis cannot know, as OpenAPI 3.0 has no words for it; a module that it loads."""

import schemathesis
from schemathesis import GenerationMode

ACCEPTED = (
    # OGC API - Features Part 1, 7.15.2: more than the maximum "SHALL NOT result in an error".
    lambda query: (limit := str(query.get("limit"))).isdecimal() and int(limit) > 10_000,
    # In an address all is text, and the text "true" is a filter of CQL2.
    lambda query: str(query.get("filter")).lower() in ("true", "false"),
)
REFUSED = (
    # One parameter has a meaning with one value of another only.
    lambda query: "bandwidth_m" in query and query.get("by") != "kernel",
    lambda query: query.get("indicator") == "change" and query.get("year", 2025) != 2025,
    # The ids are those of the data.
    lambda query: "place" in query,
)


@schemathesis.hook
def filter_case(context, case):
    """Leave out what the document allows and a rule forbids, or the other way round."""
    query = case.query or {}
    if case.meta is not None and case.meta.generation.mode is GenerationMode.NEGATIVE:
        return not any(rule(query) for rule in ACCEPTED)
    return not any(rule(query) for rule in REFUSED)
