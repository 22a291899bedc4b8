"""A register covers the areas it was loaded for: densities are told there and nowhere else."""

import numpy as np
import pytest
from city_counts import SIMULATED
from shelf import parsed_records, rows, source

from geo.pipeline.build import publish_all
from geo.pipeline.ingest import prepare
from geo.pipeline.register_catalogue import source_of
from geo.serving.analysis.coverage import COVERED, NOT_COVERED, PARTLY_COVERED
from geo.serving.analysis.density import density
from geo.serving.analysis.sample import drop_simulated, point_sample
from geo.snapshot.reader import open_current

DAEBU, BANWOL, WONGOK = "4127361000", "4127160000", "4127354500"
SANGNOK = "41271"


@pytest.fixture
def load(data, home):
    def load(made: list[dict], area: str, complete_in: str = "area"):
        given = source(parsed_records(rows(*made)), complete_in=complete_in)
        publish_all(prepare(given, [], area, (data, home)).composed, home, lambda _: None)
        return open_current(home)

    return load


def shops_of(snapshot, dong: str, count: int = 5) -> list[dict]:
    """Shops on one spot well inside a dong."""
    layer = snapshot.layers["dong"]
    codes = [record["id"] for record in layer.records(np.arange(layer.count), ["id"])]
    inside = layer.geometries(np.array([codes.index(dong)]))[0].representative_point()
    return [
        {"name_ko": f"{dong} {n}", "x": inside.x, "y": inside.y, "address_road": None,
         "dong_claimed": dong, "gu_code": dong[:5], "key": f"{dong}-{n}"}
        for n in range(count)
    ]  # fmt: skip


def zone_shops(count: int) -> list[dict]:
    return [
        {"name_ko": f"업소 {k}", "x": 126.7880 + 0.00001 * k, "y": 37.3300, "address_road": None}
        for k in range(count)
    ]


def states(snapshot) -> dict[str, str]:
    layer = snapshot.layers["businesses"]
    observed = point_sample(layer, drop_simulated(layer, np.arange(layer.count)))
    told = density(snapshot, observed, {"scale": "dong"}).rows
    assert all((row["per_ha"] is None) == (row["coverage"] != COVERED) for row in told)
    return {row["unit"]: row["coverage"] for row in told}


def test_a_register_of_one_dong_covers_that_dong_alone_and_a_second_one_is_added(load, home):
    before = open_current(home)
    alone = states(before)
    assert (alone[DAEBU], alone[BANWOL]) == (NOT_COVERED, PARTLY_COVERED)
    assert states(load(shops_of(before, DAEBU), DAEBU)) == {**alone, DAEBU: COVERED}
    after = states(load(shops_of(before, BANWOL), BANWOL))
    assert after == {**alone, DAEBU: COVERED, BANWOL: COVERED}


def test_a_register_of_a_gu_covers_its_dong(load, home):
    before = open_current(home)
    after = states(load(shops_of(before, BANWOL), SANGNOK))
    assert {code for code, state in after.items() if state == COVERED} == {
        *(code for code, state in states(before).items() if state == COVERED),
        *(code for code in after if code.startswith(SANGNOK)),
    }


def test_a_register_of_the_city_covers_all_of_it(load):
    snapshot = load(zone_shops(710), "ansan")
    assert set(states(snapshot).values()) == {COVERED}


def test_a_survey_of_the_zone_covers_the_zone_alone(load, home):
    before = states(open_current(home))
    snapshot = load(zone_shops(710), "ansan", complete_in="zone")
    assert snapshot.manifest["zone"]["simulated"] == 0
    assert states(snapshot) == before
    assert before[WONGOK] == PARTLY_COVERED


def test_a_register_with_a_tenth_of_the_zone_is_not_believed_complete(load, home):
    before = states(open_current(home))
    snapshot = load(zone_shops(70), "ansan")
    assert snapshot.manifest["zone"]["simulated"] == SIMULATED - 70
    assert states(snapshot) == before


def test_the_ready_mapping_of_a_survey_claims_the_zone_and_storefronts_the_area_loaded():
    assert source_of("table", "city-survey").complete_in == "zone"
    assert source_of("semas", None).complete_in == "area"
    assert source_of("permits", None).complete_in == source_of("osm", None).complete_in == ""
