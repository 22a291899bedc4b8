"""The page of a table that was handed in: its first rows, what is chosen of it, map and table.

The page carries the table in its own form, so that the service keeps nothing of it.
"""

import base64
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from geo.core.errors import GeoError
from geo.core.vocab import CENSUS_YEARS
from geo.readers.first_rows import FirstRows, read_first_rows
from geo.readers.row_positions import RowPositions
from geo.serving.analysis.result import MeasureResult
from geo.serving.class_choice import CLASSES
from geo.serving.table_join.choices import (
    LENGTHS,
    join_choices,
    map_choices,
    seen_choices,
)
from geo.serving.table_join.join import JoinChoices, JoinedTable, join_to_dong
from geo.serving.table_join.joined_measure import to_measure_result
from geo.serving.table_join.table import check_size, read_one_table
from geo.snapshot.reader import Snapshot
from maps.i18n import Words
from maps.pages.city_outline import outline
from maps.pages.table_join import KINDS
from maps.print.encodings import encoding_of
from maps.print.legend_entries import MISSING, legend_entries
from maps.style.number_format import number_format
from maps.web.attribution import credits_of
from maps.web.page import Page, Site
from maps.web.render import render
from maps.wording.dong_names import dong_names
from maps.wording.prose import REFUSAL, translate_sentence

_ROWS: Final = 10  # of the preview
_COLUMNS: Final = 12
_CELL: Final = 40  # characters
_MOST_REJECTS: Final = 50


@dataclass
class _View:
    """What is known of a table, as far as it can be read.

    Attributes:
        sheets: its first rows.
        fields: of the form, with what was found.
        header: names of its columns.
        joined: None where it cannot be joined.
        result: None where it cannot be drawn.
        problem: why, in English.
        positions: where the rows stand in the spreadsheet.
    """

    sheets: Sequence[FirstRows]
    fields: dict[str, str]
    header: Sequence[str] = ()
    joined: JoinedTable | None = None
    result: MeasureResult | None = None
    problem: str = ""
    positions: RowPositions = field(default_factory=RowPositions)

    @property
    def sheet(self) -> FirstRows:
        """The chosen sheet."""
        named = [each for each in self.sheets if each.sheet == self.fields.get("sheet", "")]
        return (named or list(self.sheets) or [FirstRows("", {})])[0]


def page(
    snapshot: Snapshot, site: Site, content: bytes, ending: str, fields: Mapping[str, str]
) -> tuple[Page, int]:
    """Render the table with its choices, and the HTTP status: 400 where it cannot be joined.

    Args:
        snapshot: for the dong.
        site: language and addresses.
        content: bytes of the file.
        ending: of its name.
        fields: of the form.
    """
    words = Words(site.lang)
    with tempfile.TemporaryDirectory() as folder:  # gone with the answer
        file = Path(folder) / f"table{ending}"
        file.write_bytes(content)
        view = _view(file, snapshot, dict(fields))
    values = {
        "carried": f"{ending}:{base64.b64encode(content).decode()}",
        "seen": seen_choices(view.fields),
        "handed": view,
        "fields": {name: view.fields.get(name, "") for name in LENGTHS},
        "lengths": LENGTHS,
        "kinds": [(kind, words.coded("take away", kind)) for kind in KINDS],
        "classes": [(kind, words.coded("table classes", kind)) for kind in CLASSES.values],
        "problem": translate_sentence(words, view.problem, REFUSAL),
        "first_rows": _cut(view.sheet),
        "credits": credits_of(snapshot, ["dong"], site.lang),
        **_drawing(snapshot, view.result, words),
        **_account(view, words),
    }
    return render("joined-table.html", site, values), 200 if view.result else 400


def _view(file: Path, snapshot: Snapshot, fields: dict[str, str]) -> _View:
    """Read a table as far as possible."""
    view = _View((), fields)
    try:
        check_size(file)
        view.sheets = read_first_rows(file)
        chosen = _guess_layout(view, join_choices(fields))
        table, rows = read_one_table(file, chosen.layout)
        view.header, view.positions = list(next(iter(rows.values()), ())), table.positions
        view.joined = join_to_dong(file, snapshot, choices=chosen)
        view.fields["by"] = view.joined.key
        if view.joined.year:
            view.fields["year_column"] = view.joined.year.name
            view.fields["year"] = view.joined.year.year
        column = fields.get("column") or next(iter(view.joined.numeric), "")
        view.fields["column"] = column
        view.result = to_measure_result(view.joined, snapshot, column, map_choices(fields))
    except GeoError as error:
        view.problem = str(error)
    return view


def _guess_layout(view: _View, chosen: JoinChoices) -> JoinChoices:
    """Find the sheet and the header where they are not chosen, and note them in the form.

    The first sheet with a header is taken.
    """
    layout = chosen.layout
    if not layout.sheet:
        heads = [each for each in view.sheets if each.find_layout().skip is not None]
        layout = replace(layout, sheet=(heads or list(view.sheets))[0].sheet)
    view.fields["sheet"] = layout.sheet
    found = view.sheet.find_layout()
    if layout.skip is None:
        layout = replace(layout, skip=found.skip, header_rows=found.header_rows)
    elif layout.header_rows is None:
        layout = replace(layout, header_rows=1)
    if layout.skip is not None:
        view.fields["header_row"] = str(layout.skip + 1)
        view.fields["header_rows"] = str(layout.header_rows)
    return replace(chosen, layout=layout)


def _cut(sheet: FirstRows) -> list[tuple[int, list[str]]]:
    """Cut the first rows to what fits on a page."""
    return [
        (number, [cell if len(cell) <= _CELL else f"{cell[:_CELL]}…" for cell in cells[:_COLUMNS]])
        for number, cells in list(sheet.rows.items())[:_ROWS]
    ]


def _drawing(snapshot: Snapshot, result: MeasureResult | None, words: Words) -> dict[str, Any]:
    """Draw the map, its legend and the table of all dong, in the classes of the picture."""
    if result is None:
        return {"city": None, "legend": (), "table": (), "fills": {}}
    legend = legend_entries(result.rows, encoding_of(result), "value", words)
    look_of = {n: entry.look for entry in legend for n in entry.rows}
    numbers = [row["value"] for row in result.rows if row["value"] is not None]
    write, names = number_format(numbers or [0.0], words), dong_names(snapshot, words)
    table = [
        {
            "code": row["dong_code"],
            "name": names[row["dong_code"]],
            "value": None if row["value"] is None else write(row["value"]),
        }
        for row in result.rows
    ]
    fills = {
        row["dong_code"]: "url(#missing)" if look_of[n] == MISSING else look_of[n].face
        for n, row in enumerate(result.rows)
    }
    city = outline(snapshot, max(CENSUS_YEARS), words)
    entries = [
        (entry.label, "url(#missing)" if entry.look == MISSING else entry.look.face, entry.amount)
        for entry in legend
    ]
    return {"city": city, "legend": entries, "table": table, "fills": fills}


def _account(view: _View, words: Words) -> dict[str, Any]:
    """List what happened to the rows, in the reader's words."""
    rejects = view.joined.rejects if view.joined else ()
    return {
        "caveats": [
            translate_sentence(words, text) for text in (view.result.caveats if view.result else ())
        ],
        "rejects": [
            (view.positions.of(reject.row), reject.text, translate_sentence(words, reject.reason))
            for reject in rejects[:_MOST_REJECTS]
        ],
        "more_rejects": max(0, len(rejects) - _MOST_REJECTS),
        "heading": translate_sentence(words, view.result.title) if view.result else "",
    }
