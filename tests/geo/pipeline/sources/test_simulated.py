"""Simulated businesses: published totals met, nothing that could pass for a real shop."""

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import box

from geo.core.crs import MEASURE, STORE, to_lonlat, to_metric
from geo.core.errors import PlacementError
from geo.pipeline.geocoding.road_address import Street
from geo.pipeline.sources import simulated
from geo.pipeline.sources.simulated import SimulationArea, apportion, simulate_missing
from geo.pipeline.sources.zone import in_force

X, Y = 180_000.0, 525_000.0  # somewhere in Ansan, EPSG:5186


@pytest.fixture(scope="module")
def businesses(published) -> gpd.GeoDataFrame:
    return gpd.read_parquet(published.folder / "businesses.parquet")


@pytest.fixture(scope="module")
def made(businesses) -> gpd.GeoDataFrame:
    return businesses[businesses["provenance"] == "simulated"]


@pytest.fixture(scope="module")
def observed(businesses) -> gpd.GeoDataFrame:
    return businesses[businesses["provenance"] == "observed"]


def square(side_m: float) -> gpd.GeoDataFrame:
    shape = box(X, Y, X + side_m, Y + side_m)
    return to_lonlat(gpd.GeoDataFrame(geometry=[shape], crs=MEASURE))


def ground(length_m: float, *known: tuple[bool, bool, str]) -> SimulationArea:
    """A street along the middle of a square of 1 km, its southern 400 m the food street."""
    columns = ["in_zone", "in_food_street", "category"]
    rows = pd.DataFrame(list(known), columns=columns)
    shops = gpd.GeoDataFrame(rows, geometry=[shapely.Point(0, 0)] * len(rows), crs=STORE)
    street = Street("곧은길", (0, 100), (X + 200, X + 200), (Y, Y + length_m), 5.0)
    return SimulationArea({"곧은길": street}, square(1000), square(400), shops)


@pytest.fixture
def small(monkeypatch) -> None:
    """Ten businesses, of which four foreign-run and three restaurants in the food street."""
    few = {"businesses": 10, "foreign_run": 4, "food_street_restaurants": 3}
    for name, count in few.items():
        monkeypatch.setitem(simulated.SPEC.numbers, name, count)


def test_the_zone_holds_1411_businesses(businesses):
    assert (businesses["in_zone"] == True).sum() == 1_411  # noqa: E712


def test_395_of_them_are_foreign_run(businesses):
    foreign = businesses[businesses["foreign_run"] == True]  # noqa: E712
    assert len(foreign) == 395
    assert foreign["in_zone"].all()


def test_the_food_street_holds_204_restaurants(businesses):
    there = businesses[businesses["in_food_street"] == True]  # noqa: E712
    assert (there["category"] == "restaurant").sum() == 204


def test_other_trades_stand_outside_the_food_street_as_well(made):
    others = made[made["category"] != "restaurant"]
    outside = others[~others["in_food_street"].astype(bool)]
    assert len(outside) > 20
    assert outside["category"].nunique() > 8


def test_nobody_says_who_runs_an_observed_place(observed):
    assert observed[["foreign_run", "operator_nationality"]].isna().all(axis=None)


def test_names_say_that_they_are_simulated(made):
    assert made.index.str.startswith("simulated-").all()
    assert made["name_en"].str.startswith("Simulated business ").all()
    assert made["name_ko"].str.startswith("가상 업소 ").all()
    assert made["name_en"].is_unique


def test_nobody_can_be_sent_to_a_simulated_place(made):
    assert made[["address", "phone", "address_detail"]].isna().all(axis=None)
    assert set(made["halal"]) == {"unknown"}
    # Any of them might as well stand anywhere in the zone, some 900 m long.
    assert (made["accuracy_m"] >= 450).all()


def test_no_two_stand_on_one_spot(made, observed):
    spots = [tuple(pair) for pair in shapely.get_coordinates(made.geometry)]
    assert len(set(spots)) == len(spots)
    assert not set(spots) & {tuple(pair) for pair in shapely.get_coordinates(observed.geometry)}


def test_all_stand_inside_the_zone(made, snapshot):
    zone = snapshot.layers["zone"]
    row = zone.row_of("zone-2023")
    assert shapely.within(made.geometry.to_numpy(), zone.geometries(np.array([row]))[0]).all()


def test_all_stand_along_a_street(made, snapshot):
    streets = snapshot.layers["streets"]
    lines = gpd.GeoSeries(streets.geometries(np.arange(streets.count)), crs=STORE).to_crs(MEASURE)
    # 11 m from the middle, and what six decimals take away.
    assert (to_metric(made).distance(lines.union_all()) < 11.2).all()


@pytest.mark.parametrize(
    ("column", "value", "surveyed", "of"),
    [
        # 2015, 2016 and 2017 together, from tables/surveys.csv.
        ("operator_nationality", "cn", 171 + 160 + 222, 219 + 216 + 269),
        ("operator_nationality", "vn", 9 + 8 + 6, 219 + 216 + 269),
        ("category", "restaurant", 117 + 88 + 109, 219 + 216 + 269),
        ("category", "mobile-phone", 11 + 8 + 13, 219 + 216 + 269),
        ("category", "labour-agency", 9, 216),
    ],
)
def test_foreign_run_businesses_are_shared_out_as_surveyed(made, column, value, surveyed, of):
    foreign = made[made["foreign_run"].astype(bool)]
    assert (foreign[column] == value).mean() == pytest.approx(surveyed / of, abs=0.01)


def test_only_foreign_run_businesses_have_a_nationality(made):
    foreign = made["foreign_run"].astype(bool)
    assert made["operator_nationality"].notna().equals(foreign)


def test_a_cuisine_is_that_of_the_operator(made):
    eats = (made["category"] == "restaurant") & made["foreign_run"].astype(bool)
    assert [tuple(item) for item in made.loc[eats, "cuisine"]] == [
        (land,) for land in made.loc[eats, "operator_nationality"]
    ]
    assert (made.loc[~eats, "cuisine"].map(len) == 0).all()


@pytest.mark.usefixtures("small")
def test_known_businesses_are_counted_in():
    # Two are known in the zone, one of them a restaurant of the food street.
    known = [(True, True, "restaurant"), (True, False, "bakery"), (False, False, "restaurant")]
    features = simulate_missing(ground(1000, *known))
    food_street = square(400).geometry.iloc[0]
    there = features.frame.geometry.within(food_street) & (
        features.frame["category"] == "restaurant"
    )
    assert (features.read, len(features.frame)) == (8, 8)
    assert features.frame["foreign_run"].sum() == 4
    assert there.sum() == 2


@pytest.mark.usefixtures("small")
def test_the_same_ground_gives_the_same_businesses():
    first, second = simulate_missing(ground(1000)).frame, simulate_missing(ground(1000)).frame
    pd.testing.assert_frame_equal(first, second)


@pytest.mark.usefixtures("small")
def test_a_seed_of_its_own_gives_others(monkeypatch):
    first = simulate_missing(ground(1000)).frame
    monkeypatch.setitem(simulated.SPEC.numbers, "seed", 1)
    assert not first.geometry.equals(simulate_missing(ground(1000)).frame.geometry)


@pytest.mark.usefixtures("small")
def test_a_spot_that_is_taken_stays_free():
    # A street of one pair of doors, and one of these doors is known.
    alone = ground(1000)
    first = simulate_missing(alone).frame.geometry
    known = gpd.GeoDataFrame(
        {"in_zone": [False], "in_food_street": [False], "category": ["bakery"]},
        geometry=[first.iloc[0]],
        crs=STORE,
    )
    again = simulate_missing(
        SimulationArea(alone.streets, alone.zone, alone.food_street, known)
    ).frame.geometry
    assert not again.geom_equals(first.iloc[0]).any()


@pytest.mark.usefixtures("small")
def test_too_short_a_street_is_refused():
    # 2.5 m of street have two rows of doors on either side.
    with pytest.raises(PlacementError, match="4 doors are too few for 10 businesses"):
        simulate_missing(ground(2.5))


@pytest.mark.usefixtures("small")
def test_simulated_businesses_give_way_to_more_known_ones():
    # The small zone has 10 businesses in all, 4 of them foreign-run: the foreign ones go last.
    made = simulate_missing(ground(1000, *[(True, False, "bakery")] * 7)).frame
    assert (len(made), made["foreign_run"].sum()) == (3, 3)


@pytest.mark.usefixtures("small")
def test_more_known_restaurants_than_published_leave_none_to_add_in_the_food_street():
    made = simulate_missing(ground(1000, *[(True, True, "restaurant")] * 4)).frame
    there = made.geometry.within(square(400).geometry.iloc[0])
    assert not (there & (made["category"] == "restaurant")).any()


@pytest.mark.usefixtures("small")
def test_nothing_is_simulated_beside_a_register_of_all_businesses():
    assert simulate_missing(replace(ground(1000), complete=True)).read == 0


def test_the_largest_remainders_get_what_is_left():
    # 10 in proportion to 1 : 2 : 4 are 1.43, 2.86 and 5.71: two are left for .86 and .71.
    assert apportion({"a": 1, "b": 2, "c": 4}, 10) == {"a": 1, "b": 3, "c": 6}


@given(
    shares=st.dictionaries(st.text(min_size=1), st.floats(0.01, 1000), min_size=1, max_size=20),
    total=st.integers(0, 5_000),
)
def test_whole_numbers_add_up_and_stay_within_one_of_their_share(shares, total):
    counts = apportion(shares, total)
    assert sum(counts.values()) == total
    for name, share in shares.items():
        assert abs(counts[name] - share / sum(shares.values()) * total) < 1 + 1e-6


def test_the_zone_of_today_is_the_one_filled(made, areas):
    today = in_force(areas.frame("zone")).geometry.iloc[0]
    assert made.geometry.within(today).all()
