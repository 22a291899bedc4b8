"""The whole way of a register into the atlas, and back out of it."""

from collections import Counter
from functools import partial
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from city_counts import OBSERVED_IN_ZONE, SIMULATED
from hypothesis import given, settings
from hypothesis import strategies as st
from published import copy_current
from shelf import WONGOK, parsed_records, rows, source

from geo.core.errors import BadParameterError, ContractError, SnapshotError
from geo.pipeline.adapters.records import ParsedRecords
from geo.pipeline.build import build, compose_snapshot, publish_all
from geo.pipeline.geocoding.geocode import GeocodingReference
from geo.pipeline.geocoding.point_checks import ImplausibleError
from geo.pipeline.ingest import IngestResult, ground_of, prepare
from geo.pipeline.load_account import Account
from geo.pipeline.registers.compare import compare_registers
from geo.pipeline.registers.loaded_data import load_from_snapshot
from geo.pipeline.registers.register import Register
from geo.pipeline.registers.release import NothingUsableError, collect, geocode
from geo.pipeline.registers.update import compare_with_earlier
from geo.snapshot.publish import verify
from geo.snapshot.reader import open_current

SEOUL = {"gu_code": "11680"}
NOWHERE_SAID = "neither coordinates nor an address in the area"
SILENT = {"address_road": None}
NOWHERE = {"x": None, "y": None, "address_road": None}
# Doors of the same street, 20 m apart, each with its own shop.
STREET = [
    {"name_ko": f"가게 {n}", "address_road": f"다문화길 {n}", "x": None, "y": None}
    for n in range(2, 32, 2)
]
TOLD = [*STREET, NOWHERE, SEOUL]


@pytest.fixture(scope="module")
def ground(data, areas) -> GeocodingReference:
    return ground_of(data, areas, "ansan")


def load_into(home: Path, data: Path, given, area: str = "ansan") -> IngestResult:
    done = prepare(given, [], area, (data, home))
    publish_all(done.composed, home, lambda _: None)
    return done


@pytest.fixture
def load(data, home):
    return partial(load_into, home, data)


@pytest.fixture
def prepared(data, published):
    """A load that is not published, of the committed data."""

    def prepared(given, area: str = "ansan") -> IngestResult:
        return prepare(given, [], area, (data, published.folder.parents[1]))

    return prepared


@pytest.fixture(scope="module")
def first(data, module_home) -> tuple[Path, IngestResult]:
    """A home with the rows of TOLD, loaded once for all tests, and what the load said."""
    before = (module_home / "current").resolve()
    done = prepare(source(parsed_records(rows(*TOLD))), [], "ansan", (data, module_home))
    assert (module_home / "current").resolve() == before, "written before it is published"
    publish_all(done.composed, module_home, lambda _: None)
    return module_home, done


@pytest.fixture
def street(home, first):
    """The shops of STREET are loaded into the home of the test."""
    copy_current(first[0], home)


def shops(home: Path) -> gpd.GeoDataFrame:
    return gpd.read_parquet(home / "current" / "businesses.parquet")


def counted(account: Account) -> dict[str, int]:
    return {name: count for name, count in vars(account).items() if count}


def test_rows_end_where_the_account_says(first):
    _, done = first
    assert counted(done.account) == {"read": 17, "new": 15, "outside": 1, "set_aside": 1}
    assert done.details["set aside because"] == {
        "neither coordinates nor an address in the area": 1
    }


def test_new_businesses_are_published_with_their_register(home, street):
    found = shops(home).loc["list-k1"]
    assert (found["name_ko"], found["address"], found["source"]) == ("가게 2", "다문화길 2", "list")
    assert (list(found["registers"]), found["source_date"]) == (["list"], "2026-06")
    assert (found["provenance"], found["dong_code"], bool(found["in_zone"])) == (
        "observed", WONGOK, True,
    )  # fmt: skip


def test_the_same_file_twice_changes_nothing(first, load, home):
    copy_current(first[0], home)
    before = (home / "current").resolve()
    done = load(source(parsed_records(rows(*TOLD))))
    assert counted(done.account) == {"read": 17, "unchanged": 15, "outside": 1, "set_aside": 1}
    assert (home / "current").resolve() == before


def test_what_was_carried_is_not_read_where_it_was_altered(data, home, street):
    for name in ("register-list.parquet", "quarantine.parquet"):
        path = (home / "current" / name).resolve()
        whole = path.read_bytes()
        content = bytearray(whole)
        content[len(content) // 2] ^= 1
        path.write_bytes(content)
        with pytest.raises(SnapshotError, match=f"{name} has been altered .* run `atlas build`"):
            load_from_snapshot(home)
        path.unlink()
        with pytest.raises(SnapshotError, match=f"{name} cannot be read"):
            build(data, home)
        path.write_bytes(whole)
    (home / "current").unlink()  # as the sentence says
    build(data, home)
    assert load_from_snapshot(home).registers == {}


def test_what_a_newer_atlas_has_loaded_is_not_carried_by_an_older_one(data, home, street):
    path = home / "current" / "manifest.json"
    path.write_text(path.read_text("utf-8").replace('"format": 2', '"format": 3'), "utf-8")
    with pytest.raises(SnapshotError, match="format 3 of the snapshot is newer than 2"):
        build(data, home)


def test_a_newer_release_yields_what_opened_closed_moved_and_was_renamed(data, first):
    newer = [dict(item) for item in STREET]
    newer[0]["name_ko"] = "새 이름"
    newer[1]["address_road"] = "다문화길 5"
    newer[2] |= {"key": "opened"}
    done = prepare(
        source(parsed_records(rows(*newer), "list_202609.csv")), [], "ansan", (data, first[0])
    )
    changes = done.composed.tables["changes-list.parquet"]
    kinds = dict(zip(changes["id"], changes["kind"], strict=True))
    assert kinds == {
        "list-k1": "renamed",
        "list-k2": "moved",
        "list-opened": "opened",
        "list-k3": "closed",
    }
    assert counted(done.account) == {"read": 15, "new": 1, "changed": 2, "unchanged": 12}
    assert done.composed.about["registers"]["list"]["release"] == "2026-09"


def test_a_business_that_another_list_knows_is_merged_and_keeps_its_id(prepared, snapshot):
    known = snapshot.layers["businesses"]
    row = known.row_of("samarkand")
    facts = known.records([row], ["name_ko", "address"])[0]
    twin = {"name_ko": facts["name_ko"], "address_road": facts["address"], "category": "pub"}
    done = prepared(source(parsed_records(rows({**twin, "x": None, "y": None}))))
    assert counted(done.account) == {"read": 1, "merged": 1}
    found = done.composed.layers["businesses"].loc["samarkand"]
    assert set(found["registers"]) == {"places", "storefronts", "list"}
    assert any("pub (list)" in claim for claim in found["claims"])


def test_quarantine_keeps_row_reason_and_text(first):
    home, _ = first
    (row,) = pd.read_parquet(home / "current" / "quarantine.parquet").to_dict("records")
    assert (row["source"], row["file"], row["row"]) == ("list", "list_202606.csv", 16)
    assert row["reason"] == "neither coordinates nor an address in the area"
    assert "name_ko=사마르칸트" in row["text"]


def test_a_snapshot_with_a_register_is_whole_and_a_build_keeps_it(data, home, street):
    folder = (home / "current").resolve()
    assert verify(folder)["businesses"] == len(shops(home))
    assert build(data, home).folder.resolve() == folder


def test_simulated_businesses_fill_only_what_is_missing(home, street):
    found = shops(home)
    inside = found[found["in_zone"].fillna(value=False)]
    assert len(inside) == 1411
    assert (inside["provenance"] == "simulated").sum() == SIMULATED - 15


def test_a_register_that_covers_the_zone_leaves_nothing_simulated(prepared):
    made = [
        {"name_ko": f"업소 {k}", "x": 126.7880 + 0.00001 * k, "y": 37.3300, "address_road": None}
        for k in range(710)
    ]
    zone = prepared(source(parsed_records(rows(*made)), complete_in="area")).composed.about["zone"]
    assert (zone["simulated"], zone["observed"]) == (0, OBSERVED_IN_ZONE + 710)


def test_a_complete_register_of_a_corner_covers_nothing(prepared):
    done = prepared(source(parsed_records(rows(*STREET)), complete_in="area"))
    assert done.composed.about["zone"]["simulated"] == SIMULATED - 15


def test_who_runs_a_business_never_reaches_the_layer(load, home):
    told = rows(*({**item, "foreign_run": True, "operator_nationality": "vn"} for item in STREET))
    load(source(parsed_records(told)))
    found = shops(home)
    mine = found[found.index.str.startswith("list-")]
    assert mine[["foreign_run", "operator_nationality"]].isna().all(axis=None)
    assert load_from_snapshot(home).registers["list"].frame["operator_nationality"].eq("vn").all()


def test_what_another_list_reports_closed_is_counted_and_not_shown(load, home, street):
    gone = {**STREET[0], "status": "closed", "closed_on": "2026-08-01"}
    load(source(parsed_records(rows(gone), "licences.csv"), id="permits"))
    assert "list-k1" not in shops(home).index
    (mine,) = [item for item in compare_registers(open_current(home)).lists if item.id == "list"]
    assert (mine.rows, mine.closed_elsewhere) == (15, 1)


def test_a_register_can_be_forgotten(data, published, home, street):
    left, count = load_from_snapshot(home).without("list")
    publish_all(compose_snapshot(data, left, lambda _: None), home, lambda _: None)
    assert count == 15
    assert (home / "current").resolve().name == published.folder.name
    with pytest.raises(BadParameterError, match="source='list' is not allowed"):
        load_from_snapshot(home).without("list")


def test_files_of_which_nothing_can_be_used_are_refused(load, home):
    before = (home / "current").resolve()
    with pytest.raises(NothingUsableError, match=r"list: none of 2 rows can be used: 1 outside"):
        load(source(parsed_records(rows(SEOUL, NOWHERE))))
    assert (home / "current").resolve() == before


def test_a_file_with_swapped_axes_is_refused_and_changes_nothing(load, home):
    swapped = rows(*({**SILENT, "x": 37.33, "y": 126.789 + 0.0001 * k} for k in range(8)))
    before = (home / "current").resolve()
    with pytest.raises(ImplausibleError, match=r"list_202606\.csv: 100 % .* axes are swapped"):
        load(source(parsed_records(swapped)))
    assert (home / "current").resolve() == before


def placed(*changes: dict) -> pd.DataFrame:
    frame = rows(*changes)
    frame = frame.assign(lon=frame["x"], lat=frame["y"], located_by="register", area_code="")
    return frame.assign(accuracy_m=30.0, file="f").set_index("list-" + frame["key"])


@pytest.mark.parametrize("covers", [["41273"], [WONGOK], ["41271", WONGOK]])
def test_a_part_or_an_area_that_is_loaded_for_the_first_time_opens_nothing(ground, covers):
    about = {"files": {}, "covers": covers, "release": "2026-03"}
    before = Register("list", about, placed({"key": "old"}), pd.DataFrame())
    east = {"gu_code": "41271", "dong_claimed": None, "x": 126.845, "y": 37.3}
    more = [{"key": "new"}, {"key": "east", **east}, {"key": "part", "part": "11"}]
    compared = compare_with_earlier(before, placed({"key": "old"}, *more), ground)
    opened = {"list-new", *(["list-east"] if "41271" in covers else [])}
    assert set(compared.new) == {"list-new", "list-east", "list-part"}
    assert set(compared.changes["id"]) == opened
    assert set(compared.changes["kind"]) == {"opened"}


@pytest.mark.parametrize("area", ["seoul", "41", "4127399999", ""])
def test_an_unknown_area_is_refused_with_what_is_allowed(load, area):
    allowed = r"allowed: ansan, all or the 5-digit code of another city .*, a gu"
    with pytest.raises(BadParameterError, match=allowed):
        load(source(parsed_records(rows(*STREET))), area)


def test_one_gu_loaded_anew_leaves_the_other_as_it_was(load, home):
    silent = {"dong_claimed": None, "address_road": None}
    other = {**silent, "key": "east", "gu_code": "41271", "x": 126.845, "y": 37.3}
    load(source(parsed_records(rows(*STREET, other))))
    door = {"address_road": "다문화길 40"}
    newer = rows(*STREET, door, {**other, "key": "more"})
    done = load(source(parsed_records(newer, "list_202609.csv")), "41273")
    assert counted(done.account) == {"read": 17, "new": 1, "unchanged": 15, "outside": 1}
    register = load_from_snapshot(home).registers["list"]
    assert "list-east" in register.frame.index
    assert "list-more" not in register.frame.index
    assert list(register.changes["kind"]) == ["opened"]


def test_rows_of_one_id_and_unreadable_rows_end_where_the_account_says(prepared):
    versions = [
        {**STREET[1], "key": "a", "name_ko": "새것", "updated_on": "2026-02-01"},
        {**STREET[1], "key": "a", "name_ko": "헌것", "updated_on": "2025-02-01"},
    ]
    contradicting = [{**STREET[2], "key": "b"}, {**STREET[2], "key": "b", "name_ko": "딴것"}]
    repeated = [{**STREET[0], "key": "k1"}] * 2
    told = rows(*repeated, *versions, *contradicting)
    broken = pd.DataFrame({"row": [16], "reason": ["7 cells instead of 39"], "text": ["a,b"]})
    records = ParsedRecords("list.csv", told, broken, "EPSG:4326", Counter(), Counter())
    done = prepared(source(records))
    assert counted(done.account) == {"read": 7, "new": 2, "merged": 1, "set_aside": 4}
    assert done.details["set aside because"] == {
        "an older version of its id": 1,
        "its id appears twice, with different content": 2,
        "7 cells instead of 39": 1,
    }
    found = done.composed.layers["businesses"]
    mine = found.loc[found.index.str.startswith("list-"), "name_ko"]
    assert mine.to_dict() == {"list-k1": STREET[0]["name_ko"], "list-a": "새것"}


@settings(max_examples=10)
@given(st.permutations(range(4)), st.lists(st.sampled_from("abc"), max_size=8))
def test_the_order_of_files_does_not_matter(ground, order, keys):
    told = rows(STREET[9], *({**STREET[k], "key": key} for k, key in enumerate(keys)))
    files = [parsed_records(told.iloc[k::4], f"list_{k}.csv") for k in range(4)]
    first, second = (
        geocode(source(), collect(given, ground, lambda *_: None), ground)
        for given in (files, [files[k] for k in order])
    )
    pd.testing.assert_frame_equal(first.frame.sort_index(), second.frame.sort_index())
    assert (len(first.rejects), first.repeated) == (len(second.rejects), second.repeated)


@settings(max_examples=15)
@given(st.lists(st.sampled_from(["door", "seoul", "nowhere", "twice", "point", "far"]), min_size=1))
def test_the_sum_is_exact_whatever_the_rows(ground, fates):
    kinds = {
        "door": STREET[0],
        "seoul": SEOUL,
        "nowhere": NOWHERE,
        "twice": {**STREET[1], "key": "same"},
        "point": {},
        "far": {"gu_code": None, "dong_claimed": None, "address_road": None, "x": 129.0, "y": 35.1},
    }
    gathered = collect(
        [parsed_records(rows({**STREET[2], "key": "one"}, *(kinds[fate] for fate in fates)))],
        ground,
        lambda *_: None,
    )
    done = geocode(source(), gathered, ground)
    left = gathered.outside + done.outside + done.repeated + len(done.rejects)
    assert gathered.read == len(fates) + 1 == len(done.frame) + left


def test_an_account_that_does_not_add_up_is_refused():
    with pytest.raises(ContractError, match="does not add up"):
        Account(read=3, new=1, changed=0, unchanged=0, merged=0, outside=0, set_aside=1)
