"""What the spellings of a column may mean in the atlas, by the tables that it has already."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Final

from geo.pipeline.adapters.mapping import CLOSED, load_mapping, ready_mappings
from geo.pipeline.adapters.permit_kinds import SPEC as PERMITS
from geo.pipeline.adapters.semas_kinds import categories
from geo.pipeline.inspection.columns import Column
from geo.readers.normalize.spellings import country_codes, fold_spelling, parse_cuisines

LOOKED_UP: Final = ("category", "halal", "status", "foreign_run")
_OTHERS: Final = ("기타", "구분없음")  # which mean another thing in every table
_PERMIT_TABLES: Final = ("group", "food", "store")


@cache
def known_values(role: str) -> Mapping[str, str]:
    """Map folded spellings of a column of a record to values of the atlas."""
    own = {value: value for value in CLOSED.get(role, ())}
    ready = [load_mapping(name).lookup.get(role, {}) for name in ready_mappings()]
    tables = [*ready, *_of_registers(role), own]
    return {
        fold_spelling(spelling): value
        for table in reversed(tables)
        for spelling, value in table.items()
        if spelling not in _OTHERS
    }


def _of_registers(role: str) -> list[Mapping[str, str]]:
    if role == "status":
        return [PERMITS.lookup["status"], PERMITS.lookup["detail"]]
    if role == "category":
        _, names = categories()
        classes = {name: category for name, (category, _) in names.items()}
        return [*(PERMITS.lookup[name] for name in _PERMIT_TABLES), classes]
    return []


def sort_values(role: str, column: Column) -> tuple[dict[str, str], dict[str, int]]:
    """Sort the spellings of a column into those that are known and those that are not.

    Returns:
        Value of the atlas by spelling, for those that a mapping must list; and the count of each
        spelling that nothing knows.
    """
    find = _FINDERS.get(role)
    if find is not None:
        strange = {text: count for text, count in column.values.items() if find(text) is None}
        return {}, strange
    table = known_values(role)
    known = {
        text: table[fold_spelling(text)] for text in column.values if fold_spelling(text) in table
    }
    return known, {text: count for text, count in column.values.items() if text not in known}


def _country(text: str) -> str | None:
    return country_codes().get(fold_spelling(text))


def _cuisine(text: str) -> object:
    return parse_cuisines(text, {})


_FINDERS: Final[dict[str, Callable[[str], object]]] = {
    "operator_nationality": _country,
    "cuisine": _cuisine,
}
