"""The form by which a table is handed in: a file, pasted text, or the table of the page before.

Nothing of a table is kept by the service: the page that shows it carries it in a field of its own
form, in base64, and the next request brings it along.
"""

import base64
import binascii
from pathlib import Path
from typing import Any, Final, NamedTuple

from starlette.datastructures import FormData, UploadFile

from api.responses.measure_formats import PICTURES, TABLES
from geo.core.errors import BadParameterError
from geo.core.parameter_values import one_of
from geo.serving.class_choice import CLASSES
from geo.serving.table_join.choices import LENGTHS, check_lengths, drop_stale
from geo.serving.table_join.table import MOST_BYTES

PAGE: Final = "html"
ZIPPED: Final = "zip"  # the CSV and its about-file
FIELDS: Final = tuple(LENGTHS)
MOST_CARRIED: Final = 4 * (MOST_BYTES // 3 + 2) + 10  # bytes of a file in base64
_ENDINGS: Final = (".csv", ".xlsx")
_PASTED: Final = ".tsv"
_TABLE: Final = ("table", "text", "carried")
FORM: Final[dict[str, Any]] = {
    "type": "object",
    "properties": {
        "table": {
            "type": "string",
            "format": "binary",
            "description": f"CSV or XLSX by dong, at most {MOST_BYTES // 1_000_000} MB; not kept",
        },
        "text": {"type": "string", "description": "instead of a file: cells pasted as text"},
        "carried": {"type": "string", "description": "instead of a file: ending:base64 of one"},
        "by": {"type": "string", "description": "column that names the dong; found without it"},
        "column": {"type": "string", "description": "column of numbers to draw; the first one"},
        "sheet": {"type": "string", "description": "sheet of a workbook that holds several"},
        "header_row": {"type": "string", "description": "row that names the columns; found"},
        "header_rows": {"type": "string", "enum": ["1", "2"], "description": "rows of the header"},
        "year_column": {"type": "string", "description": "of a long table, its column of years"},
        "year": {"type": "string", "description": "year to join, as the table writes it; the last"},
        "title": {"type": "string", "description": "printed over the map"},
        "unit": {"type": "string", "description": "of the numbers, printed with the title"},
        "source": {"type": "string", "description": "of the table, printed below the map"},
        "classes": {
            "type": "string",
            "enum": list(CLASSES.values),
            "description": "of the legend; round is the default",
        },
        "breaks": {"type": "string", "description": "upper bounds of own classes, by spaces"},
        "seen": {"type": "string", "description": "choices of the page that the form is from"},
        "f": {"type": "string", "enum": [*PICTURES, *TABLES, ZIPPED, PAGE], "default": "json"},
    },
}


class HandedIn(NamedTuple):
    """A table that was handed in: its bytes, the ending of its name, and the other fields."""

    content: bytes
    ending: str
    fields: dict[str, str]


def read_fields(sent: FormData) -> dict[str, str]:
    """Read the fields that were filled in, except for the table.

    Raises:
        BadParameterError: there is another one, or one is too long.
    """
    for name in sent:
        if name not in (*FIELDS, *_TABLE):
            raise BadParameterError(name, "", ", ".join((*sorted(FIELDS), *_TABLE)))
    fields = {name: str(sent[name]) for name in FIELDS if sent.get(name)}
    check_lengths(fields)
    return drop_stale(fields)


async def read_table(sent: FormData, fields: dict[str, str]) -> HandedIn:
    """Read the table of the form: a file, else pasted text, else the one that the page carried.

    Raises:
        BadParameterError: there is none, or it ends otherwise.
    """
    handed, text, carried = (sent.get(name) for name in _TABLE)
    if isinstance(handed, UploadFile) and handed.filename:
        ending = one_of("table", Path(handed.filename).suffix.lower(), _ENDINGS)
        return HandedIn(await handed.read(), ending, fields)
    if isinstance(text, str) and text.strip():
        return HandedIn(text.encode(), _PASTED, fields)
    if isinstance(carried, str) and carried:
        ending, _, content = carried.partition(":")
        one_of("carried", ending, (*_ENDINGS, _PASTED))
        try:
            return HandedIn(base64.b64decode(content, validate=True), ending, fields)
        except binascii.Error:
            raise BadParameterError("carried", content[:20], "base64") from None
    raise BadParameterError("table", "", "a CSV or XLSX file, or pasted cells")
