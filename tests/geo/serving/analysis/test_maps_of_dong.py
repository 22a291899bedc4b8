"""Findings made for maps: censuses by dong, establishments, and the places that are real."""

import numpy as np
import pytest

from geo.core.errors import BadParameterError
from geo.core.vocab import INDICATORS
from geo.serving.analysis.census import YEARS, census, establishments
from geo.serving.analysis.places import places
from geo.serving.analysis.sample import point_sample

WONGOK = "4127354500"


def by_dong(finding):
    return {row["dong_code"]: row for row in finding.rows}


@pytest.mark.parametrize("year", YEARS)
def test_a_census_shows_the_25_dong_of_its_time(snapshot, year):
    found = census(snapshot, {"year": year})
    assert len(found.rows) == len(found.shapes) == 25
    assert found.basis.dates == (year, year)
    assert (WONGOK in by_dong(found)) == (year != "2015")


def test_shares_are_foreign_over_all(snapshot):
    assert by_dong(census(snapshot, {}))[WONGOK]["value"] == pytest.approx(
        24_915 / 29_889, abs=1e-4
    )
    counts = [census(snapshot, {"indicator": name}).rows for name in ("foreign", "domestic")]
    total = sum(row["value"] for rows in counts for row in rows)
    assert total == census(snapshot, {}).basis.n


def test_one_colour_means_one_thing_in_every_year(snapshot):
    bounds = {str(census(snapshot, {"year": y}).parameters["class_bounds"]) for y in YEARS}
    assert len(bounds) == 1


def test_classes_of_change_part_at_zero(snapshot):
    assert 0.0 in census(snapshot, {"indicator": "change"}).parameters["class_bounds"]
    with pytest.raises(BadParameterError, match="2017"):
        census(snapshot, {"indicator": "change", "year": "2015"})


@pytest.mark.parametrize("indicator", INDICATORS)
def test_every_figure_of_the_page_has_its_picture(snapshot, indicator):
    assert census(snapshot, {"indicator": indicator}).columns[3].description


def test_establishments_are_all_there_unless_too_few_stand(snapshot):
    found = establishments(snapshot, {})
    dong = snapshot.layers["dong"].columns["establishments_2020"].to_pylist()
    assert found.basis.n == sum(dong)
    dense = establishments(snapshot, {"min_density": "1000"})
    assert 0 < len(dense.rows) == len(dense.shapes) < 25
    assert min(row["per_km2"] for row in dense.rows) >= 1000


def test_nobody_is_sent_to_a_simulated_place(snapshot):
    layer = snapshot.layers["businesses"]
    sample = point_sample(layer, np.arange(layer.count))
    found = places(snapshot, sample, {})
    assert found.basis.provenance == {"observed": 1.0}
    assert found.basis.n + found.basis.left_out["simulated"] == sample.n
    assert {row["kind"] for row in found.rows} == {"food", "shop", "service"}
    assert {shape["type"] for shape in found.shapes} == {"Point"}
