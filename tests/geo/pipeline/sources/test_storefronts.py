"""Real shops near the stations: counted by hand from the table, never guessed about."""

import hashlib

import geopandas as gpd
import pandas as pd
import pytest
from city_counts import LINKED, OBSERVED_IN_ZONE, SIMULATED, STOREFRONTS, STOREFRONTS_IN_ZONE

from geo.core.errors import SourceChangedError
from geo.core.source import read_table
from geo.pipeline.sources.places import SPEC as PLACES
from geo.pipeline.sources.storefronts import FILE, SPEC, from_table, ids

WONGOK = "4127354500"
SOUTH_EAST_ASIA = ("I20501", "I20599")


@pytest.fixture(scope="module")
def table(data) -> pd.DataFrame:
    return read_table(data, SPEC, FILE)


@pytest.fixture(scope="module")
def shops(published) -> gpd.GeoDataFrame:
    """Every business that the copy knows, with the class that it has there."""
    every = gpd.read_parquet(published.folder / "businesses.parquet")
    known = every[every["registers"].map(lambda names: "storefronts" in names)]
    of_class = known["claims"].map(lambda claims: claims[0].split()[1])
    return known.assign(code=of_class, name=known["claims"].map(lambda claims: claims[0]))


def shop(**cells: str) -> pd.DataFrame:
    known = {"semas_code": "I21201", "semas_name": "카페", "name_ko": "집", "lon": "126.79"}
    return pd.DataFrame([{**known, "lat": "37.33", **cells}])


def test_every_row_of_the_copy_is_a_business(shops, table):
    assert len(shops) == len(table) == STOREFRONTS


def test_the_zone_holds_815_in_three_sectors(shops):
    there = shops[shops["in_zone"].astype(bool)]
    sectors = there["code"].str[:2].value_counts().to_dict()
    assert len(there) == STOREFRONTS_IN_ZONE == 815
    assert sectors == {"I2": 398, "G2": 327, "S2": 90}  # food, retail, personal services


def test_the_food_street_holds_163_food_places(shops):
    there = shops[shops["in_food_street"].astype(bool)]
    assert there["code"].str.startswith("I2").sum() == 163


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("중국집", 108), ("카페", 65), ("슈퍼마켓", 63), ("핸드폰 소매업", 60), ("미용실", 50),
        ("베트남식 전문", 34),
    ],
)  # fmt: skip
def test_classes_of_the_zone_are_as_many_as_the_register_has(shops, name, count):
    there = shops[shops["in_zone"].astype(bool)]
    assert there["name"].str.contains(f" {name} (", regex=False).sum() == count


def test_wongok_dong_holds_1155(shops):
    assert (shops["dong_code"] == WONGOK).sum() == 1_155


def test_observed_and_simulated_are_the_published_totals(published):
    every = gpd.read_parquet(published.folder / "businesses.parquet")
    there = every[every["in_zone"].fillna(value=False).astype(bool)]
    kinds = there["provenance"].value_counts().to_dict()
    assert kinds == {"observed": OBSERVED_IN_ZONE, "simulated": SIMULATED}
    assert (len(there), int(there["foreign_run"].sum())) == (1_411, 395)
    assert there.loc[there["provenance"] == "observed", "foreign_run"].isna().all()


def test_the_class_of_south_east_asia_makes_no_cuisine(shops):
    alone = shops[(shops["source"] == "storefronts") & shops["code"].isin(SOUTH_EAST_ASIA)]
    assert len(alone) > 50
    assert alone["cuisine"].map(len).eq(0).all()
    assert (alone["category"] == "restaurant").all()


def test_every_row_says_whose_it_is_and_how_far_off_it_may_be(shops):
    alone = shops[shops["source"] == "storefronts"]
    said = alone[["provenance", "source_date", "accuracy_m", "located_by"]].drop_duplicates()
    assert said.to_numpy().tolist() == [["observed", "2026-06-30", 30.0, "register"]]


def test_238_places_are_the_storefront_that_they_name(shops, data):
    places = read_table(data, PLACES, "tables/places.csv")
    linked = places[places["storefront"] != ""]
    assert len(linked) == LINKED
    both = shops[shops["registers"].map(lambda names: "places" in names)]
    assert set(both.index) == set(linked["id"])
    assert both["source"].str.endswith("| storefronts").all()


def test_places_keep_their_name_where_the_register_has_a_legal_one(shops):
    assert shops.loc["samarkand", "name_ko"] == "사마르칸트"
    assert any("후르셰다사마르칸트" in item for item in shops.loc["samarkand", "claims"])


def test_an_id_is_made_of_name_and_point_alone():
    by_hand = hashlib.sha256("집|126.790000|37.330000".encode()).hexdigest()[:12]
    assert ids(shop()) == [f"storefront-{by_hand}"]
    assert ids(shop(semas_code="I20101", semas_name="백반/한정식", lon="126.790")) == ids(shop())
    assert ids(shop(name_ko="집 2호")) != ids(shop())
    assert ids(shop(lat="37.330001")) != ids(shop())


def test_a_shop_in_two_classes_has_two_ids_whatever_the_order():
    two = pd.concat([shop(), shop(semas_code="I20101", semas_name="백반/한정식")])
    (cafe, meals), backwards = ids(two), ids(two[::-1])
    assert cafe == f"{meals}-2"
    assert backwards == [meals, cafe]


def test_ids_of_all_rows_differ(table):
    assert len(set(ids(table))) == len(table)


def test_an_unknown_class_stops_the_build(areas):
    with pytest.raises(SourceChangedError, match=r"classes \['Z99999'\] are not in"):
        from_table(shop(semas_code="Z99999", semas_name="새 업종"), areas.frame("gu"))
