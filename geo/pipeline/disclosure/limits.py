"""What is published of protected counts, as limits of a program: the tables that fit all of it.

References:
    Hundepool, A. et al. (2012). Statistical Disclosure Control. Wiley, chapter 4 (audit of
    feasibility intervals by linear programming).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

Counts = np.ndarray[Any, np.dtype[np.int64]]
Mask = np.ndarray[Any, np.dtype[np.bool_]]
Reals = np.ndarray[Any, np.dtype[np.float64]]
_NEAR = 1e-6
_SMALL = 2000  # unknowns, of which a program is solved sooner than simplified


@dataclass(frozen=True)
class CountBounds:
    """What one year says of each area.

    Attributes:
        lower: least that the count may be.
        upper: most that it may be.
        known: exact counts published elsewhere, by number of the area.
    """

    lower: Counts
    upper: Counts
    known: Mapping[int, int]


class Limits:
    """What an intruder knows: between what sums of unknowns lie."""

    def __init__(self, lots: Mask, most: Counts) -> None:
        self._most: Counts = most @ lots
        self._rows: list[Mask] = [lots]
        self._lower, self._upper = [np.zeros_like(most)], [most]
        self._area: list[Counts] = [np.full(len(lots), -1)]

    def learn(self, areas: Mask, published: CountBounds, shown: Mask) -> None:
        """Add the constraints of a year's published areas, and of totals known elsewhere."""
        at = np.flatnonzero(shown)
        known = np.array(list(published.known), dtype=int)
        values = np.array(list(published.known.values()), dtype=np.int64)
        self._rows += [areas[at], areas[known]]
        self._lower += [published.lower[at], values]
        self._upper += [published.upper[at], values]
        self._area += [at, np.full(len(known), -1)]

    def end(self, aim: Mask | Reals, sign: int) -> Counts:
        """Find a feasible table with as little (1) or as much (-1) as possible in a set.

        The areas nest and cross so little that a linear program mostly finds whole numbers; only
        where it does not, they are asked for.
        """
        table = self._solved(sign * aim.astype(float), whole=False)
        near = table.round()
        if not np.allclose(table, near, rtol=0, atol=_NEAR) or not self._fits(near):
            near = self._solved(sign * aim.astype(float), whole=True).round()
        sums: Counts = near.astype(np.int64)
        return sums

    def _solved(self, aim: Reals, *, whole: bool) -> Reals:
        from scipy.optimize import (
            Bounds,
            LinearConstraint,
            milp,
        )  # only where something is protected

        rows, lower, upper = self._model
        solution = milp(
            aim,
            constraints=LinearConstraint(rows, lower, upper),
            bounds=Bounds(0, self._most),
            integrality=np.full(len(aim), int(whole)),
            options={"presolve": whole or len(aim) > _SMALL},
        )
        table: Reals = solution.x
        return table

    def _fits(self, table: Reals) -> bool:
        rows, lower, upper = self._model
        sums = rows @ table
        return bool(
            ((sums >= lower) & (sums <= upper)).all()
            and (table >= 0).all()
            and (table <= self._most).all()
        )

    @cached_property
    def _model(self) -> tuple[Any, Counts, Counts]:
        """All rows and between what they lie: complete once the first table is asked for."""
        from scipy.sparse import csc_array

        rows = csc_array(np.vstack(self._rows).astype(float))  # by column, as the solver takes it
        return rows, np.concatenate(self._lower), np.concatenate(self._upper)

    def known_sums(self, sets: Mask) -> Mask:
        """Return which sets are sums of known totals, so that nothing is left to protect."""
        from scipy.sparse import csr_array

        exact = [low == high for low, high in zip(self._lower, self._upper, strict=True)]
        rows = np.vstack([row[row_id] for row, row_id in zip(self._rows, exact, strict=True)])
        if not len(rows):
            return np.zeros(len(sets), dtype=bool)
        _, size, base = np.linalg.svd(rows.astype(float), full_matrices=False)
        base = base[size > _NEAR * size.max()]
        along = np.square(csr_array(sets.astype(float)) @ base.T).sum(axis=1)
        return np.asarray(sets.sum(axis=1) - along < _NEAR)

    def binding(self, aim: Mask) -> list[int]:
        """Return areas of the latest year whose constraints bound a set from either side."""
        from scipy.optimize import linprog
        from scipy.sparse import csr_array

        rows, upper = np.vstack(self._rows).astype(float), np.concatenate(self._upper)
        area = np.concatenate(self._area)
        last = np.arange(len(area)) >= len(area) - sum(len(rows) for rows in self._area[-2:])
        binding_areas: set[int] = set()
        bounds = np.stack([np.zeros(len(aim)), self._most], axis=1)
        limits = {
            "A_ub": csr_array(np.vstack([rows, -rows])),
            "b_ub": np.concatenate([upper, -np.concatenate(self._lower)]),
        }
        for sign in (1, -1):
            solved = linprog(sign * aim.astype(float), bounds=bounds, method="highs", **limits)
            felt = (np.abs(solved.ineqlin.marginals) > 1e-9).reshape(2, -1).any(axis=0)
            binding_areas |= set(area[felt & last & (area >= 0)].tolist())
        return sorted(binding_areas)
