"""Cells that no spreadsheet program runs as a formula."""

import re
from typing import Final

# What begins a formula; the wide ones do so in Korean and Japanese programs (OWASP, CSV Injection).
SIGNS: Final = "=+@＝＋－＠-"
# A cell begins where the text begins, and, for a program that separates by semicolons or tabs and
# so does not see our quotes, after each of those and after a line break.
_FORMULA: Final = re.compile(rf"(^|[;\t\r\n])(\s*)([{SIGNS}])")
_SPACE_FIRST: Final = re.compile(r"^([\t\r\n])")
_NUMBER: Final = re.compile(r"[+-]?\d+(?:\.\d+)?")


def escape_formula(text: str) -> str:
    """Put a quote ' before whatever could begin a formula; plain numbers stay as they are."""
    if _NUMBER.fullmatch(text):
        return text
    return _FORMULA.sub(r"\1\2'\3", _SPACE_FIRST.sub(r"'\1", text.replace("\0", "\ufffd")))
