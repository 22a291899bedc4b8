"""Recognize files that are not what their name says, by their first bytes."""

import re
from typing import Final

from geo.readers.errors import EmptyFileError, NotATableError

BOM: Final = b"\xef\xbb\xbf"
_UTF16: Final = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")
_FORMATS: Final = {
    b"PK\x03\x04": ("a zip or .xlsx file", "give it its own ending"),
    b"PK\x05\x06": ("an empty zip", "download it again"),
    b"\xd0\xcf\x11\xe0": ("an old or protected spreadsheet", "save it as .xlsx without a password"),
    b"%PDF": ("a PDF", "look for the table it was made from"),
    b"\x1f\x8b": ("a gzip file", "unpack it first"),
    b"PAR1": ("a Parquet file", "save it as CSV"),
    b"SQLite format 3": ("a database", "export its table as CSV"),
}
# What data.go.kr says instead of data, such as SERVICE_KEY_IS_NOT_REGISTERED_ERROR.
_SERVICE_ERROR: Final = re.compile(rb"\b[A-Z]+(?:_[A-Z]+)*_ERROR\b")


def refuse_other_kinds(name: str, first: bytes) -> None:
    """Refuse what is neither a table of text nor JSON.

    Args:
        name: the file.
        first: how it begins, a few kB or more.

    Raises:
        EmptyFileError: it is empty.
        NotATableError: it is another format, UTF-16, a web page, or an error message.
    """
    begin = first.removeprefix(BOM).lstrip()
    if not begin:
        raise EmptyFileError(name, "is empty", "download it again")
    if first.startswith(_UTF16):
        raise NotATableError(name, "is UTF-16 text", "save it as UTF-8")
    for magic, (what, advice) in _FORMATS.items():
        if first.startswith(magic):
            raise NotATableError(name, f"is {what}", advice)
    if begin.startswith(b"<"):
        refuse_service_error(name, first)
        raise NotATableError(
            name, "is a web page or an XML message, not a table", "download it again"
        )


def refuse_service_error(name: str, first: bytes) -> None:
    """Refuse the error message of a data service that was saved in place of data.

    Raises:
        NotATableError: the first kB holds the name of an error.
    """
    match = _SERVICE_ERROR.search(first[:1_000])
    if match:
        raise NotATableError(
            name,
            f"is the error message {match[0].decode()} of a data service, not a table",
            "correct the request and download it again",
        )
