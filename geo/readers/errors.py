"""Errors of input files: one sentence that names the file and what to do."""

from geo.core.errors import GeoError


class InputFileError(GeoError):
    """A file cannot be read as a table.

    Attributes:
        name: the file as people know it, with its entry when it lies in a zip.
        row: 1-based data row the problem was found at; None where it is not a single row.
    """

    def __init__(self, name: str, problem: str, advice: str, *, row: int | None = None) -> None:
        self.name = name
        self.row = row
        super().__init__(f"{name}: {problem}; {advice}")


class MissingFileError(InputFileError):
    """There is nothing to read: no such file, or nothing readable in a folder or zip."""


class UnreadableFileError(InputFileError):
    """The file exists but cannot be opened or read to its end."""


class ChangedFileError(InputFileError):
    """The file changed, was replaced or vanished while it was being read."""


class EmptyFileError(InputFileError):
    """The file holds no data row."""


class NoRowsError(EmptyFileError):
    """The file holds a header and nothing else."""


class NotATableError(InputFileError):
    """The file is something else: binary, a web page, another format."""


class TextEncodingError(InputFileError):
    """The header is in none of the encodings tried, or the rows are in several of them."""


class HeaderError(InputFileError):
    """The first row does not name the columns: too many, some twice."""


class OneColumnError(HeaderError):
    """The first row names one column: a title, a note, or cells with an unknown delimiter."""


class TooLongError(InputFileError):
    """A row is longer than any register has."""


class BrokenRowsError(InputFileError):
    """Too many rows cannot be read, or none can."""


class ArchiveError(InputFileError):
    """A zip is damaged, encrypted, nested, a bomb, or names files outside itself."""


class WorkbookError(InputFileError):
    """A spreadsheet is damaged, protected or too large."""


class FeaturesError(InputFileError):
    """A JSON file is not a GeoJSON FeatureCollection that can be read."""
