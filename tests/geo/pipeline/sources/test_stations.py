"""The stations of the city's railways."""

import shapely

from geo.pipeline.geocoding.area_join import dong_if_placed
from geo.pipeline.geocoding.road_address import AddressPoint, RoadAddress, geocode_address
from geo.pipeline.sources import boundaries, streets
from geo.pipeline.sources.stations import SPEC, read_layer, read_stations


def test_there_are_thirteen_each_on_the_lines_that_stop_there(data):
    lines = {station["id"]: station["lines"] for station in read_stations(data)}
    assert len(lines) == 13
    assert lines["choji-station"] == ["4", "suin-bundang", "seohae"]
    assert lines["ansan-station"] == ["4", "suin-bundang"]


def test_the_address_of_ansan_station_is_about_a_platform_away(data):
    # An independent list gives 중앙대로 462; one degree is 88.5 km east and 111 km north here.
    station = read_layer(data).frame.loc["ansan-station"]
    door = geocode_address(RoadAddress("중앙대로", 462, 0, ""), streets.read_lines(data))
    assert isinstance(door, AddressPoint)
    east, north = (
        (door.lon - station.geometry.x) * 88_500,
        (door.lat - station.geometry.y) * 111_000,
    )
    assert station["address"] == "중앙대로 462"
    assert shapely.Point(east, north).distance(shapely.Point(0, 0)) < 200


def test_every_station_lies_in_a_dong_of_the_city(data):
    # Ansan Station stands on the edge of the quarter, in Wongok-dong by the census of 2020.
    dong = boundaries.read_dong(data).frame
    codes = dong_if_placed(read_layer(data).frame, dong)
    assert codes.notna().all()
    assert dong.loc[codes["sangnoksu-station"], "gu_code"] == "41271"  # Sangnoksu: Sangnok-gu


def test_openstreetmap_is_named():
    assert "OpenStreetMap" in SPEC.attribution
    assert "OpenStreetMap" in SPEC.attribution_ko
    assert SPEC.licence == "ODbL 1.0"
