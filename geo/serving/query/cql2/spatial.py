"""The geometry of features compared with a geometry (OGC 21-065r2, 7.6), in lon/lat."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow.compute as pc
import shapely

from geo.core.errors import BadParameterError
from geo.serving.query.cql2.evaluation import FALSE, GEOMETRY, TRUE, UNKNOWN, Truth
from geo.snapshot.columns import BOUNDS
from geo.snapshot.point_index import BBox
from geo.snapshot.value_index import Rows

# What a feature near the shape costs, where a number compared with a number is 1.
_POINT, _SHAPE, _VERTEX = 250, 2_000, 20
# These look at each crossing of each pair of edges, which grows with the square of a tangle.
_LABOURED: Final = {"s_contains", "s_crosses", "s_equals", "s_overlaps", "s_touches", "s_within"}
MOST_TANGLED: Final = 200  # vertices

# With the operands the other way round.
TURNED: Final = {
    "s_contains": "s_within",
    "s_within": "s_contains",
    **{
        name: name
        for name in (
            "s_crosses",
            "s_disjoint",
            "s_equals",
            "s_intersects",
            "s_overlaps",
            "s_touches",
        )
    },
}
# What holds between a geometry and itself, whichever it is.
OF_ITSELF: Final = {"s_contains", "s_equals", "s_intersects", "s_within"}


@dataclass(frozen=True)
class SpatialRelation:
    """A spatial relation of features to a shape."""

    relation: str
    shape: Any  # a shapely geometry, lon/lat
    names: frozenset[str] = frozenset((GEOMETRY,))
    cost: int = 2

    def truth(self, part: Any) -> Truth:
        """Evaluate for each row; only features near the shape are tested exactly."""
        near = part.layer.touching(BBox(*self.shape.bounds), part.rows)
        apart = self.relation == "s_disjoint"
        hits = self._hits("s_intersects" if apart else self.relation, part, near)
        places = near if part.rows is None else np.searchsorted(part.rows, near)
        result = np.full(len(part), TRUE if apart else FALSE)
        result[places[hits]] = FALSE if apart else TRUE
        result[without_geometry(part)] = UNKNOWN
        return result

    def _hits(self, relation: str, part: Any, near: Rows) -> Any:
        """Find the features near the shape that have the relation to it."""
        layer, shape = part.layer, self.shape
        if layer.meta["geometry"] != "Point" or relation not in ("s_intersects", "s_within"):
            laboured = _VERTEX * shapely.get_num_coordinates(shape)
            part.work.spend(len(near), _SHAPE + laboured if relation in _LABOURED else _SHAPE)
            return matches_relation(TURNED[relation], self._prepared(), layer.geometries(near))
        if relation == "s_intersects" and shape.equals_exact(_box(shape), normalize=True):
            return np.ones(len(near), dtype=bool)  # they touch the box already
        part.work.spend(len(near), _POINT)
        # The bounds of a point are the point, so that none has to be made.
        west, south = layer.lonlat(near).T
        test = shapely.intersects_xy if relation == "s_intersects" else shapely.contains_xy
        return test(self._prepared(), west, south)

    def _prepared(self) -> Any:
        shapely.prepare(self.shape)
        return self.shape


@dataclass(frozen=True)
class IsGeometryNull:
    """IS NULL of the geometry."""

    names: frozenset[str] = frozenset((GEOMETRY,))
    cost: int = 1

    def truth(self, part: Any) -> Truth:
        """Evaluate for each row."""
        return np.where(without_geometry(part), TRUE, FALSE)


@dataclass(frozen=True)
class SelfRelation:
    """A relation of each geometry to itself."""

    relation: str
    names: frozenset[str] = frozenset((GEOMETRY,))
    cost: int = 1

    def truth(self, part: Any) -> Truth:
        """Return the same truth for every row that has a geometry."""
        return np.where(
            without_geometry(part), UNKNOWN, TRUE if self.relation in OF_ITSELF else FALSE
        )


def without_geometry(part: Any) -> Any:
    """Find the rows that have no geometry."""
    return np.asarray(pc.is_null(part.column(BOUNDS[0])))


def check_effort(relation: str, shape: Any | None) -> None:
    """Refuse tangled lines or overlapping parts, whose crossings would all be computed.

    Raises:
        BadParameterError: the relation would take seconds for every feature.
    """
    if shape is None or relation not in _LABOURED:
        return
    tangled = shape.geom_type == "GeometryCollection" or not shape.is_simple
    if tangled and shapely.get_num_coordinates(shape) > MOST_TANGLED:
        allowed = f"lines that do not cross, or {MOST_TANGLED} vertices, for {relation}"
        raise BadParameterError("filter", shapely.to_wkt(shape)[:40], allowed)


def _box(shape: Any) -> Any:
    return shapely.box(*shape.bounds)


def matches_relation(relation: str, geometry: Any, others: Any) -> Any:
    """Test one geometry for a relation to each of several.

    Raises:
        BadParameterError: the relation is not defined for such geometries.
    """
    try:
        return getattr(shapely, relation.removeprefix("s_"))(geometry, others)
    except shapely.errors.GEOSException as error:
        allowed = f"a geometry for which {relation} is defined"
        raise BadParameterError("filter", shapely.to_wkt(geometry)[:40], allowed) from error
