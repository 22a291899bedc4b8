"""What staff do with the file of a register: inspect, dry run, publish; and undo the last load.

Each is the command of the same name, so that pages check what the command line checks.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Final

from api.service.atlas_command import Workplace, run_atlas
from api.service.mapping_form import columns_of, mapping_text
from api.service.register_uploads import Upload, UploadStore
from geo.core.errors import GeoError, SnapshotError
from geo.snapshot.history import StoredSnapshot, list_snapshots, snapshot_before_load
from maps.pages.staff_fields import MOST_UNKNOWN

MAPPING: Final = "mapping.toml"
REJECTS: Final = "rejects"
TABLE: Final = "table"
_DRAFT: Final = "draft.toml"
_INSPECT_S: Final = 60
_LOAD_S: Final = 300
_UNDO_S: Final = 120
_MOST_TABLES: Final = 20
_MOST_COLUMNS: Final = 200
_LONGEST: Final = 200  # characters of a cell that is shown
_LONGEST_CELL: Final = 32_000_000  # characters of a cell of the rejects


class StaleDryRunError(GeoError):
    """What a dry run counted is no longer what a load would do."""


@dataclass(frozen=True)
class RejectedRows:
    """The first rows that were set aside.

    Attributes:
        header: file, row, reason, and the columns of the file.
        rows: cells as text.
    """

    header: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class Desk:
    """Where registers are loaded.

    Attributes:
        store: the files that staff are at work on.
        home: folder of the snapshots.
    """

    store: UploadStore
    home: Path

    def inspect(
        self, upload: Upload, layout: Mapping[str, str], columns: Mapping[str, str]
    ) -> Upload:
        """Inspect a file, as `atlas inspect` does.

        Args:
            upload: the file.
            layout: `sheet`, `skip` and `header_rows`, as far as they are known.
            columns: header by field, as far as they are known.

        Raises:
            CommandRefusedError: it cannot be read as a table.
            NotFoundError: it is no longer kept.
        """
        known = [f"--{name.replace('_', '-')}={value}" for name, value in layout.items() if value]
        known += [f"--column={field}={header}" for field, header in columns.items()]
        arguments = ["inspect", upload.file, "--write", _DRAFT, *known]
        found = run_atlas(arguments, self._at(upload, _INSPECT_S))["tables"]
        tables = tuple(_short_table(table) for table in found[:_MOST_TABLES])
        return self.store.save(upload, layout=dict(layout), tables=tables, account={})

    def dry_run(self, upload: Upload, source: str, choices: Mapping[str, str]) -> Upload:
        """Count what a load would do, as `atlas ingest --dry-run` does; nothing is changed.

        Args:
            upload: the file.
            source: `table`, or one of `SOURCES`.
            choices: fields of the form on columns.

        Raises:
            CommandRefusedError: it cannot be loaded so.
            NotFoundError: it is no longer kept.
        """
        known = {**upload.choices, **(choices if source == TABLE else {})}
        known["older"] = choices.get("older", "")
        tried = self.store.save(upload, source=source, choices=known, account={})
        folder = self.store.folder(tried)
        for ending in ("csv", "xlsx"):
            (folder / f"{REJECTS}.{ending}").unlink(missing_ok=True)
        if source == TABLE:
            tried = self._inspect_anew(tried)
            text = mapping_text(tried.table, tried.choices, _layout_keys(tried.layout))
            (folder / MAPPING).write_text(text, "utf-8")
        serves = self._serving_id()
        rejects = [f"--rejects={REJECTS}.{ending}" for ending in ("csv", "xlsx")]
        account = run_atlas([*_load(tried), "--dry-run", *rejects], self._at(tried, _LOAD_S))
        return self.store.save(tried, account=account, snapshot=serves)

    def publish(self, upload: Upload) -> str:
        """Load a file as its dry run showed, and return the id of what serves from now on.

        Raises:
            CommandRefusedError: somebody else loads at the same time, or it cannot be loaded.
            StaleDryRunError: there was no dry run, or another load came after it.
        """
        if not upload.account or upload.snapshot != self._serving_id():
            raise StaleDryRunError(
                "another load was published after this dry run; make the dry run again"
            )
        run_atlas(_load(upload), self._at(upload, _LOAD_S))
        self.store.remove(upload)
        return self._serving_id()

    def undo(self, expected: str, staff: str) -> str:
        """Take back the load that serves, and return the id of what serves from now on.

        Raises:
            CommandRefusedError: another load serves meanwhile, or there is none to undo.
        """
        at = Workplace(self.home, self.home, _UNDO_S)
        run_atlas(["undo", f"--expected={expected}", "--no-wait", f"--by={staff}"], at)
        return self._serving_id()

    def rejects(self, upload: Upload, most: int) -> RejectedRows:
        """Read the first rows that the last dry run set aside."""
        path = self.store.folder(upload) / f"{REJECTS}.csv"
        csv.field_size_limit(_LONGEST_CELL)
        try:
            with path.open(encoding="utf-8-sig", newline="") as file:
                header, *rows = islice(csv.reader(file), most + 1)
        except (OSError, ValueError):  # there is none, or it is empty
            return RejectedRows()
        return RejectedRows(_short_cells(header), tuple(_short_cells(row) for row in rows))

    def history(self) -> tuple[list[StoredSnapshot], StoredSnapshot | None]:
        """List the snapshots, and the one that `undo` would return to."""
        snapshots = list_snapshots(self.home)
        try:
            return snapshots, snapshot_before_load(snapshots)
        except SnapshotError:
            return snapshots, None

    def _inspect_anew(self, upload: Upload) -> Upload:
        """Inspect a file again where other columns were chosen than it was inspected with."""
        chosen = columns_of(upload.choices)
        columns = upload.table["columns"]
        inspected = {column["column"]: column["header"] for column in columns if column["column"]}
        if {field: header for field, header in chosen.items() if header} == inspected:
            return upload
        return self.inspect(upload, upload.layout, chosen)

    def _at(self, upload: Upload, seconds: int) -> Workplace:
        return Workplace(self.store.folder(upload), self.home, seconds)

    def _serving_id(self) -> str:
        return (self.home / "current").resolve().name


def _load(upload: Upload) -> list[str]:
    """Return the command that loads a file as it was tried last."""
    mapping = ["--mapping", MAPPING] if upload.source == TABLE else []
    older = ["--older"] if upload.choices.get("older") else []
    turn = ["--no-wait", f"--by={upload.staff}"]
    return ["ingest", upload.source, upload.file, *mapping, *older, *turn]


def _layout_keys(layout: Mapping[str, str]) -> list[tuple[str, str | int]]:
    """Return the keys of a mapping that say where its header is."""
    numbers = [(name, int(layout[name])) for name in ("skip", "header_rows") if layout.get(name)]
    return [*numbers, *([("sheet", layout["sheet"])] if layout.get("sheet") else [])]


def _short_table(table: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a page shows of an inspected table, however large the table is."""
    columns = [
        {**column, "samples": [*_short_cells(column["samples"])]}
        for column in table["columns"][:_MOST_COLUMNS]
        if len(column["header"]) <= _LONGEST
    ]
    unknown = {
        field: dict(
            islice(((text, n) for text, n in values.items() if len(text) <= _LONGEST), MOST_UNKNOWN)
        )
        for field, values in table["unknown"].items()
    }
    draft = "\n".join(line for line in table["draft"].split("\n") if not line.startswith("#"))
    kept = {name: value for name, value in table.items() if name != "known"}
    return {**kept, "columns": columns, "unknown": unknown, "draft": draft}


def _short_cells(cells: Any) -> tuple[str, ...]:
    return tuple(
        cell if len(cell) <= _LONGEST else f"{cell[:_LONGEST]}…" for cell in cells[:_MOST_COLUMNS]
    )
