"""Hot spots and local Moran's I, held against esda and against chance."""

import warnings

import numpy as np
import pytest

from geo.statistics.local_autocorrelation import (
    benjamini_hochberg,
    choose_band,
    distance_neighbours,
    hot_spots,
    local_moran,
)

SIDE = 12
XY = np.array([[x, y] for x in range(SIDE) for y in range(SIDE)], dtype=float)
ROOK = distance_neighbours(XY, 1.0)
CORNER = [13, 14, 25, 26, 15, 27]  # next to each other in the grid


@pytest.fixture(scope="module")
def esda():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import esda

        return esda


@pytest.fixture(scope="module")
def weights():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from libpysal.weights import W

        return W(dict(enumerate(ROOK)))


@pytest.fixture
def planted():
    values = np.random.default_rng(7).poisson(5, SIDE**2).astype(float)
    values[CORNER] += 20
    return values


def test_gi_star_is_what_esda_says(esda, weights, planted):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = esda.G_Local(planted, weights, transform="B", star=True, permutations=0)
    ours = hot_spots(planted, ROOK, permutations=99)
    assert ours.z == pytest.approx(theirs.Zs)


def test_local_moran_is_what_esda_says(esda, weights, planted):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        # esda divides by the sum of squares over n - 1.
        theirs = esda.Moran_Local(planted, weights, permutations=0)
    n = len(planted)
    assert local_moran(planted, ROOK, permutations=99).z == pytest.approx(theirs.Is * n / (n - 1))


def test_two_sided_p_is_twice_the_smaller_tail_of_esda(esda, weights):
    values = np.random.default_rng(2).normal(size=SIDE**2)  # no ties, which esda counts once only
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = esda.Moran_Local(values, weights, permutations=9999, seed=1)
    ours = local_moran(values, ROOK)
    # Two simulations of 9,999 draws differ by chance: three standard errors at p = 0.5.
    assert ours.p == pytest.approx(np.minimum(1, 2 * theirs.p_sim), abs=0.035)


def test_a_planted_cluster_is_found_and_nothing_else(planted):
    found = hot_spots(planted, ROOK)
    hot = set(np.flatnonzero(found.significant & found.high))
    touching = set(CORNER) | {near for item in CORNER for near in ROOK[item]}
    assert {14, 26} <= hot <= touching


def test_a_planted_hole_is_a_cold_spot():
    values = np.random.default_rng(7).poisson(20, SIDE**2).astype(float)
    values[CORNER] = 0
    found = hot_spots(values, ROOK)
    cold = np.flatnonzero(found.significant & ~found.high)
    assert {14, 26} <= set(cold)


def test_complete_randomness_rarely_gives_a_false_alarm():
    # With the rate held at 5 %, at most 5 % of random maps show any spot; 40 maps: 2 expected,
    # and more than 7 have a chance below 0.2 %.
    random = np.random.default_rng(11)
    maps = [random.poisson(5, SIDE**2).astype(float) for _ in range(40)]
    alarms = sum(hot_spots(item, ROOK, permutations=4999).significant.any() for item in maps)
    assert alarms <= 7


def test_p_values_of_random_maps_are_uniform():
    random = np.random.default_rng(5)
    maps = [random.normal(size=SIDE**2) for _ in range(20)]
    p = np.concatenate([hot_spots(item, ROOK, permutations=999, seed=3).p for item in maps])
    # 2,880 tests: 5 % below 0.05, give or take their dependence on each other.
    assert np.mean(p <= 0.05) == pytest.approx(0.05, abs=0.02)


@pytest.mark.parametrize("statistic", [hot_spots, local_moran])
def test_equal_values_have_no_pattern(statistic):
    found = statistic(np.full(SIDE**2, 0.1), ROOK, permutations=99)
    assert np.isnan(found.z).all()
    assert not found.significant.any()


def test_an_island_has_no_moran():
    values = np.array([1.0, 2.0, 6.0, 4.0])
    found = local_moran(values, [[1], [0, 2], [1], []], permutations=99)
    assert list(np.isnan(found.z)) == [False, False, False, True]
    assert np.isnan(found.p[3])


def test_one_question_has_one_answer(planted):
    assert (hot_spots(planted, ROOK).p == hot_spots(planted, ROOK).p).all()


def test_discoveries_as_benjamini_and_hochberg_worked_them_out():
    # Their example of 15 p-values (1995, section 4.1): the first four are rejected at 5 %.
    p = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240]
    p += [0.4262, 0.5719, 0.6528, 0.7590, 1.0000]
    assert list(np.flatnonzero(benjamini_hochberg(np.array(p)))) == [0, 1, 2, 3]


def test_a_test_that_was_not_made_is_no_discovery():
    found = benjamini_hochberg(np.array([np.nan, 0.04]))  # one test, not two
    assert list(found) == [False, True]


def test_the_band_reaches_a_neighbour_from_everywhere():
    # Three in a row 1 m apart, and one 10 m off.
    xy = np.array([[0, 0], [1, 0], [2, 0], [12, 0]], dtype=float)
    assert choose_band(xy, neighbours=1) == 10.0
    assert all(distance_neighbours(xy, choose_band(xy, neighbours=1)))


def test_where_p_values_are_from_is_said(planted):
    few = local_moran(np.array([1.0, 2.0, 6.0, 4.0]), [[1], [0, 2], [1, 3], [2]])
    assert few.permutations == 0
    assert few.drawn.startswith("all conditional permutations")
    found = hot_spots(planted, ROOK, permutations=99)
    assert found.permutations > 0
    assert f"up to {found.permutations:,} conditional" in found.drawn
