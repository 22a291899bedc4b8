"""The density map: areas, classes, what is said on its face, and what it refuses."""

from itertools import pairwise

import pytest
import shapely
from pyproj import Geod, Transformer
from shapely.geometry import shape

from geo.core.errors import BadParameterError
from geo.serving.analysis.cells import zone_in_force
from geo.serving.analysis.density import density as measured
from geo.serving.analysis.sample import point_sample
from maps.i18n import Words
from maps.pages import density
from maps.pages.density_counts import count_businesses
from maps.pages.view_state import Density
from maps.web.page import Site

SITE, WORDS = Site("en"), Words("en")
WEST, EAST = "4127354500", "4127151000"


def prepared(snapshot, view):
    return density.prepare(snapshot, view, WORDS)


def face(parse, html):
    return " ".join(" ".join(parse(html).text(tag)) for tag in ("strong", "p"))


def everything(**asked):
    return Density(with_simulated=True, **asked)


def test_observed_businesses_alone_are_counted_unless_others_are_asked_for(small):
    counted = count_businesses(small, Density(), WORDS)
    assert (counted.n, counted.simulated, counted.as_of) == (3, 0, None)


def test_only_businesses_inside_the_zone_are_counted(small):
    counted = count_businesses(small, everything(), WORDS)
    assert (counted.n, counted.simulated) == (5, 2)  # gamma is not known to lie inside


def test_observed_and_simulated_have_their_own_dates(small):
    counted = count_businesses(small, everything(), WORDS)
    assert (counted.as_of, counted.listed) == ("2022", "2026-05-31")


@pytest.mark.parametrize(
    ("view", "n"),
    [
        (everything(category=("restaurant",)), 3),
        (everything(category=("restaurant", "pub")), 4),
        (everything(foreign_run=True), 1),
        (everything(foreign_run=False), 1),
        (everything(category=("pub",), foreign_run=False), 0),
    ],
)
def test_filters_choose_what_is_counted(small, view, n):
    assert count_businesses(small, view, WORDS).n == n


def test_hexagons_hold_every_business_once(real):
    content = prepared(real, everything())
    assert sum(row.count for row in content.rows) == real.manifest["zone"]["businesses"]
    assert sum(item.count for item in content.legend) == len(content.rows)


def test_density_of_a_hexagon_is_its_number_by_its_true_area(real):
    rows = prepared(real, Density()).rows
    known = [row for row in rows if row.density is not None]
    assert len(known) == len(rows) - 1 > 30  # one at the edge is covered in part
    for row in known:
        assert row.density == pytest.approx(row.count / row.area, abs=0.01)
        # Hectares on the ellipsoid, of what is drawn: the part of a hexagon in the zone.
        drawn = abs(Geod(ellps="WGS84").geometry_area_perimeter(shape(row.geometry))[0]) / 10_000
        assert row.area == pytest.approx(drawn, rel=2e-3)


def test_the_page_has_the_densities_of_the_measure(real):
    layer = real.layers["businesses"]
    inside = point_sample(layer, layer.select({"in_zone": [True]}))
    told = {row["unit"]: row["per_ha"] for row in measured(real, inside, {}).rows if row["count"]}
    rows = prepared(real, everything()).rows
    assert {row.id: row.density for row in rows} == told
    # Half of this hexagon lies in the zone: 0.502 ha by its ellipsoidal area, not 1.03.
    (edge,) = [row for row in rows if row.id == "8a30e0311817fff"]
    assert edge.density == pytest.approx(edge.count / 0.502, rel=2e-3)


def test_least_density_hides_cells(real):
    every, dense = (prepared(real, everything(min_density=least)).rows for least in (0, 60))
    assert 0 < len(dense) < len(every)
    assert all(row.density >= 60 for row in dense)


def test_dong_densities_are_establishments_by_square_kilometre(small, held):
    content = prepared(small, Density(by="dong"))
    assert [(row.name, row.density) for row in content.rows] == [("Westdong", 25), ("Eastdong", 10)]
    features = held(density.chart(small, Density(by="dong"), SITE, content))
    west, east = (features[code]["properties"]["style"]["fillColor"] for code in (WEST, EAST))
    # class bounds 10, 20, 30: 25 falls in the third class, 10 in the first, which holds its bound
    assert (west, east) == (content.legend[2].colour, content.legend[0].colour)
    assert features[WEST]["properties"]["tip"] == ["Westdong", "25 per km²", "100 establishments"]


def test_hidden_dong_stay_on_the_map_as_land(small, held):
    view = Density(by="dong", min_density=20)
    features = held(density.chart(small, view, SITE, prepared(small, view)))
    assert (features[WEST]["pane"], features[EAST]["pane"]) == ("cells", "land")


def test_real_wongok_dong_has_the_establishments_of_the_census(real):
    rows = {row.id: row for row in prepared(real, Density(by="dong")).rows}
    assert rows[WEST].count == 5530
    assert sum(row.count for row in rows.values()) == 81784


def test_bands_of_the_kernel_fill_the_zone_and_do_not_overlap(real):
    rows = prepared(real, Density(by="kernel")).rows
    shapes = [shape(row.geometry) for row in rows]
    for item, other in pairwise(shapes):
        assert item.intersection(other).area < 1e-9
    assert sum(row.area for row in rows) == pytest.approx(40.6, abs=1)  # 405,918 m2 as published


def test_least_density_cuts_the_kernel_surface(real):
    rows = prepared(real, everything(by="kernel", min_density=45)).rows
    assert min(row.density for row in rows) == 45


@pytest.mark.parametrize(
    ("view", "name"),
    [
        (Density(by="dong", category=("pub",)), "category"),
        (Density(by="dong", foreign_run=True), "foreign_run"),
        (Density(by="dong", bandwidth_m=30), "bandwidth_m"),
        (Density(by="hex", bandwidth_m=30), "bandwidth_m"),
        (Density(by="kernel", bandwidth_m=24), "bandwidth_m"),
        (Density(by="kernel", bandwidth_m=151), "bandwidth_m"),
    ],
)
def test_what_cannot_be_answered_is_refused(small, view, name):
    with pytest.raises(BadParameterError) as refusal:
        density.page(small, view, SITE)
    assert refusal.value.name == name


def test_face_says_n_dates_share_and_kernel(small, parse):
    html = density.page(small, everything(by="kernel", bandwidth_m=40), SITE).html
    said = face(parse, html)
    for part in (
        "n = 5",
        "2 of 5 businesses are simulated",
        "totals of 2022, lists up to May 31, 2026",
        "σ = 40 m, corrected at the edge",
        "observed: 60.0%",
    ):
        assert part in said


def test_nothing_simulated_needs_no_banner(small, parse):
    html = density.page(small, Density(category=("grocery",)), SITE).html
    assert not parse(html).classed("banner")


def test_an_empty_answer_is_said_and_drawn(small, parse):
    html = density.page(small, Density(category=("pub",), foreign_run=False), SITE).html
    assert "Nothing passes these filters." in face(parse, html)


@pytest.mark.parametrize(
    ("lang", "sentence"),
    [("en", "no list of real ones says it"), ("ko", "실제 업소 목록에는 운영자의 국적이 없고")],
)
@pytest.mark.parametrize("by", ["hex", "kernel"])
def test_what_no_list_says_is_not_zero(real, parse, lang, sentence, by):
    document = parse(density.page(real, Density(by=by, foreign_run=True), Site(lang)).html)
    said = " ".join(text for _, have, text in document.texts if have.get("role") == "status")
    assert sentence in said
    assert "n = 0" not in " ".join(document.text("strong"))
    hrefs = [have.get("href", "") for have in document.all("a")]
    assert any("with=simulated" in href and "foreign_run=true" in href for href in hrefs)


@pytest.mark.parametrize(
    ("lang", "label"),
    [("en", "in no complete list, no density"), ("ko", "완전한 목록이 없음, 밀도 없음")],
)
def test_a_kind_that_no_list_covers_has_places_and_no_density(real, lang, label):
    view = Density(category=("remittance",))
    assert prepared(real, view).legend == []
    html = density.page(real, view, Site(lang)).html
    assert html.count(label) >= 2  # legend and table; the tip is escaped
    assert ("covered in part" if lang == "en" else "일부만") not in html


def test_the_kernel_map_hatches_what_no_list_covers(real, parse):
    # By hand: the zone in EPSG:5186 less circles of 965.6 m round the stations.
    metres = Transformer.from_crs("EPSG:4326", "EPSG:5186", always_xy=True).transform
    stations = [metres(station["lon"], station["lat"]) for station in real.manifest["stations"]]
    circles = shapely.union_all([shapely.Point(station).buffer(965.6, 64) for station in stations])
    zone = shapely.transform(zone_in_force(real), metres, interleaved=False)
    part = shapely.transform(
        density.uncovered_area(real, Density(by="kernel")), metres, interleaved=False
    )
    assert part.area == pytest.approx(zone.difference(circles).area, rel=0.1)
    assert "no list looks there" in density.page(real, Density(by="kernel"), SITE).html
    page = density.page(real, everything(by="kernel"), SITE).html
    assert "no list looks there" not in page  # simulated ones fill the zone


def test_what_is_known_is_counted_without_a_word(small, parse):
    html = density.page(small, everything(foreign_run=True), SITE).html
    assert "n = 1" in face(parse, html)
    assert not [have for have in parse(html).all("p") if have.get("role") == "status"]


@pytest.mark.parametrize("by", ["hex", "kernel", "dong"])
def test_table_holds_what_the_map_holds(real, parse, held, by):
    view = Density(by=by)
    content = prepared(real, view)
    features = held(density.chart(real, view, SITE, content))
    drawn = {name for name, feature in features.items() if feature["pane"] == "cells"}
    table = parse(density.page(real, view, SITE).html)
    assert {have["data-row"] for have in table.all("tr") if "data-row" in have} == drawn


def test_links_between_the_ways_drop_what_the_other_cannot_answer(small, parse):
    view = Density(by="kernel", category=("pub",), min_density=5, bandwidth_m=40)
    links = [have["href"] for have in parse(density.page(small, view, SITE).html).all("a")]
    assert "?category=pub&min_density=5&lang=en" in links
    assert "?by=dong&lang=en" in links


@pytest.mark.parametrize("simulated", [True, False])
def test_simulated_businesses_are_credited_only_where_some_are_counted(real, parse, simulated):
    html = density.page(real, Density(with_simulated=simulated), SITE).html
    said = " ".join(parse(html).text("span"))
    assert ("Simulated businesses: Ansan Atlas" in said) is simulated
    assert "Storefronts:" in said  # the houses of the ground, too
