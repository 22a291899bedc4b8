"""Values of spreadsheets and JSON as the text a CSV file would hold."""

import datetime as dt
import json
import re
from typing import Any, Final

_EXACT: Final = 1e16  # above, neighbouring floats are more than one apart

_HALVES: Final = re.compile("[\ud800-\udfff]")  # of characters; JSON may hold them alone


def as_text(value: Any) -> str:
    """Format a cell as text: numbers without ".0", days as 2026-03-01, nothing as "".

    Args:
        value: text, number, truth, day, time of day, duration, None, or an object or list of JSON.
    """
    match value:
        case str():
            text = value
        case None:
            text = ""
        case bool():
            text = "true" if value else "false"
        case float() if value.is_integer() and abs(value) < _EXACT:
            text = str(int(value))
        case dt.datetime() if value.time() == dt.time():
            text = value.date().isoformat()
        case dt.datetime():
            text = value.isoformat(" ")
        case dict() | list():
            text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        case _:
            text = str(value)
    return _HALVES.sub("\ufffd", text)
