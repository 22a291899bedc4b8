"""The whole way from the committed files to a snapshot."""

import re
from dataclasses import replace

import geopandas as gpd
import pytest
from city_counts import OBSERVED_IN_ZONE, PLACES, SIMULATED, ZONE

from geo.core.errors import ContractError, GeoError, PlacementError, SourceChangedError
from geo.pipeline.build import PublishedSnapshot, account, build
from geo.pipeline.sources import places
from geo.snapshot.publish import verify
from geo.snapshot.schema.layer_names import COLLECTIONS


@pytest.fixture(scope="session")
def published(data, tmp_path_factory) -> PublishedSnapshot:
    """The committed data, built here, and what the build tells."""
    return build(data, tmp_path_factory.mktemp("built"))


@pytest.fixture(scope="module")
def accounts(published) -> list[dict]:
    return [account(feature) for feature in published.all_features]


@pytest.fixture(scope="module")
def businesses(published) -> gpd.GeoDataFrame:
    return gpd.read_parquet(published.folder / "businesses.parquet")


def test_every_collection_is_built(published):
    assert set(published.counts) == set(COLLECTIONS)


@pytest.mark.parametrize(
    ("layer_id", "count"),
    [
        ("gu", 2),
        ("dong", 25),
        ("residents", 75),
        ("households", 75),
        ("zone", 2),
        ("food-streets", 2),
        ("stations", 13),
        ("landmarks", 27),
        ("helplines", 24),
        ("centres", 45),
    ],
)
def test_layers_hold_what_they_have_to(published, layer_id, count):
    assert published.counts[layer_id] == count


def test_what_was_built_is_whole(published):
    assert verify(published.folder) == published.counts


def test_every_row_read_is_published_merged_or_set_aside(accounts):
    for item in accounts:
        rejects = sum(part["count"] for part in item["set_aside"])
        assert item["read"] == item["published"] + item["merged"] + rejects, item["source"]


def test_283_places_are_282_businesses_and_a_landmark(accounts):
    (found,) = [item for item in accounts if item["source"] == "places"]
    assert (found["read"], found["published"]) == (283, PLACES)
    assert found["set_aside"] == [
        {"reason": "a landmark, not a business", "count": 1, "ids": ["borderless-photo"]}
    ]


def test_what_is_published_is_what_the_layers_hold(accounts, published):
    for layer_id, count in published.counts.items():
        assert sum(item["published"] for item in accounts if item["layer"] == layer_id) == count


def test_a_row_that_gets_lost_stops_the_build(data, tmp_path, monkeypatch):
    read = places.read_places
    monkeypatch.setattr(places, "read_places", lambda *given: replace(read(*given), read=284))
    with pytest.raises(ContractError, match="places: 284 rows read, but 282 published, 0 merged"):
        build(data, tmp_path)
    assert not (tmp_path / "current").exists()


def test_the_same_data_gives_the_same_snapshot(data, published, tmp_path):
    assert build(data, tmp_path).folder.name == published.folder.name


def test_the_manifest_counts_the_zone(snapshot):
    assert snapshot.manifest["zone"] == {
        "businesses": ZONE,
        "foreign_run": 395,
        "observed": OBSERVED_IN_ZONE,
        "simulated": SIMULATED,
    }


def test_every_layer_names_its_sources_and_they_are_described(snapshot):
    described = set(snapshot.manifest["sources"])
    for layer_id, layer in snapshot.layers.items():
        assert layer.meta["sources"], layer_id
        assert set(layer.meta["sources"]) <= described
    assert snapshot.layers["businesses"].meta["sources"] == ["places", "storefronts", "simulated"]


def test_every_source_has_a_licence(snapshot):
    for source in snapshot.manifest["sources"].values():
        assert source["licence"] and source["attribution"]
        assert source["licence_url"].startswith("https://")


def test_nothing_in_a_snapshot_says_when_or_where_it_was_built(published):
    text = (published.folder / "manifest.json").read_text("utf-8")
    assert str(published.folder.parent) not in text
    assert "/work" not in text


def test_steps_are_told(data, tmp_path):
    told: list[str] = []
    build(data, tmp_path, told.append)
    assert told[:2] == ["reading sources", "placing businesses and centres"]
    assert sorted(told[-len(COLLECTIONS) :]) == list(COLLECTIONS)


def test_a_place_on_a_drawn_street_is_in_the_dong_it_lies_in(businesses):
    # 다문화2길 28 stands in the middle of the zone, in Wongok-dong.
    assert businesses.loc["kantipur", "dong_code"] == "4127354500"
    assert bool(businesses.loc["kantipur", "in_zone"])


def test_legal_wongok_never_becomes_the_dong_of_that_name(businesses):
    # A lot of legal 원곡동 may lie in 원곡동, 백운동 and others.
    known = businesses[businesses["located_by"] == "legal-dong"]
    lots = known[known["address"].fillna("").str.startswith("원곡동")]
    assert len(lots) > 0
    assert lots["dong_code"].isna().all()


def test_whether_such_a_place_is_in_the_zone_is_not_known(businesses):
    # cafe-relax is known to legal 원곡동 only, which holds the zone.
    assert businesses.loc["cafe-relax", ["in_zone", "in_food_street"]].isna().all()


def test_a_place_whose_whole_gu_lies_elsewhere_is_outside(businesses):
    # 상록구 is the other gu; it ends 3.5 km from the zone.
    assert businesses.loc["hs-RAYHON", "in_zone"] == False  # noqa: E712


def test_a_position_that_is_no_door_says_how_vague_it_is(businesses):
    vague = businesses[businesses["located_by"].isin(["legal-dong", "gu"])]
    doors = businesses[businesses["located_by"] == "street-number"]
    assert (vague["accuracy_m"] > 1_000).all()
    assert (doors["accuracy_m"] < 50).all()


def test_ids_are_unique_over_all_sources(businesses):
    assert businesses.index.is_unique
    assert (businesses.index.str.startswith("simulated-")).sum() == SIMULATED


def test_gu_and_dong_agree(businesses):
    known = businesses.dropna(subset="dong_code")
    assert (known["dong_code"].str[:5] == known["gu_code"]).all()


def test_no_private_mobile_number_is_published(snapshot):
    for layer_id in ("businesses", "centres"):
        layer = snapshot.layers[layer_id]
        phones = [record["phone"] for record in layer.records(layer.select({}), ["phone"])]
        assert not [phone for phone in phones if phone and re.match(r"01[016-9]", phone)]


@pytest.mark.parametrize(
    ("old", "new", "match"),
    [
        ("rak-thai,락타이,Rak Thai,restaurant", "rak-thai,락타이,Rak Thai,sauna", "sauna"),
        ("Rak Thai,restaurant,thailand", "Rak Thai,restaurant,siam", r"unmapped cuisine \['siam'"),
    ],
)
def test_an_unknown_word_stops_the_build(data_copy, edit, tmp_path, old, new, match):
    edit("tables/places.csv", old, new)
    with pytest.raises(SourceChangedError, match=match):
        build(data_copy, tmp_path / "home")
    assert not (tmp_path / "home" / "current").exists()


def test_a_street_outside_the_city_stops_the_build_and_names_the_places(data_copy, edit, tmp_path):
    # 부부로 moved 0.5 degree to the west, into the sea.
    table = (data_copy / "tables/street_lines.csv").read_text("utf-8")
    for row in [line for line in table.splitlines() if line.startswith("부부로,")]:
        edit("tables/street_lines.csv", row, row.replace(",126.7", ",126.2"))
    with pytest.raises(PlacementError, match=r"in no dong: .*'consult'"):
        build(data_copy, tmp_path / "home")


def test_an_altered_file_stops_the_build(data_copy, tmp_path):
    table = data_copy / "tables" / "centres.csv"
    table.write_bytes(table.read_bytes() + b"\n")
    with pytest.raises(SourceChangedError, match=r"centres\.csv is not the file"):
        build(data_copy, tmp_path / "home")


def test_a_refused_build_leaves_the_old_snapshot(data, data_copy, tmp_path):
    home = tmp_path / "home"
    before = build(data, home).folder
    (data_copy / "tables" / "residents.csv").unlink()
    with pytest.raises(GeoError):
        build(data_copy, home)
    assert (home / "current").resolve() == before
