"""Measures outside the coverage of the lists: nothing is known there, and nothing is told."""

from dataclasses import replace

import numpy as np
import pytest
import shapely
from pyproj import Transformer

from geo.serving.analysis.composition import category_mix, quotients
from geo.serving.analysis.coverage import COVERED, NOT_COVERED, PARTLY_COVERED
from geo.serving.analysis.density import density
from geo.serving.analysis.hot_spots import hot_spots, scales
from geo.serving.analysis.sample import drop_simulated, point_sample

METRES = Transformer.from_crs("EPSG:4326", "EPSG:5186", always_xy=True).transform
I_DONG, WONGOK, DAEBU = "4127151500", "4127354500", "4127361000"


@pytest.fixture(scope="module")
def sample(snapshot):
    layer = snapshot.layers["businesses"]
    return point_sample(layer, drop_simulated(layer, np.arange(layer.count)))


@pytest.fixture(scope="module")
def by_hand(snapshot):
    """Share of each dong in the circles round the stations, without any code of the atlas."""
    stations = [METRES(station["lon"], station["lat"]) for station in snapshot.manifest["stations"]]
    circles = shapely.union_all(
        [shapely.Point(station).buffer(965.6, quad_segs=64) for station in stations]
    )
    layer = snapshot.layers["dong"]
    rows = np.arange(layer.count)
    shares = {}
    for record, lonlat in zip(layer.records(rows, ["id"]), layer.geometries(rows), strict=True):
        outline = shapely.transform(lonlat, METRES, interleaved=False)
        shares[record["id"]] = outline.intersection(circles).area / outline.area
    return shares


@pytest.fixture(scope="module")
def whole_city(snapshot):
    """The snapshot as if a register of the whole city were loaded."""
    given = snapshot.manifest["coverage"]["businesses"]
    beside = [item for item in given if not item["complete"]]
    whole = {"source": "storefronts", "complete": True, "outline": None, "categories": []}
    coverage = {"businesses": [whole, *beside]}
    return replace(snapshot, manifest={**snapshot.manifest, "coverage": coverage})


def test_each_dong_has_its_covered_share(snapshot, sample, by_hand):
    rows = {row["unit"]: row for row in density(snapshot, sample, {"scale": "dong"}).rows}
    for code, share in by_hand.items():
        assert rows[code]["covered_share"] == pytest.approx(share, abs=0.002)
    states = {rows[code]["coverage"] for code in (I_DONG, WONGOK, DAEBU)}
    assert states == {COVERED, PARTLY_COVERED, NOT_COVERED}


def test_a_dong_covered_in_part_has_a_count_and_no_density(snapshot, sample):
    rows = {row["unit"]: row for row in density(snapshot, sample, {"scale": "dong"}).rows}
    wongok, i_dong, daebu = rows[WONGOK], rows[I_DONG], rows[DAEBU]
    assert wongok["count"] > 1_000
    assert wongok["per_ha"] is wongok["per_1000_residents"] is None
    assert i_dong["per_ha"] == pytest.approx(i_dong["count"] / i_dong["area_ha"], abs=1e-3)
    assert i_dong["per_1000_residents"] > 0
    assert daebu["count"] is daebu["per_ha"] is None  # not zero: nobody looked


def test_a_register_of_the_whole_city_gives_every_dong_a_density(whole_city, sample):
    found = density(whole_city, sample, {"scale": "dong"})
    assert {row["coverage"] for row in found.rows} == {COVERED}
    assert all(row["per_ha"] is not None and row["count"] is not None for row in found.rows)
    assert not any("cover" in caveat for caveat in found.caveats)


def test_a_least_density_leaves_out_what_has_none(snapshot, sample):
    found = density(snapshot, sample, {"scale": "dong", "min_density": "0.1"})
    assert {row["coverage"] for row in found.rows} == {COVERED}


def test_a_category_of_no_covered_sector_is_covered_nowhere(snapshot, sample):
    kinds = np.array(sample.values("category"))
    few = point_sample(sample.layer, sample.rows[kinds == "remittance"])
    found = density(snapshot, few, {"scale": "dong"})
    assert few.n
    assert {row["coverage"] for row in found.rows} == {NOT_COVERED}
    assert sum(row["count"] or 0 for row in found.rows) == few.n
    assert {row["count"] for row in found.rows} >= {None}
    assert any("(remittance)" in caveat for caveat in found.caveats)


def test_categories_with_single_places_are_named(snapshot, sample):
    (said,) = [
        caveat for caveat in density(snapshot, sample, {}).caveats if "single places" in caveat
    ]
    assert "remittance" in said
    assert "restaurant" not in said


def test_hexagons_at_the_rim_are_in_no_test_and_in_the_table(snapshot, sample):
    found = hot_spots(snapshot, sample, {})
    rim = [row for row in found.rows if row["coverage"] == PARTLY_COVERED]
    assert len(rim) > 50
    assert all(item["spot"] is item["p"] is item["per_ha"] is None for item in rim)
    assert {item["state"] for item in rim} == {"not-tested"}
    assert sum(row["count"] or 0 for row in found.rows) == sample.n


def test_scales_compare_covered_units_alone(snapshot, sample):
    rows = {row["scale"]: row for row in scales(snapshot, sample, {}).rows}
    dong = density(snapshot, sample, {"scale": "dong"}).rows
    assert rows["dong"]["covered_units"] == sum(item["coverage"] == COVERED for item in dong)
    assert rows["dong"]["densest_per_ha"] == pytest.approx(
        max(item["per_ha"] for item in dong if item["per_ha"] is not None), abs=0.01
    )
    assert 0 < rows["hex"]["covered_units"] < rows["hex"]["units"]


@pytest.mark.parametrize("measure", [quotients, category_mix])
def test_composition_says_of_which_part_it_is(snapshot, whole_city, sample, measure):
    found = measure(snapshot, sample, {"scale": "dong"})
    assert any("that part alone" in caveat for caveat in found.caveats)
    assert {row["coverage"] for row in found.rows} >= {COVERED, PARTLY_COVERED}
    whole = measure(whole_city, sample, {"scale": "dong"})
    assert not any("that part alone" in caveat for caveat in whole.caveats)


def test_simulated_businesses_fill_the_zone(snapshot, sample):
    layer = snapshot.layers["businesses"]
    inside = point_sample(layer, layer.select({"in_zone": [True]}))
    real = point_sample(layer, drop_simulated(layer, layer.select({"in_zone": [True]})))
    assert {row["coverage"] for row in density(snapshot, inside, {}).rows} == {COVERED}
    assert PARTLY_COVERED in {row["coverage"] for row in density(snapshot, real, {}).rows}


def test_single_places_alone_cover_nothing(whole_city, sample):
    # No list of the whole city supplies them: what the list of places lacks is not known.
    lists = [set(item or ()) for item in sample.values("registers")]
    kinds = sample.values("category")
    chosen = [
        item == {"places"} and kind == "restaurant" for item, kind in zip(lists, kinds, strict=True)
    ]
    few = point_sample(sample.layer, sample.rows[np.array(chosen)])
    found = density(whole_city, few, {"scale": "dong"})
    assert few.n > 10
    assert {row["coverage"] for row in found.rows} == {NOT_COVERED}
    assert {row["uncovered_because"] for row in found.rows} == {"source"}
    assert not [row for row in found.rows if row["count"] == 0]
    assert any("single places" in caveat for caveat in found.caveats)


def test_what_collections_alone_say_is_not_covered_where_a_list_has_the_same_shops(
    whole_city, sample
):
    # Halal food is a property that the list of storefronts does not have.
    halal = np.isin(sample.values("halal"), ["certified", "self-declared", "muslim-friendly"])
    few = point_sample(sample.layer, sample.rows[halal])
    assert any(set(item) >= {"places", "storefronts"} for item in few.values("registers"))
    found = density(whole_city, few, {"scale": "dong"})
    assert {row["coverage"] for row in found.rows} == {NOT_COVERED}
    assert {row["uncovered_because"] for row in found.rows} == {"source"}


def test_what_is_not_covered_says_why(snapshot, sample):
    rows = {row["unit"]: row for row in density(snapshot, sample, {"scale": "dong"}).rows}
    why = [rows[item]["uncovered_because"] for item in (I_DONG, WONGOK, DAEBU)]
    assert why == [None, "outside", "outside"]
    kinds = np.array(sample.values("category"))
    few = point_sample(sample.layer, sample.rows[kinds == "remittance"])
    told = {row["uncovered_because"] for row in density(snapshot, few, {"scale": "dong"}).rows}
    assert told == {"category"}


def test_categories_of_single_places_are_in_no_test(snapshot, sample):
    found = quotients(snapshot, sample, {"scale": "dong"})
    covers = snapshot.manifest["coverage"]["businesses"]
    listed = {category for source in covers for category in source["categories"]}
    untested = [row for row in found.rows if row["p"] is None]
    beyond = {row["unit"] for row in found.rows if row["coverage"] == NOT_COVERED}
    assert {item["category"] for item in untested if item["unit"] not in beyond} == {
        "other-service", "remittance",
    }  # fmt: skip
    assert not [row for row in found.rows if row["p"] is not None and row["unit"] in beyond]
    assert not [row for row in found.rows if row["p"] is not None and row["category"] not in listed]
    assert found.parameters["tests"] == len(found.rows) - len(untested)
    assert any(caveat.startswith(f"{len(untested)} rows are left out") for caveat in found.caveats)


def test_where_no_unit_is_covered_no_spot_is_tested(snapshot, sample):
    halal = np.isin(sample.values("halal"), ["certified", "self-declared", "muslim-friendly"])
    few = point_sample(sample.layer, sample.rows[halal])
    for scale in ("hex", "grid"):
        rows = hot_spots(snapshot, few, {"scale": scale}).rows
        assert {(row["z"], row["p"], row["coverage"]) for row in rows} == {
            (None, None, NOT_COVERED)
        }
    assert {row["densest_per_ha"] for row in scales(snapshot, few, {}).rows} == {None}
