"""Coverage of areas by sources: inside, what is not listed is not there; outside, not known.

Areas are measured in EPSG:5186.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import shapely

from geo.core.crs import in_metres

WHOLE: Final = 0.99  # share of an area that must be covered for a density of it

Floats = np.ndarray[Any, np.dtype[np.float64]]


def outline_of(covers: Sequence[Mapping[str, Any]]) -> Any:
    """Join the outlines in which a source is complete, lon/lat; None where one has the whole city.

    Args:
        covers: coverages of a layer, as the manifest has them.
    """
    whole = [one for one in covers if one["complete"]]
    if any(one["outline"] is None for one in whole):
        return None
    return shapely.union_all([shapely.geometry.shape(one["outline"]) for one in whole])


def covered_share(areas: Any, covers: Sequence[Mapping[str, Any]], beside: Any = None) -> Floats:
    """Measure the share of each area in which a source is complete, 0 to 1.

    Args:
        areas: polygons, lon/lat.
        covers: coverages of a layer, as the manifest has them.
        beside: an area, lon/lat, that is covered whatever the sources cover.
    """
    known = outline_of(covers)
    if known is None:
        return np.ones(len(areas))
    known = shapely.union(known, beside) if beside is not None else known
    if known.is_empty:
        return np.zeros(len(areas))
    known = shapely.transform(known, in_metres)
    metric = shapely.transform(areas, in_metres)
    shapely.prepare(known)
    shares: Floats = shapely.contains(known, metric).astype(np.float64)
    cut = np.flatnonzero((shares == 0) & shapely.intersects(known, metric))
    pieces = shapely.intersection(metric[cut], known)
    shares[cut] = shapely.area(pieces) / shapely.area(metric[cut])
    return shares
