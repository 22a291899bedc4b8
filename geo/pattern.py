"""Where values cluster: hot and cold spots (Getis-Ord Gi*) and local Moran's I.

Inference is by conditional permutation, two-sided, with the false discovery rate held: of many
areas some would look unusual by chance alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

PERMUTATIONS: Final = 9_999
RATE: Final = 0.05  # of false discoveries
SEED: Final = 41273

Floats = np.ndarray[Any, np.dtype[np.float64]]
Mask = np.ndarray[Any, np.dtype[np.bool_]]
Neighbours = Sequence[Sequence[int]]  # of each area, without itself


@dataclass(frozen=True)
class Pattern:
    """A local statistic of each area.

    Attributes:
        z: the statistic; Gi* as a standard score, Moran's Ii as itself. NaN where it means
            nothing: all values are alike, or (Moran) the area has no neighbour.
        p: two-sided pseudo p-value from permutations; NaN likewise.
        significant: whether the area stands out with the false discovery rate held.
        high: whether what stands out is a high value (Gi*: of the sum; Moran: of the area).
        permutations: how many there were.
    """

    z: Floats
    p: Floats
    significant: Mask
    high: Mask
    permutations: int


def hot_spots(
    values: Floats, neighbours: Neighbours, *, permutations: int = PERMUTATIONS, seed: int = SEED
) -> Pattern:
    """Getis-Ord Gi*: whether values around each area, itself included, are high or low.

    Weights are binary.

    Args:
        values: one number for each area; empty areas are zeros, not missing.
        neighbours: areas within the band of each, without itself.
        permutations: random arrangements of the other values.
        seed: of the random numbers, so that one question has one answer.

    References:
        Ord, J.K. and Getis, A. (1995). Local spatial autocorrelation statistics. Geographical
        Analysis 27, 286-306, equation (14); with the star, binary weights.
    """
    n, mean, spread = len(values), values.mean(), values.std()
    alike = spread <= _noise(values)
    sums = np.array([values[i] + values[list(near)].sum() for i, near in enumerate(neighbours)])
    sizes = np.array([len(near) + 1.0 for near in neighbours])
    error = spread * np.sqrt(sizes * (n - sizes) / (n - 1))
    z = np.divide(sums - mean * sizes, error, out=np.full(n, np.nan), where=~alike & (sizes < n))
    drawn = _Drawn(values, neighbours, permutations, seed)
    p = np.array([drawn.two_sided(i, sums[i] - values[i]) for i in range(n)])
    p = np.where(np.isnan(z), np.nan, p)
    return Pattern(z, p, discoveries(p), z > 0, permutations)


def local_moran(
    values: Floats, neighbours: Neighbours, *, permutations: int = PERMUTATIONS, seed: int = SEED
) -> Pattern:
    """Local Moran's I: whether each area is like its neighbours, with weights that add to one.

    An area without neighbours (an island) has no statistic.

    References:
        Anselin, L. (1995). Local indicators of spatial association. Geographical Analysis 27,
        93-115, equation (7), divided by the variance.
    """
    n, spread = len(values), values.std()
    island = np.array([not len(near) for near in neighbours])
    if spread <= _noise(values):
        nothing = np.full(n, np.nan)
        return Pattern(nothing, nothing, np.zeros(n, bool), np.zeros(n, bool), permutations)
    scores = (values - values.mean()) / spread
    lags = np.array([scores[list(near)].mean() if len(near) else np.nan for near in neighbours])
    drawn = _Drawn(scores, neighbours, permutations, seed)
    sums = np.array([scores[list(near)].sum() for near in neighbours])
    p = np.array([drawn.two_sided(i, sums[i]) for i in range(n)])
    p = np.where(island, np.nan, p)
    return Pattern(scores * lags, p, discoveries(p), scores > 0, permutations)


def discoveries(p: Floats, *, rate: float = RATE) -> Mask:
    """Which p-values stand out when at most a share of `rate` of those may be by chance.

    NaN never stands out, and is not counted among the tests.

    References:
        Benjamini, Y. and Hochberg, Y. (1995). Controlling the false discovery rate. Journal of
        the Royal Statistical Society B 57, 289-300.
    """
    tested = np.sort(p[~np.isnan(p)])
    passing = tested <= rate * np.arange(1, len(tested) + 1) / max(len(tested), 1)
    if not passing.any():
        return np.zeros(len(p), dtype=bool)
    limit = tested[np.flatnonzero(passing)[-1]]
    mask: Mask = p <= limit
    return mask


def within_band(xy: Floats, band_m: float) -> list[list[int]]:
    """The areas whose centres lie within a distance of each, without itself.

    Args:
        xy: centres in metres, shape (n, 2).
        band_m: the distance, included.
    """
    from scipy.spatial import KDTree  # only where patterns are asked for

    tree = KDTree(xy)
    near = tree.query_ball_point(xy, band_m * (1 + 1e-9), return_sorted=True)
    return [[j for j in found if j != i] for i, found in enumerate(near)]


def band_for(xy: Floats, *, neighbours: int = 8) -> float:
    """The distance, metres, at which areas have about so many neighbours and each has one.

    Args:
        xy: centres in metres, shape (n, 2).
        neighbours: wanted on average.
    """
    from scipy.spatial import KDTree

    count = min(neighbours, len(xy) - 1)
    distances = KDTree(xy).query(xy, k=count + 1)[0][:, 1:]
    return float(max(distances[:, -1].mean(), distances[:, 0].max()))


class _Drawn:
    """Sums over neighbours drawn at random from the other areas."""

    def __init__(
        self, values: Floats, neighbours: Neighbours, permutations: int, seed: int
    ) -> None:
        self._values, self._sizes = values, [len(near) for near in neighbours]
        most = max(self._sizes, default=0)
        random = np.random.default_rng(seed)
        others = len(values) - 1
        # The same draws serve every area: each is a draw without return from n - 1 others.
        ranks = random.random((permutations, others)) if others else np.empty((permutations, 0))
        self._picks = np.argpartition(ranks, min(most, others - 1))[:, :most] if most else None
        if self._picks is not None:
            self._picks = random.permuted(self._picks, axis=1)

    def two_sided(self, area: int, found: float) -> float:
        """Twice the share of draws at least as extreme as what was found, at most 1."""
        size = self._sizes[area]
        if not size or self._picks is None:
            return float("nan")
        others = np.delete(self._values, area)
        sums = others[self._picks[:, :size]].sum(axis=1)
        close = 1e-9 * (np.abs(found) + 1)  # sums in another order differ in the last digits
        above, below = (sums >= found - close).sum(), (sums <= found + close).sum()
        return float(min(1.0, 2 * (min(above, below) + 1) / (len(sums) + 1)))


def _noise(values: Floats) -> float:
    """A spread below which values are alike but for rounding."""
    return float(1e-12 * (np.abs(values).max(initial=0) + 1))
