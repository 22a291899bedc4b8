"""Tables as readers give them, from rows made by hand, and what a mapping says of a list."""

from collections.abc import Sequence

from geo.readers.table import Table, record_batches

# What a mapping must say of a list before its columns.
ABOUT = {
    "id": "shops",
    "title": "Shops",
    "publisher": "City",
    "url": "https://example.org",
    "licence": "CC BY 4.0",
    "licence_url": "https://creativecommons.org/licenses/by/4.0/",
    "attribution": "Shops: City",
}


def table(
    *rows: dict[str, str], header: Sequence[str] = (), name: str = "shops.csv", crs: str = ""
) -> Table:
    """A table of one row per dict, numbered from 1; a cell that a dict lacks is empty.

    Args:
        rows: cells by column.
        header: the columns; those that any of the rows has by default.
        name: of the file.
        crs: reference system that the file states.
    """
    columns = tuple(header) or tuple(dict.fromkeys(item for row in rows for item in row))
    cells = [
        (number, [row.get(column, "") for column in columns]) for number, row in enumerate(rows, 1)
    ]
    return Table(name, "utf-8", ",", columns, record_batches(columns, cells), [], [], crs=crs)
