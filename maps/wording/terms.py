"""Words for the codes of a result: columns, parameters and their values, from the catalogues.

A message is the code: of a column with its measure before it where it means something of its own
there ("census value"), of a value with its column or parameter ("spot hot"). Where the language
lacks one, the words are English; a code stays a code only where it is data, as the id of a unit.
"""

from collections.abc import Sequence
from typing import Any, Final

from geo.core.vocab import CATEGORIES, CUISINE, KINDS
from geo.serving.analysis.result import Column, MeasureResult, Row
from maps.i18n import Words
from maps.wording.prose import plain_messages, translate_message, translate_sentence

COLUMN: Final = "column"
PARAMETER: Final = "parameter"
VALUE: Final = "value"
FRACTION: Final = ", 0 to 1"  # how a column of shares is described where it holds fractions
_LISTS: Final = ("stands_out_with",)  # columns of several codes, joined by commas
_STATED: Final = ("left_states", "right_states")  # columns of what a list states of a property
_CODED: Final = ("category", "halal")  # properties whose values are codes, and their contexts
_KINDS: Final = ("first", "second")  # parameters of the measure `contrast`
_SENTENCES: Final = ("reason",)
_AREA: Final = "area"  # of the measure `areas`: a type and a place, as in dong:4127354500
_OF_KINDS: Final = ("category", "kind", "of", "to")
_SMALL: Final = 10  # numbers below it are written with decimals


def column_title(words: Words, measure: str, column: Column) -> str:
    """Return the words at the head of a column; a user's own column keeps its name.

    Args:
        words: of the reader.
        measure: what the column belongs to.
        column: the column.
    """
    if column.verbatim:
        return column.name
    own = translate_message(words, COLUMN, f"{measure} {column.name}")
    return own or translate_message(words, COLUMN, column.name) or column.name


def column_meaning(words: Words, column: Column, *, percent: bool = False) -> str:
    """Return what a column means, with its unit.

    Args:
        words: of the reader.
        column: the column.
        percent: whether its shares are written as percentages.
    """
    if column.share and percent:
        return translate_sentence(words, column.description.replace(FRACTION, "")) + ", %"
    return translate_sentence(words, column.description)


def titles_by_name(words: Words, result: MeasureResult) -> dict[str, str]:
    """Map the columns of a result to the words at their head, each unlike the others."""
    titles: dict[str, str] = {}
    for column in result.columns:
        title = column_title(words, result.measure, column)
        while title in titles.values():  # a user's own column may be called as one of ours
            title += "_"
        titles[column.name] = title
    return titles


def parameter_title(words: Words, name: str) -> str:
    """Return the words for the name of a parameter."""
    return translate_message(words, PARAMETER, name) or name


def value_text(words: Words, name: str, value: Any) -> Any:
    """Return the words for a code or a truth value in a column; what is data stays as it is.

    Args:
        words: of the reader.
        name: of the column or parameter.
        value: what it holds.
    """
    if isinstance(value, bool):
        return words.coded(VALUE, "yes" if value else "no")
    if not isinstance(value, str):
        return value
    if name in _LISTS:
        return words.listed([_word(words, name, part) for part in value.split(",") if part])
    return _word(words, name, value)


def cell_text(words: Words, row: Row, column: Column) -> Any:
    """Return what a cell says to the reader; only texts and truth values become other words."""
    value = row.get(column.name)
    if column.verbatim or value is None:
        return value
    if column.name == "name" and row.get("to") == "language":
        return words.language(str(value))
    if column.name == "name" and row.get("to") == "kind":
        return words.phrase(str(value))
    if column.name in _STATED:
        return stated_text(words, str(row["property"]), str(value))
    return value_text(words, column.name, value)


def stated_text(words: Words, name: str, value: str) -> str:
    """Return what a list states of a property in words; names and numbers stay as they are.

    Args:
        words: of the reader.
        name: of the property.
        value: of the list; several are joined by commas.
    """
    if name not in _CODED:
        return value
    return words.listed([words.coded(name, part) for part in value.split(", ")])


def setting_text(words: Words, result: MeasureResult, name: str, value: Any) -> str:
    """Return the value of a parameter in words: shares, and class bounds of shares, in percent."""
    if value is None:
        return words.coded(VALUE, "none")
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "; ".join(setting_text(words, result, name, part) for part in value)
    if name == "class_column":
        return titles_by_name(words, result)[value]
    if isinstance(value, bool | str) or name == "year":
        return str(value_text(words, name, value))
    if _is_share(result, name):
        return words.percent(value, 2 if name == "class_bounds" else 1)
    return _number(words, value)


def kind_text(words: Words, kind: str) -> str:
    """Name a kind of business: a category, a kitchen, halal food or all."""
    if kind in CATEGORIES:
        return words.coded("category", kind)
    if kind.startswith(CUISINE):
        return words.cuisine(kind.removeprefix(CUISINE))
    return words.coded("analyse kind", kind)


def _word(words: Words, name: str, value: str) -> str:
    if name in _KINDS:
        return kind_text(words, value)
    if name == "language":
        return words.language(value)
    if name == _AREA and ":" in value:
        kind, _, place = value.partition(":")
        return f"{words.coded(VALUE, f'area_type {kind}')} {place}"
    code = f"{name} {value}"
    if code in plain_messages(VALUE):
        return words.coded(VALUE, code)
    if name in _OF_KINDS and value in KINDS:
        return kind_text(words, value)
    return translate_sentence(words, value) if name in _SENTENCES else value


def _is_share(result: MeasureResult, name: str) -> bool:
    if name == "class_bounds":
        of = result.parameters.get("class_column")
        return any(column.share for column in result.columns if of in (None, column.name))
    return name.endswith("_share")


def _number(words: Words, value: float) -> str:
    if float(value).is_integer():
        return words.number(value)
    return words.number(value, 3 if abs(value) < _SMALL else 1)
