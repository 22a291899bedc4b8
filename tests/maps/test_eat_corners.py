"""Corners: where they are, what is near them, and what their codes say when they are read."""

import csv
import math
import re
from pathlib import Path

import numpy as np
import pytest
import shapely
from qr_reader import read_qr

from maps.pages.eat import listing, place_page, qr, qr_sheet
from maps.pages.view_state import Eat, EatCard
from maps.style.qr import qr_matrix
from maps.web.page import Site

TABLES = Path(__file__).parents[2] / "data" / "tables"
BASE = "https://city.example/atlas"


def rows(name):
    with (TABLES / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def guide(real):
    return listing.read_guide(real)


def metres_to(street, point):
    line = [
        (float(row["lon"]) * 88_500, float(row["lat"]) * 111_000)
        for row in rows("street_lines.csv")
        if row["street_ko"] == street
    ]
    here = shapely.Point(point[0] * 88_500, point[1] * 111_000)
    return shapely.LineString(line).distance(here)


@pytest.mark.parametrize("row", rows("corners.csv"), ids=lambda row: row["code"])
def test_a_corner_is_where_its_basis_says(row):
    table, _, named = row["basis"].partition(": ")
    point = float(row["lon"]), float(row["lat"])
    if table == "landmarks.csv":
        (landmark,) = (item for item in rows("landmarks.csv") if item["id"] == named)
        assert point == (float(landmark["lon"]), float(landmark["lat"]))
    else:
        assert all(metres_to(street, point) < 1 for street in named.split(" × "))


def test_the_snapshot_has_the_corners_of_the_table(guide):
    assert list(guide.corners) == [row["code"] for row in rows("corners.csv")]


def test_near_a_corner_minutes_and_numbers_go_from_there(real, guide):
    corner = guide.corners["wonbon"]
    html = listing.page(guide, real, Eat(near="wonbon"), Site("en"), BASE).html
    east, north = 88_500.0, 111_000.0
    away = {
        spot.id: math.hypot((spot.lon - corner.lon) * east, (spot.lat - corner.lat) * north)
        for spot in guide.directory.tagged("t:eat")
        if spot.lon is not None
    }
    shown = re.findall(r'<li id="s-([^"]+)".*?class="minutes">(\d+) min', html)
    assert len(shown) == 3
    nearest = sorted(away.values())[2]
    for name, minutes in shown:
        assert away[name] <= nearest + 67  # within a minute of the third nearest
        assert abs(int(minutes) - away[name] * 1.3 / 67) <= 1.1
    assert "Nearest to: Crossing of Damunhwa-gil and Wonbon-ro" in html
    assert 'href="eat?task=visa&amp;near=wonbon&amp;lang=en#found"' in html
    assert '"near":{"code":"wonbon","at":[8095,7654]}' in html


def test_an_unknown_corner_is_exit_1(guide):
    assert listing.known_view(guide, Eat(near="moon")) == Eat()
    assert listing.known_view(guide, Eat(near="gate")) == Eat(near="gate")


def modules_of(svg):
    """The modules of an SVG, from its path."""
    width = int(re.search(r'viewBox="0 0 (\d+) ', svg)[1])
    dark = np.zeros((width, width), bool)
    for x, y, run in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", svg):
        dark[int(y), int(x) : int(x) + int(run)] = True
    return dark


def test_a_picture_has_the_modules_of_the_code_and_white_around(guide):
    address = f"{BASE}/q/gate"
    drawn = modules_of(qr.qr_svg(address, address))
    assert drawn[4:-4, 4:-4].tolist() == qr_matrix(address)
    drawn[4:-4, 4:-4] = False
    assert not drawn.any()


@pytest.mark.parametrize(
    "address",
    [
        f"{BASE}/q/gate",
        f"{BASE}/eat/batavia",
        f"{BASE}/eat/the-longest-id-of-a-place-that-anybody-has-thought-of",
        f"{BASE}/eat/" + "x" * 70,
    ],
)
def test_a_code_is_read_as_its_address(address):
    assert read_qr(qr_matrix(address)) == address


def test_the_driver_card_has_the_code_of_the_public_address(real, guide):
    html = place_page.page(guide, real, EatCard("batavia"), Site("ko"), BASE).html
    driver = html[html.index('id="driver"') :]
    assert f'aria-label="{BASE}/eat/batavia"' in driver
    drawn = modules_of(driver[driver.index('<svg class="qr"') :])
    assert drawn[4:-4, 4:-4].tolist() == qr_matrix(f"{BASE}/eat/batavia")


def test_the_sheet_has_a_code_for_each_corner(guide):
    html = qr_sheet.page(list(guide.corners.values()), Site("vi"), BASE).html
    assert re.findall(r'<li id="(\w+)">', html) == list(guide.corners)
    assert html.count('<svg class="qr"') == len(guide.corners)
    for code in guide.corners:
        assert f'aria-label="{BASE}/q/{code}"' in html
