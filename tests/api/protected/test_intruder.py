"""The intruder: knows every business and every total that the city publishes, and asks the service.

What is hidden must stay uncertain by 6 or more (give or take 3), unless there are fewer businesses
than that. Each attack is also made where the control is off: there it has to succeed.
"""

import itertools
import re
from collections import Counter

import h3
import httpx
import numpy as np
import pandas as pd
import pytest
import survey
from scipy.optimize import LinearConstraint, milp
from staffed import TOKENS, settings

from geo.pipeline.disclosure.nationality_groups import GROUPS, OTHER, UNSTATED, group_nationalities

ITEMS = "/collections/businesses/items"
WIDTH = 6
SCALES = ("zone", "food-street", "dong", "hex")
HALF = 2  # what is rounded to 5 may have been 2 more or less


def everything(who):
    """All that the service tells anybody of operators."""
    asked = [("foreign-run", scale) for scale in SCALES]
    asked += [("groups", scale) for scale in SCALES[:3]]
    return [
        row
        for of, scale in asked
        for row in who.get(f"/analysis/operators?of={of}&scale={scale}").json()["rows"]
    ]


def shops_of(who):
    """Where every business of the survey stands: open to all."""
    found = who.get(f"{ITEMS}?limit=10000").json()["features"]
    return [item for item in found if "list" in item["properties"]["registers"]]


def areas_of(shop):
    told, (x, y) = shop["properties"], shop["geometry"]["coordinates"]
    return {
        "zone": "zone-2023" if told["in_zone"] else "",
        "food-street": "food-street-2023" if told["in_food_street"] else "",
        "dong": told["dong_code"] or "",
        "hex": h3.latlng_to_cell(y, x, 10),
    }


class Puzzle:
    """Whole numbers of each group at each place, and what is known about them."""

    def __init__(self, shops, groups):
        self.places = Counter(tuple(areas_of(shop).items()) for shop in shops)
        self.kinds = [*groups, UNSTATED]
        self.atoms = list(itertools.product(self.places, self.kinds))
        self.rows, self.low, self.high = [], [], []
        for place, businesses in self.places.items():
            self.know(lambda at, _, p=place: at == p, 0, businesses)

    def row(self, holds):
        return np.array([float(holds(at, kind)) for at, kind in self.atoms])

    def know(self, holds, low, high):
        self.rows.append(self.row(holds))
        self.low.append(low)
        self.high.append(high)

    def learn(self, told, rounding, least):
        for cell in told:
            if cell["state"] == "shown":
                low = max(cell["count"] - rounding, least)
                self.know(self.cell(cell), low, cell["count"] + rounding)

    def cell(self, told):
        area = (told["scale"], told["area"])
        return lambda at, kind: area in at and told["of"] in ("foreign-run", kind)

    def range_of(self, told):
        aim = self.row(self.cell(told))
        limits = LinearConstraint(np.array(self.rows), self.low, self.high)
        ends = [
            milp(sign * aim, constraints=limits, integrality=np.ones(len(aim))) for sign in (1, -1)
        ]
        assert all(end.success for end in ends), "what is told contradicts itself"
        return round(ends[0].fun), round(-ends[1].fun)


def totals_known(puzzle, truth):
    """The exact totals of the zone, which the city publishes itself."""
    zone = ("zone", "zone-2023")
    puzzle.know(lambda at, _: zone in at, len(truth), len(truth))
    for kind in puzzle.kinds[:-1]:
        count = int((truth == kind).sum())
        puzzle.know(lambda at, one, k=kind: zone in at and one == k, count, count)


@pytest.fixture(scope="module")
def truth(told):
    """The group of every foreign-run business, small ones among the others."""
    frame = pd.DataFrame(told)
    groups = group_nationalities(
        frame["foreign_run"].astype("boolean"), frame["operator_nationality"]
    )
    sizes = groups.value_counts()
    return groups.map(lambda one: one if sizes.get(one, 0) >= 10 else OTHER, na_action="ignore")


def groups_told(rows):
    return [group for group in GROUPS if any(row["of"] == group for row in rows)]


def test_totals_and_rounded_margins_give_no_hidden_count_away(anybody, told, truth):
    rows = everything(anybody)
    puzzle = Puzzle(shops_of(anybody), groups_told(rows))
    puzzle.learn(rows, HALF, least=5)
    totals_known(puzzle, truth[truth.notna()])
    hidden = [row for row in rows if row["state"] == "hidden"]
    assert len(hidden) > 5
    zone = {row["of"] for row in hidden if row["scale"] == "zone"}  # published by the city itself
    for row in hidden:
        if row["of"] in zone:
            continue
        low, high = puzzle.range_of(row)
        assert high - low >= min(WIDTH, row["businesses"]), row


def test_they_would_where_the_control_is_off(kim, told, truth):
    """Staff see exact counts from three on: with the totals, two hidden hexagons fall."""
    rows = everything(kim)
    puzzle = Puzzle(shops_of(kim), groups_told(rows))
    puzzle.learn(rows, 0, least=3)
    totals_known(puzzle, truth[truth.notna()])
    narrow = [
        row
        for row in rows
        if row["state"] == "hidden"
        and (ends := puzzle.range_of(row))[1] - ends[0] < min(WIDTH, row["businesses"])
    ]
    assert narrow


def test_differences_of_boxes_find_single_shops_only_where_the_control_is_off(anybody, kim, told):
    shop = next(item for item in told if item["foreign_run"])
    door = f"{shop['x'] - 1e-7},{shop['y'] - 1e-7},{shop['x'] + 1e-7},{shop['y'] + 1e-7}"
    assert anybody.get(f"{ITEMS}?bbox={door}&foreign_run=true").status_code == 403
    for path in ("/analysis/counts?by=foreign_run", "/analysis/operators?scale=hex"):
        assert anybody.get(f"{path}&bbox={door}").status_code in (400, 403)
    drawn = f"/analysis/areas?area=radius:{shop['x']},{shop['y']},100&foreign_run=true"
    assert anybody.get(drawn).status_code == 403
    assert kim.get(f"{ITEMS}?bbox={door}&foreign_run=true").json()["numberMatched"] == 1


def test_no_category_or_second_way_can_be_asked_for(anybody, kim):
    for asked in ("category=restaurant", "by=category", "of=cn", "of=vn", "scale=grid"):
        assert anybody.get(f"/analysis/operators?{asked}").status_code == 400
    crossed = kim.get("/analysis/counts?by=category,operator_nationality&foreign_run=true").json()
    assert any(group["count"] == 1 for group in crossed["groups"])


@pytest.fixture(scope="module")
def two_years(surveyed, told, serve):
    """A second release in which one shop of every hexagon has changed hands."""
    seen, later = set(), []
    for item in told:
        cell = h3.latlng_to_cell(item["y"], item["x"], 10)
        changes = cell not in seen and not item["foreign_run"]
        seen |= {cell} if changes else set()
        new = {"foreign_run": True, "operator_nationality": "cn"} if changes else {}
        later.append({**item, **new})
    home = surveyed(told, later)
    bearer = {"Authorization": f"Bearer {TOKENS['kim']}"}
    address = serve(settings(home))
    with (
        httpx.Client(base_url=address, timeout=60) as everybody,
        httpx.Client(base_url=address, timeout=60, headers=bearer) as staff,
    ):
        yield everybody, staff


def by_release(who):
    found = {}
    for row in who.get("/analysis/operators?scale=hex").json()["rows"]:
        found.setdefault(row["area"], {})[row["release"]] = row
    return found


def test_the_pattern_is_the_same_in_every_year(two_years):
    for years in by_release(two_years[0]).values():
        assert len({row["state"] == "hidden" for row in years.values()}) == 1


def test_years_do_not_show_that_one_shop_changed_hands(two_years):
    everybody, staff = two_years
    assert {
        len({row["count"] for row in years.values()}) for years in by_release(everybody).values()
    } == {1}
    changed = [
        sorted(row["count"] for row in years.values())
        for years in by_release(staff).values()
        if all(row["state"] == "shown" for row in years.values())
    ]
    assert any(late - early == 1 for early, late in changed)


def test_nothing_public_depends_on_who_runs_which_shop(surveyed, told, serve):
    """Two shops of one hexagon change places: no byte, no tag, no header is another.

    So neither time nor size nor a cache can tell them apart: the service does the same work on
    the same bytes.
    """
    places = {}
    for number, item in enumerate(told):
        cell = h3.latlng_to_cell(item["y"], item["x"], 10)
        places.setdefault((cell, item["foreign_run"]), number)
    cell = next(cell for cell, foreign in places if foreign and (cell, False) in places)
    first, second = places[cell, True], places[cell, False]
    swapped = [dict(item) for item in told]
    for name in ("foreign_run", "operator_nationality"):
        swapped[first][name], swapped[second][name] = told[second][name], told[first][name]
    asked = (
        f"{ITEMS}?limit=10000&f=json",
        f"{ITEMS}?f=csv",
        f"{ITEMS}?f=parquet",
        "/collections/businesses/tiles/WebMercatorQuad/14/6358/13962",
        "/analysis/operators?scale=hex",
        "/analysis/operators?of=groups&f=csv",
        "/analysis/isolines",
        "/analysis/counts?by=category",
        "/analysis/areas?area=radius:126.7949,37.3292,100",
        "/maps/food-streets",
        "/maps/density?by=hex",
        "/collections",
        "/health/ready",
    )
    homes = [surveyed(rows) for rows in (told, swapped)]
    assert len({(home / "current").resolve().name for home in homes}) == 2
    here = {"public_url": "https://atlas.example"}  # pages bear their address, and tags tell it
    before, after = (
        _answers(serve(settings(home).model_copy(update=here)), asked) for home in homes
    )
    for path in asked:
        assert before[path] == after[path], path


def _answers(address, asked):
    """Bodies and headers, but for what every second and every server has of its own."""
    own = ("date", "x-request-id", "content-length")  # packed with its address
    found = {}
    for path in asked:
        one = httpx.get(address + path, timeout=60)
        assert one.status_code == 200
        body = re.sub(rb'"timeStamp":"[^"]*"', b"", one.content.replace(address.encode(), b"HERE"))
        headers = {k: v.replace(address, "HERE") for k, v in one.headers.items() if k not in own}
        found[path] = (body, headers)
    return found


def test_a_survey_of_another_seed_is_as_safe(surveyed, home, serve):
    told = survey.shops(home, seed=11, of=320)
    with httpx.Client(base_url=serve(settings(surveyed(told))), timeout=60) as who:
        rows = everything(who)
        puzzle = Puzzle(shops_of(who), groups_told(rows))
        puzzle.learn(rows, HALF, least=5)
        hidden = [row for row in rows if row["state"] == "hidden"]
        for row in hidden:
            low, high = puzzle.range_of(row)
            assert high - low >= min(WIDTH, row["businesses"]), row
