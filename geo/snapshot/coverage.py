"""Coverage of areas by sources: inside, what is not listed does not exist; outside, it is unknown.

Areas are measured in EPSG:5186.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import shapely

from geo.core.crs import in_metres

WHOLE: Final = 0.99  # share of an area that must be covered for a density of it

Floats = np.ndarray[Any, np.dtype[np.float64]]


def covered_outline(covers: Sequence[Mapping[str, Any]]) -> Any:
    """Join the outlines in which a source is complete, lon/lat; None where one has the whole city.

    Args:
        covers: coverages of a layer, as the manifest has them.
    """
    complete = [coverage for coverage in covers if coverage["complete"]]
    if any(coverage["outline"] is None for coverage in complete):
        return None
    return shapely.union_all([shapely.geometry.shape(coverage["outline"]) for coverage in complete])


def covered_share(areas: Any, covers: Sequence[Mapping[str, Any]], beside: Any = None) -> Floats:
    """Measure the share of each area in which a source is complete, 0 to 1.

    Args:
        areas: polygons, lon/lat.
        covers: coverages of a layer, as the manifest has them.
        beside: an area, lon/lat, that is covered whatever the sources cover.
    """
    covered = covered_outline(covers)
    if covered is None:
        return np.ones(len(areas))
    covered = shapely.union(covered, beside) if beside is not None else covered
    if covered.is_empty:
        return np.zeros(len(areas))
    covered = shapely.transform(covered, in_metres)
    metric = shapely.transform(areas, in_metres)
    shapely.prepare(covered)
    shares: Floats = shapely.contains(covered, metric).astype(np.float64)
    cut = np.flatnonzero((shares == 0) & shapely.intersects(covered, metric))
    pieces = shapely.intersection(metric[cut], covered)
    shares[cut] = shapely.area(pieces) / shapely.area(metric[cut])
    return shares
