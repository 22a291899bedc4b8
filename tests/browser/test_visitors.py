"""The visitors' page in use: filters, search, popups, keyboard, links that can be sent."""

import json

import pytest

pytestmark = pytest.mark.browser

FOOD = "/maps/food-streets"
HOSTILE = "<img src=x onerror=alert(1)>"
WIDE, NARROW = (1280, 900), (390, 844)


def drawn(page):
    """What the canvas shows, as the page counts it."""
    data = page.locator("#map").evaluate("figure => ({...figure.dataset})")
    return {name: int(data[name]) for name in ("markers", "places", "centres", "simulated")}


def listed(page):
    """Ids of the businesses in the list."""
    return page.eval_on_selector_all(
        ".entry[data-kind=business]:not([hidden])", "all => all.map(one => one.dataset.id)"
    )


def choose(page, choice, label):
    """Tick an option of a filter."""
    box = page.locator(".choice", has=page.get_by_text(choice, exact=True))
    if not box.evaluate("one => one.open"):
        box.locator("summary").click()
    box.locator("label", has_text=label).click()


def where(page, condition):
    """Position in the window of a mark that meets a condition."""
    return page.evaluate(
        f"""() => {{
          const {{ map }} = window.atlas;
          let found;
          map.eachLayer((layer) => {{ if ({condition}) found = layer; }});
          const {{ x, y }} = map.latLngToContainerPoint(found.getLatLng());
          const box = map.getContainer().getBoundingClientRect();
          return [box.x + x, box.y + y];
        }}"""
    )


def pinned(page):
    return page.locator(".entry[data-kind=business][data-pinned=true]:not([hidden])").count()


def test_marks_stand_for_every_pinned_place_of_the_list(visit):
    page = visit(FOOD)
    assert drawn(page)["places"] == pinned(page)
    assert drawn(page)["markers"] < drawn(page)["places"]  # several share a house
    assert drawn(page)["simulated"] == 0


def test_filters_change_map_list_count_chips_and_address(visit):
    page = visit(FOOD)
    before = drawn(page)["places"]
    choose(page, "Kitchen", "Vietnam")
    assert 0 < drawn(page)["places"] < before
    assert drawn(page)["places"] == pinned(page)
    assert page.locator("#count").inner_text().startswith(f"{len(listed(page))} of ")
    assert page.locator("#chips").inner_text() == "Vietnam ×"
    assert page.url.endswith("/maps/food-streets?cuisine=vn&lang=en")


def test_address_leads_back_to_the_same_view(visit):
    page = visit(FOOD)
    choose(page, "Kitchen", "Nepal")
    choose(page, "Kitchen", "India")
    choose(page, "Halal", "Muslim-friendly")
    again = visit(page.url.split("127.0.0.1")[1].partition("/")[2].join(["/", ""]))
    assert listed(again) == listed(page)
    assert drawn(again) == drawn(page)
    assert again.url == page.url


def test_chips_and_reset_take_filters_back(visit):
    page = visit(f"{FOOD}?cuisine=cn,vn&category=grocery")
    everything = page.locator(".entry[data-kind=business]").count()
    page.get_by_role("button", name="Remove the filter: Vietnam").click()
    assert "cuisine=cn&" in page.url
    page.locator("#filter-box").evaluate("one => one.open = true")
    page.get_by_role("link", name="Reset").click()
    assert len(listed(page)) == everything
    assert page.url.endswith("?lang=en")


@pytest.mark.parametrize("text", ["Samarkand", "사마르칸트", "samark"])
def test_search_finds_names_in_every_script(visit, text):
    page = visit(FOOD)
    page.get_by_label("Search by name or address").fill(text)
    assert listed(page) == ["samarkand"]
    assert drawn(page)["places"] == 1


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["desk", "phone"])
def test_choosing_an_entry_opens_its_popup_and_escape_returns(visit, size):
    page = visit(FOOD, size)
    link = page.locator("[data-id=kantipur] .entry-head")
    link.focus()
    page.keyboard.press("Enter")
    popup = page.locator(".leaflet-popup")
    assert "Kantipur Restaurant" in popup.inner_text()
    assert "안산시 단원구 다문화2길 28" in popup.inner_text()
    assert page.evaluate("document.activeElement.closest('.leaflet-popup') !== null")
    assert page.title() == "Kantipur Restaurant · Food streets · Ansan Atlas"
    assert "place=kantipur" in page.url
    page.keyboard.press("Escape")
    popup.wait_for(state="detached")
    assert link.evaluate("one => one === document.activeElement")
    assert page.title() == "Food streets · Ansan Atlas"
    assert "place" not in page.url


def test_popup_of_a_house_lists_all_its_places(visit):
    page = visit(f"{FOOD}?place=kantipur")
    popup = page.locator(".leaflet-popup")
    assert "2 places at this address" in popup.inner_text()
    assert popup.locator("details > summary .name").all_inner_texts()[0] == "Kantipur Restaurant"
    assert "Nusantara" in popup.inner_text()


def test_popup_way_out_has_a_name_and_can_be_reached(visit):
    page = visit(f"{FOOD}?place=kantipur&lang=ko", NARROW)
    close = page.locator(".leaflet-popup-close-button")
    assert close.get_attribute("aria-label") == "닫기"
    close.click()
    page.locator(".leaflet-popup").wait_for(state="detached")


def test_marks_open_by_pointer_and_name_themselves(visit):
    page = visit(f"{FOOD}?cuisine=pk")
    at = where(page, "layer.options.letter === 'PK'")
    page.mouse.move(*at)
    assert "아시아믹스" in page.locator(".leaflet-tooltip.tip").inner_text()
    page.mouse.click(*at)
    assert "안산시 단원구 다문화2길 22" in page.locator(".leaflet-popup").inner_text()


def test_place_without_a_position_opens_in_the_list(visit):
    page = visit(f"{FOOD}?place=hs-RAYHON")
    entry = page.locator("[data-id=hs-RAYHON]")
    assert entry.locator("> details").evaluate("one => one.open")
    assert "not on the map" in entry.inner_text()
    assert page.locator(".leaflet-popup").count() == 0
    assert "place=hs-RAYHON" in page.url
    assert page.title().startswith("RAYHON")
    entry.locator("summary").first.click()
    page.wait_for_url("**/maps/food-streets?lang=en")


def test_centres_open_with_services_hours_and_languages(visit):
    page = visit(FOOD)
    page.locator("[data-id=consult] .entry-head").click()
    popup = page.locator(".leaflet-popup").inner_text()
    for part in ("Wage arrears", "Mon-Thu and Sun", "Vietnamese", "1644-7111"):
        assert part in popup
    assert "place" not in page.url  # only businesses have an address of their own


def test_simulated_places_come_only_when_asked_for_and_say_what_they_are(visit):
    page = visit(FOOD)
    names = listed(page)
    banner = page.locator("#simulated-banner")
    assert not banner.is_visible()
    with page.expect_response("**/items?provenance=simulated*"):
        choose(page, "Simulated businesses", "not real places")
    page.wait_for_selector("#map:not([data-simulated='0'])")
    assert drawn(page)["simulated"] > 1000
    assert f"Contains {drawn(page)['simulated']:,} simulated businesses" in banner.inner_text()
    assert "not real places" in banner.inner_text()
    assert listed(page) == names
    assert "simulated=true" in page.url
    choose(page, "Simulated businesses", "not real places")
    assert drawn(page)["simulated"] == 0


def test_simulated_popup_says_so_and_gives_no_way_there(visit):
    page = visit(f"{FOOD}?simulated=true&category=pub")  # no real pub is listed
    page.mouse.click(*where(page, "layer.options.dash"))
    popup = page.locator(".leaflet-popup")
    assert "Simulated business, not a real place" in popup.inner_text()
    assert "Pub" in popup.inner_text()
    assert popup.locator("a.button").count() == 0
    assert "place" not in page.url.partition("?")[2]


def test_hostile_name_is_text_in_list_popup_tooltip_and_title(visit):
    page = visit(f"{FOOD}?place=hostile")
    popup = page.locator(".leaflet-popup")
    assert HOSTILE in popup.inner_text()
    assert HOSTILE in page.locator("[data-id=hostile] .name").inner_text()
    assert page.title().startswith(HOSTILE)
    page.evaluate(
        """() => window.atlas.map.eachLayer((layer) => {
          if (layer.options.chosen) layer.openTooltip();
        })"""
    )
    assert HOSTILE in page.locator(".leaflet-tooltip.tip").inner_text()
    assert page.locator("img:not(.leaflet-tile)").count() == 0


def test_language_switch_keeps_the_view(visit):
    page = visit(FOOD)
    choose(page, "Kitchen", "Uzbekistan")
    names = listed(page)
    page.get_by_role("link", name="한국어").click()
    page.wait_for_selector("#map[data-loaded=true]")
    assert sorted(listed(page)) == sorted(names)
    assert "cuisine=uz" in page.url


def test_a_service_that_fails_is_told_and_the_list_stays(visit, chromium, address):
    context = chromium.new_context(base_url=address)
    page = context.new_page()
    page.route("**/collections/**", lambda route: route.fulfill(status=503, body="{}"))
    page.goto(FOOD)
    page.wait_for_selector("#map[data-loaded=true]")
    assert page.locator("#trouble").is_visible()
    assert len(listed(page)) > 100
    context.close()


def test_without_scripts_there_is_a_list_and_a_form(visit):
    page = visit(f"{FOOD}?category=grocery,bakery&place=k2-nepal", java_script_enabled=False)
    assert page.locator(".entry[data-kind=business]:visible").count() == 7
    assert page.locator("[data-id=k2-nepal] .card").is_visible()
    page.get_by_role("button", name="Apply").click()
    page.wait_for_load_state()
    assert page.url.endswith("?lang=en&category=grocery&category=bakery")
    assert page.locator(".entry[data-kind=business]:visible").count() == 7


def test_data_of_the_page_is_not_run(visit):
    page = visit(FOOD)
    text = page.locator("#page-data").text_content()
    assert json.loads(text)["lang"] == "en"
    assert "<" not in text
