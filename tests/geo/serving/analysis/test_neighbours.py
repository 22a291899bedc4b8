"""Local Moran's I of the dong, held against esda, against a planted cluster and against chance."""

import itertools
import warnings
from dataclasses import replace

import numpy as np
import pytest
import shapely
from shapely.geometry import box

from geo.core.crs import in_degrees, in_metres
from geo.core.errors import BadParameterError
from geo.serving.analysis.neighbours import VALUES, adjacency, moran, neighbours, quadrant
from geo.serving.analysis.sample import PointSample, point_sample
from geo.statistics.local_autocorrelation import RATE

DAEBU = "4127361000"  # an island
WONGOK, SINGIL, SEONBU_1 = "4127354500", "4127356500", "4127358000"
BONO_3 = "4127156000"


@pytest.fixture(scope="module")
def esda():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import esda

        return esda


@pytest.fixture(scope="module")
def sample(snapshot) -> PointSample:
    layer = snapshot.layers["businesses"]
    return point_sample(layer, np.arange(layer.count))


@pytest.fixture(scope="module")
def covered(snapshot):
    """The snapshot as if a register of the whole city were loaded."""
    whole = {"source": "storefronts", "complete": True, "outline": None, "categories": []}
    about = {**snapshot.manifest, "coverage": {"businesses": [whole]}}
    return replace(snapshot, manifest=about)


@pytest.fixture(scope="module")
def dong(snapshot):
    """Codes and outlines in metres."""
    layer = snapshot.layers["dong"]
    rows = np.arange(layer.count)
    codes = [record["id"] for record in layer.records(rows, ["id"])]
    return codes, shapely.transform(layer.geometries(rows), in_metres)


@pytest.fixture(scope="module")
def land(dong):
    """Outlines of the dong without the island, in metres."""
    codes, shapes = dong
    return shapes[[code != DAEBU for code in codes]]


@pytest.fixture
def spread(sample, dong):
    """Businesses at random in the dong, about so many in each."""

    def make(wanted: dict[str, float]) -> PointSample:
        random, points = np.random.default_rng(5), []
        for code, outline in zip(*dong, strict=True):
            box_m = np.array(outline.bounds).reshape(2, 2)
            n = random.poisson(wanted[code] * np.prod(np.diff(box_m, axis=0)) / outline.area)
            xy = random.uniform(*box_m, (n, 2))
            points.append(xy[shapely.contains_xy(outline, xy)])
        xy = np.vstack(points)
        rows = sample.rows[np.arange(len(xy)) % sample.n]
        return PointSample(sample.layer, rows, in_degrees(xy), xy, {})

    return make


def queen(shapes):
    """The weights of libpysal: queen contiguity of vertices that are the same."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import geopandas as gpd
        from libpysal.weights import Queen

        return Queen.from_dataframe(gpd.GeoDataFrame(geometry=list(shapes)), use_index=False)


def local(esda, values, shapes, **given):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return esda.Moran_Local(values, queen(shapes), **given)


def census(snapshot) -> list[dict]:
    """Residents of 2025 by dong, in the order of codes."""
    layer = snapshot.layers["residents"]
    rows = layer.select({"year": [2025], "definition": ["census"]})
    held = layer.records(rows, ["dong_code", "foreign", "total"])
    return sorted(held, key=lambda one: one["dong_code"])


def shares_of(snapshot) -> np.ndarray:
    return np.array([item["foreign"] / item["total"] for item in census(snapshot)])


def two_sided(values, near, n):
    """p of one dong over every set of as many others, written out."""
    others = np.delete(values, n)
    sets = itertools.combinations(range(len(others)), len(near))
    sums = others[np.fromiter(itertools.chain.from_iterable(sets), int)]
    sums = sums.reshape(-1, len(near)).sum(axis=1)
    found = values[near].sum()
    return 2 * min((sums >= found - 1e-9).mean(), (sums <= found + 1e-9).mean())


@pytest.mark.parametrize(
    ("code", "p"),
    [(WONGOK, 0.00155), (SINGIL, 0.00395), (SEONBU_1, 0.00554)],
)
def test_p_counts_every_set_of_neighbours(snapshot, sample, dong, code, p):
    # The p-values of the table were worked out by others; the same once more by itertools.
    codes, shapes = dong
    rows = neighbours(snapshot, sample, {"island": "pooled"}).rows
    n = codes.index(code)
    near = adjacency(shapes, island="pooled")[n]
    assert two_sided(shares_of(snapshot), near, n) == pytest.approx(p, abs=5e-6)
    assert rows[n]["p"] == pytest.approx(p, abs=1e-5)
    assert rows[n]["stands_out"]


def test_the_verdict_depends_on_the_island_and_it_is_said(snapshot, sample):
    found = neighbours(snapshot, sample, {})
    held = {row["dong_code"]: row["stands_out_with"] for row in found.rows}
    assert {item: said for item, said in held.items() if said} == {
        WONGOK: "alone,pooled,nearest",
        SINGIL: "pooled,nearest",
        SEONBU_1: "pooled,nearest",
    }
    assert [row["dong_code"] for row in found.rows if row["stands_out"]] == [WONGOK]
    said = "1 with island=alone, 3 with island=pooled, 3 with island=nearest"
    assert any(said in caveat for caveat in found.caveats)


def test_an_island_alone_is_in_neither_the_mean_nor_the_pool(snapshot, sample, dong):
    codes, shapes = dong
    land = [n for n, code in enumerate(codes) if code != DAEBU]
    rows, values = neighbours(snapshot, sample, {}).rows, shares_of(snapshot)[land]
    near = adjacency(shapes[land], island="alone")
    n = land.index(codes.index(SINGIL))
    assert rows[land[n]]["p"] == pytest.approx(two_sided(values, near[n], n), abs=1e-5)
    scores = (values - values.mean()) / values.std()
    assert rows[land[n]]["I"] == pytest.approx(scores[n] * scores[near[n]].mean(), abs=1e-5)


def test_by_default_a_dong_stands_out(snapshot, sample):
    # Of residents, whom every dong has: not of businesses, which the sources find in few.
    found = neighbours(snapshot, sample, {})
    assert found.parameters["value"] == "foreign_share"
    assert any(row["stands_out"] for row in found.rows)


def test_neighbours_are_those_of_libpysal(land):
    theirs = queen(land).neighbors
    assert adjacency(land, island="alone") == [sorted(theirs[n]) for n in range(len(land))]


def test_the_statistic_and_the_quadrant_are_those_of_esda(esda, dong, land, snapshot, sample):
    codes, _ = dong
    asked = {"value": "foreign_share", "island": "pooled"}
    rows = neighbours(snapshot, sample, asked).rows
    values = shares_of(snapshot)
    place = codes.index(DAEBU)
    # The island is among those that the mean and the variance are of: esda gets it as well.
    theirs = local(esda, values, dong[1], permutations=0)
    n = len(values)  # esda divides by the sum of squares over n - 1
    kept = [number for number in range(n) if number != place]
    ours = np.array([rows[item]["I"] for item in kept])
    assert ours == pytest.approx(theirs.Is[kept] * n / (n - 1), abs=1e-5)
    names = {1: "high-high", 2: "low-high", 3: "low-low", 4: "high-low"}
    assert [rows[item]["quadrant"] for item in kept] == [names[theirs.q[item]] for item in kept]


def test_p_is_twice_the_smaller_tail_of_esda(esda, land):
    values = np.random.default_rng(2).normal(size=len(land))  # no ties: esda counts them once only
    theirs = local(esda, values, land, permutations=9999, seed=1)
    _, ours = moran(land, values, island="alone")
    # Two simulations of 9,999 draws differ by chance: three standard errors at p = 0.5.
    assert ours.p == pytest.approx(np.minimum(1, 2 * theirs.p_sim), abs=0.035)


@pytest.mark.parametrize("value", ["per_km2", "per_1000_residents"])
def test_a_planted_cluster_is_found(covered, dong, spread, value):
    codes, shapes = dong
    middle = codes.index(BONO_3)
    planted = {codes[n] for n in adjacency(shapes, island="alone")[middle]} | {BONO_3}
    rates = {code: 500.0 if code in planted else 50.0 for code in codes}
    sizes = [item["total"] / 1000 for item in census(covered)]
    if value == "per_km2":
        sizes = [shape.area / 1e6 for shape in shapes]
    many = spread({code: rates[code] * size for code, size in zip(codes, sizes, strict=True)})
    rows = {row["dong_code"]: row for row in neighbours(covered, many, {"value": value}).rows}
    assert all(rows[code]["value"] == pytest.approx(rates[code], rel=0.5) for code in codes)
    assert rows[BONO_3]["stands_out"]
    assert rows[BONO_3]["quadrant"] == "high-high"
    high = {item for item, row in rows.items() if row["stands_out"] and row["quadrant"][0] == "h"}
    assert high <= planted


@pytest.mark.parametrize("island", ["alone", "nearest"])
def test_complete_randomness_gives_the_false_alarms_that_are_stated(dong, island):
    # 200 maps of 24 or 25 dong: raw, 5 % stand out; with the rate held, at most 5 % of the maps
    # have any, of which more than 20 of 200 have a chance below 0.2 %.
    _, shapes = dong
    random = np.random.default_rng(11)
    maps = [
        moran(shapes, random.normal(size=len(shapes)), island=island, permutations=1999)[1]
        for _ in range(200)
    ]
    p = np.concatenate([item.p for item in maps])
    p = p[~np.isnan(p)]
    # 4,800 or 5,000 tests: three standard errors, if they were independent.
    assert np.mean(p <= 0.05) == pytest.approx(RATE, abs=0.01)
    assert sum(item.significant.any() for item in maps) <= 20


def test_an_island_alone_has_no_statistic(snapshot, sample):
    found = neighbours(snapshot, sample, {"value": "foreign_share"})
    (row,) = [item for item in found.rows if item["dong_code"] == DAEBU]
    assert (row["state"], row["neighbours"], row["I"], row["p"]) == ("no neighbours", 0, None, None)
    assert row["stands_out"] is row["stands_out_raw"] is row["quadrant"] is None
    assert any("of 24 tested, 1.20" in caveat for caveat in found.caveats)


def test_an_island_joined_to_the_nearest_is_tested_and_changes_no_other(snapshot, sample):
    alone, nearest = (
        {
            row["dong_code"]: row
            for row in neighbours(
                snapshot, sample, {"value": "foreign_share", "island": island}
            ).rows
        }
        for island in ("pooled", "nearest")
    )
    assert (nearest[DAEBU]["state"], nearest[DAEBU]["neighbours"]) == ("tested", 4)
    assert all(nearest[item]["I"] == alone[item]["I"] for item in alone if item != DAEBU)
    assert all(
        nearest[item]["neighbours"] == alone[item]["neighbours"] for item in alone if item != DAEBU
    )


def test_the_25_dong_are_exploratory(snapshot, sample):
    found = neighbours(snapshot, sample, {"island": "nearest"})
    assert len(found.rows) == 25
    assert any(
        "25 areas are exploratory" in caveat and "1.25" in caveat for caveat in found.caveats
    )


def test_squares_touch_at_corners_and_across_a_crack():
    # Three in an L, the third 3 m off; a fourth 8 m off; a fifth far away.
    shapes = np.array(
        [
            box(0, 0, 100, 100),
            box(100, 100, 200, 200),
            box(103, 0, 200, 97),
            box(0, 108, 92, 208),
            box(9000, 0, 9100, 100),
        ]
    )
    assert adjacency(shapes, island="alone") == [[1, 2], [0, 2], [0, 1], [], []]
    # The centres nearest to the fourth and the fifth; neither is joined to in return.
    joined = adjacency(shapes, island="nearest")
    assert joined[:3] == [[1, 2], [0, 2], [0, 1]]
    assert joined[3] == [0, 1, 2, 4]
    assert joined[4] == [0, 1, 2, 3]


def test_who_has_no_value_is_nobodys_neighbour():
    row = np.array([box(x, 0, x + 100, 100) for x in (0, 100, 200, 300)])
    joined, found = moran(row, np.array([1.0, 2.0, np.nan, 6.0]), island="alone", permutations=99)
    assert joined == [[1], [0], [], []]
    assert list(np.isnan(found.p)) == [False, False, True, True]


def test_nothing_known_is_no_failure():
    shapes = np.array([box(0, 0, 1, 1), box(1, 0, 2, 1)])
    joined, found = moran(shapes, np.full(2, np.nan), island="nearest", permutations=99)
    assert joined == [[], []]
    assert not found.significant.any()


@pytest.mark.parametrize(
    ("statistic", "high", "told"),
    [
        (1.0, True, "high-high"),
        (1.0, False, "low-low"),
        (-1.0, True, "high-low"),
        (-1.0, False, "low-high"),
        (0.0, False, None),
        (float("nan"), False, None),
    ],
)
def test_quadrants(statistic, high, told):
    assert quadrant(statistic, high=high) == told


@pytest.mark.parametrize("value", VALUES)
def test_values_alike_are_said_to_be(covered, sample, value):
    nobody = PointSample(sample.layer, sample.rows[:0], sample.lonlat[:0], sample.xy[:0], {})
    rows = neighbours(covered, nobody, {"value": value}).rows
    states = {row["state"] for row in rows if row["dong_code"] != DAEBU}
    assert states == ({"tested"} if value == "foreign_share" else {"all values alike"})


@pytest.mark.parametrize("value", ["per_km2", "per_1000_residents"])
def test_dong_that_the_lists_do_not_cover_wholly_are_in_no_test(snapshot, sample, value):
    found = neighbours(snapshot, sample, {"value": value, "island": "pooled"})
    whole = [row for row in found.rows if row["coverage"] == "covered"]
    rest = [row for row in found.rows if row["coverage"] != "covered"]
    assert (len(whole), len(rest)) == (2, 23)
    assert all(item["value"] > 0 for item in whole)
    assert all(item["value"] is item["p"] is item["stands_out"] is None for item in rest)
    assert any("the lists cover 2 of 25 units wholly" in caveat for caveat in found.caveats)


def test_residents_are_tested_whatever_the_lists_of_businesses_cover(snapshot, sample):
    found = neighbours(snapshot, sample, {"value": "foreign_share"})
    assert sum(row["state"] == "tested" for row in found.rows) == 24
    assert "coverage" not in {column.name for column in found.columns}


@pytest.mark.parametrize(("name", "text"), [("value", "rent"), ("island", "drowned")])
def test_what_cannot_be_asked_is_refused(snapshot, sample, name, text):
    with pytest.raises(BadParameterError):
        neighbours(snapshot, sample, {name: text})
