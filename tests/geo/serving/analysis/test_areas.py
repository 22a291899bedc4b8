"""Areas side by side, against GeoPandas: buffers, polygons and joins in EPSG:5186."""

import json
import math
import re

import geopandas as gpd
import h3
import numpy as np
import pytest
import shapely
from shapely.geometry import Point, Polygon

from geo.core.errors import BadParameterError
from geo.serving.analysis.area_parameter import MOST_CORNERS, AreasParameter
from geo.serving.analysis.areas import OPEN_COLUMNS, OVERLAPPING, areas
from geo.serving.analysis.sample import drop_simulated, point_sample
from geo.statistics.composition import ratio_of_shares

WONGOK = "dong:4127354500"
STREET = "street:food-street-2023"
CIRCLE = "radius:126.7949,37.3292,300"
CORNERS = ((126.785, 37.32), (126.805, 37.321), (126.803, 37.335), (126.79, 37.333))
DRAWN = "polygon:" + ",".join(f"{lon} {lat}" for lon, lat in CORNERS)


@pytest.fixture(scope="module")
def observed(snapshot):
    layer = snapshot.layers["businesses"]
    return point_sample(layer, drop_simulated(layer, np.arange(layer.count)))


@pytest.fixture(scope="module")
def points(observed):
    """The businesses as GeoPandas has them, in metres."""
    where = gpd.points_from_xy(*observed.lonlat.T, crs="EPSG:4326")
    frame = gpd.GeoDataFrame({"category": observed.values("category")}, geometry=where)
    return frame.to_crs("EPSG:5186")


def outline(snapshot, text):
    kind, _, code = text.partition(":")
    if kind == "radius":
        centre = gpd.GeoSeries([Point(126.7949, 37.3292)], crs="EPSG:4326").to_crs("EPSG:5186")
        return centre.buffer(300, quad_segs=256)
    if kind == "polygon":
        shape = Polygon(CORNERS)
    else:
        layer = snapshot.layers["dong" if kind == "dong" else "food-streets"]
        shape = layer.geometries(np.array([layer.row_of(code)]))[0]
    return gpd.GeoSeries([shape], crs="EPSG:4326").to_crs("EPSG:5186")


@pytest.mark.parametrize("text", [WONGOK, STREET, CIRCLE, DRAWN])
def test_counts_are_those_of_geopandas(snapshot, observed, points, text):
    joined = points.sjoin(gpd.GeoDataFrame(geometry=outline(snapshot, text)))
    expected, city = joined["category"].value_counts(), points["category"].value_counts()
    rows = areas(snapshot, observed, {"area": text}).rows
    assert len(joined) > 50
    assert {row["category"]: row["count"] or 0 for row in rows} == {
        kind: expected.get(kind, 0) for kind in city.index
    }
    assert {row["n"] for row in rows} == {len(joined)}
    for row in rows:
        kind = row["category"]
        assert row["share"] == pytest.approx(expected.get(kind, 0) / len(joined), abs=5e-5)
        assert row["city_count"] == city[kind]
        assert row["city_share"] == pytest.approx(city[kind] / len(points), abs=5e-5)


def test_a_hexagon_counts_what_h3_puts_into_it(snapshot, observed):
    cells = [h3.latlng_to_cell(lat, lon, 10) for lon, lat in observed.lonlat.tolist()]
    cell = h3.latlng_to_cell(37.3292, 126.7949, 10)
    rows = areas(snapshot, observed, {"area": f"hex:{cell}"}).rows
    assert {row["n"] for row in rows} == {cells.count(cell)} != {0}


def test_a_point_asks_for_the_hexagon_that_holds_it():
    cell = h3.latlng_to_cell(37.3292, 126.7949, 10)
    assert AreasParameter().parse("hex:126.7949,37.3292") == (f"hex:{cell}",)


def test_a_street_section_holds_the_doors_of_its_numbers(snapshot, observed):
    """By the addresses that the data have: numbers inside the section are in, others are not."""
    rows = areas(snapshot, observed, {"area": "section:damunhwa-gil,10,24"})
    outline = shapely.from_geojson(json.dumps(rows.shapes[0]))
    within = shapely.intersects_xy(outline, *observed.lonlat.T)
    assert {row["n"] for row in rows.rows} == {within.sum()} != {0}
    found = [
        (int(match[1]), inside)
        for address, inside in zip(observed.values("address"), within.tolist(), strict=True)
        if (match := re.search(r"다문화길 (\d+)", address or ""))
    ]
    assert len(found) > 10
    assert all(inside == (10 <= number <= 24) for number, inside in found)
    assert rows.rows[0]["name_en"] == "Damunhwa-gil"
    # 14 of 33 numbers of a street of 343 m, 40 m wide.
    assert rows.rows[0]["area_ha"] == pytest.approx(343 * 14 / 33 * 40 / 10_000, rel=0.05)


def test_numbers_of_a_section_are_sorted():
    asked = "section:damunhwa-gil,24,10"
    assert AreasParameter().parse(asked) == ("section:damunhwa-gil,10,24",)


def test_areas_are_those_of_geopandas(snapshot, observed):
    texts = (WONGOK, CIRCLE, DRAWN)
    rows = areas(snapshot, observed, {"area": ",".join(texts)}).rows
    found = {row["area"]: row["area_ha"] for row in rows}
    assert list(found) == list(texts)
    for text in texts:
        hectares = outline(snapshot, text).area.iloc[0] / 10_000
        assert found[text] == pytest.approx(hectares, abs=0.02)


def quotient_of(share_here, share_rest, part):
    """The share in a place over that in all, of which the place is a part."""
    return share_here / (part * share_here + (1 - part) * share_rest)


def test_shares_are_compared_with_the_city_by_a_quotient_with_its_interval(snapshot, observed):
    """By the delta method with slopes taken from differences, place and rest being binomial."""
    whole, step = len(observed.rows), 1e-6
    for row in areas(snapshot, observed, {"area": CIRCLE}).rows:
        here, n, city = row["count"], row["n"], row["city_count"]
        if here < 5:
            assert row["quotient"] is row["low"] is row["high"] is None
            continue
        shares, sizes = np.array([here / n, (city - here) / (whole - n)]), (n, whole - n)
        middle = quotient_of(*shares, n / whole)
        moved = [quotient_of(*shares + step * axis, n / whole) for axis in np.eye(2)]
        slopes = (np.log(moved) - math.log(middle)) / step
        factor = math.exp(1.96 * math.sqrt((slopes**2 * shares * (1 - shares) / sizes).sum()))
        found = [row[name] for name in ("quotient", "low", "high")]
        assert found == pytest.approx([middle, middle / factor, middle * factor], abs=2e-3)


def test_later_areas_are_compared_with_the_first(snapshot, observed, points):
    """The circle and the dong share businesses, which the common counts hold."""
    result = areas(snapshot, observed, {"area": f"{WONGOK},{CIRCLE}"})
    whole, part = (
        {row["category"]: row for row in result.rows if row["area"] == text}
        for text in (WONGOK, CIRCLE)
    )
    assert {row["against_first"] for row in whole.values()} == {None}
    cafe = points[points["category"] == "cafe"]
    shapes = [outline(snapshot, text).item() for text in (WONGOK, CIRCLE)]
    shapes.append(shapes[0].intersection(shapes[1]))
    counts = [(int(cafe.within(shape).sum()), int(points.within(shape).sum())) for shape in shapes]
    expected = ratio_of_shares(*counts)
    found = [part["cafe"][f"against_first{end}"] for end in ("", "_low", "_high")]
    assert found == pytest.approx([expected.value, expected.low, expected.high], rel=1e-3)
    assert part["remittance"]["against_first"] is None  # too few


def test_the_share_that_is_simulated_is_that_of_the_rows(snapshot):
    layer = snapshot.layers["businesses"]
    every = point_sample(layer, layer.select({"category": ["restaurant", "pub"]}))
    metric = gpd.GeoSeries(gpd.points_from_xy(*every.lonlat.T), crs="EPSG:4326").to_crs("EPSG:5186")
    within = metric.within(outline(snapshot, CIRCLE).iloc[0])
    made_up = np.array(every.values("provenance")) == "simulated"
    for row in areas(snapshot, every, {"area": CIRCLE}).rows:
        here = within & (np.array(every.values("category")) == row["category"])
        assert 0 < made_up[here].sum() < here.sum() == row["count"] < row["n"]
        assert row["simulated_share"] == pytest.approx(made_up[here].mean(), abs=5e-5)


def test_only_what_is_drawn_is_told_to_count_open_columns(snapshot, observed):
    assert OPEN_COLUMNS in areas(snapshot, observed, {"area": CIRCLE}).caveats
    assert OPEN_COLUMNS in areas(snapshot, observed, {"area": f"{WONGOK},{DRAWN}"}).caveats
    assert OPEN_COLUMNS not in areas(snapshot, observed, {"area": f"{WONGOK},{STREET}"}).caveats


def test_areas_that_overlap_are_told_not_to_add_up(snapshot, observed):
    assert OVERLAPPING in areas(snapshot, observed, {"area": f"{WONGOK},{CIRCLE}"}).caveats
    other = "dong:4127151000"
    assert other.partition(":")[2] in snapshot.layers["dong"].columns["id"].to_pylist()
    assert OVERLAPPING not in areas(snapshot, observed, {"area": f"{WONGOK},{other}"}).caveats


def test_a_closed_polygon_is_the_open_one(snapshot, observed):
    closed = f"{DRAWN},{CORNERS[0][0]} {CORNERS[0][1]}"
    counts = [
        [row["count"] for row in areas(snapshot, observed, {"area": text}).rows]
        for text in (DRAWN, closed)
    ]
    assert counts[0] == counts[1]


def test_an_area_asked_for_again_is_one_area():
    assert AreasParameter().parse(f"{WONGOK},{DRAWN},{WONGOK}") == (WONGOK, DRAWN)


MANY = ",".join(f"{126.7 + 0.001 * n} {37.3 + 0.0001 * n * n}" for n in range(MOST_CORNERS + 1))


@pytest.mark.parametrize(
    ("text", "allowed"),
    [
        ("wongok", "dong:CODE"),
        ("dong:", "dong:CODE"),
        ("radius:126.79,37.33", "LON,LAT,METRES"),
        ("radius:126.79,37.33,99", "100 to 1000"),
        ("radius:126.79,37.33,1001", "100 to 1000"),
        ("radius:126.79,nan,300", "a number"),
        ("polygon:126.79 37.33,126.80 37.33", "3 to 50 corners"),
        (f"polygon:{MANY}", "3 to 50 corners"),
        ("polygon:126.79 37.33,126.80", "LON LAT"),
        ("polygon:126.79 37.32,126.80 37.33,126.80 37.32,126.79 37.33", "do not cross"),
        ("polygon:126.79 37.32,126.80 37.32,126.81 37.32", "do not cross"),
        ("hex:8930e4cc53bffff", "resolution 10"),
        ("hex:nonsense", "resolution 10"),
        ("hex:126.79,97.3", "-90 to 90"),
        ("section:damunhwa-gil,6", "STREET,FROM,TO"),
        ("section:damunhwa-gil,6,6", "two different numbers"),
        (",".join(f"radius:126.79,37.33,{metres}" for metres in range(100, 105)), "at most 4"),
    ],
)
def test_what_is_no_area_is_refused_with_what_is(text, allowed):
    with pytest.raises(BadParameterError, match=allowed) as refused:
        AreasParameter().parse(text)
    assert refused.value.name == "area"


@pytest.mark.parametrize(
    ("text", "allowed"),
    [
        ("dong:4127399900", "4127354500"),
        ("street:gourmet", "food-street-2023"),
        ("section:gourmet,1,9", "damunhwa-gil"),
        ("section:damunhwa-gil,90,99", "numbers 1 to 34"),
        ("radius:127.5,37.33,300", "within Ansan"),
        ("polygon:126.79 37.32,127.80 37.32,126.80 37.33", "within Ansan"),
        ("radius:37.3292,126.7949,300", "within Ansan"),
    ],
)
def test_a_place_that_is_not_in_ansan_is_refused(snapshot, observed, text, allowed):
    with pytest.raises(BadParameterError, match=allowed):
        areas(snapshot, observed, {"area": text})
