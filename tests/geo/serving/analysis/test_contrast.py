"""Two kinds of business compared, against tables of two by two worked by SciPy."""

import numpy as np
import pytest
from scipy.stats import hypergeom

from geo.core.vocab import KINDS
from geo.serving.analysis.contrast import contrast
from geo.serving.analysis.kinds import of_kind
from geo.serving.analysis.sample import drop_simulated, point_sample

WONGOK = "4127354500"


@pytest.fixture(scope="module")
def observed(snapshot):
    layer = snapshot.layers["businesses"]
    return point_sample(layer, drop_simulated(layer, np.arange(layer.count)))


def test_the_quotient_is_that_of_the_shares(snapshot, observed):
    asked = {"first": "grocery", "second": "restaurant", "scale": "dong"}
    result = contrast(snapshot, observed, asked)
    (row,) = [item for item in result.rows if item["unit"] == WONGOK]
    kinds = np.array(observed.values("category"))
    here = np.array(observed.values("dong_code")) == WONGOK
    first, second = ((kinds == kind) for kind in ("grocery", "restaurant"))
    counts = [int(mask.sum()) for mask in (first & here, second & here, first, second)]
    assert (row["count"], row["other"]) == pytest.approx(counts[:2], abs=2)  # doors on a border
    count, other, all_first, all_second = row["count"], row["other"], *counts[2:]
    share, whole = count / (count + other), all_first / (all_first + all_second)
    assert row["quotient"] == pytest.approx(share / whole, abs=1e-4)
    assert row["low"] < row["quotient"] < row["high"]
    tail = hypergeom(all_first + all_second, all_first, count + other).sf(count - 1)
    assert row["p"] >= tail * 0.99
    assert row["unusual"] is True


def test_what_is_of_both_kinds_counts_for_the_first(snapshot, observed):
    result = contrast(snapshot, observed, {"first": "cafe", "second": "all", "scale": "dong"})
    assert result.basis.n == observed.n
    assert sum(row["count"] for row in result.rows) == of_kind(observed, "cafe").sum()
    assert sum(row["count"] + row["other"] for row in result.rows) == observed.n


def test_kinds_that_no_list_covers_are_not_tested(snapshot, observed):
    result = contrast(snapshot, observed, {"first": "halal", "second": "cuisine-cn"})
    assert {row["p"] for row in result.rows} == {None}
    assert {row["state"] for row in result.rows} == {"not-tested"}


@pytest.mark.parametrize("kind", ["all", "cafe", "halal", "cuisine-vn"])
def test_a_kind_is_what_its_filter_chooses(snapshot, observed, kind):
    chosen = {"all": {}, "cafe": {"category": ["cafe"]}, "cuisine-vn": {"cuisine": ["vn"]}}
    grades = {grade for grade in observed.values("halal") if grade != "unknown"}
    filters = chosen.get(kind, {"halal": sorted(grades)})
    rows = observed.layer.select(filters)
    assert of_kind(observed, kind).sum() == np.isin(observed.rows, rows).sum() > 0
    assert kind in KINDS
