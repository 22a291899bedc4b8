"""Places of Overture Maps as records, from files in its own schema."""

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely
from overture_places import PLACE, written

from geo.core.errors import SourceChangedError
from geo.pipeline.adapters import overture
from geo.pipeline.ingest import prepare
from geo.pipeline.register_catalogue import source_of
from geo.snapshot.schema.claims import claimed_names


def read(path):
    (found,) = overture.parse_register(path)
    return found


@pytest.fixture
def a_row(tmp_path):
    def one(**change) -> pd.Series:
        found = read(written(tmp_path / "places.parquet", change))
        assert list(found.rejects["reason"]) == []
        return found.frame.iloc[0]

    return one


@pytest.fixture
def a_reason(tmp_path):
    def one(**change) -> str:
        found = read(written(tmp_path / "places.parquet", change))
        assert found.frame.empty
        return found.rejects["reason"].item()

    return one


def test_a_place_is_read_with_its_names_point_address_and_telephone(a_row):
    row = a_row()
    assert (row["name_ko"], row["name_en"]) == ("사이공쌀국수", "Saigon Pho")
    assert (row["x"], row["y"]) == (126.790588, 37.329698)
    assert row["address_road"] == "안산시 단원구 다문화길 18"
    assert row["phone"] == "031-491-1234"
    assert (row["category"], row["cuisine"]) == ("restaurant", ("vn", "th"))
    assert (row["status"], row["updated_on"]) == ("open", "2026-09-07")
    assert row["halal"] is None or pd.isna(row["halal"])


def test_names_in_other_scripts_and_the_licence_of_each_source_are_kept(a_row):
    sources = [
        {"property": "", "dataset": "meta", "license": None},
        {"property": "/properties/phones", "dataset": "Foursquare", "license": "Apache-2.0"},
    ]
    names = {
        "primary": "中国城",
        "common": [("ko", "중국성")],
        "rules": [{"variant": "common", "language": "ru", "value": "Чайнатаун"}],
    }
    row = a_row(sources=sources, names=names)
    assert (row["name_ko"], pd.isna(row["name_en"])) == ("중국성", True)
    assert row["claims"] == (
        "name (ru): Чайнатаун",
        "name (und): 中国城",
        "source: meta (CDLA-Permissive-2.0)",
        "source: Foursquare (Apache-2.0)",
    )


@pytest.mark.parametrize(
    ("primary", "hierarchy", "category"),
    [
        ("convenience_store", None, "grocery"),
        ("money_transfer_services", None, "remittance"),
        ("uzbek_restaurant", None, "restaurant"),  # by its last word
        ("toy_store", None, "other-retail"),
        ("pho_house", ["food_and_drink", "pho_house"], "restaurant"),  # by the hierarchy
        ("karaoke", None, "karaoke"),
    ],
)
def test_categories_become_those_of_the_atlas(a_row, primary, hierarchy, category):
    taxonomy = {"primary": primary, "hierarchy": hierarchy} if hierarchy else None
    row = a_row(categories={"primary": primary, "alternate": None}, taxonomy=taxonomy)
    assert row["category"] == category


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"confidence": 0.49}, overture.DOUBTFUL),
        ({"confidence": None}, overture.DOUBTFUL),
        ({"confidence": float("nan")}, overture.DOUBTFUL),
        ({"names": None}, overture.NAMELESS),
        ({"categories": None}, overture.NO_CATEGORY),
        ({"categories": {"primary": "bus_stop"}}, overture.NO_BUSINESS),
        ({"geometry": None}, overture.NO_POINT),
        ({"geometry": b"\x00"}, overture.NO_POINT),
        ({"geometry": shapely.to_wkb(shapely.Point())}, overture.NO_POINT),
        ({"addresses": [{"country": "JP"}]}, overture.ABROAD),
        ({"id": ""}, overture.NO_ID),
    ],
)
def test_a_row_that_cannot_be_used_says_why(a_reason, change, reason):
    assert a_reason(**change) == reason


def test_a_confidence_at_the_threshold_is_enough_and_closed_is_told(a_row):
    row = a_row(confidence=0.5, operating_status="permanently_closed")
    assert row["status"] == "closed"


def test_a_file_of_something_else_is_refused_with_what_to_download(tmp_path):
    path = tmp_path / "places.parquet"
    pq.write_table(pa.table({"id": ["a"]}), path)
    with pytest.raises(SourceChangedError, match="no column geometry"):
        read(path)
    path.write_bytes(b"PAR1 but not")
    with pytest.raises(SourceChangedError, match="-t place"):
        read(path)


def test_twins_of_the_register_are_one_business_and_the_account_is_exact(data, home, tmp_path):
    """A shop of the storefronts under its own name is merged; one of Seoul is outside."""
    shops = pd.read_csv(data / "tables" / "storefronts.csv")
    shop = shops[shops["semas_code"] == "I21201"].iloc[0]
    twin = {
        "names": {"primary": shop["name_ko"], "common": [("ru", "Кафе")]},
        "geometry": shapely.to_wkb(shapely.Point(shop["lon"], shop["lat"])),
        "categories": {"primary": "cafe"},
        "addresses": None,
        "phones": None,
    }
    seoul = {"geometry": shapely.to_wkb(shapely.Point(126.977, 37.57)), "addresses": None}
    file = written(tmp_path / "places.parquet", twin, PLACE, seoul, {"confidence": 0.1})
    done = prepare(source_of("overture", None), [file], "ansan", (data, home))
    assert done.account.read == 4
    assert (done.account.merged, done.account.outside, done.account.set_aside) == (1, 1, 1)
    layer = done.composed.layers["businesses"]
    merged = layer[layer["registers"].map(lambda ids: {"overture", "storefronts"} <= set(ids))]
    assert len(merged) == 1
    assert {"name (ru): Кафе", "source: meta (CDLA-Permissive-2.0)"} <= set(
        merged["claims"].iloc[0]
    )
    assert claimed_names(merged["claims"].iloc[0]) == ("Кафе",)
