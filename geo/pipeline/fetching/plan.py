"""What will be asked of whom, before anything is asked."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from geo.core.errors import BadParameterError
from geo.pipeline.fetching.publishers import SOURCES


def chosen_sources(names: Sequence[str]) -> tuple[str, ...]:
    """Return the sources to fetch, in the order in which they are loaded; all where none is named.

    Raises:
        BadParameterError: a name is none of them.
    """
    for name in names:
        if name not in SOURCES:
            raise BadParameterError("source", name, SOURCES)
    return tuple(name for name in SOURCES if not names or name in names)


def plan_lines(names: Sequence[str], publishers: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Say for each source what is asked of which host, and under which licence."""
    return [_line(name, publishers[name]) for name in names]


def _line(name: str, publisher: Mapping[str, Any]) -> str:
    asked = {
        "semas": "its page, then one ZIP of about 350 MB",
        "permits": f"{len(publisher.get('trades', ()))} files, one at a time",
        "osm": "one query of about 30 MB",
        "overture": "the places in a box, by the package `overturemaps`",
        "boundaries": "the list of editions, then the newest of about 40 MB",
    }[name]
    host = _host(publisher)
    return f"{name}: {publisher['what']}; asks {host} for {asked}; licence: {publisher['licence']}"


def _host(publisher: Mapping[str, Any]) -> str:
    if "hosts" in publisher:
        return " or ".join(urlsplit(host).netloc for host in publisher["hosts"])
    return urlsplit(publisher["file"]).netloc if "file" in publisher else "Overture's store"
