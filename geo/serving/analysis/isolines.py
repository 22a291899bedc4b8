"""Isolines of the kernel density of the zone, and the bands between them."""

from collections.abc import Mapping
from typing import Final

from geo.serving.analysis.cells import zone_in_force
from geo.serving.analysis.measure import Measure
from geo.serving.analysis.result import Column, MeasureResult
from geo.serving.analysis.sample import PointSample
from geo.serving.analysis.shared_parameters import BANDWIDTH, MIN_DENSITY
from geo.snapshot.reader import Snapshot
from geo.statistics.kernel_density import (
    density_bands,
    estimate_density,
    round_breaks,
    true_area_ha,
)


def isolines(
    snapshot: Snapshot, sample: PointSample, parameters: Mapping[str, str]
) -> MeasureResult:
    """Compute bands between round densities; every place of the zone lies in exactly one."""
    bandwidth_m = BANDWIDTH.read(parameters)
    minimum = MIN_DENSITY.read(parameters)
    zone = zone_in_force(snapshot)
    surface = estimate_density(sample.lonlat, zone, bandwidth_m=bandwidth_m)
    # Where no business matches, a band of zero would say what nobody knows.
    bounds = round_breaks(surface.maximum)
    areas = density_bands(surface, bounds, minimum=minimum) if sample.n else []
    rows = [
        {
            "from_per_ha": max(band.low, minimum),
            "to_per_ha": band.high,
            "area_ha": round(true_area_ha(band.geometry), 3),
        }
        for band in areas
    ]
    outside = int(sample.n - surface.n)
    return MeasureResult(
        basis=sample.basis,
        measure="isolines",
        title="Lines of equal density of businesses",
        method=f"Gaussian kernel, standard deviation {bandwidth_m:g} m, on cells of "
        f"{surface.cell_m:.1f} m in EPSG:5186, each divided by the share of it inside the zone "
        "(Diggle 1985, Jones 1993), so that densities add up to the businesses there are. Only "
        "those inside the zone count.",
        parameters={
            "bandwidth_m": bandwidth_m,
            "min_density": minimum,
            "n_in_zone": surface.n,
            "cell_m": round(surface.cell_m, 2),
            "class_bounds": bounds,
        },
        caveats=(f"{outside} businesses outside the zone do not count",) if outside else (),
        columns=(
            Column("from_per_ha", "businesses per hectare, at least"),
            Column("to_per_ha", "businesses per hectare, less than; in the last row up to"),
            Column("area_ha", "true area of the band, hectares"),
        ),
        rows=rows,
        shapes=[band.geometry for band in areas],
    )


MEASURES: Final[Mapping[str, Measure]] = {
    "isolines": Measure(
        title="Lines of equal density of businesses",
        parameters=(BANDWIDTH, MIN_DENSITY),
        of=isolines,
    ),
}
