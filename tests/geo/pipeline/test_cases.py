"""Small files that once failed, as offices and publishers write them, loaded as a user would."""

from pathlib import Path

import pandas as pd
import pytest

import atlas
from geo.pipeline.build import publish_all
from geo.pipeline.ingest import IngestResult, ground_of, prepare
from geo.pipeline.ingest_reference import prepare_residents
from geo.pipeline.register_catalogue import source_of
from geo.pipeline.registers.register import OlderReleaseError
from geo.pipeline.registers.release import collect, geocode

CASES = Path(__file__).parents[2] / "data" / "cases"
TOTAL = "it is a total of other rows (합계, 소계, 계)"
NOWHERE = "neither coordinates nor an address in the area"
FIRST = "a row before it has the same name and address, and counts"


@pytest.fixture(scope="module")
def built_home(published):
    return published.folder.parents[1]


@pytest.fixture(scope="module")
def ground(data, areas):
    return ground_of(data, areas, "ansan")


@pytest.fixture(scope="module")
def loading(data, built_home):
    """Prepare a load of a case against the committed data, without publishing it."""

    def load(file: str, mapping: str | None = None, source: str = "table") -> IngestResult:
        return prepare(source_of(source, mapping), [CASES / file], "ansan", (data, built_home))

    return load


@pytest.mark.parametrize(
    ("file", "mapping", "account", "reason"),
    [
        ("c1.csv", "city-survey", (2, 1, 1), NOWHERE),
        ("c2.csv", "city-survey", (2, 1, 1), TOTAL),
        ("c3.csv", "world-restaurants", (2, 1, 1), NOWHERE),
        ("c4.csv", "world-restaurants", (2, 1, 1), NOWHERE),
        ("s2_title_only.xlsx", "city-survey", (10, 8, 2), None),
        ("s3_total_only.xlsx", "city-survey", (11, 8, 3), TOTAL),
        ("s4_merge_only.xlsx", "city-survey", (10, 8, 2), None),
        ("s5_twohead_only.xlsx", "city-survey", (10, 8, 2), None),
        ("s6_cover_only.xlsx", "city-survey", (10, 8, 2), None),
        ("s7_plain.xlsx", "city-survey", (10, 8, 2), None),
        ("dup.csv", "city-survey", (2, 1, 1), FIRST),
    ],
)
def test_rows_that_can_be_used_are_loaded_and_the_others_say_why(
    ground, file, mapping, account, reason
):
    source = source_of("table", mapping)
    gathered = collect(source.parse_files([CASES / file]), ground, lambda _, rows: None)
    release = geocode(source, gathered, ground)
    assert (gathered.read, len(release.frame), len(release.rejects)) == account
    assert reason is None or list(release.rejects["reason"]).count(reason) == 1


def test_known_twins_are_merged_and_former_dong_are_read(loading):
    done = loading("mf.csv", "muslim-friendly")
    assert (done.account.merged, done.account.set_aside) == (6, 0)
    assert not done.details["unknown code"]
    shops = done.composed.layers["businesses"]
    named = shops[shops["registers"].map(lambda lists: "muslim-friendly" in lists)]
    assert set(named["name_ko"]) >= {"칸티푸르레스토랑", "솔티인도네팔음식점", "와룽키타"}
    assert {"np", "in"} <= set(named.loc["kantipur", "cuisine"])


def test_a_dong_in_brackets_does_not_lead_to_the_wrong_twin(loading):
    done = loading("pt.csv", "city-survey")
    named = done.composed.layers["businesses"].loc["pad-thai"]
    assert (done.account.merged, done.account.new) == (1, 1)
    assert list(named["registers"]) == ["city-survey", "places", "storefronts"]
    assert named["address"].startswith("부부로 4")  # and not 중앙대로 441, of the same name


def test_floors_and_classes_of_shops_are_read_for_what_they_say():
    source = source_of("semas", None)
    shops = pd.concat(part.frame for part in source.parse_files([CASES / "floor.csv"]))
    details = shops.set_index("name_ko")["address_detail"].dropna().to_dict()
    assert details == {"가게하나": "지하", "가게태국음식": "지하 1층"}
    assert set(shops["cuisine"].dropna()) == {()}  # I20501 is Vietnamese by its name alone


def test_answers_of_the_interface_are_a_register(ground):
    source = source_of("semas", None)
    gathered = collect(source.parse_files([CASES / "semas_api.json"]), ground, lambda _, rows: None)
    shop = geocode(source, gathered, ground).frame.iloc[0]
    assert (shop["name_ko"], shop["category"], shop["dong_claimed"]) == (
        "가게하나", "restaurant", "4127354500",
    )  # fmt: skip
    assert (shop["lon"], shop["address_detail"]) == (126.7905, "지하")


def test_an_older_release_is_refused_unless_it_is_asked_for(data, home):
    newer, older = sorted((CASES / "rel").glob("*.csv"), reverse=True)
    semas, places = source_of("semas", None), (data, home)
    publish_all(prepare(semas, [newer], "ansan", places).composed, home, lambda _: None)
    with pytest.raises(OlderReleaseError, match=r"is of 2026-03, older than .* of 2026-09"):
        prepare(semas, [older], "ansan", places)
    assert prepare(semas, [older], "ansan", places, older=True).account.changed == 1


def test_markup_in_a_cell_is_text(capsys, built_home, tmp_path, monkeypatch):
    file = tmp_path / "list.csv"
    rows = "가게,[/b]식당,안산시 단원구 다문화길 18\n다른가게,음식점,안산시 단원구 다문화길 20\n"
    file.write_text(f"상호명,업종,도로명주소\n{rows}", "utf-8")
    monkeypatch.setenv("ATLAS_HOME", str(built_home))
    monkeypatch.setattr(
        "sys.argv",
        ["atlas", "ingest", "table", str(file), "--mapping", "city-survey", "--dry-run"],
    )
    with pytest.raises(SystemExit) as ended:
        atlas.main()
    assert ended.value.code in (0, None)
    assert "[/b]식당" in capsys.readouterr().out


def test_one_door_is_one_shop_though_its_street_is_not_drawn(data, home):
    def load(source: str, file: str, mapping: str | None = None) -> IngestResult:
        return prepare(source_of(source, mapping), [CASES / file], "ansan", (data, home))

    licences = load("permits", "permits_twin_식품_휴게음식점.csv")
    publish_all(licences.composed, home, lambda _: None)
    mapping = str(CASES / "permits_twin_list.toml")
    shops = load("table", "permits_twin_list.csv", mapping).composed.layers["businesses"]
    both = {"permits", "cafes-b"}
    listed = shops[shops["registers"].map(lambda lists: not both.isdisjoint(lists))]
    assert sorted(listed["name_ko"]) == ["가게넷", "가게하나"]  # 가게둘 and 가게셋 have closed
    assert {frozenset(lists) for lists in listed["registers"]} == {frozenset(both)}


@pytest.mark.parametrize(
    ("file", "says", "read"),
    [
        ("r1.csv", (None, "등록외국인"), 4),
        ("r2.csv", (2023, "외국인주민"), 2),
    ],
)
def test_tables_of_residents_are_read_by_their_own_dates(data, built_home, file, says, read):
    done = prepare_residents([CASES / file], says, (data, built_home), lambda _: None)
    assert done.account.read == read


@pytest.mark.parametrize(
    ("file", "says", "words"),
    [
        ("r1.csv", (None, ""), "--definition"),
        ("r2.csv", (None, "외국인주민"), "--year"),
        ("r3.csv", (2025, "등록외국인"), "no column names the dong"),
        ("r4.xlsx", (2023, "외국인주민"), "its dong add up to 30,000"),
    ],
)
def test_tables_of_residents_that_lack_something_name_the_remedy(
    data, built_home, file, says, words
):
    with pytest.raises(Exception, match=words):
        prepare_residents([CASES / file], says, (data, built_home), lambda _: None)
