"""An intruder who knows all that is told, with a model, a solver and a rule of one's own.

The unknowns are the foreign-run of each kind at each place and stay. Nothing of the product's
audit is used here.
"""

from itertools import product

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csc_array

KINDS = ("cn", "vn", "unstated")

# The rule as decision 0013 words it. "A set may not be known within less than 6, unless it has
# fewer businesses; sets of 20 or more with at least 5 that are foreign-run may be known as closely
# as a table tells them (5 is 5 to 7)"; so may an area that is shown.
WIDTH, MANY, ENOUGH, AS_TOLD = 6, 20, 5, 7 - 5


class Intruder:
    """Tables in whole numbers that fit all that is known, by mixed-integer programming."""

    def __init__(self, one):
        self.one, self.where = one, one.areas()
        self.rows, self.low, self.high = [], [], []
        self.limits = None
        for n, most in enumerate(one.whole):
            self.know(np.repeat(np.arange(len(one.places)) == n, len(KINDS)), 0, most)

    def know(self, row, low, high):
        self.rows.append(row.astype(float))
        self.low.append(low)
        self.high.append(high)
        self.limits = None

    def forget(self, rows):
        """What was learnt after so many rows."""
        for limits in (self.rows, self.low, self.high):
            del limits[rows:]
        self.limits = None

    def row(self, name, release):
        row = np.zeros(self.one.made.size, dtype=bool)
        row[list(self.where[name])] = True
        return row & np.repeat(self.one.there(release), len(KINDS))

    def know_totals(self, known):
        for release, totals in enumerate(known):
            for name, value in totals.items():
                self.know(self.row(name, release), value, value)

    def know_cells(self, cells, release):
        for name, cell in cells.items():
            if cell.state == "shown":
                self.know(self.row(name, release), *cell.around)

    def sets(self, releases, wanted):
        """Every area, and what two areas share or leave between them, of the wanted counts."""
        named = [(name, n) for name in self.where for n in releases]
        rows = [self.row(*item) for item in named]
        found = {}
        for (item, first), (two, second) in product(zip(named, rows, strict=True), repeat=2):
            if wanted(item[0].split()[0], two[0].split()[0]):
                for made in (first & second, first & ~second):
                    found[made.tobytes()] = made
        return np.array([row for row in found.values() if row.any()])

    def ranges(self, sets, need, fitting):
        """How far tables that fit differ in each set, as far as it is needed.

        Args:
            sets: unknowns by set.
            need: how far they need to differ.
            fitting: tables known to fit; those found here join them.
        """
        spans = Spans(sets, self.one.made.ravel(), need)
        spans.take(*fitting)

        def look(aim):
            fitting.append(self.table(aim))
            spans.take(fitting[-1])

        random, before = np.random.default_rng(1), len(sets) + 2
        while 3 < len(left := spans.left()) < before - 1:  # many at once, while that helps
            aim, before = random.standard_normal(len(left)) @ sets[left], len(left)
            look(aim)
            look(-aim)
        for n in spans.left():
            for sign in (1, -1):
                if spans.width()[n] < need[n]:
                    look(sign * sets[n].astype(float))
        return spans.width()

    def table(self, aim):
        """The table that fits with the least of `aim`; whole numbers are asked for if need be."""
        if self.limits is None:
            self.limits = LinearConstraint(csc_array(np.array(self.rows)), self.low, self.high)
        for whole in (0, 1):
            found = milp(
                aim,
                constraints=self.limits,
                bounds=Bounds(0, np.inf),
                integrality=np.full(len(aim), whole),
                options={"presolve": False},
            )
            assert found.success, "what is told contradicts itself"
            if np.abs(found.x - found.x.round()).max() < 1e-6:
                break
        return found.x.round().astype(int)

    def settled(self, sets):
        """Sets that are sums of exact totals, by least squares."""
        exact = np.array(self.low) == np.array(self.high)
        rows = np.array(self.rows)[exact]
        onto = np.linalg.pinv(rows) @ rows
        return np.abs(sets @ onto - sets).max(axis=1) < 1e-9

    def businesses(self, sets):
        """How many businesses each set is of."""
        return sets.reshape(len(sets), -1, len(KINDS)).any(axis=2) @ self.one.whole

    def room(self, sets, releases):
        """How far a set can differ at most, as the totals of the zone are known exactly.

        Of a kind, the part of the zone's in a set differs no more than all of that kind, than the
        businesses of that part, and than those of the rest; what is elsewhere, than its businesses.
        """
        found = np.inf
        for release in releases:
            zone = self.row("all zone:z", release)
            open_ = self.businesses(sets & ~zone)
            for kind in range(len(KINDS)):
                here = zone & (np.arange(len(zone)) % len(KINDS) == kind)
                parts = self.businesses(sets & here), self.businesses(here & ~sets)
                open_ = open_ + np.minimum(self.one.made.ravel()[here].sum(), np.minimum(*parts))
            found = np.minimum(found, open_)
        return found

    def needed(self, sets, shown):
        """How uncertain the decision wants each set to be."""
        foreign = sets @ self.one.made.ravel()
        businesses = self.businesses(sets)
        told = np.array([item.tobytes() in shown for item in sets])
        open_ = told | ((foreign >= ENOUGH) & (businesses >= MANY))
        return np.minimum(np.where(open_, AS_TOLD, WIDTH), businesses)


class Spans:
    """Between what each set lies in the tables found so far."""

    def __init__(self, sets, truth, need):
        self.sets, self.need = sets.astype(int), need
        self.least = self.most = self.sets @ truth

    def take(self, *tables):
        counts = [self.least, self.most, *(self.sets @ table for table in tables)]
        self.least, self.most = np.min(counts, axis=0), np.max(counts, axis=0)

    def width(self):
        return self.most - self.least

    def left(self):
        return np.flatnonzero(self.width() < self.need)
