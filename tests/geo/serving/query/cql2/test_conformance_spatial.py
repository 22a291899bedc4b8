"""The abstract tests of OGC 21-065r2 (annex A) under their own names: geometries.

Every filter is asked in both languages (`rows`). Expected numbers are those of the annex.
"""

import pytest
import shapely

from geo.core.errors import BadParameterError
from geo.core.vocab import ANY


@pytest.fixture(scope="module")
def layers(layers):
    """Layers of which every feature has a place, which the annex takes for granted."""
    return [layer for layer in layers if layer.meta["geometry"] != ANY]


def test_basic_spatial_functions_s_intersects(rows, layers):
    for layer in layers:
        assert len(rows(layer, "S_INTERSECTS(geometry,BBOX(-180,-90,180,90))")) == layer.count
        assert rows(layer, "S_INTERSECTS(geometry,POINT(7.02 49.92))") == []
        with pytest.raises(BadParameterError, match="latitudes from -90 to 90"):
            rows(layer, "S_INTERSECTS(geometry,POINT(90 180))")
        west, east = "BBOX(-180,-90,-90,90)", "BBOX(90,-90,180,90)"
        apart = f"S_INTERSECTS(geometry,{west}) AND S_INTERSECTS(geometry,{east})"
        assert rows(layer, apart) == []


BASIC = [
    ("S_INTERSECTS(geometry,BBOX(0,40,10,50))", 8),
    ("S_INTERSECTS(geometry,BBOX(150,-90,-150,90))", 10),
    ("S_INTERSECTS(geometry,POINT(7.02 49.92))", 1),
    ("S_INTERSECTS(geometry,BBOX(0,40,10,50)) and S_INTERSECTS(geometry,BBOX(5,50,10,60))", 3),
    ("S_INTERSECTS(geometry,BBOX(0,40,10,50)) and not S_INTERSECTS(geometry,BBOX(5,50,10,60))", 5),
    ("S_INTERSECTS(geometry,BBOX(0,40,10,50)) or S_INTERSECTS(geometry,BBOX(-90,40,-60,50))", 10),
]


@pytest.mark.parametrize(("text", "expected"), BASIC)
def test_basic_spatial_functions_test_data(rows, countries, text, expected):
    assert len(rows(countries, text)) == expected


WEST = (
    "(-180 -90, -90 -90, -90 90, -180 90, -180 -90), "
    "(-120 -50, -100 -50, -100 -40, -120 -40, -120 -50)"
)
PLUS = [
    ("S_INTERSECTS(geometry,LINESTRING(-180 -45, 0 -45))", 2),
    ("S_INTERSECTS(geometry,MULTILINESTRING((-180 -45, 0 -45), (0 45, 180 45)))", 14),
    (f"S_INTERSECTS(geometry,POLYGON({WEST}))", 8),
    (f"S_INTERSECTS(geometry,MULTIPOLYGON(({WEST}),((0 0, 10 0, 10 10, 0 10, 0 0))))", 15),
    (
        "S_INTERSECTS(geometry,GEOMETRYCOLLECTION(POINT(7.02 49.92),"
        " POLYGON((0 0, 10 0, 10 10, 0 10, 0 0))))",
        8,
    ),
    (
        f"S_INTERSECTS(geometry,POLYGON({WEST})) or "
        "S_INTERSECTS(geometry,POLYGON((0 0, 10 0, 10 10, 0 10, 0 0)))",
        15,
    ),
    (
        f"S_INTERSECTS(geometry,POLYGON({WEST})) and not "
        "S_INTERSECTS(geometry,POLYGON((-130 0, 0 0, 0 50, -130 50, -130 0)))",
        3,
    ),
]


def test_basic_spatial_functions_plus_s_intersects(rows, layers):
    for layer in layers:
        with pytest.raises(BadParameterError, match="latitudes from -90 to 90"):
            rows(layer, "S_INTERSECTS(geometry,MULTIPOINT(7.02 49.92, 90 180))")
        for text, _ in PLUS:
            rows(layer, text)


@pytest.mark.parametrize(("text", "expected"), PLUS)
def test_basic_spatial_functions_plus_test_data(rows, countries, text, expected):
    assert len(rows(countries, text)) == expected


WORLD = ("BBOX(-180,-90,180,90)", "POLYGON((-180 -90,180 -90,180 90,-180 90,-180 -90))")
LINE, POINT, POINTS = "LINESTRING(7 50, 10 51)", "POINT(7.02 49.92)", "MULTIPOINT(7 50,10 51)"


def of(relation, layer, rows):
    return [rows(layer, f"{relation}(geometry,{item})") for item in (*WORLD, LINE, POINT, POINTS)]


@pytest.mark.parametrize("relation", ["S_INTERSECTS", "S_DISJOINT"])
def test_spatial_functions_s_intersects_s_disjoint(rows, layers, countries, relation):
    for layer in (*layers, countries):
        found = of(relation, layer, rows)
        assert found[0] == found[1]
        assert len(found[0]) == (layer.count if relation == "S_INTERSECTS" else 0)
        with pytest.raises(BadParameterError, match="latitudes from -90 to 90"):
            rows(layer, f"{relation}(geometry,POINT(90 180))")


def test_spatial_functions_s_disjoint_is_not_s_intersects(rows, layers, countries):
    for layer in (*layers, countries):
        pairs = zip(of("S_DISJOINT", layer, rows), of("S_INTERSECTS", layer, rows), strict=True)
        for apart, touching in pairs:
            assert sorted(apart + touching) == list(range(layer.count))


@pytest.mark.parametrize("relation", ["S_EQUALS", "S_TOUCHES", "S_CROSSES", "S_OVERLAPS"])
def test_spatial_functions_s_equals_s_touches_s_crosses_s_overlaps(rows, layers, relation):
    for layer in layers:  # in Ansan, so that none of these touches the Rhine
        assert not any(of(relation, layer, rows))


def test_spatial_functions_s_within_s_contains(rows, layers, countries):
    for layer in (*layers, countries):
        within, containing = of("S_WITHIN", layer, rows), of("S_CONTAINS", layer, rows)
        assert within[0] == within[1]
        assert containing[0] == containing[1] == []
        for item, other in zip(within, containing, strict=True):
            assert not set(item) & set(other)


LUXEMBOURG = (
    "6.043073357781111 50.128051662794235,6.242751092156993 49.90222565367873,"
    "6.186320428094177 49.463802802114515,5.897759230176348 49.44266714130711,"
    "5.674051954784829 49.529483547557504,5.782417433300907 50.09032786722122,"
    "6.043073357781111 50.128051662794235"
)
SPATIAL = [
    ("S_INTERSECTS", "POLYGON((0 40,10 40,10 50,0 50,0 40))", 8),
    ("S_INTERSECTS", "LINESTRING(0 40,10 50)", 4),
    ("S_DISJOINT", "BBOX(0,40,10,50)", 169),
    ("S_DISJOINT", "POLYGON((0 40,10 40,10 50,0 50,0 40))", 169),
    ("S_DISJOINT", "LINESTRING(0 40,10 50)", 173),
    ("S_DISJOINT", "POINT(7.02 49.92)", 176),
    ("S_TOUCHES", f"POLYGON(({LUXEMBOURG}))", 3),
    ("S_TOUCHES", "POINT(6.043073357781111 50.128051662794235)", 3),
    ("S_TOUCHES", "POINT(6.242751092156993 49.90222565367873)", 2),
    (
        "S_TOUCHES",
        "LINESTRING(6.043073357781111 50.128051662794235,6.242751092156993 49.90222565367873)",
        3,
    ),
    ("S_WITHIN", "BBOX(-180,-90,0,90)", 44),
    ("S_CONTAINS", "BBOX(7,50,8,51)", 1),
    ("S_CONTAINS", "LINESTRING(7 50,8 51)", 1),
    ("S_CONTAINS", "POINT(7.02 49.92)", 1),
    ("S_OVERLAPS", "BBOX(-180,-90,0,90)", 11),
]
TURNED = {"S_WITHIN": "S_CONTAINS", "S_CONTAINS": "S_WITHIN"}


@pytest.mark.parametrize(("relation", "shape", "expected"), SPATIAL)
def test_spatial_functions_test_data(rows, countries, relation, shape, expected):
    assert len(rows(countries, f"{relation}(geometry,{shape})")) == expected


@pytest.mark.parametrize(("relation", "shape", "expected"), SPATIAL)
def test_property_property_spatial_test_data(rows, countries, relation, shape, expected):
    turned = TURNED.get(relation, relation)
    assert len(rows(countries, f"{turned}({shape},geometry)")) == expected


def test_cql2_json_geometry_of_the_feature_itself(rows, countries):
    """A property-property comparison of the only geometry that there is."""
    assert len(rows(countries, "S_EQUALS(geometry,geometry)")) == 177
    assert rows(countries, "S_TOUCHES(geometry,geometry)") == []
    assert len(rows(countries, f"S_CONTAINS(POLYGON(({LUXEMBOURG})),POINT(6.1 49.8))")) == 177


def test_the_countries_are_those_of_natural_earth(countries):
    assert countries.count == 177
    assert shapely.Point(6.1, 49.8).within(countries.geometries([128])[0])
