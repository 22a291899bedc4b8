"""Street lines with their building numbers."""

import pytest
from pyproj import Geod

from geo.errors import SourceChangedError
from geo.sources.streets import read, read_lines


def test_every_street_is_one_line(data):
    reading = read(data)
    assert len(reading.frame) == reading.read == 8
    assert set(reading.frame.geom_type) == {"LineString"}


def test_ids_are_the_names_on_the_signs(data):
    assert {"damunhwa-gil", "damunhwa-2-gil", "jungang-daero"} <= set(read(data).frame.index)


def test_a_line_runs_from_its_first_to_its_last_number(data):
    street = read(data).frame.loc["bubu-ro"]
    assert (street["from_no"], street["to_no"]) == (1, 45)
    assert street.geometry.coords[0] == pytest.approx((126.78821, 37.32903), abs=1e-8)
    assert street.geometry.coords[-1] == pytest.approx((126.79058, 37.33251), abs=1e-8)


def test_length_is_measured_on_the_ground(data):
    metres = Geod(ellps="WGS84").inv(126.78821, 37.32903, 126.79058, 37.33251)[2]
    assert read(data).frame.loc["bubu-ro", "length_m"] == pytest.approx(metres, abs=0.1)


def test_numbers_advance_about_one_every_ten_metres(data):
    # As the Road Name Address Act lays down; lines are fitted, so a tenth may be missing.
    for street in read(data).frame.itertuples():
        metres = street.length_m / (street.to_no - street.from_no)
        assert metres == pytest.approx(10, rel=0.12), street.name_ko


@pytest.mark.parametrize(
    ("slug", "provenance", "accuracy_m"),
    [("wongok-ro", "fitted", 14), ("damunhwa-1-gil", "approximate", 25)],
)
def test_a_line_says_how_it_was_drawn(data, slug, provenance, accuracy_m):
    street = read(data).frame.loc[slug]
    assert (street["provenance"], street["accuracy_m"]) == (provenance, accuracy_m)


def test_a_street_without_english_name_stops_the_build(data_copy, edit):
    edit("tables/street_lines.csv", "원본로,1,", "원시로,1,")
    edit("tables/street_lines.csv", "원본로,34,", "원시로,34,")
    with pytest.raises(SourceChangedError, match=r"unmapped name_en \['원시로'\]"):
        read(data_copy)


def test_lines_are_kept_in_metres(data):
    line = read_lines(data)["부부로"]
    assert line.numbers == (1, 45)
    assert line.rmse_m == 2.6
    # Ansan lies about 18 km west and 74 km south of the origin of EPSG:5186.
    assert (line.x[0], line.y[0]) == pytest.approx((181_000, 525_500), abs=1_000)
