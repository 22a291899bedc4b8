"""Class bounds: a case solved by hand, and one set for all years."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest

from geo.serving.analysis.indicators import indicator_values
from geo.snapshot.layer import Layer
from geo.statistics.class_breaks import class_bounds, fisher_jenks


def test_five_heaps_are_five_classes():
    heaps = [1, 2, 11, 12, 21, 22, 31, 32, 41, 42]
    assert fisher_jenks(pd.Series(heaps)) == [2, 12, 22, 32, 42]


def test_the_least_variance_decides_where_heaps_do_not():
    # Six values, five classes: one pair shares a class, and 4 and 5 are the closest pair.
    assert fisher_jenks(pd.Series([1, 4, 5, 10, 20, 40])) == [1, 5, 10, 20, 40]


def test_unknown_values_do_not_count():
    assert fisher_jenks(pd.Series([1, np.nan, 4, 5, 10, 20, 40])) == [1, 5, 10, 20, 40]


def test_bounds_do_not_depend_on_the_order():
    assert fisher_jenks(pd.Series([40, 1, 20, 5, 10, 4])) == [1, 5, 10, 20, 40]


@pytest.fixture(scope="module")
def residents(snapshot) -> Layer:
    return snapshot.layers["residents"]


@pytest.mark.parametrize("indicator", ["foreign_share", "foreign", "domestic", "density"])
def test_one_set_of_bounds_reaches_the_highest_of_all_years(snapshot, residents, indicator):
    bounds = snapshot.manifest["classes"]["residents"][indicator]
    values = [
        value
        for year in (2015, 2020, 2025)
        for _, value in indicator_values(residents, year, indicator)
    ]
    assert len(bounds) == 5
    assert bounds == sorted(bounds)
    assert bounds[-1] == pytest.approx(max(values))


def test_bounds_of_the_change_are_those_of_2025(snapshot, residents):
    bounds = snapshot.manifest["classes"]["residents"]["change"]
    values = [value for _, value in indicator_values(residents, 2025, "change")]
    assert bounds[-1] == pytest.approx(max(values))
    assert bounds[0] >= min(values)


def test_establishments_are_per_square_kilometre(snapshot):
    bounds = snapshot.manifest["classes"]["dong"]["establishments_per_km2"]
    dong = snapshot.layers["dong"]
    records = dong.records(dong.select({}), ["establishments_2020", "area_km2"])
    highest = max(record["establishments_2020"] / record["area_km2"] for record in records)
    assert bounds[-1] == pytest.approx(highest)


def test_every_indicator_has_bounds(snapshot):
    assert set(snapshot.manifest["classes"]["residents"]) == {
        "foreign_share", "foreign", "domestic", "density", "change",
    }  # fmt: skip


def test_bounds_are_found_in_the_layers_given(areas):
    residents, dong = areas.frame("residents"), areas.frame("dong")
    bounds = class_bounds({"residents": residents, "dong": dong})
    assert bounds["residents"]["foreign"][-1] == residents["foreign"].max()


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.filterwarnings("ignore:Numba not installed")
def test_classes_are_those_of_mapclassify(seed):
    import mapclassify  # takes half a second to load

    values = np.random.default_rng(seed).lognormal(3, 1, 20 + 3 * seed)
    expected = mapclassify.FisherJenks(values, k=5).bins
    assert fisher_jenks(pd.Series(values)) == [float(bound) for bound in expected]


def test_no_other_division_has_a_smaller_sum_of_squares():
    values = np.sort(np.random.default_rng(7).gamma(2, 10, 14))

    def squares(ends):
        parts = np.split(values, [end + 1 for end in ends])
        return sum(((part - part.mean()) ** 2).sum() for part in parts)

    best = min(combinations(range(13), 4), key=squares)
    assert fisher_jenks(pd.Series(values)) == [*values[list(best)], values[-1]]
