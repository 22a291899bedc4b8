"""A register whose dong holds one shop more than the zone, from its rows to the tables told."""

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely import box

from geo.pipeline.disclosure import tables as tables_module
from geo.pipeline.disclosure.operator_listings import FixedAreas
from geo.pipeline.disclosure.rule import PUBLIC, Rule
from geo.pipeline.disclosure.tables import tables

ZONE = (126.790, 37.330, 126.800, 37.338)
BESIDE = (126.8005, 37.334)  # in the dong, just outside the zone
ELSEWHERE = (126.815, 37.334)


def ground():
    def one(name, *corners):
        return gpd.GeoDataFrame(geometry=[box(*corners)], index=[name], crs=4326)

    dong = pd.concat(
        [one("west", 126.78, 37.32, 126.81, 37.35), one("east", 126.81, 37.32, 126.83, 37.35)]
    )
    street = one("street", 126.791, 37.331, 126.793, 37.333)
    nothing = gpd.GeoDataFrame(geometry=[], crs=4326)
    return FixedAreas(dong, one("zone", *ZONE), street, nothing, {})


def register():
    """1,021 shops: 899 in the zone, 287 of them foreign-run; one beside it, too; 121 elsewhere."""
    random = np.random.default_rng(1)
    within = random.uniform(ZONE[:2], ZONE[2:], (899, 2))
    at = np.vstack([within, [BESIDE], np.tile(ELSEWHERE, (121, 1))])
    foreign = np.r_[np.arange(899) < 287, True, np.arange(121) < 30]
    rows = pd.DataFrame(at, columns=["lon", "lat"])
    return rows.assign(
        located_by="register", area_code=None, foreign_run=foreign,
        operator_nationality=np.where(foreign, "cn", "kr"), publication=0, release="202506",
    )  # fmt: skip


def told(rule):
    rows = pd.DataFrame(tables(register(), ground(), [rule])[0])
    return rows[rows["of"] == "foreign-run"].set_index(["scale", "area"])


def test_the_one_shop_between_zone_and_dong_is_not_named():
    found = told(PUBLIC)
    assert found["businesses"].loc[[("zone", "zone"), ("dong", "west")]].tolist() == [899, 900]
    states = {found.loc[at, "state"] for at in (("zone", "zone"), ("dong", "west"))}
    assert "hidden" in states
    assert found.loc[("dong", "east"), "count"] == 30


def test_it_is_named_where_tables_are_rounded_only():
    found = told(Rule(threshold=5, base=5, width=0, denominator=20))
    assert found.loc[("zone", "zone"), "count"] == 285
    assert found.loc[("dong", "west"), "count"] == 290


def test_of_a_register_too_large_to_audit_with_groups_no_group_is_told(monkeypatch):
    rows = register()
    foreign = np.flatnonzero(rows["foreign_run"])
    rows.loc[foreign[::2], "operator_nationality"] = "vn"

    def groups_of():
        found = pd.DataFrame(tables(rows, ground(), [PUBLIC])[0])
        return found[found["of"] != "foreign-run"], found[found["of"] == "foreign-run"]

    small, _ = groups_of()
    assert "shown" in set(small["state"])
    monkeypatch.setattr(tables_module, "MOST_GROUPED", 1_000)
    large, whole = groups_of()
    assert set(large["state"]) == {"hidden"}
    assert large["count"].isna().all()
    assert large["share_from"].isna().all()
    assert "shown" in set(whole["state"])
