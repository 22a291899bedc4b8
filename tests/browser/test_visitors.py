"""The visitors' page in use: filters, search, popups, keyboard, links that can be sent."""

import json

import pytest

pytestmark = pytest.mark.browser

FOOD = "/maps/food-streets"
EVERY = f"{FOOD}?category=all"
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


def count(page, section):
    """How many places a list holds, written or not."""
    return int(page.locator(f"#{section} [data-count]").inner_text().replace(",", ""))


def test_marks_stand_for_every_pinned_place_of_the_list(look):
    page, _ = look(EVERY)
    assert drawn(page)["places"] == count(page, "on-map") > 800
    assert drawn(page)["markers"] < drawn(page)["places"]  # several share a house
    assert drawn(page)["simulated"] == 0


def test_the_page_opens_on_food_and_drink(look):
    page, _ = look(FOOD)
    assert page.url.endswith("/maps/food-streets?lang=en")
    chosen = page.eval_on_selector_all(
        "[name=category]:checked", "all => all.map(one => one.value)"
    )
    assert sorted(chosen) == ["bakery", "cafe", "pub", "restaurant"]
    assert 300 < drawn(page)["places"] < drawn(look(EVERY)[0])["places"]


def weight(page, path):
    """Bytes on the wire until the page is quiet."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    sizes = []
    session.on("Network.loadingFinished", lambda one: sizes.append(one["encodedDataLength"]))
    page.goto(path)
    page.wait_for_load_state("networkidle")
    return sum(sizes)


@pytest.mark.parametrize(("path", "size"), [(FOOD, WIDE), (EVERY, NARROW)], ids=["food", "every"])
def test_the_page_is_light(visit, path, size):
    page = visit("/maps/join", size)
    assert weight(page, path) <= 150_000
    assert page.evaluate("document.getElementsByTagName('*').length") <= 1_500


def test_the_list_goes_on_when_asked(visit):
    page = visit(FOOD)
    entries = page.locator("[data-section=on-map] .entry")
    before = entries.count()
    page.locator("[data-section=on-map] [data-more]").click()
    assert entries.count() == before + 40
    ids = entries.evaluate_all("all => all.map(one => one.dataset.id)")
    assert len(set(ids)) == len(ids)
    assert page.evaluate("document.activeElement.closest('.entry').dataset.id") == ids[before]


def test_places_close_together_are_one_labelled_button_far_out(visit):
    page = visit(FOOD)
    groups = page.locator(".group")
    assert groups.count() == int(page.locator("#map").get_attribute("data-groups")) > 0
    first = groups.first
    assert first.get_attribute("role") == "button"
    n = int(first.inner_text())
    label = first.get_attribute("aria-label")
    assert label.startswith(f"{n} places close together: ")
    assert label.endswith("Zoom in")
    grouped = sum(int(text) for text in groups.all_inner_texts())
    zoom = page.evaluate("window.atlas.map.getZoom()")
    first.focus()
    page.keyboard.press("Enter")
    page.wait_for_function(
        """zoom => window.atlas.map.getZoom() > zoom
          && !document.querySelector('.leaflet-zoom-anim')""",
        arg=zoom,
    )
    assert grouped <= drawn(page)["places"] + drawn(page)["centres"]
    page.evaluate("() => { window.atlas.map.setZoom(18, { animate: false }); }")
    assert groups.count() == 0


NAMES = """() => JSON.parse(window.atlas.map.getContainer().dataset.names)"""


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_streets_and_station_are_named_at_every_zoom(visit, lang):
    page = visit(f"/maps/density?lang={lang}")
    names = {}
    for zoom in (15, 16, 17, 18):
        page.evaluate("zoom => { window.atlas.map.setZoom(zoom, { animate: false }); }", zoom)
        names[zoom] = page.evaluate(NAMES)
        assert len(set(names[zoom])) == len(names[zoom])
    assert {"en": "Ansan Station", "ko": "안산역"}[lang] in names[15]
    assert {"en": "Wonbon-ro", "ko": "원본로"}[lang] in names[16]
    assert sum(name.endswith(("로", "길")) for name in names[17]) >= 6


def test_filters_change_map_list_count_chips_and_address(visit):
    page = visit(EVERY)
    before = drawn(page)["places"]
    choose(page, "Kitchen", "Vietnam")
    assert 0 < drawn(page)["places"] < before
    assert drawn(page)["places"] == count(page, "on-map")
    n = count(page, "on-map") + count(page, "off-map")
    assert page.locator("#count").inner_text().startswith(f"{n} of ")
    assert page.locator("#chips").inner_text() == "Vietnam ×"
    assert page.url.endswith("/maps/food-streets?cuisine=vn&lang=en")


def test_address_leads_back_to_the_same_view(visit):
    page = visit(EVERY)
    choose(page, "Kitchen", "Nepal")
    choose(page, "Kitchen", "India")
    choose(page, "Halal", "Muslim-friendly")
    again = visit(page.url.split("127.0.0.1")[1].partition("/")[2].join(["/", ""]))
    assert listed(again) == listed(page)
    assert drawn(again) == drawn(page)
    assert again.url == page.url


def test_chips_and_reset_take_filters_back(visit, look):
    page = visit(f"{FOOD}?cuisine=cn,vn&category=grocery")
    page.get_by_role("button", name="Remove the filter: Vietnam").click()
    assert "cuisine=cn&" in page.url
    page.locator("#filter-box").evaluate("one => one.open = true")
    page.get_by_role("link", name="Reset").click()
    assert page.url.endswith("?lang=en")
    assert drawn(page) == drawn(look(FOOD)[0])


def test_search_finds_names_in_every_script(visit):
    page = visit(FOOD)
    for text in ("Samarkand", "사마르칸트", "samark"):
        page.get_by_label("Search by name or address").fill("")
        assert drawn(page)["places"] > 300
        page.get_by_label("Search by name or address").fill(text)
        assert listed(page) == ["samarkand"], text
        assert drawn(page)["places"] == 1, text


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["desk", "phone"])
def test_choosing_an_entry_opens_its_popup_and_escape_returns(visit, size):
    page = visit(FOOD, size)
    page.get_by_label("Search by name or address").fill("kantipur")
    link = page.locator("[data-id=kantipur] .entry-head")
    link.focus()
    page.keyboard.press("Enter")
    popup = page.locator(".leaflet-popup")
    popup.wait_for()
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
    assert " places at this address" in popup.inner_text()
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
    page.locator(".leaflet-popup").wait_for()
    assert "안산시 단원구 다문화2길 22" in page.locator(".leaflet-popup").inner_text()


def test_place_without_a_position_opens_in_the_list(visit):
    page = visit(f"{FOOD}?place=hs-RAYHON")
    entry = page.locator("[data-id=hs-RAYHON]")
    assert entry.locator(".entry-head").get_attribute("aria-expanded") == "true"
    assert "not on the map" in entry.inner_text()
    assert page.locator(".leaflet-popup").count() == 0
    assert "place=hs-RAYHON" in page.url
    assert page.title().startswith("RAYHON")
    entry.locator(".entry-head").click()
    page.wait_for_url("**/maps/food-streets?category=all&lang=en")
    assert entry.locator(".card").count() == 0


def test_centres_open_with_services_hours_and_languages(visit):
    page = visit(FOOD)
    page.locator("[data-id=consult] .entry-head").click()
    page.locator(".leaflet-popup").wait_for()
    popup = page.locator(".leaflet-popup").inner_text()
    for part in ("1F", "Mon–Thu 09:00–18:00", "Fri, Sat closed", "Vietnamese", "1644-7111"):
        assert part in popup
    assert "place" not in page.url  # only businesses have an address of their own


def test_simulated_places_come_only_when_asked_for_and_say_what_they_are(visit):
    page = visit(EVERY)
    names = listed(page)
    banner = page.locator("#simulated-banner")
    assert not banner.is_visible()
    with page.expect_response("**/items?provenance=simulated*"):
        choose(page, "Simulated businesses", "not real places")
    page.wait_for_selector("#map:not([data-simulated='0'])")
    assert drawn(page)["simulated"] > 500
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
        """() => { window.atlas.map.eachLayer((layer) => {
          if (layer.options.chosen) layer.openTooltip();
        }); }"""
    )
    assert HOSTILE in page.locator(".leaflet-tooltip.tip").inner_text()
    assert page.locator("img:not(.leaflet-tile)").count() == 0


def test_language_switch_keeps_the_view(visit):
    page = visit(FOOD)
    choose(page, "Kitchen", "Uzbekistan")
    names = listed(page)
    page.locator("details.languages summary").click()
    page.get_by_role("link", name="한국어", exact=True).click()
    page.wait_for_selector("#map[data-loaded=true]")
    assert sorted(listed(page)) == sorted(names)
    assert "cuisine=uz" in page.url


def test_a_service_that_fails_is_told_and_the_list_stays(visit, chromium, address):
    context = chromium.new_context(base_url=address)
    page = context.new_page()
    page.route("**/cards?**", lambda route: route.fulfill(status=503, body=""))
    page.goto(FOOD)
    page.wait_for_selector("#map[data-loaded=true]")
    assert not page.locator("#trouble").is_visible()
    page.locator(".entry-head").first.click()
    page.locator("#trouble").wait_for()
    assert len(listed(page)) >= 20
    context.close()


def test_without_scripts_there_is_a_list_and_a_form(visit):
    page = visit(f"{FOOD}?cuisine=np&place=kantipur", java_script_enabled=False)
    entries = page.locator(".entry[data-kind=business]:visible")
    assert entries.count() >= 5
    assert entries.first.get_attribute("data-id") == "kantipur"
    assert page.locator("[data-id=kantipur] .card").is_visible()
    page.get_by_role("button", name="Apply").click()
    page.wait_for_load_state()
    assert page.url.endswith("?lang=en&cuisine=np")
    whole = visit(EVERY, java_script_enabled=False)
    whole.get_by_role("link", name="Show the whole list").first.click()
    whole.wait_for_load_state()
    assert whole.locator(".entry[data-kind=business]:visible").count() > 850


def test_data_of_the_page_is_not_run(look):
    page, _ = look(FOOD)
    text = page.locator("#page-data").text_content()
    assert json.loads(text)["lang"] == "en"
    assert "<" not in text
