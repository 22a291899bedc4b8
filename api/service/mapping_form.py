"""The mapping of a table, from the draft of `atlas inspect` and the form that staff fill in."""

import json
import tomllib
from collections.abc import Iterable, Mapping
from typing import Any, Final

from maps.pages.staff_fields import DESCRIBED, FIELDS, VALUES

COLUMN: Final = "column."
VALUE: Final = "value."


def columns_of(choices: Mapping[str, str]) -> dict[str, str]:
    """Return the header of each field as the form names it; "" for none."""
    return {field: choices[COLUMN + field] for field in FIELDS if COLUMN + field in choices}


def mapping_text(
    table: Mapping[str, Any], choices: Mapping[str, str], layout: Iterable[Any]
) -> str:
    """Write the mapping of a table as TOML.

    Args:
        table: as `atlas inspect --json` describes it, inspected with the columns of the form.
        choices: fields of the form; `value.category.0` is for the first unknown value.
        layout: further keys and values that say where the header is.
    """
    draft = tomllib.loads(table["draft"])
    described = {name: choices[name].strip() for name in DESCRIBED if choices.get(name, "").strip()}
    mapping = {**draft, **described, **dict(layout)}
    mapping["attribution"] = mapping["title"]
    mapping["lookup"] = _lookup(draft.get("lookup", {}), table["unknown"], choices)
    constants = {**draft.get("constants", {})}
    if "category" in constants and choices.get("category"):
        constants["category"] = choices["category"]
    mapping["constants"] = constants
    return _toml(mapping)


def _lookup(
    drafted: Mapping[str, Mapping[str, str]],
    unknown: Mapping[str, Mapping[str, int]],
    choices: Mapping[str, str],
) -> dict[str, dict[str, str]]:
    """Add the values that the form names for spellings that nothing knows."""
    tables = {field: dict(spellings) for field, spellings in drafted.items()}
    for field, spellings in unknown.items():
        for place, spelling in enumerate(spellings):
            value = choices.get(f"{VALUE}{field}.{place}", "")
            if value and field in VALUES:
                tables.setdefault(field, {})[spelling] = value
    return tables


def _toml(mapping: Mapping[str, Any]) -> str:
    plain = {name: value for name, value in mapping.items() if not isinstance(value, dict)}
    lines = [f"{name} = {_value(value)}" for name, value in plain.items()]
    for name in ("columns", "constants", "default"):
        lines += _section(name, mapping.get(name, {}))
    for field, spellings in mapping["lookup"].items():
        lines += _section(f"lookup.{field}", spellings)
    return "\n".join(lines) + "\n"


def _section(name: str, entries: Mapping[str, Any]) -> list[str]:
    return [
        "",
        f"[{name}]",
        *(f"{_value(key)} = {_value(value)}" for key, value in entries.items()),
    ]


def _value(value: object) -> str:
    """Quote a value: strings of JSON are basic strings of TOML, and so are lists of them."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
