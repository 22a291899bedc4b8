"""The first page: three ways on, figures with their dates, the city as a drawing."""

import pytest

from maps.pages import home, residents
from maps.pages.eat.spots import TASKS
from maps.pages.view_state import Residents
from maps.web.page import Site


@pytest.fixture
def page(real, parse):
    return parse(home.page(real, Site("en")).html)


def test_maps_and_pages_of_staff_are_one_step_away(page):
    cards = [have["href"] for have in page.classed("map-card")]
    assert cards == [
        "/maps/food-streets?lang=en", "/maps/density?lang=en", "/maps/residents?lang=en",
        "/analyse?lang=en", "/plan?lang=en",
    ]  # fmt: skip


def test_every_page_leads_to_food_and_help_first(real):
    for html in (
        home.page(real, Site("en")).html,
        residents.page(real, Residents(), Site("en")).html,
    ):
        nav = html[html.index('<nav class="pages"') :]
        assert nav.index('<a href="/eat?lang=en">Food and help</a>') < nav.index("/maps/")


def test_figures_of_city_and_census_stand_apart(page):
    assert page.text("b") == ["100,519", "92,782", "395", "1,411"]
    said = " ".join(page.text("dd"))
    assert "from 114 countries" in said
    assert "counted differently" in said
    assert "computed from 395 / 0.28, not a published count" in said


def test_simulated_share_is_said(page, real):
    simulated = real.manifest["zone"]["simulated"]
    assert any(text.startswith(f"{simulated:,} of the 1,411") for text in page.text("p"))


def test_drawing_has_every_dong_with_its_name(page):
    areas = [text for text in page.text("title")[1:] if "dong" in text and "%" in text]
    assert len(areas) == 25
    assert "Wongok-dong 83.4%" in areas


def test_every_layer_is_linked(page, real):
    for layer in real.layers:
        assert page.all("a", href=f"/collections/{layer}/items?f=json")


def test_visitors_find_food_before_anybody_finds_figures(real):
    html = home.page(real, Site("en")).html
    tasks = [f'href="/eat?task={task}&amp;lang=en"' for task in TASKS]
    places = [html.index(task) for task in tasks]
    assert places == sorted(places)
    assert html.index('action="/eat"') < places[0]
    assert places[-1] < html.index('class="hero"') < html.index('class="figures"')
