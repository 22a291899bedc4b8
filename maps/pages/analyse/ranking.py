"""Rows of the table: named, and the largest first."""

from collections.abc import Mapping, Sequence

import h3
import numpy as np

from geo.core.crs import in_metres
from geo.serving.analysis.cells import Cells, cells, zone_in_force
from geo.serving.analysis.result import Row
from geo.serving.analysis.sample import PointSample
from geo.snapshot.reader import Snapshot
from geo.statistics.cells import hexagons_at
from maps.i18n import Words
from maps.pages.analyse.selection import Selection, sample_of
from maps.pages.analyse.unit_names import Station, unit_names
from maps.web.base_layers import name_of
from maps.wording.dong_names import dong_names


def units_of(snapshot: Snapshot, chosen: Selection, scale: str) -> tuple[Cells, PointSample]:
    """Compute the units on which the businesses of a selection are counted."""
    sample = sample_of(snapshot, chosen)
    return cells(snapshot, scale, sample.lonlat, zone_in_force(snapshot)), sample


def names_of_units(
    snapshot: Snapshot, chosen: Selection, scale: str, words: Words
) -> Mapping[str, str]:
    """Name the units on which the businesses of a selection are counted."""
    dong = dong_names(snapshot, words)
    if scale == "dong":
        return dong
    stations, streets = stations_of(snapshot, words), streets_of(snapshot, words)
    return unit_names(*units_of(snapshot, chosen, scale), dong, stations, streets)


def names_of_hexagons(snapshot: Snapshot, ids: Sequence[str], words: Words) -> Mapping[str, str]:
    """Name hexagons by the businesses of today that stand on them."""
    sample = sample_of(snapshot, Selection())
    places = {cell: place for place, cell in enumerate(ids)}
    cell_of = np.array([places.get(cell, -1) for cell in hexagons_at(sample.lonlat)], dtype=int)
    here = cell_of >= 0
    inside = PointSample(sample.layer, sample.rows[here], sample.lonlat[here], sample.xy[here], {})
    centres = np.array([h3.cell_to_latlng(cell)[::-1] for cell in ids]).reshape(-1, 2)
    xy, nothing = in_metres(centres), np.empty(0)
    units = Cells("hex", tuple(ids), nothing, xy, nothing, cell_of[here])
    stations, streets = stations_of(snapshot, words), streets_of(snapshot, words)
    return unit_names(units, inside, dong_names(snapshot, words), stations, streets)


def stations_of(snapshot: Snapshot, words: Words) -> list[Station]:
    """List the stations with their names and places in metres."""
    stations = snapshot.manifest["stations"]
    places = in_metres(np.array([[station["lon"], station["lat"]] for station in stations]))
    return [(name_of(station, words), xy) for station, xy in zip(stations, places, strict=True)]


def streets_of(snapshot: Snapshot, words: Words) -> dict[str, str]:
    """Map the Korean names of the streets that have lines to those for the reader."""
    if words.lang == "ko":
        return {}
    columns = snapshot.layers["streets"].columns
    names = (columns[name].to_pylist() for name in ("name_ko", "name_en"))
    return {korean: latin for korean, latin in zip(*names, strict=True) if latin}


def ranked(rows: Sequence[Row], names: Mapping[str, str], by: str) -> list[Row]:
    """Sort rows by a value, then density, those without it last, and add name and bar."""
    ranked = sorted(
        rows,
        key=lambda row: (row[by] is None, -(row[by] or 0), -(row["per_ha"] or 0), row["unit"]),
    )
    top = max((row["per_ha"] or 0 for row in rows), default=0) or 1
    return [
        {
            **row,
            "name": names.get(row["unit"], row["unit"]),
            "bar": None if row["per_ha"] is None else row["per_ha"] / top,
        }
        for row in ranked
    ]
