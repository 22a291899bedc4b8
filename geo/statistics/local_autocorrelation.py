"""Local spatial autocorrelation: hot spots (Getis-Ord Gi*) and local Moran's I.

Inference is by conditional permutation, two-sided, with the false discovery rate controlled: of
many areas some would look unusual by chance alone. Where permutations are few, all are counted.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from geo.statistics.chance import Neighbours, PermutationPValues, permutation_p_values

PERMUTATIONS: Final = 9_999
RATE: Final = 0.05  # of false discoveries
SEED: Final = 41273

Floats = np.ndarray[Any, np.dtype[np.float64]]
Mask = np.ndarray[Any, np.dtype[np.bool_]]


@dataclass(frozen=True)
class LocalStatistic:
    """A local statistic of each area.

    Attributes:
        z: the statistic; Gi* as a standard score, Moran's Ii as itself. NaN where it means
            nothing: all values are alike, or (Moran) the area has no neighbour.
        p: two-sided p-value from permutations; NaN likewise.
        significant: whether the area is significant with the false discovery rate controlled.
        high: whether a significant value is high (Gi*: of the sum; Moran: of the area).
        permutations: how many were drawn at random; 0 where all there are were counted.
        undecided: whether more draws could change the verdict; such an area is not significant.
    """

    z: Floats
    p: Floats
    significant: Mask
    high: Mask
    permutations: int
    undecided: Mask

    @property
    def drawn(self) -> str:
        """Where p-values are from, in words."""
        if not self.permutations:
            return "all conditional permutations, counted one by one"
        return f"up to {self.permutations:,} conditional permutations, where not all were counted"


def hot_spots(
    values: Floats, neighbours: Neighbours, *, permutations: int = PERMUTATIONS, seed: int = SEED
) -> LocalStatistic:
    """Compute Getis-Ord Gi* of each area, itself included, with permutation p-values.

    Weights are binary.

    Args:
        values: one number for each area; empty areas are zeros, not missing.
        neighbours: areas within the band of each, without itself.
        permutations: random arrangements of the other values in a round, where there are too
            many to count them all.
        seed: of the random numbers, so that one question has one answer.

    References:
        Ord, J.K. and Getis, A. (1995). Local spatial autocorrelation statistics. Geographical
        Analysis 27, 286-306, equation (14); with the star, binary weights.
    """
    if len(values) < 2:
        return _no_statistic(len(values))
    n, mean, spread = len(values), values.mean(), values.std()
    alike = spread <= _noise(values)
    sums = np.array([values[i] + values[list(near)].sum() for i, near in enumerate(neighbours)])
    sizes = np.array([len(near) + 1.0 for near in neighbours])
    error = spread * np.sqrt(sizes * (n - sizes) / (n - 1))
    z = np.divide(sums - mean * sizes, error, out=np.full(n, np.nan), where=~alike & (sizes < n))
    tested = permutation_p_values(
        values, neighbours, benjamini_hochberg, draws=permutations, seed=seed
    )
    return _local_statistic(z, tested, z > 0)


def local_moran(
    values: Floats, neighbours: Neighbours, *, permutations: int = PERMUTATIONS, seed: int = SEED
) -> LocalStatistic:
    """Compute local Moran's I of each area, with row-standardized weights.

    An area without neighbours (an island) has no statistic, but is among the values that the
    others are compared with: leave it out of `values` where it should not be.

    References:
        Anselin, L. (1995). Local indicators of spatial association. Geographical Analysis 27,
        93-115, equation (7), divided by the variance.
    """
    n, spread = len(values), values.std()
    if spread <= _noise(values):
        return _no_statistic(n)
    scores = (values - values.mean()) / spread
    lags = np.array([scores[list(near)].mean() if len(near) else np.nan for near in neighbours])
    tested = permutation_p_values(
        scores, neighbours, benjamini_hochberg, draws=permutations, seed=seed
    )
    return _local_statistic(scores * lags, tested, scores > 0)


def _no_statistic(n: int) -> LocalStatistic:
    """Return no statistic for any of n areas, which cannot be compared with others."""
    nothing, nowhere = np.full(n, np.nan), np.zeros(n, bool)
    return LocalStatistic(nothing, nothing, nowhere, nowhere, 0, nowhere)


def _local_statistic(z: Floats, tested: PermutationPValues, high: Mask) -> LocalStatistic:
    """Mark the significant areas among those that have a statistic."""
    p, low, upper = (
        np.where(np.isnan(z), np.nan, values) for values in (tested.p, tested.low, tested.high)
    )
    undecided = PermutationPValues(p, low, upper, tested.draws).undecided_areas(benjamini_hochberg)
    return LocalStatistic(z, p, benjamini_hochberg(p) & ~undecided, high, tested.draws, undecided)


def benjamini_hochberg(p: Floats, *, rate: float = RATE) -> Mask:
    """Select significant p-values with the false discovery rate controlled at `rate`.

    NaN is never significant, and is not counted among the tests.

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


def distance_neighbours(xy: Floats, band_m: float) -> list[list[int]]:
    """List the neighbours of each area, without itself, within a distance of its centre.

    Args:
        xy: centres in metres, shape (n, 2).
        band_m: the distance, included.
    """
    from scipy.spatial import KDTree  # only where patterns are asked for

    tree = KDTree(xy)
    near = tree.query_ball_point(xy, band_m * (1 + 1e-9), return_sorted=True)
    return [[j for j in indices if j != i] for i, indices in enumerate(near)]


def choose_band(xy: Floats, *, neighbours: int = 8) -> float:
    """Choose the distance, metres, with about so many neighbours on average and at least one each.

    Args:
        xy: centres in metres, shape (n, 2).
        neighbours: wanted on average.
    """
    from scipy.spatial import KDTree

    count = min(neighbours, len(xy) - 1)
    distances = KDTree(xy).query(xy, k=count + 1)[0][:, 1:]
    return float(max(distances[:, -1].mean(), distances[:, 0].max()))


def _noise(values: Floats) -> float:
    """Return the spread below which values differ only by rounding."""
    return float(1e-12 * (np.abs(values).max(initial=0) + 1))
