"""Differences of areas, attacked: what two tables that are shown leave between them.

The intruder knows every business, what was told in both releases and the exact totals of the zone,
and asks of every set that two areas of one count share or leave between them, in a release or
between two, how many of its businesses can be foreign-run. A set of few may not be known within
less than 6, unless it has fewer businesses; one of 20 or more, 5 of them foreign-run, may be known
like a table that is told. Nothing of the product's audit is used here.
"""

from collections import defaultdict
from dataclasses import dataclass, replace
from itertools import product

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from geo.disclosure import protect
from geo.disclosure_rule import PUBLIC, Area

SEEDS = 200
ROUNDED_ONLY = replace(PUBLIC, width=0)
KINDS = ("cn", "vn", "unstated")
GROUPED = ("zone", "food", "dong")


@dataclass(frozen=True)
class City:
    """Places, each with its areas and the releases in which its businesses stand."""

    places: tuple[tuple[str, ...], ...]
    stays: tuple[tuple[int, ...], ...]
    whole: np.ndarray  # businesses by place
    made: np.ndarray  # foreign-run ones by place and kind

    def areas(self):
        """Atoms by name of each area, such as `cn dong:east`."""
        found = defaultdict(list)
        for (n, place), (k, kind) in product(enumerate(self.places), enumerate(KINDS)):
            for area in place:
                found[f"all {area}"].append(n * len(KINDS) + k)
                if kind != "unstated" and area.split(":")[0] in GROUPED:
                    found[f"{kind} {area}"].append(n * len(KINDS) + k)
        return {name: tuple(atoms) for name, atoms in found.items()}

    def there(self, release):
        return np.array([release in one for one in self.stays])


INSIDE = (
    ("zone:z", "food:f", "dong:west", "hex:a"),
    ("zone:z", "dong:west", "hex:b"),
    ("zone:z", "dong:west", "hex:c"),
)
EDGES = (  # where 0 to 5 shops lie just outside an outline
    ("zone:z", "dong:west", "hex:a"),  # beside the food street
    ("dong:west", "hex:b"),  # beside the zone
    ("dong:east", "hex:c"),  # beside the zone and over the border of the dong
    ("zone:z", "dong:east", "hex:c"),  # in the zone, over the border of the dong
    ("zone:z", "dong:west", "hex:d"),  # the corner of a hexagon
    ("dong:north", "hex:e"),  # over the border of another dong
)
FAR = (("dong:east", "hex:f"),)


def city(seed, largest=40):
    """A zone of three dong with a food street, under six hexagons, in two releases."""
    random = np.random.default_rng(seed)
    sizes = [
        *random.integers(largest // 8, largest, len(INSIDE)),
        *random.integers(0, 6, len(EDGES)),
        *random.integers(0, largest, len(FAR)),
    ]
    found = []
    for place, size in zip(INSIDE + EDGES + FAR, sizes, strict=True):
        closed, opened = random.integers(0, 2), random.integers(0, 4)
        held = (((0, 1), size), ((0,), closed), ((1,), opened))
        found += [(place, stay, int(many)) for stay, many in held if many]
    places, stays, whole = zip(*found, strict=True)
    foreign = random.binomial(whole, random.choice([0.2, 0.35, 0.6]))
    made = np.array([random.multinomial(n, (0.6, 0.3, 0.1)) for n in foreign])
    return City(places, stays, np.array(whole), made)


def tell(one, rule, releases=(0, 1)):
    """The tables of these releases, and the exact totals of the zone."""
    where = one.areas()
    counts = [(one.made * one.there(n)[:, None]).ravel() for n in releases]
    zone = [name for name in where if "zone" in name]
    known = [{name: int(made[list(where[name])].sum()) for name in zone} for made in counts]
    cells = protect(
        [Area(*area) for area in where.items()],
        counts,
        [one.whole * one.there(n) for n in releases],
        rule=rule,
        known=known,
        place=np.repeat(np.arange(len(one.places)), len(KINDS)),
    )
    return cells, known


class Intruder:
    """Tables in whole numbers that fit all that is known, by mixed-integer programming."""

    def __init__(self, one):
        self.one, self.where = one, one.areas()
        self.rows, self.low, self.high = [], [], []
        for n, most in enumerate(one.whole):
            self.know(np.repeat(np.arange(len(one.places)) == n, len(KINDS)), 0, most)

    def know(self, row, low, high):
        self.rows.append(row.astype(float))
        self.low.append(low)
        self.high.append(high)

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

    def sets(self, releases):
        """Every area, and what two areas of one count share or leave between them."""
        named = [(name, n) for name in self.where for n in releases]
        rows = [self.row(*one) for one in named]
        found = {}
        for (one, first), (two, second) in product(zip(named, rows, strict=True), repeat=2):
            if one[0].split()[0] == two[0].split()[0]:
                for made in (first & second, first & ~second):
                    found[made.tobytes()] = made
        return np.array([row for row in found.values() if row.any()])

    def ranges(self, sets, need):
        """How far tables that fit differ in each set, as far as it is needed."""
        spans = Spans(sets, self.one.made.ravel(), need)
        random, before = np.random.default_rng(1), len(sets) + 1
        while 3 < len(left := spans.left()) < before:  # many at once, while that helps
            spans.take(self.table(random.random(len(left)) @ sets[left]))
            before = len(left)
        for n in spans.left():
            for sign in (1, -1):
                if spans.width()[n] < need[n]:
                    spans.take(self.table(sign * sets[n].astype(float)))
        return spans.width()

    def table(self, aim):
        """The table that fits with the least of `aim`; whole numbers are asked for if need be."""
        limits = LinearConstraint(csr_array(np.array(self.rows)), self.low, self.high)
        for whole in (0, 1):
            found = milp(
                aim,
                constraints=limits,
                bounds=Bounds(0, np.inf),
                integrality=np.full(len(aim), whole),
            )
            assert found.success, "what is told contradicts itself"
            if np.allclose(found.x, found.x.round(), rtol=0, atol=1e-6):
                break
        return found.x.round().astype(int)

    def settled(self, sets):
        """Sets that are sums of exact totals, by least squares."""
        exact = np.array(self.low) == np.array(self.high)
        rows = np.array(self.rows)[exact].T
        found, *_ = np.linalg.lstsq(rows, sets.T.astype(float), rcond=None)
        return np.abs(rows @ found - sets.T).max(axis=0) < 1e-9

    def needed(self, sets, shown):
        truth = sets @ self.one.made.ravel()
        touched = sets.reshape(len(sets), -1, len(KINDS)).any(axis=2)
        size = touched @ self.one.whole
        need = np.where((truth >= 5) & (size >= 20), 2, np.minimum(6, size))
        told = np.array([one.tobytes() in shown for one in sets])
        return np.where(told, np.minimum(need, 2), need)


class Spans:
    """Between what each set lies in the tables found so far."""

    def __init__(self, sets, truth, need):
        self.sets, self.need = sets.astype(int), need
        self.least = self.most = self.sets @ truth

    def take(self, table):
        counts = self.sets @ table
        self.least, self.most = np.minimum(self.least, counts), np.maximum(self.most, counts)

    def width(self):
        return self.most - self.least

    def left(self):
        return np.flatnonzero(self.width() < self.need)


def leaks(one, rule):
    """Sets that are known too closely after the first release, and after the second."""
    first, known_first = tell(one, rule, (0,))
    both, known = tell(one, rule)
    before, now = Intruder(one), Intruder(one)
    before.know_totals(known_first)
    now.know_totals(known)
    found = _narrow(before, [(0, first[0])], (0,))
    now.know_cells(first[0], 0)
    return found + _narrow(now, [(0, both[0]), (1, both[1])], (0, 1))


def _narrow(intruder, told, releases):
    """Sets that the tables make known too closely: what was out before them is nobody's fault."""
    sets = intruder.sets(releases)
    sets = sets[~intruder.settled(sets)]
    shown = {
        intruder.row(name, release).tobytes()
        for release, cells in told
        for name, cell in cells.items()
        if cell.state == "shown"
    }
    need = intruder.needed(sets, shown)
    rows = len(intruder.rows)
    for release, cells in told:
        intruder.know_cells(cells, release)
    found = intruder.ranges(sets, need)
    close = found < need
    if not close.any():
        return 0
    for limits in (intruder.rows, intruder.low, intruder.high):
        del limits[rows:]
    return int((found[close] < intruder.ranges(sets[close], need[close])).sum())


def test_no_difference_of_two_areas_or_releases_tells_of_few():
    found = {seed: leaks(city(seed), PUBLIC) for seed in range(SEEDS)}
    assert {seed: many for seed, many in found.items() if many} == {}


def test_a_trial_that_is_not_taken_up_leaves_nothing_behind():
    assert leaks(city(78), PUBLIC) == 0


def test_differences_tell_where_tables_are_rounded_only():
    assert any(leaks(city(seed), ROUNDED_ONLY) for seed in range(2))


@pytest.mark.parametrize("seed", [3, 13, 17])
def test_what_a_release_hid_stays_hidden_when_the_next_one_is_made(seed):
    alone, _ = tell(city(seed), PUBLIC, (0,))
    both, _ = tell(city(seed), PUBLIC)
    hidden = {name for name, cell in alone[0].items() if cell.state == "hidden"}
    assert hidden
    assert hidden <= {name for name, cell in both[0].items() if cell.state == "hidden"}
