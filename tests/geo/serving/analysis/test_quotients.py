"""Location quotients of the zone's hexagons, against esda, scipy and the labels dealt out anew."""

import warnings

import numpy as np
import pytest
from scipy.stats import false_discovery_control, hypergeom

from geo.serving.analysis.composition import quotients
from geo.serving.analysis.measures import MEASURES
from geo.serving.analysis.sample import PointSample, point_sample


@pytest.fixture(scope="module")
def inside(snapshot) -> PointSample:
    """The businesses of the zone."""
    layer = snapshot.layers["businesses"]
    return point_sample(layer, layer.select({"in_zone": [True]}))


@pytest.fixture(scope="module")
def found(snapshot, inside):
    return quotients(snapshot, inside, {})


def test_by_default_places_of_the_zone_are_compared(found):
    # In dong there is one that is compared with itself.
    assert found.parameters["scale"] == MEASURES["quotients"].parameters[0].default == "hex"
    assert len({row["unit"] for row in found.rows}) > 1
    assert any(row["quotient"] not in (None, 1) for row in found.rows)


def test_one_unit_alone_is_said_to_be_compared_with_itself(snapshot, inside):
    one = quotients(snapshot, inside, {"scale": "dong"})
    assert any("compared with itself" in said for said in one.caveats)


def test_unusual_is_what_scipy_and_esda_discover(found):
    everywhere: dict[str, int] = {}
    for row in found.rows:
        everywhere[row["category"]] = everywhere.get(row["category"], 0) + row["count"]
    tails = []
    for row in found.rows:
        dealt = hypergeom(1_411, everywhere[row["category"]], row["n"])
        tails.append(min(1.0, 2 * min(dealt.cdf(row["count"]), dealt.sf(row["count"] - 1))))
    p = np.array(tails)
    # Three digits are told.
    assert [row["p"] for row in found.rows] == pytest.approx(p, rel=0.006)
    unusual = np.array([row["unusual"] for row in found.rows])
    assert (unusual == (false_discovery_control(p) <= 0.05)).all()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from esda import fdr

        assert (unusual == (p <= fdr(p, 0.05))).all()
    assert 0 < unusual.sum() == found.parameters["unusual"]


def test_categories_dealt_anew_rarely_stand_out(snapshot, inside):
    # With the rate held at most 5 % of deals show any; of 20 more than 4 have a chance of 0.3 %.
    random, alarms = np.random.default_rng(5), 0
    for _ in range(20):
        order = random.permutation(inside.n)
        dealt = PointSample(inside.layer, inside.rows[order], inside.lonlat, inside.xy, {})
        alarms += any(row["unusual"] for row in quotients(snapshot, dealt, {}).rows)
    assert alarms <= 4
