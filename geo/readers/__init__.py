"""Register files as tables of text: CSV, XLSX and GeoJSON, in folders and zips, as published.

Nothing is guessed about what a cell means and nothing is ever written; what cannot be read is
refused with one sentence or set aside in `Table.broken` with its row number.
"""

from geo.readers.read import open_tables
from geo.readers.table import BrokenRow, Table

__all__ = ["BrokenRow", "Table", "open_tables"]
