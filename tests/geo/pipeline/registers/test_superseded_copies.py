"""The register of shops takes the place of its copy, row for row."""

import csv

import geopandas as gpd
import pytest
from city_counts import SIMULATED, STOREFRONTS
from shapely.geometry import Point

from geo.core.crs import MEASURE
from geo.core.source import read_table
from geo.pipeline.ingest import prepare
from geo.pipeline.register_catalogue import source_of
from geo.pipeline.registers.businesses import GONE
from geo.pipeline.registers.superseded_copies import match_copy
from geo.pipeline.sources.storefronts import FILE, SPEC, ids

X, Y = 181_400.0, 525_800.0


def rows(*told: tuple[str, float, str], copy: bool = True) -> gpd.GeoDataFrame:
    """Shops by name, metres to the east, and category."""
    return gpd.GeoDataFrame(
        {
            "name_ko": [name for name, _, _ in told],
            "category": [category for _, _, category in told],
            "source_date": "2026-06-30",
        },
        index=[f"{'copy' if copy else 'new'}-{n}" for n in range(len(told))],
        geometry=[Point(X + east, Y) for _, east, _ in told],
        crs=MEASURE,
    )


def same(copy: list, register: list, release: str = "2026-09") -> dict[str, str]:
    return match_copy(rows(*copy), rows(*register, copy=False), release).same.to_dict()


@pytest.mark.parametrize(
    ("name", "east", "found"),
    [
        ("집", 0.0, True),
        (" 집 ", 29.0, True),
        ("집", 31.0, False),  # another shop of the name
        ("짚", 0.0, False),
    ],
)
def test_name_and_point_agree(name, east, found):
    assert same([("집", 0.0, "cafe")], [(name, east, "pub")]) == (
        {"new-0": "copy-0"} if found else {}
    )


def test_each_row_goes_once_the_nearest_first():
    copy = [("집", 0.0, "cafe"), ("집", 20.0, "cafe")]
    register = [("집", 19.0, "cafe"), ("집", 21.0, "cafe"), ("집", 1.0, "cafe")]
    assert same(copy, register) == {"new-0": "copy-1", "new-2": "copy-0"}


def test_of_two_rows_in_one_house_the_category_tells():
    copy = [("집", 0.0, "cafe"), ("집", 0.0, "beauty")]
    register = [("집", 0.0, "beauty"), ("집", 0.0, "cafe")]
    assert same(copy, register) == {"new-0": "copy-1", "new-1": "copy-0"}


@pytest.mark.parametrize(
    ("release", "named", "gone"),
    [
        ("2026-09", 2, 1),  # newer, and it names most of the copy
        ("2026-09", 1, 0),  # a file of a corner
        ("2026-06", 2, 0),  # the same edition
        ("", 2, 0),  # a file that bears no date
    ],
)
def test_what_a_newer_release_leaves_out_has_gone(release, named, gone):
    copy = [("하나", 0.0, "cafe"), ("둘", 0.0, "cafe"), ("셋", 0.0, "cafe")]
    found = match_copy(rows(*copy), rows(*copy[:named], copy=False), release)
    assert len(found.gone) == gone


HEADER = [
    "상가업소번호", "상호명", "상권업종소분류코드", "상권업종소분류명", "시군구코드", "경도",
    "위도",
]  # fmt: skip


@pytest.fixture(scope="module")
def loaded(data, published, tmp_path_factory):
    """The load of a file as SEMAS has it: 30 shops of the copy, 5 of them renamed, and 5 more.

    The rows of the copy stand beside it.
    """
    table = read_table(data, SPEC, FILE).assign(id=lambda one: ids(one))
    gu = "41273"
    some = table[table["lon"].astype(float).between(126.7885, 126.792)]
    some = some[~some["name_ko"].duplicated(keep=False)].head(30)
    renamed = [f"새이름{item[-6:]}" for item in some["id"].iloc[:5]]
    name = [*renamed, *some["name_ko"].iloc[5:]]
    told = [
        [f"MA{n}", name[n], row.semas_code, row.semas_name, gu, row.lon, row.lat]
        for n, row in enumerate(some.itertuples())
    ]
    told += [
        [f"MB{n}", f"없던가게{n}", "I21201", "카페", gu, "126.8401", "37.3121"] for n in range(5)
    ]
    folder = tmp_path_factory.mktemp("semas")
    path = folder / "소상공인시장진흥공단_상가(상권)정보_경기_202609.csv"
    with path.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([HEADER, *told])
    home = published.folder.parents[1]
    return prepare(source_of("semas", None), [path], "ansan", (data, home)), some


def test_a_load_of_the_register_replaces_rows_one_for_one(loaded):
    done, some = loaded
    account = {name: count for name, count in vars(done.account).items() if count}
    assert account == {"read": 35, "new": 10, "merged": 25}
    assert done.details["storefronts"] == {
        "replaced by this register": 25, "not named by it": STOREFRONTS - 25,
    }  # fmt: skip
    every = done.composed.layers["businesses"]
    renewed = every[every["registers"].map(lambda one: {"semas", "storefronts"} <= set(one))]
    kept = set(some["id"].iloc[5:])
    assert len(renewed) == 25
    assert (
        len(kept & set(renewed.index))
        + sum("places" in register for register in renewed["registers"])
        == 25
    )
    features = next(
        feature for feature in done.composed.all_features if feature.source == "storefronts"
    )
    assert features.read == STOREFRONTS
    assert GONE not in {exclusion.reason for exclusion in features.exclusions}


def test_the_zone_stays_whole_beside_a_file_of_a_corner(loaded):
    zone = loaded[0].composed.about["zone"]
    assert zone["businesses"] == 1_411
    assert SIMULATED - 5 <= zone["simulated"] <= SIMULATED
