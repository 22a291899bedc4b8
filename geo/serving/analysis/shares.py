"""Share of foreign-run businesses as a kernel surface over the zone."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

import numpy as np
import shapely

from geo.core.crs import in_metres
from geo.serving.analysis.cells import zone_in_force
from geo.serving.analysis.measure import Measure
from geo.serving.analysis.result import Column, MeasureResult
from geo.serving.analysis.sample import PointSample
from geo.serving.analysis.shared_parameters import BANDWIDTH
from geo.snapshot.reader import Snapshot
from geo.statistics.kernel_density import (
    Surface,
    cell_centres,
    density_bands,
    density_ratio,
    estimate_density,
    true_area_ha,
)

CLASSES: Final = (0.2, 0.4, 0.6, 0.8, 1.0)  # upper bounds
LEAST: Final = 5  # foreign-run businesses within REACH bandwidths, for a share to be shown
REACH: Final = 2
UNKNOWN: Final = "whether foreigners run it is not known"
OUTSIDE: Final = "outside the zone"
FEW: Final = f"fewer than {LEAST} foreign-run businesses within {REACH} bandwidths"

Floats = np.ndarray[Any, np.dtype[np.float64]]
Mask = np.ndarray[Any, np.dtype[np.bool_]]


def shares(snapshot: Snapshot, sample: PointSample, parameters: Mapping[str, str]) -> MeasureResult:
    """Classify the shares over the zone, and mask the part where too few businesses are known.

    Raises:
        ProtectedError: a register names the operators; only its protected tables may be published.
    """
    sample.layer.fields["foreign_run"].require_public()
    bandwidth_m = BANDWIDTH.read(parameters)
    zone = zone_in_force(snapshot)
    known = _with_known_operator(sample, zone)
    foreign = np.array(known.values("foreign_run"), dtype=bool)
    surface = share_surface(known.lonlat, foreign, zone, bandwidth_m=bandwidth_m)
    within = cells_in_zone(surface, zone)
    hidden = within & too_few(surface, known.xy[foreign])
    rows, shapes = _classes(surface, hidden)
    masked = float(hidden.sum() / within.sum()) if within.any() else 0.0
    return MeasureResult(
        basis=known.basis,
        measure="shares",
        title="Which share of the businesses foreigners run, from place to place",
        method="Gaussian kernel of the foreign-run over that of all of which it is known (Kelsall "
        f"and Diggle 1995), both with a standard deviation of {bandwidth_m:g} m, on cells of "
        f"{surface.cell_m:.1f} m in EPSG:5186, each divided by the share of it inside the zone "
        f"(Diggle 1985, Jones 1993). Hidden where {FEW}.",
        parameters={
            "bandwidth_m": bandwidth_m,
            "n_known": known.n,
            "n_foreign_run": int(foreign.sum()),
            "masked_share": round(masked, 4),
        },
        caveats=_caveats(known.left_out.get(UNKNOWN, 0)),
        columns=_COLUMNS,
        rows=rows,
        shapes=shapes,
    )


def share_surface(lonlat: Floats, foreign: Mask, zone: Any, *, bandwidth_m: float) -> Surface:
    """Estimate shares from 0 to 1 over the zone, nothing hidden yet.

    Args:
        lonlat: businesses of which it is known, degrees, shape (n, 2).
        foreign: which of them foreigners run, shape (n,).
        zone: lon/lat outline.
        bandwidth_m: standard deviation of both kernels, metres.
    """
    part = estimate_density(lonlat[foreign], zone, bandwidth_m=bandwidth_m)
    return density_ratio(part, estimate_density(lonlat, zone, bandwidth_m=bandwidth_m))


def cells_in_zone(surface: Surface, zone: Any) -> Mask:
    """Select the cells whose centre lies in the zone, as `estimate_density` does."""
    x, y = np.moveaxis(cell_centres(surface), -1, 0)
    mask: Mask = shapely.contains_xy(shapely.transform(zone, in_metres), x, y)
    return mask


def too_few(surface: Surface, foreign_xy: Floats) -> Mask:
    """Select the cells with fewer than `LEAST` foreign-run businesses within `REACH` bandwidths.

    All that are known are never fewer, so that they need no look of their own.

    Args:
        surface: grid and bandwidth.
        foreign_xy: foreign-run businesses in metres (EPSG:5186), shape (n, 2).
    """
    from scipy.spatial import KDTree  # only where shares are asked for

    at, reach_m = cell_centres(surface), REACH * surface.bandwidth_m
    near = KDTree(foreign_xy).query_ball_point(at, reach_m, return_length=True)
    few: Mask = np.asarray(near).reshape(at.shape[:2]) < LEAST
    return few


def _with_known_operator(sample: PointSample, zone: Any) -> PointSample:
    """Select businesses in the zone with a known operator; count the others by reason."""
    outline = shapely.transform(zone, in_metres)
    within = shapely.intersects(outline, shapely.points(sample.xy))
    known = np.array([value is not None for value in sample.values("foreign_run")], dtype=bool)
    chosen = within & known
    reasons = {OUTSIDE: int((~within).sum()), UNKNOWN: int((within & ~known).sum())}
    left_out = {**sample.left_out, **{why: n for why, n in reasons.items() if n}}
    return PointSample(
        sample.layer, sample.rows[chosen], sample.lonlat[chosen], sample.xy[chosen], left_out
    )


def _classes(surface: Surface, hidden: Mask) -> tuple[list[dict[str, Any]], list[Any]]:
    """List one row for each class that occurs, the hidden part last, and their geometries."""
    shown = replace(surface, values=np.where(hidden, np.nan, surface.values))
    masked = replace(surface, values=np.where(hidden, 0.0, np.nan))
    classes = density_bands(shown, CLASSES)
    rest = [band.geometry for band in density_bands(masked, [1.0])]
    rows = [
        _row(band.geometry, "shown") | {"from_share": band.low, "to_share": band.high}
        for band in classes
    ]
    rows += [_row(geometry, "hidden") | {"reason": FEW} for geometry in rest]
    return rows, [*(band.geometry for band in classes), *rest]


def _row(geometry: Mapping[str, Any], state: str) -> dict[str, Any]:
    area_ha = round(true_area_ha(geometry), 3)
    nothing = {"from_share": None, "to_share": None, "area_ha": area_ha, "reason": None}
    return {"state": state, **nothing}


def _caveats(unknown: int) -> tuple[str, ...]:
    caveats = ["next to a border of the zone the share is that of the zone's own side alone"]
    if unknown:
        caveats.append(
            f"of {unknown} businesses in the zone it is not known whether foreigners run them: "
            "they are in neither kernel, and if they differ from the others the shares are off"
        )
    return tuple(caveats)


_COLUMNS: Final = (
    Column("state", "shown or hidden"),
    Column(
        "from_share", "share of the businesses, 0 to 1, at least; empty where hidden", share=True
    ),
    Column("to_share", "less than; in the last class up to; empty where hidden", share=True),
    Column("area_ha", "true area, hectares"),
    Column("reason", "why it is hidden"),
)


MEASURES: Final[Mapping[str, Measure]] = {
    "shares": Measure(
        title="Which share of the businesses foreigners run, from place to place",
        parameters=(BANDWIDTH,),
        of=shares,
    ),
}
