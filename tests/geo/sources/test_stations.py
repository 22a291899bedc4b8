"""The station beside the zone."""

import shapely

from geo.address import Located, RoadAddress, locate
from geo.sources import streets
from geo.sources.stations import read


def test_the_station_is_on_line_4(data):
    (station,) = read(data)
    assert (station["name_ko"], station["lines"]) == ("안산역", ["4"])


def test_its_address_lies_within_its_accuracy(data):
    # An independent list gives 중앙대로 462; one degree is 88.5 km east and 111 km north here.
    (station,) = read(data)
    door = locate(RoadAddress("중앙대로", 462, 0, ""), streets.read_lines(data))
    assert isinstance(door, Located)
    east, north = (door.lon - station["lon"]) * 88_500, (door.lat - station["lat"]) * 111_000
    assert shapely.Point(east, north).distance(shapely.Point(0, 0)) <= station["accuracy_m"]
