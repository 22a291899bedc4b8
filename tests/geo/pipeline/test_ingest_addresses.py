"""Address points of juso: loaded, counted exactly, and what they place."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from juso_rows import door, known_doors, lot, written
from pyproj import Geod

from geo.core.errors import BadParameterError, SourceChangedError
from geo.pipeline.build import publish_all
from geo.pipeline.geocoding.point_checks import ImplausibleError
from geo.pipeline.ingest import ground_of, prepare
from geo.pipeline.ingest_addresses import prepare_addresses
from geo.pipeline.register_catalogue import source_of
from geo.pipeline.registers.loaded_data import LoadedData, load_from_snapshot
from geo.pipeline.registers.register import Register, ShrunkError
from geo.pipeline.registers.release import collect, geocode
from geo.readers.errors import NotATableError
from geo.snapshot.publish import verify

EARTH = Geod(ellps="WGS84")
SEOUL = door("세종대로", "1", (126.977, 37.57), legal="1111010100")
HERE = (126.7905, 37.3297)  # in legal 원곡동
SPELLINGS = (
    "경기도 안산시 단원구 {street} {number}",
    "경기도 안산시 단원구 {street} {number}, 2층 (원곡동)",
    "안산시 단원구 {street}{number} 지하1층",
    "경기 안산시 {street} {number}(원곡동, 세종빌딩)",
    "경기도  안산시 단원구 {street}  {number} 101호",
)


def home_at(folder: Path, published) -> Path:
    (folder / "snapshots").mkdir(parents=True)
    (folder / "snapshots" / published.folder.name).symlink_to(published.folder)
    (folder / "current").symlink_to(published.folder)
    return folder


@pytest.fixture(scope="module")
def loaded_home(data, published, tmp_path_factory) -> Path:
    """An atlas with a file of the real doors, one lot and one underground number."""
    folder = tmp_path_factory.mktemp("juso")
    lines = [door(street, number, at) for (street, number), at in known_doors().items()]
    lines += [door("중앙대로", "462", HERE, below="1")]
    lines += [SEOUL]
    points = written(folder / "entrc_gyunggi.txt", lines)
    lots = written(folder / "rnaddrkor_gyunggi.txt", [lot("다문화길", "18", ("791", "4"))])
    home = home_at(folder / "home", published)
    done = prepare_addresses([points, lots], "ansan", (data, home))
    publish_all(done.composed, home, lambda _: None)
    return home


@pytest.fixture(scope="module")
def loaded(loaded_home) -> LoadedData:
    return load_from_snapshot(loaded_home)


def a_list(folder: Path, *addresses: str) -> Path:
    rows = [
        {"가게명": f"가게{n:04d}호집", "음식종류": "베트남", "주소": text}
        for n, text in enumerate(addresses)
    ]
    path = folder / "안산_세계맛집.csv"
    pd.DataFrame(rows).to_csv(path, index=False)
    return path


@pytest.fixture
def placed(data, areas):
    """The records of a list of addresses, in its order, as the atlas would keep them."""
    source = source_of("table", "world-restaurants")

    def place(path: Path, loaded: LoadedData) -> pd.DataFrame:
        ground = ground_of(data, areas, "ansan", loaded)
        rows = collect(source.parse_files([path]), ground, lambda *_: None)
        return geocode(source, rows, ground).frame.sort_values("row").reset_index(drop=True)

    return place


def test_real_addresses_as_lists_write_them_come_to_their_doors(placed, loaded, tmp_path):
    wanted = [
        (spelling.format(street=street, number=number), at)
        for (street, number), at in known_doors().items()
        for spelling in SPELLINGS
    ]
    found = placed(a_list(tmp_path, *(text for text, _ in wanted)), loaded)
    lon, lat = np.array([at for _, at in wanted]).T
    off = EARTH.inv(found["lon"], found["lat"], lon, lat)[2]
    assert len(found) == len(wanted) > 250
    assert np.mean(off <= 10) >= 0.95
    assert set(found["accuracy_m"]) == {5}
    assert set(found["located_by"]) == {"address-point"}


def test_a_lot_and_an_underground_number_come_to_their_buildings(placed, loaded, tmp_path):
    path = a_list(
        tmp_path, "경기도 안산시 단원구 원곡동 791-4번지 2층", "안산시 단원구 원곡동 791번지 4호",
        "안산시 단원구 중앙대로 지하 462", "안산시 단원구 중앙대로 462-7",
    )  # fmt: skip
    found = placed(path, loaded)
    at = known_doors()["다문화길", "18"]
    points = list(zip(found["lon"], found["lat"], strict=True))
    assert points[:3] == [at, at, HERE]
    assert list(found["located_by"]) == ["address-point"] * 3 + ["street-number"]


def test_an_address_that_no_file_has_is_not_claimed_to_a_door(placed, loaded, tmp_path):
    path = a_list(tmp_path, "경기도 안산시 단원구 없는길 5 (원곡동)", "안산시 단원구 원곡동 5000")
    found = placed(path, loaded)
    assert list(found["located_by"]) == ["legal-dong"] * 2
    assert (found["accuracy_m"] > 500).all()


def test_without_a_file_an_address_is_placed_where_a_shop_of_it_stands(placed, tmp_path):
    columns = {"address_jibun": "안산시 단원구 고잔동 516-1", "located_by": "register"}
    at = {"lon": HERE[0], "lat": HERE[1], "accuracy_m": 30.0, "gu_code": "41273"}
    road = "경기도 안산시 단원구 광덕대로 142, 1층"
    shops = pd.DataFrame([{**columns, **at, "address_road": road}] * 2 + [
        # A point found by an address places no other one.
        {**columns, **at, "address_road": "안산시 단원구 화정로 43", "located_by": "gu"},
        # Two points of one address, 111 m apart: no door.
        {**columns, **at, "address_jibun": None, "address_road": "안산시 단원구 예술대학로 17"},
        {**columns, **at, "address_jibun": None, "address_road": "안산시 단원구 예술대학로 17",
         "lat": HERE[1] + 0.001},
    ])  # fmt: skip
    shop = LoadedData({"semas": Register("semas", {}, shops, pd.DataFrame())})
    found = placed(
        a_list(
            tmp_path, "안산시 단원구 광덕대로 142 (고잔동)", "안산시 단원구 고잔동 516-1번지",
            "안산시 광덕대로 142", "안산시 단원구 화정로 43", "안산시 단원구 예술대학로 17",
        ),
        shop,
    )  # fmt: skip
    assert list(found["located_by"]) == ["address-point"] * 3 + ["gu"] * 2
    assert set(zip(found["lon"][:3], found["lat"][:3], strict=True)) == {HERE}
    assert set(found["accuracy_m"][:3]) == {30}


def test_the_account_is_exact_and_the_same_file_changes_nothing(data, home, tmp_path):
    lines = [
        door("다문화길", "18", HERE),
        door("다문화길", "18", HERE),  # a second entrance
        door("다문화길", "20-1", HERE),
        door("다문화길", "22", HERE).rpartition("|")[0],  # cut off
        door("다문화길", "x", HERE),
        door("다문화길", "24", (126.9, 37.35)),  # in another part of the city
        "|".join([*door("다문화길", "26", HERE).split("|")[:-2], "0", "0"]),
        SEOUL,
    ]
    lots = [
        lot("다문화길", "18", ("795", "3")),
        lot("다문화길", "20-1", ("795", "3")),
        lot("다문화길", "99", ("795", "9")),  # of a building without an entrance
        lot("다문화길", "18", ("12", "0"), hill="1"),
    ]
    files = [
        written(tmp_path / "entrc_gyunggi.txt", lines),
        written(tmp_path / "rnaddrkor_gyunggi.txt", lots, "utf-8"),
    ]
    first = prepare_addresses(files, "ansan", (data, home))
    assert first.account.read == 12
    assert (first.account.new, first.account.merged) == (4, 2)
    assert (first.account.outside, first.account.set_aside) == (1, 5)
    assert dict(first.details["set aside because"]) == {
        "it is in no encoding that is read, or has another number of columns": 1,
        "its building or lot number is no number": 1,
        "it has no coordinates": 1,
        "its point contradicts its own address or dong code": 1,
        "no entrance of its building is in the files": 1,
    }
    publish_all(first.composed, home, lambda _: None)
    again = prepare_addresses(files, "ansan", (data, home))
    assert (again.account.new, again.account.unchanged, again.account.changed) == (0, 4, 0)
    entry = load_from_snapshot(home).references.about["addresses"]
    assert set(entry["sha256"]) == {"entrc_gyunggi.txt", "rnaddrkor_gyunggi.txt"}
    verify((home / "current").resolve())


def test_rows_of_a_list_loaded_before_move_to_their_doors(data, home, tmp_path):
    path = a_list(tmp_path, "경기도 안산시 단원구 화정로 43 (원곡동)")
    done = prepare(source_of("table", "world-restaurants"), [path], "ansan", (data, home))
    publish_all(done.composed, home, lambda _: None)
    before = load_from_snapshot(home).registers["world-restaurants"].frame.iloc[0]
    file = written(tmp_path / "entrc_gyunggi.txt", [door("화정로", "43", HERE)])
    loaded = prepare_addresses([file], "ansan", (data, home))
    publish_all(loaded.composed, home, lambda _: None)
    after = load_from_snapshot(home).registers["world-restaurants"].frame.iloc[0]
    assert (before["located_by"], after["located_by"]) == ("legal-dong", "address-point")
    assert (after["lon"], after["lat"]) == HERE
    assert loaded.details["placed by address"] == {"world-restaurants": 1}
    assert load_from_snapshot(home).without("addresses")[1] == 1


@pytest.mark.parametrize(
    ("lines", "error", "message"),
    [
        (["상호명|주소", "가|나"], NotATableError, "of no address file"),
        ([SEOUL], SourceChangedError, "is an entrance in Ansan"),
        ([lot("다문화길", "18", ("795", "3"))], SourceChangedError, "with points"),
        (
            [door("화정로", str(n), (126.90, 37.35)) for n in range(9)],
            ImplausibleError,
            "do not lie",
        ),
    ],
)
def test_a_file_that_is_none_is_refused(data, home, tmp_path, lines, error, message):
    file = written(tmp_path / "entrc_gyunggi.txt", lines)
    with pytest.raises(error, match=message):
        prepare_addresses([file], "ansan", (data, home))


def test_a_file_of_changes_does_not_replace_the_whole(data, loaded_home, tmp_path):
    change = written(tmp_path / "entrc_change.txt", [door("다문화길", "18", HERE) + "|34"])
    with pytest.raises(ShrunkError, match="전체분"):
        prepare_addresses([change], "ansan", (data, loaded_home))


def test_only_the_city_or_a_gu_is_taken(data, home, tmp_path):
    file = written(tmp_path / "entrc_gyunggi.txt", [door("다문화길", "18", HERE)])
    with pytest.raises(BadParameterError, match="ansan"):
        prepare_addresses([file], "all", (data, home))
