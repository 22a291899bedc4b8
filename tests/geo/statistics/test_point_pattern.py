"""Whether a kind keeps together among all: by hand, planted, and by chance."""

import tracemalloc

import numpy as np
import pytest

from geo.statistics import point_pattern
from geo.statistics.point_pattern import (
    MOST_POINTS,
    TooManyPairsError,
    clustering,
    colocation,
)


def places(n, side, seed):
    return np.random.default_rng(seed).uniform(0, side, (n, 2))


def dealt(n, kind, seed):
    mask = np.zeros(n, dtype=bool)
    mask[np.random.default_rng(seed).choice(n, kind, replace=False)] = True
    return mask


def test_the_share_around_a_kind_by_hand():
    # On a line at 0, 5, 10 and 30 m; the first two are of the kind. Within 6 m of them lie each
    # other, and of the second also the third: 2 of 3. Within 12 m the first sees the third too.
    xy = np.array([[0, 0], [5, 0], [10, 0], [30, 0]], dtype=float)
    found = clustering(xy, np.array([True, True, False, False]), distances_m=(3, 6, 12), runs=19)
    assert found.found[1:] == pytest.approx([2 / 3, 2 / 4])
    assert np.isnan(found.found[0])


def test_a_planted_cluster_is_found():
    xy = places(600, 400, 1)
    near = np.argsort(np.hypot(*(xy - 100).T))[:250]
    kind = np.zeros(600, dtype=bool)
    kind[np.random.default_rng(2).choice(near, 150, replace=False)] = True
    found = clustering(xy, kind)
    assert found.p == 1 / 200
    assert (found.found > found.high).all()


def test_crowded_streets_alone_are_no_clustering():
    # All places crowd around a corner, the kind is dealt out among them at random.
    xy = np.random.default_rng(3).exponential(60, (600, 2))
    assert clustering(xy, dealt(600, 150, 4)).p > 0.05


def test_random_labels_alarm_as_often_as_stated():
    # 120 maps at 5 %: 6 expected; more than 13 have a chance below 0.5 %.
    found = [
        clustering(places(150, 300, seed), dealt(150, 45, seed), runs=99, seed=seed).p
        for seed in range(120)
    ]
    assert sum(p <= 0.05 for p in found) <= 13


def test_more_places_than_can_be_paired_are_refused():
    many = np.zeros((MOST_POINTS + 1, 2))
    with pytest.raises(ValueError, match="places"):
        clustering(many, np.zeros(len(many), dtype=bool))


def test_colocation_by_hand():
    # Three pairs of an A and a B, far apart: every A has a B for its nearest neighbour. Of the
    # five others three are B, so the quotient is 1 / (3/5).
    xy = np.array([[0, 0], [1, 0], [10, 0], [11, 0], [20, 0], [21, 0]], dtype=float)
    found = {(item.of, item.to): item.quotient for item in colocation(xy, list("ABABAB"), least=1)}
    assert found == pytest.approx(
        {("A", "A"): 0, ("A", "B"): 5 / 3, ("B", "A"): 5 / 3, ("B", "B"): 0}
    )


def test_neighbours_at_the_same_distance_share_a_vote():
    # The A in the middle has a B and a C at 1 m; those have it alone.
    xy = np.array([[0, 0], [-1, 0], [1, 0]], dtype=float)
    found = {(item.of, item.to): item.quotient for item in colocation(xy, list("ABC"), least=1)}
    assert found["A", "B"] == found["A", "C"] == pytest.approx(0.5 / 0.5)
    assert found["B", "A"] == pytest.approx(1 / 0.5)


def test_kinds_that_keep_together_are_found_and_others_are_not():
    random = np.random.default_rng(9)
    pubs = random.uniform(0, 500, (60, 2))
    karaoke = pubs + random.normal(0, 2, (60, 2))
    shops = random.uniform(0, 500, (200, 2))
    kinds = ["pub"] * 60 + ["karaoke"] * 60 + ["shop"] * 200
    found = {
        (item.of, item.to): item for item in colocation(np.vstack([pubs, karaoke, shops]), kinds)
    }
    assert found["pub", "karaoke"].quotient > 3
    assert found["pub", "karaoke"].p == pytest.approx(2 / 200)


def test_the_order_of_places_does_not_matter():
    xy, kinds = places(200, 300, 1), np.array(["a", "b"] * 100)
    turned = colocation(xy[::-1], kinds[::-1])
    quotients = [item.quotient for item in colocation(xy, kinds)]
    assert [item.quotient for item in turned] == pytest.approx(quotients)


def test_shares_of_places_at_one_point_are_those_of_every_pair():
    # 200 places on 30 points; each pair looked at by itself.
    xy = np.random.default_rng(5).integers(0, 6, (200, 2)) * 7.0
    kind = dealt(200, 60, 6)
    apart = np.hypot(*(xy[:, None] - xy[None]).transpose(2, 0, 1))
    np.fill_diagonal(apart, np.inf)
    near = [apart[kind] <= metres for metres in (5, 10, 20)]
    byhand = [item[:, kind].sum() / item.sum() for item in near]
    assert clustering(xy, kind, distances_m=(5, 10, 20), runs=9).found == pytest.approx(byhand)


def test_votes_of_places_at_one_point_are_those_of_every_place():
    random = np.random.default_rng(7)
    xy, kinds = random.integers(0, 9, (120, 2)).astype(float), random.choice(list("AB"), 120)
    votes = {(a, b): 0.0 for a in "AB" for b in "AB"}
    for n, place in enumerate(xy):
        apart = np.hypot(*(xy - place).T)
        apart[n] = np.inf
        nearest = kinds[apart <= apart.min() + 1e-9]
        for b in "AB":
            votes[kinds[n], b] += np.mean(nearest == b)
    found = {(item.of, item.to): item.quotient for item in colocation(xy, list(kinds), least=1)}
    sizes = {a: np.sum(kinds == a) for a in "AB"}
    for (a, b), cast in votes.items():
        assert found[a, b] == pytest.approx(cast / (sizes[a] * (sizes[b] - (a == b)) / 119))


@pytest.mark.parametrize("measure", [clustering, colocation])
def test_many_places_at_one_point_take_little_memory(measure):
    # Pair by pair these would take 2.6 GB and more.
    xy = np.vstack([np.zeros((18_000, 2)), [[3.0, 4.0]]])
    kind = dealt(len(xy), 6_000, 1)
    tracemalloc.start()
    measure(xy, kind if measure is clustering else list(map(str, kind)), runs=3)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 50e6


def test_more_pairs_than_can_be_held_are_refused(monkeypatch):
    monkeypatch.setattr(point_pattern, "MOST_PAIRS", 100)
    with pytest.raises(TooManyPairsError):
        clustering(places(50, 20, 1), dealt(50, 10, 1))
