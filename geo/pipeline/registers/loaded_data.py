"""What has been loaded into the atlas beyond `data/`, carried from snapshot to snapshot."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from geo.core.errors import BadParameterError, SnapshotError
from geo.pipeline.registers import reference_layers as references
from geo.pipeline.registers import register as registers
from geo.pipeline.registers.basemap import encode_basemap
from geo.pipeline.registers.decisions import DECISIONS, no_decisions
from geo.pipeline.registers.reference_layers import References
from geo.pipeline.registers.register import Register
from geo.snapshot.history import DECISIONS_FILE
from geo.snapshot.integrity import NAME, REMEDY, check_file, parse_manifest
from geo.snapshot.reader import GROUND


@dataclass(frozen=True)
class LoadedData:
    """Registers, references and decisions.

    Attributes:
        registers: lists of businesses by id.
        references: outlines, residents and ground by kind.
        decisions: what staff decided on pairs of businesses, columns `decisions.COLUMNS`.
    """

    registers: Mapping[str, Register] = field(default_factory=dict)
    references: References = field(default_factory=References)
    decisions: pd.DataFrame = field(default_factory=no_decisions, repr=False)

    def with_register(self, register: Register) -> "LoadedData":
        """Replace a register by its newer state."""
        return replace(self, registers={**self.registers, register.id: register})

    def with_reference(
        self, kind: str, table: pd.DataFrame, about: Mapping[str, Any]
    ) -> "LoadedData":
        """Replace a reference by its newer state."""
        return replace(self, references=self.references.with_table(kind, table, about))

    def with_decisions(self, decisions: pd.DataFrame) -> "LoadedData":
        """Replace the decisions by their newer state."""
        return replace(self, decisions=decisions)

    def without(self, name: str) -> tuple["LoadedData", int]:
        """Leave out one register or reference, or the decisions, and count the rows.

        Raises:
            BadParameterError: nothing of this name is loaded.
        """
        if name in self.registers:
            left = {other: register for other, register in self.registers.items() if other != name}
            return replace(self, registers=left), len(self.registers[name].frame)
        if name in self.references.tables:
            rows = len(self.references.tables[name])
            return replace(self, references=self.references.without(name)), rows
        if name == DECISIONS and len(self.decisions):
            return replace(self, decisions=no_decisions()), len(self.decisions)
        decided = [DECISIONS] if len(self.decisions) else []
        names = sorted([*self.registers, *self.references.tables, *decided])
        raise BadParameterError("source", name, names or "none: nothing is loaded")

    def tables(self) -> dict[str, pd.DataFrame | bytes | Path]:
        """Return what a snapshot stores of them, by file name; `ground.json` is for the maps."""
        files: dict[str, pd.DataFrame | bytes | Path] = {
            **registers.tables(self.registers),
            **self.references.files(),
        }
        if len(self.decisions):
            files[DECISIONS_FILE] = self.decisions
        if "ground" in self.references.tables:
            files[GROUND] = encode_basemap(gpd.GeoDataFrame(self.references.tables["ground"]))
        return files

    @property
    def beyond(self) -> Register | None:
        """The register that has rows in other cities, if any."""
        return next((register for register in self.registers.values() if register.beyond), None)

    def about(self) -> dict[str, Any]:
        """Return what the manifest says of them."""
        return {
            "registers": {name: dict(register.about) for name, register in self.registers.items()},
            "references": {kind: dict(entry) for kind, entry in self.references.about.items()},
            "ground": [
                dict(entry) for kind, entry in self.references.about.items() if kind == "ground"
            ],
        }

    def sources(self) -> dict[str, Any]:
        """Return who published them, by source id."""
        lists = {name: dict(register.about["source"]) for name, register in self.registers.items()}
        shapes = {
            entry["source_id"]: dict(entry["source"]) for entry in self.references.about.values()
        }
        return {**lists, **shapes}


def load_from_snapshot(home: Path) -> LoadedData:
    """Load what the current snapshot stores; nothing where there is no snapshot.

    Raises:
        SnapshotError: a file of it is missing or altered, or it was made by a newer atlas.
    """
    folder = (home / "current").resolve()  # once: a switch between two looks would mix two states
    if not (folder / NAME).exists():
        return LoadedData()
    manifest = parse_manifest(folder)
    for name, expected in manifest.get("tables", {}).items():
        try:
            check_file(folder / name, expected)
        except OSError as error:
            raise SnapshotError(f"{name} cannot be read ({error.strerror}): {REMEDY}") from error
    return LoadedData(
        registers.registers_from_snapshot(folder, manifest.get("registers", {})),
        references.references_from_snapshot(folder, manifest.get("references", {})),
        _decisions(folder / DECISIONS_FILE, manifest),
    )


def _decisions(file: Path, manifest: Mapping[str, Any]) -> pd.DataFrame:
    known = file.name in manifest.get("tables", {})
    return pd.read_parquet(file) if known else no_decisions()
