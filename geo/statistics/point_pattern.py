"""Point pattern: clustering by random labelling, and colocation quotients.

What is asked is not whether businesses cluster, for streets see to that, but whether a kind does
among them: labels are dealt out anew over the places that there are (random labelling).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

RUNS: Final = 199
DISTANCES_M: Final = tuple(range(10, 151, 10))
MOST_POINTS: Final = 20_000  # pairs grow with the square of it
MOST_PAIRS: Final = 10_000_000  # of points within the largest radius; some 500 MB
SEED: Final = 41273

Floats = np.ndarray[Any, np.dtype[np.float64]]
Mask = np.ndarray[Any, np.dtype[np.bool_]]


class TooManyPairsError(ValueError):
    """More points lie near each other than can be paired."""


@dataclass(frozen=True)
class Clustering:
    """Clustering of a kind by distance, against random labelling.

    Attributes:
        distances_m: radii, metres.
        found: share of a kind among its neighbours within each radius; NaN without neighbours.
        low: smallest share over all runs.
        high: largest share over all runs.
        p: that labels dealt at random depart as far as these from what is expected, over all
            radii together (maximum absolute deviation, standardised).
        n: places.
        kind: places of the kind.
        runs: how often labels were dealt.
    """

    distances_m: tuple[int, ...]
    found: Floats
    low: Floats
    high: Floats
    p: float
    n: int
    kind: int
    runs: int


def clustering(
    xy: Floats,
    kind: Mask,
    *,
    distances_m: Sequence[int] = DISTANCES_M,
    runs: int = RUNS,
    seed: int = SEED,
) -> Clustering:
    """Test whether places of a kind cluster more than under random labelling.

    The statistic is a ratio of two uncorrected K functions (of the kind around the kind, and of
    all around the kind); the edge touches both alike, and the runs as well.

    Args:
        xy: places in metres, shape (n, 2).
        kind: which of them are of the kind.
        distances_m: radii, ascending.
        runs: how often labels are dealt.
        seed: of the random numbers.

    References:
        Diggle, P. and Chetwynd, A. (1991). Second-order analysis of spatial clustering for
        inhomogeneous populations. Biometrics 47, 1155-1163, for random labelling;
        Myllymäki, M. et al. (2017). Global envelope tests for spatial processes. Journal of the
        Royal Statistical Society B 79, 381-404, section 2, for the test over all radii.

    Raises:
        ValueError: there are more than `MOST_POINTS` places.
        TooManyPairsError: they make more than `MOST_PAIRS` pairs of points.
    """
    if len(xy) > MOST_POINTS:
        raise ValueError(f"{len(xy)} places are more than {MOST_POINTS}")
    if len(xy) < 2:
        nothing = np.full(len(distances_m), np.nan)
        about = (tuple(distances_m), nothing, nothing, nothing, float("nan"))
        return Clustering(*about, len(xy), int(kind.sum()), runs)
    pairs = _Pairs(xy, distances_m)
    observed, random = pairs.shares(kind), np.random.default_rng(seed)
    dealt = np.array([pairs.shares(random.permutation(kind)) for _ in range(runs)])
    return Clustering(
        tuple(distances_m),
        observed,
        dealt.min(axis=0),
        dealt.max(axis=0),
        _global_p(observed, dealt),
        len(xy),
        int(kind.sum()),
        runs,
    )


class _Pairs:
    """Pairs of places by the first radius that holds them; those at one point count together."""

    def __init__(self, xy: Floats, distances_m: Sequence[int]) -> None:
        from scipy.spatial import KDTree  # only where patterns are asked for

        points, self._at = np.unique(xy, axis=0, return_inverse=True)
        self._places = np.bincount(self._at).astype(float)
        tree = KDTree(points)
        count = (int(tree.count_neighbors(tree, distances_m[-1])) - len(points)) // 2
        if count > MOST_PAIRS:
            raise TooManyPairsError(f"{count} pairs of points are more than {MOST_PAIRS}")
        pairs = tree.query_pairs(distances_m[-1], output_type="ndarray")
        apart = np.linalg.norm(points[pairs[:, 0]] - points[pairs[:, 1]], axis=1)
        self._first, self._second = pairs.T
        self._ring = np.searchsorted(distances_m, apart)
        self._rings = len(distances_m)

    def shares(self, kind: Mask) -> Floats:
        """Compute the share of the kind among the neighbours of the kind, within each radius."""
        of_kind = np.bincount(self._at, kind, minlength=len(self._places))
        first, second = of_kind[self._first], of_kind[self._second]
        every = first * self._places[self._second] + second * self._places[self._first]
        # A pair of the kind is seen from both its ends.
        both = self._sums(2 * first * second, 2 * (of_kind * (of_kind - 1) / 2).sum())
        around = self._sums(every, (of_kind * (self._places - 1)).sum())
        nothing = np.full(self._rings, np.nan)
        shares: Floats = np.divide(both, around, out=nothing, where=around > 0)
        return shares

    def _sums(self, between: Floats, within: float) -> Floats:
        """Add what pairs of points and pairs at one point count, within each radius."""
        sums: Floats = np.bincount(self._ring, between, minlength=self._rings).cumsum() + within
        return sums


def _global_p(observed: Floats, dealt: Floats) -> float:
    """Rank the largest standardized deviation among those of the runs."""
    everything = np.vstack([observed, dealt])
    usable = ~np.isnan(everything).any(axis=0) & (dealt.std(axis=0) > 0)
    if not usable.any():
        return float("nan")
    shares = everything[:, usable]
    # What is observed counts as one run more, so that it is on a par with them.
    deviations = np.abs((shares - shares.mean(axis=0)) / shares.std(axis=0)).max(axis=1)
    return float((deviations >= deviations[0] - 1e-12).mean())


@dataclass(frozen=True)
class Colocation:
    """A colocation quotient: how often the nearest neighbour of one kind is of another.

    Attributes:
        of: the kind whose neighbours are looked at.
        to: the kind they are of.
        quotient: observed share over the share among all; above 1 is attraction.
        p: two-sided, from labels dealt at random.
        n: places of the first kind.
    """

    of: str
    to: str
    quotient: float
    p: float
    n: int


def colocation(
    xy: Floats, kinds: Sequence[str], *, least: int = 10, runs: int = RUNS, seed: int = SEED
) -> list[Colocation]:
    """Compute colocation quotients of all pairs of kinds; they are not symmetric.

    Neighbours at the same distance share one vote.

    Args:
        xy: places in metres, shape (n, 2).
        kinds: the kind of each.
        least: kinds with fewer places are left out as first of a pair.
        runs: how often labels are dealt.
        seed: of the random numbers.

    References:
        Leslie, T.F. and Kronenfeld, B.J. (2011). The colocation quotient. Geographical Analysis
        43, 306-326, equations (2) and (3).
    """
    if len(xy) < 2:
        return []
    names, codes = np.unique(np.array(kinds, dtype=str), return_inverse=True)
    votes = _Votes(xy)
    observed, random = _quotients(codes, len(names), votes), np.random.default_rng(seed)
    dealt = np.array(
        [_quotients(random.permutation(codes), len(names), votes) for _ in range(runs)]
    )
    above, below = ((compare(dealt, observed)).sum(axis=0) for compare in (_at_least, _at_most))
    p = np.minimum(1.0, 2 * (np.minimum(above, below) + 1) / (runs + 1))
    sizes = np.bincount(codes, minlength=len(names))
    return [
        Colocation(
            str(names[a]), str(names[b]), float(observed[a, b]), float(p[a, b]), int(sizes[a])
        )
        for a in range(len(names))
        for b in range(len(names))
        if sizes[a] >= least and sizes[b] >= least
    ]


class _Votes:
    """Nearest neighbours of each place, which share its one vote; places at one point together."""

    def __init__(self, xy: Floats) -> None:
        from scipy.spatial import KDTree

        points, self._at = np.unique(xy, axis=0, return_inverse=True)
        self._places = np.bincount(self._at)
        self._shared = self._places > 1  # there the others at the same point are nearest
        tree, alone = KDTree(points), np.flatnonzero(~self._shared)
        self._of = self._to = np.zeros(0, dtype=int)
        if len(alone) and len(points) > 1:
            nearest = tree.query(points[alone], k=2)[0][:, 1]
            near = tree.query_ball_point(points[alone], nearest * (1 + 1e-9) + 1e-9)
            others = [[j for j in found if j != i] for i, found in zip(alone, near, strict=True)]
            self._of = np.repeat(alone, [len(found) for found in others])
            self._to = np.concatenate(others).astype(int)
        voters = np.bincount(self._of, self._places[self._to], minlength=len(points))
        self._weight = (1 / voters[self._of])[:, None]

    def cast(self, codes: Any, kinds: int) -> Floats:
        """Add up the votes of each kind for each."""
        flat = np.bincount(self._at * kinds + codes, minlength=len(self._places) * kinds)
        counts = flat.reshape(-1, kinds).astype(float)
        here = counts[self._shared]
        part = here / (self._places[self._shared] - 1)[:, None]
        within = here.T @ part - np.diag(part.sum(axis=0))  # nobody is a neighbour of itself
        votes: Floats = within + counts[self._of].T @ (counts[self._to] * self._weight)
        return votes


def _quotients(codes: Any, kinds: int, votes: _Votes) -> Floats:
    sizes = np.bincount(codes, minlength=kinds).astype(float)
    others = sizes[None, :] - np.eye(kinds)  # nobody is a neighbour of itself
    expected = sizes[:, None] * others / (len(codes) - 1)
    nothing = np.full((kinds, kinds), np.nan)
    matrix = votes.cast(codes, kinds)
    quotients: Floats = np.divide(matrix, expected, out=nothing, where=expected > 0)
    return quotients


def _at_least(dealt: Floats, observed: Floats) -> Mask:
    return np.asarray(dealt >= observed - 1e-12)


def _at_most(dealt: Floats, observed: Floats) -> Mask:
    return np.asarray(dealt <= observed + 1e-12)
