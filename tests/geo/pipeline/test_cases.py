"""Small files that once failed, as offices and publishers write them, loaded as a user would."""

from pathlib import Path

import pytest

from geo.pipeline.build import publish_all
from geo.pipeline.ingest import IngestResult, ground_of, prepare
from geo.pipeline.ingest_reference import prepare_residents
from geo.pipeline.register_catalogue import source_of
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
    gathered = collect(source.harvest([CASES / file]), ground, lambda _, rows: None)
    release = geocode(source, gathered, ground)
    assert (gathered.read, len(release.frame), len(release.aside)) == account
    assert reason is None or list(release.aside["reason"]).count(reason) == 1


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


def test_one_door_is_one_shop_though_its_street_is_not_drawn(data, home):
    def load(source: str, file: str, mapping: str | None = None) -> IngestResult:
        done = prepare(source_of(source, mapping), [CASES / file], "ansan", (data, home))
        publish_all(done.composed, home, lambda _: None)
        return done

    load("permits", "permits_twin_식품_휴게음식점.csv")
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
