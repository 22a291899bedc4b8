"""Figures of the residents map, against what the censuses published."""

import pytest

from geo.core.errors import BadParameterError
from geo.serving.analysis.indicators import indicator_values
from geo.snapshot.layer import Layer

WONGOK = "4127354500"


@pytest.fixture(scope="module")
def residents(snapshot) -> Layer:
    return snapshot.layers["residents"]


def figure(residents: Layer, dong: str, year: int, indicator: str) -> float:
    values = dict(indicator_values(residents, year, indicator))
    found = values[residents.row_of(f"{dong}-{year}")]
    assert found is not None
    return found


@pytest.mark.parametrize(("year", "foreign"), [(2015, 64_244), (2020, 79_498), (2025, 92_782)])
def test_foreign_residents_add_up_to_those_of_the_city(residents, year, foreign):
    values = indicator_values(residents, year, "foreign")
    assert len(values) == 25
    assert sum(value for _, value in values) == foreign


def test_residents_of_wongok_dong(residents):
    assert figure(residents, WONGOK, 2025, "foreign") == 24_915
    assert figure(residents, WONGOK, 2025, "domestic") == 4_974


def test_the_share_is_of_all_residents(residents):
    share = figure(residents, WONGOK, 2025, "foreign_share")
    assert share == pytest.approx(24_915 / 29_889, abs=5e-5)


def test_density_is_of_all_residents_per_square_kilometre(residents):
    (record,) = residents.records(residents.select({"id": [f"{WONGOK}-2025"]}), ["area_km2"])
    density = figure(residents, WONGOK, 2025, "density")
    assert density == pytest.approx(29_889 / record["area_km2"])


def test_change_is_in_percentage_points_since_the_census_before(residents):
    before, now = (figure(residents, WONGOK, year, "foreign_share") for year in (2020, 2025))
    assert figure(residents, WONGOK, 2025, "change") == pytest.approx(100 * (now - before))
    assert -100 < figure(residents, WONGOK, 2025, "change") < 100


@pytest.mark.parametrize("year", [2015, 2020])
def test_there_is_no_change_without_the_same_dong_before(residents, year):
    with pytest.raises(BadParameterError, match="redrawn in 2017") as refusal:
        indicator_values(residents, year, "change")
    assert (refusal.value.name, refusal.value.value) == ("year", year)
    assert "2025" in refusal.value.allowed


def test_an_unknown_indicator_is_named_with_those_there_are(residents):
    with pytest.raises(BadParameterError, match="indicator='wealth'") as refusal:
        indicator_values(residents, 2025, "wealth")
    assert "foreign_share" in refusal.value.allowed


def test_values_belong_to_the_rows_of_their_year(residents):
    rows = [row for row, _ in indicator_values(residents, 2015, "foreign")]
    assert rows == list(residents.select({"year": [2015]}))
