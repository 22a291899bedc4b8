"""Residents of three censuses, each on the dong of its own time."""

import geopandas as gpd
import numpy as np
import pytest
import shapely

from geo.core.crs import to_metric
from geo.core.errors import SourceChangedError
from geo.pipeline.sources.census import SPEC, read_census


@pytest.fixture(scope="module")
def residents(data) -> gpd.GeoDataFrame:
    return read_census(data).frame


def border(shapes: gpd.GeoDataFrame) -> shapely.Geometry:
    """The line between the two gu."""
    first, second = shapes.dissolve("gu_code").geometry
    return first.boundary.intersection(second.boundary)


def test_ids_are_dong_and_year(residents):
    assert len(residents) == residents.index.nunique() == 75
    assert residents.loc["4127354500-2025", "name_ko"] == "원곡동"


@pytest.mark.parametrize(("year", "foreign"), [(2015, 64_244), (2020, 79_498), (2025, 92_782)])
def test_foreign_residents_of_the_city(residents, year, foreign):
    assert residents.loc[residents["year"] == year, "foreign"].sum() == foreign


def test_the_share_is_foreign_of_all(residents):
    # 24,915 foreign and 4,974 domestic residents: 24,915 / 29,889.
    assert residents.loc["4127354500-2025", "foreign_share"] == pytest.approx(0.8336, abs=5e-5)


def test_2015_stands_on_the_dong_of_2015(residents):
    # 원곡본동 was split in 2017; 원곡동 is not older than that.
    assert "4127354000-2015" in residents.index
    assert "4127354000-2020" not in residents.index
    assert "4127354500-2015" not in residents.index


def test_a_dong_that_kept_its_code_has_the_outline_of_each_time(residents):
    # 본오1동 is the same dong in 2015, but its outline was drawn anew.
    outlines = residents.loc[[f"4127154000-{year}" for year in (2015, 2020, 2025)], "geometry"]
    assert not outlines.iloc[0].equals(outlines.iloc[1])
    assert outlines.iloc[1].equals(outlines.iloc[2])


def test_accuracy_of_2015_holds_19_times_out_of_20(data, residents):
    # The line between the gu did not move; 95 % of the cadastre's lie within 88 m of that of 2015.
    legal = to_metric(gpd.read_file(data / "shapes" / "legal_dong.geojson"))
    drawn = border(to_metric(residents[residents["year"] == 2015]))
    cadastre = shapely.get_coordinates(shapely.segmentize(border(legal), 10))
    apart = shapely.distance(shapely.points(cadastre), drawn)
    assert np.percentile(apart, 95) <= residents.loc["4127154000-2015", "accuracy_m"]


def test_each_census_is_dated(residents):
    assert residents.loc["4127354500-2025", "source_date"] == "2025-11-01"
    assert set(residents["source"]) == {SPEC.id}


def test_parts_that_do_not_add_up_are_refused(data_copy, edit):
    edit(
        "tables/residents.csv",
        "4127354500,3109276,2025,29889,4974,24915",
        "4127354500,3109276,2025,29889,4974,24916",
    )
    with pytest.raises(SourceChangedError, match=r"not total in \['4127354500'\]"):
        read_census(data_copy)


def test_a_dong_without_outline_is_named(data_copy, edit):
    edit("tables/residents.csv", "4127354500,3109276,2020", "4127399900,3109276,2020")
    with pytest.raises(SourceChangedError, match=r"\['4127354500', '4127399900'\]"):
        read_census(data_copy)


def test_a_census_without_edition_is_refused(data_copy, edit):
    edit("tables/residents.csv", "4127354500,3109276,2025", "4127354500,3109276,2026")
    with pytest.raises(SourceChangedError, match=r"unmapped edition \['2026'\]"):
        read_census(data_copy)
