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
    stations = [METRES(one["lon"], one["lat"]) for one in snapshot.manifest["stations"]]
    circles = shapely.union_all(
        [shapely.Point(one).buffer(965.6, quad_segs=64) for one in stations]
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
    beside = [one for one in given if not one["complete"]]
    whole = {"source": "storefronts", "complete": True, "outline": None, "categories": []}
    coverage = {"businesses": [whole, *beside]}
    return replace(snapshot, manifest={**snapshot.manifest, "coverage": coverage})


def test_each_dong_has_its_covered_share(snapshot, sample, by_hand):
    rows = {one["unit"]: one for one in density(snapshot, sample, {"scale": "dong"}).rows}
    for code, share in by_hand.items():
        assert rows[code]["covered_share"] == pytest.approx(share, abs=0.002)
    states = {rows[code]["coverage"] for code in (I_DONG, WONGOK, DAEBU)}
    assert states == {COVERED, PARTLY_COVERED, NOT_COVERED}


def test_a_dong_covered_in_part_has_a_count_and_no_density(snapshot, sample):
    rows = {one["unit"]: one for one in density(snapshot, sample, {"scale": "dong"}).rows}
    wongok, i_dong, daebu = rows[WONGOK], rows[I_DONG], rows[DAEBU]
    assert wongok["count"] > 1_000
    assert wongok["per_ha"] is wongok["per_1000_residents"] is None
    assert i_dong["per_ha"] == pytest.approx(i_dong["count"] / i_dong["area_ha"], abs=1e-3)
    assert i_dong["per_1000_residents"] > 0
    assert daebu["count"] is daebu["per_ha"] is None  # not zero: nobody looked


def test_a_register_of_the_whole_city_gives_every_dong_a_density(whole_city, sample):
    found = density(whole_city, sample, {"scale": "dong"})
    assert {one["coverage"] for one in found.rows} == {COVERED}
    assert all(one["per_ha"] is not None and one["count"] is not None for one in found.rows)
    assert not any("cover" in one for one in found.caveats)


def test_a_least_density_leaves_out_what_has_none(snapshot, sample):
    found = density(snapshot, sample, {"scale": "dong", "min_density": "0.1"})
    assert {one["coverage"] for one in found.rows} == {COVERED}


def test_a_category_of_no_covered_sector_is_covered_nowhere(snapshot, sample):
    kinds = np.array(sample.values("category"))
    few = point_sample(sample.layer, sample.rows[kinds == "remittance"])
    found = density(snapshot, few, {"scale": "dong"})
    assert few.n
    assert {one["coverage"] for one in found.rows} == {NOT_COVERED}
    assert sum(one["count"] or 0 for one in found.rows) == few.n
    assert {one["count"] for one in found.rows} >= {None}
    assert any("(remittance)" in one for one in found.caveats)


def test_categories_with_single_places_are_named(snapshot, sample):
    (said,) = [one for one in density(snapshot, sample, {}).caveats if "single places" in one]
    assert "remittance" in said
    assert "restaurant" not in said


def test_hexagons_at_the_rim_are_in_no_test_and_in_the_table(snapshot, sample):
    found = hot_spots(snapshot, sample, {})
    rim = [one for one in found.rows if one["coverage"] == PARTLY_COVERED]
    assert len(rim) > 50
    assert all(one["spot"] is one["p"] is one["per_ha"] is None for one in rim)
    assert {one["state"] for one in rim} == {"not-tested"}
    assert sum(one["count"] or 0 for one in found.rows) == sample.n


def test_scales_compare_covered_units_alone(snapshot, sample):
    rows = {one["scale"]: one for one in scales(snapshot, sample, {}).rows}
    dong = density(snapshot, sample, {"scale": "dong"}).rows
    assert rows["dong"]["covered_units"] == sum(one["coverage"] == COVERED for one in dong)
    assert rows["dong"]["densest_per_ha"] == pytest.approx(
        max(one["per_ha"] for one in dong if one["per_ha"] is not None), abs=0.01
    )
    assert 0 < rows["hex"]["covered_units"] < rows["hex"]["units"]


@pytest.mark.parametrize("measure", [quotients, category_mix])
def test_composition_says_of_which_part_it_is(snapshot, whole_city, sample, measure):
    found = measure(snapshot, sample, {"scale": "dong"})
    assert any("that part alone" in one for one in found.caveats)
    assert {one["coverage"] for one in found.rows} >= {COVERED, PARTLY_COVERED}
    whole = measure(whole_city, sample, {"scale": "dong"})
    assert not any("that part alone" in one for one in whole.caveats)


def test_simulated_businesses_fill_the_zone(snapshot, sample):
    layer = snapshot.layers["businesses"]
    inside = point_sample(layer, layer.select({"in_zone": [True]}))
    real = point_sample(layer, drop_simulated(layer, layer.select({"in_zone": [True]})))
    assert {one["coverage"] for one in density(snapshot, inside, {}).rows} == {COVERED}
    assert PARTLY_COVERED in {one["coverage"] for one in density(snapshot, real, {}).rows}


def test_single_places_alone_cover_nothing(whole_city, sample):
    # No list of the whole city supplies them: what the list of places lacks is not known.
    lists = [set(one or ()) for one in sample.values("registers")]
    kinds = sample.values("category")
    chosen = [
        one == {"places"} and kind == "restaurant" for one, kind in zip(lists, kinds, strict=True)
    ]
    few = point_sample(sample.layer, sample.rows[np.array(chosen)])
    found = density(whole_city, few, {"scale": "dong"})
    assert few.n > 10
    assert {one["coverage"] for one in found.rows} == {NOT_COVERED}
    assert {one["uncovered_because"] for one in found.rows} == {"source"}
    assert not [one for one in found.rows if one["count"] == 0]
    assert any("single places" in one for one in found.caveats)


def test_what_collections_alone_say_is_not_covered_where_a_list_has_the_same_shops(
    whole_city, sample
):
    # Halal food is a property that the list of storefronts does not have.
    halal = np.isin(sample.values("halal"), ["certified", "self-declared", "muslim-friendly"])
    few = point_sample(sample.layer, sample.rows[halal])
    assert any(set(one) >= {"places", "storefronts"} for one in few.values("registers"))
    found = density(whole_city, few, {"scale": "dong"})
    assert {one["coverage"] for one in found.rows} == {NOT_COVERED}
    assert {one["uncovered_because"] for one in found.rows} == {"source"}


def test_what_is_not_covered_says_why(snapshot, sample):
    rows = {one["unit"]: one for one in density(snapshot, sample, {"scale": "dong"}).rows}
    why = [rows[one]["uncovered_because"] for one in (I_DONG, WONGOK, DAEBU)]
    assert why == [None, "outside", "outside"]
    kinds = np.array(sample.values("category"))
    few = point_sample(sample.layer, sample.rows[kinds == "remittance"])
    told = {one["uncovered_because"] for one in density(snapshot, few, {"scale": "dong"}).rows}
    assert told == {"category"}


def test_categories_of_single_places_are_in_no_test(snapshot, sample):
    found = quotients(snapshot, sample, {"scale": "dong"})
    covers = snapshot.manifest["coverage"]["businesses"]
    listed = {one for source in covers for one in source["categories"]}
    untested = [one for one in found.rows if one["p"] is None]
    beyond = {one["unit"] for one in found.rows if one["coverage"] == NOT_COVERED}
    assert {one["category"] for one in untested if one["unit"] not in beyond} == {
        "other-service", "remittance",
    }  # fmt: skip
    assert not [one for one in found.rows if one["p"] is not None and one["unit"] in beyond]
    assert not [one for one in found.rows if one["p"] is not None and one["category"] not in listed]
    assert found.parameters["tests"] == len(found.rows) - len(untested)
    assert any(one.startswith(f"{len(untested)} rows are left out") for one in found.caveats)


def test_where_no_unit_is_covered_no_spot_is_tested(snapshot, sample):
    halal = np.isin(sample.values("halal"), ["certified", "self-declared", "muslim-friendly"])
    few = point_sample(sample.layer, sample.rows[halal])
    for scale in ("hex", "grid"):
        rows = hot_spots(snapshot, few, {"scale": scale}).rows
        assert {(row["z"], row["p"], row["coverage"]) for row in rows} == {
            (None, None, NOT_COVERED)
        }
    assert {row["densest_per_ha"] for row in scales(snapshot, few, {}).rows} == {None}
