"""Where a loaded register lists every business.

A register is complete in the areas it was loaded for, no further: the register of all shops of
Korea, loaded for one dong, says nothing of the dong beside it.
"""

from collections.abc import Mapping
from typing import Any, Final

import geopandas as gpd
import shapely

from geo.core.crs import STORE
from geo.pipeline.areas import Areas
from geo.pipeline.geocoding.geocode import GeocodingReference
from geo.pipeline.registers.register import Register
from geo.pipeline.registers.release import Source
from geo.pipeline.sources import simulated, zone

ZONE: Final = "zone"
_ENOUGH: Final = 0.5  # share of the zone's published total that a complete register must reach


def covered_areas(
    source: Source, ground: GeocodingReference, before: Register | None, *, rows: int
) -> list[str]:
    """List the areas in which a register is complete after a load: gu, dong, or the zone.

    Args:
        source: the register.
        ground: the area that it is loaded for.
        before: the register before this load.
        rows: how many of the area were loaded; without one it says nothing of the area.
    """
    known = set(before.covers) if before else set()
    if not rows:
        return sorted(known)
    if source.complete_in == "area":
        known |= set(ground.area)
    elif source.complete_in == "zone" and _holds_zone(ground):
        known |= {ZONE}
    return sorted(known)


def covered_outlines(
    registers: Mapping[str, Register], areas: Areas, *, gap: bool
) -> dict[str, shapely.Geometry | None]:
    """Map each register to the outline (lon/lat) in which it is complete, None for the whole city.

    Args:
        registers: the loaded ones; a register that is complete nowhere is left out.
        areas: gu, dong and the zone.
        gap: whether businesses of the zone are missing from all registers; one that claims the
            zone is then not believed at all.
    """
    gu, dong = areas.frame("gu"), areas.frame("dong")
    zone_now = zone.in_force(areas.frame("zone")).to_crs(STORE).union_all()
    shapes: dict[str, Any] = {ZONE: zone_now}
    for frame in (gu, dong):
        shapes |= dict(zip(frame.index.astype(str), frame.to_crs(STORE).geometry, strict=True))
    outlines: dict[str, shapely.Geometry | None] = {}
    for name, register in registers.items():
        covers = set(register.covers) & set(shapes)
        outline = shapely.union_all([shapes[code] for code in covers])
        if outline.is_empty or (gap and outline.intersects(zone_now)):
            continue
        outlines[name] = None if covers.issuperset(gu.index) else outline
    return outlines


def has_whole_zone(businesses: gpd.GeoDataFrame, registers: Mapping[str, Register]) -> bool:
    """Return whether a register of all businesses is loaded for (nearly) all of the zone.

    Args:
        businesses: of all lists, with `registers` and `in_zone`.
        registers: the loaded ones.
    """
    enough = _ENOUGH * int(simulated.SPEC.numbers["businesses"])
    complete = {name for name, register in registers.items() if register.covers}
    listed = businesses["registers"].map(lambda names: not complete.isdisjoint(names))
    return bool(complete) and int(businesses.loc[listed, "in_zone"].sum()) >= enough


def _holds_zone(ground: GeocodingReference) -> bool:
    in_metres = ground.zone.to_crs(5186).union_all()
    return bool(ground.city.buffer(ground.reach_m).contains(in_metres))
