"""Shops and services of OpenStreetMap, from tags to records."""

import json

import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from geo.core.vocab import HALAL
from geo.pipeline.adapters.osm import AT_ONCE, NAMELESS, SPEC, parse_register
from geo.pipeline.adapters.osm_trades import trade_of
from geo.pipeline.adapters.records import RECORD


@pytest.fixture
def parsed(tmp_path):
    """What comes of nodes with these tags, numbered from 1; all of them at one place."""

    def run(*tags, **more):
        elements = [
            {"type": "node", "id": k, "lon": 126.79, "lat": 37.33, "tags": tag, **more}
            for k, tag in enumerate(tags, start=1)
        ]
        path = tmp_path / "answer.json"
        path.write_text(json.dumps({"elements": elements}), "utf-8")
        return list(parse_register(path))

    return run


@pytest.fixture
def record(parsed):
    """The one record that comes of one node."""

    def run(tags, **more):
        (found,) = parsed({"name": "가게", **tags}, **more)
        (row,) = found.frame.to_dict("records")
        return row

    return run


@pytest.mark.parametrize("example", SPEC.example, ids=lambda one: one["given"]["id"])
def test_what_is_given_becomes_what_is_wanted(record, example):
    found = record(example["given"]["tags"])
    told = {name: list(item) if isinstance(item, tuple) else item for name, item in found.items()}
    assert {name: told[name] for name in example["want"]} == example["want"]


def test_the_source_gives_its_licence():
    assert SPEC.attribution == "© OpenStreetMap contributors"
    assert SPEC.licence == "ODbL 1.0"


def test_cuisines_are_codes_that_the_pages_can_name():
    told = {item for item in SPEC.lookup["cuisine"].values() if len(item) != 2}
    assert told == {
        "", "africa", "central-asia", "eastern-europe", "europe", "middle-east", "south-asia",
        "southeast-asia",
    }  # fmt: skip


def test_unknown_values_are_counted_and_go_by_their_key(parsed):
    (found,) = parsed(
        {"name": "가", "shop": "crystal_balls"},
        {"name": "나", "amenity": "crystal_gazer"},
        {"name": "다", "office": "crystal_works"},
        {"name": "라", "shop": "crystal_balls"},
    )
    assert list(found.frame["category"]) == [
        "other-retail", "other-service", "other-service", "other-retail",
    ]  # fmt: skip
    assert found.unknown == {
        "shop=crystal_balls": 2, "amenity=crystal_gazer": 1, "office=crystal_works": 1,
    }  # fmt: skip


def test_codes_are_counted_by_category(parsed):
    (found,) = parsed({"name": "가", "shop": "bakery"}, {"name": "나", "shop": "bakery"})
    assert found.codes == {("shop=bakery", "bakery"): 2}


def test_what_is_no_shop_is_not_read(parsed):
    assert parsed({"name": "의자", "amenity": "bench"}) == []


def test_empty_premises_are_set_aside(parsed):
    (found,) = parsed({"name": "빈 가게", "shop": "vacant"})
    assert found.frame.empty
    assert list(found.rejects["reason"]) == ["the premises stand empty"]


def test_a_shop_that_has_gone_may_bear_its_old_name(parsed):
    (found,) = parsed({"was:shop": "bakery", "was:name": "옛 빵집"})
    assert list(found.frame["name_ko"]) == ["옛 빵집"]


@pytest.mark.parametrize(
    ("tags", "names"),
    [
        ({"name": "가 (Ga)", "name:ko": "가", "name:en": "Ga"}, ("가", "Ga")),
        ({"name": "가"}, ("가", None)),
        ({"name": "GS25"}, ("GS25", "GS25")),
        ({"name": "", "name:en": "Asia Mart"}, ("Asia Mart", "Asia Mart")),
        ({"name": "쌀국수", "int_name": "Pho"}, ("쌀국수", "Pho")),
        ({"name": "GS25", "branch": "원곡점"}, ("GS25 원곡점", "GS25")),
        ({"name": "GS25 원곡점", "branch": "원곡점"}, ("GS25 원곡점", None)),
    ],
)
def test_names(record, tags, names):
    found = record({"shop": "yes", **tags})
    assert (found["name_ko"], found["name_en"] if pd.notna(found["name_en"]) else None) == names


@pytest.mark.parametrize("name", ["", "  ", "\u200b\u200f", None])
def test_a_shop_without_a_name_is_set_aside(parsed, name):
    tags = {"shop": "bakery", "addr:street": "다문화길"}
    (found,) = parsed(tags if name is None else {**tags, "name": name})
    assert found.frame.empty
    assert list(found.rejects["reason"]) == [NAMELESS]
    assert found.rejects["text"][0].startswith("node/1; shop=bakery")


def test_hostile_names_stay_text(record):
    name = "<img src=x onerror=alert(1)>\u202eكباب\u200b\x00 =HYPERLINK(1)"
    assert record({"shop": "yes", "name": name})["name_ko"] == (
        "<img src=x onerror=alert(1)>كباب =HYPERLINK(1)"
    )


@pytest.mark.parametrize(
    ("written", "cuisine"),
    [
        ("uzbek;russian", ("uz", "ru")),
        ("Vietnamese; noodle ;vietnamese", ("vn",)),  # a dish is of no country
        ("chinese;sichuan", ("cn",)),
        ("central_asian;south asian", ("central-asia", "south-asia")),
        ("", ()),
    ],
)
def test_cuisines(record, written, cuisine):
    assert record({"amenity": "restaurant", "cuisine": written})["cuisine"] == cuisine


def test_a_cuisine_no_table_has_is_counted(parsed):
    tags = {"amenity": "restaurant", "name": "가", "cuisine": "vietnames;noodle"}
    (found,) = parsed(tags)
    assert found.unknown == {"cuisine=vietnames": 1}


@pytest.mark.parametrize("tag", ["yes", "only"])
def test_a_halal_tag_is_the_word_of_the_shop(record, tag):
    found = record({"amenity": "restaurant", "diet:halal": tag})
    assert found["halal"] == "self-declared" in HALAL
    assert found["halal_basis"] == (f"tagged diet:halal={tag} in OpenStreetMap (not a certificate)")


@pytest.mark.parametrize("tags", [{}, {"diet:halal": "no"}, {"cuisine": "halal"}])
def test_no_grade_without_the_tag(record, tags):
    found = record({"amenity": "restaurant", **tags})
    assert pd.isna(found["halal"])
    assert pd.isna(found["halal_basis"])


@pytest.mark.parametrize(
    ("tags", "address"),
    [
        (
            {
                "addr:province": "경기도", "addr:city": "안산시", "addr:district": "단원구",
                "addr:street": "다문화길", "addr:housenumber": "12-3",
            },
            "경기도 안산시 단원구 다문화길 12-3",
        ),
        ({"addr:street": "다문화1길 (Damunhwa 1-gil)", "addr:housenumber": "8"}, "다문화1길 8"),
        (
            {"addr:city": "Ansan-si", "addr:street": "부부로", "addr:housenumber": "28 - 1"},
            "부부로 28-1",
        ),
        ({"addr:full": "경기도 안산시 단원구 다문화2길 28"}, "경기도 안산시 단원구 다문화2길 28"),
        ({"addr:street": "다문화길"}, None),
        ({"addr:street": "다문화길", "addr:housenumber": "<b>12"}, None),
        ({"addr:street": "Damunhwa-gil", "addr:housenumber": "12"}, None),
        ({"addr:full": "원곡동 795"}, None),
    ],
)  # fmt: skip
def test_road_addresses(record, tags, address):
    found = record({"shop": "yes", **tags})["address_road"]
    assert (found if pd.notna(found) else None) == address


def test_floor_and_room(record):
    found = record({"shop": "yes", "addr:floor": "2", "addr:unit": "201"})
    assert found["address_detail"] == "2층 201호"


def test_the_last_day_somebody_looked(record):
    tags = {
        "check_date": "2023-05-01",
        "survey:date": "2024-02-30",  # there is no such day
        "check_date:opening_hours": "2023-06-01",
    }
    assert record({"shop": "yes", **tags})["verified_on"] == "2023-06-01"


@pytest.mark.parametrize("day", ["", "2023-05", "May 2023", "9999-12-31", "0001-01-01"])
def test_no_day_is_made_up(record, day):
    assert pd.isna(record({"shop": "yes", "check_date": day})["verified_on"])


def test_the_edit_gives_a_day_and_no_person(parsed):
    (found,) = parsed(
        {"shop": "yes", "name": "가", "operator": "홍길동", "contact:mobile": "010-1234-5678"},
        {"shop": "yes", "operator": "홍길동", "phone": "010-1234-5678"},
        timestamp="2024-05-02T23:59:59Z",
        user="somebody",
        uid=4711,
    )
    assert list(found.frame["updated_on"]) == ["2024-05-02"]
    told = found.frame.to_csv() + found.rejects.to_csv()
    assert not any(name in told for name in ("somebody", "4711", "홍길동", "1234"))


@pytest.mark.parametrize(
    ("phone", "kept"), [("+82 31 492 1234", "031-492-1234"), ("010-1234-5678", None)]
)
def test_only_public_telephones_are_kept(record, phone, kept):
    found = record({"shop": "yes", "phone": phone})["phone"]
    assert (found if pd.notna(found) else None) == kept


@pytest.mark.parametrize(("lon", "lat"), [(999.0, 37.33), (126.79, -90.5)])
def test_coordinates_out_of_range_are_set_aside(parsed, lon, lat):
    (found,) = parsed({"shop": "yes", "name": "가"}, lon=lon, lat=lat)
    assert list(found.rejects["reason"]) == ["its coordinates are out of range"]


@pytest.mark.parametrize("lon", [None, "126.79"])
def test_a_node_without_coordinates_is_set_aside(parsed, lon):
    (found,) = parsed({"shop": "yes", "name": "가"}, lon=lon)
    assert list(found.rejects["reason"]) == ["it has no coordinates"]


def test_records_have_the_shape_of_all_registers(parsed):
    (found,) = parsed({"shop": "yes", "name": "가"}, {"shop": "yes"})
    assert list(found.frame.columns) == list(RECORD)
    assert list(found.rejects.columns) == ["row", "reason", "text"]
    assert (found.file, found.crs) == ("answer.json", "EPSG:4326")
    assert set(found.frame["part"]) == {"all"}


def test_every_element_is_counted_once_over_batches(parsed):
    tags = [{"shop": "yes", "name": "가"} if k % 3 else {"shop": "yes"} for k in range(AT_ONCE + 5)]
    batches = parsed(*tags)
    rows = pd.concat([part["row"] for batch in batches for part in (batch.frame, batch.rejects)])
    assert len(batches) == 2
    assert sorted(rows) == list(range(1, AT_ONCE + 6))


@pytest.fixture(scope="module")
def answer(tmp_path_factory):
    """A file for the elements of each example, one after the other."""
    return tmp_path_factory.mktemp("osm") / "answer.json"


# Elements are cases of their own: many in few files, because a file takes longest.
@settings(max_examples=20)
@example([])
@given(
    st.lists(
        st.dictionaries(
            st.sampled_from(
                ["shop", "amenity", "was:shop", "name", "cuisine", "addr:full", "phone"]
            ),
            st.one_of(st.text(max_size=12), st.sampled_from(["bakery", "bench", "vacant", "no"])),
        ),
        min_size=10,
        max_size=30,
    )
)
def test_every_element_with_a_trade_ends_in_one_place(answer, tags):
    node = {"type": "node", "id": 1, "lon": 126.79, "lat": 37.33}
    answer.write_text(json.dumps({"elements": [{**node, "tags": tag} for tag in tags]}), "utf-8")
    rows = [
        row for item in parse_register(answer) for row in (*item.frame["row"], *item.rejects["row"])
    ]
    assert sorted(rows) == list(range(1, 1 + sum(trade_of(tag) is not None for tag in tags)))
