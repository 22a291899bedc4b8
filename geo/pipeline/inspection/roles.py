"""Which column of a table is which column of a record: by its header, else by what it holds."""

import re
import tomllib
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Final

from geo.pipeline.adapters.mapping import ADDRESS, PERSON, load_mapping, ready_mappings
from geo.pipeline.inspection.columns import Column

_HEADERS: Final = Path(__file__).with_name("headers.toml")
_SIGNS: Final = re.compile(r"[\s_()\[\]{}·ㆍ./-]+")
_EPSG: Final = re.compile(r"epsg\d*")
# What a header must not be taken for, whatever it is called: cells of another kind.
_NOT: Final = {
    "name_ko": ("number", "date", "telephone", "longitude", "latitude"),
    "phone": ("address",),
    "category": ("number", "date"),
    **dict.fromkeys(("x", "y"), ("text", "choice", "date", "telephone", "address")),
    **dict.fromkeys(("opened_on", "closed_on", "verified_on", "updated_on"), ("text", "address")),
}
_LEADING: Final = 2  # a header that begins or ends with so many letters of a known one


def fold_header(header: str) -> str:
    """Fold a header: without blanks, brackets, signs and the number of a reference system."""
    return _EPSG.sub("", _SIGNS.sub("", header).casefold())


@cache
def known_headers() -> dict[str, tuple[str, ...]]:
    """Read the known headers of each column of a record, folded, the most telling first."""
    own = tomllib.loads(_HEADERS.read_text("utf-8"))
    ready = [load_mapping(name).columns for name in ready_mappings()]
    roles = dict.fromkeys([*own, *(role for columns in ready for role in columns)])
    return {
        role: tuple(
            dict.fromkeys(
                fold_header(header)
                for headers in (own.get(role, ()), *(columns.get(role, ()) for columns in ready))
                for header in headers
            )
        )
        for role in roles
    }


def assign_roles(columns: Sequence[Column]) -> dict[str, str]:
    """Map columns of a record to headers of the table."""
    free = {
        column.header: column
        for column in columns
        if column.filled and not PERSON.search(column.header)
    }
    roles: dict[str, str] = {}
    for exact in (True, False):
        for role, known in known_headers().items():
            if role in roles:
                continue
            header = _header_of(role, known, free, exact=exact)
            if header is not None:
                roles[role] = header
                del free[header]
    return _one_address(_by_content(roles, free))


def _header_of(
    role: str, known: Sequence[str], free: dict[str, Column], *, exact: bool
) -> str | None:
    for name in known:
        for header, column in free.items():
            if column.kind not in _NOT.get(role, ()) and _is_called(header, name, exact=exact):
                return header
    return None


def _is_called(header: str, name: str, *, exact: bool) -> bool:
    folded = fold_header(header)
    if exact:
        return folded == name
    return len(name) > _LEADING and (folded.startswith(name) or folded.endswith(name))


def _by_content(roles: dict[str, str], free: dict[str, Column]) -> dict[str, str]:
    """Find what no header names: coordinates, an address, the name."""
    kinds = {"x": "longitude", "y": "latitude", ADDRESS: "address"}
    for role, kind in kinds.items():
        placed = role in roles or (role == ADDRESS and roles.keys() & {"address_road", ADDRESS})
        found = next((name for name, column in free.items() if column.kind == kind), None)
        if not placed and found is not None:
            roles[role] = found
            del free[found]
    texts = [column for column in free.values() if column.kind == "text"]
    if "name_ko" not in roles and texts:
        roles["name_ko"] = max(texts, key=lambda column: len(column.values)).header
    if not {"x", "y"} <= roles.keys():
        return {role: header for role, header in roles.items() if role not in {"x", "y"}}
    return roles


def _one_address(roles: dict[str, str]) -> dict[str, str]:
    """Drop the column of either kind of address where one of roads is there too."""
    if "address_road" in roles and ADDRESS in roles:
        return {role: header for role, header in roles.items() if role != ADDRESS}
    return roles
