"""Every page behind a real nginx, below a path and at the root: nothing is asked elsewhere."""

import os
import re
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from urllib.parse import parse_qsl, urljoin, urlsplit

import pytest
from behind_nginx import NGINX, behind_nginx

pytestmark = pytest.mark.browser

# Pages that are not used in a test of their own below.
PAGES = [
    "/",
    "/maps/food-streets?place=kantipur",
    "/maps/density?by=kernel",
    "/maps/density?by=dong&lang=ko",
    "/maps/residents",
    "/eat",
    "/eat?task=halal",
    "/collections?f=html",
    "/collections/businesses?f=html",
    "/collections/dong/items?f=html",
    "/collections/centres/items?f=html",
    "/conformance?f=html",
]
# The root has no path that could be left out of an address: the sample without it is tried.
AT_THE_ROOT = ("/", "/maps/food-streets", "/eat")
ADDRESSES = """() => [...document.querySelectorAll("[href], [src], [action]")].flatMap((one) =>
  ["href", "src", "action"].map((name) => one.getAttribute(name)).filter(Boolean))"""
TABLE = "dong,number\n" + "".join(f"{name},1\n" for name in ("원곡동", "초지동", "일동"))


class Visitor:
    """A browser that notes what it is refused, and what it asks outside the service."""

    def __init__(self, chromium, public):
        self.public, self.failures, self.seen = public, [], set()
        self.context = chromium.new_context(ignore_https_errors=True)
        self.page = self.context.new_page()
        self.page.set_default_timeout(30_000)
        self.page.on("pageerror", lambda error: self.failures.append(str(error)))
        self.page.on("requestfailed", self._note_failure)
        self.page.on("response", self._note)

    def _note(self, answer):
        inside = answer.url.startswith(("data:", "blob:", f"{self.public}/"))
        if not inside or answer.status >= 400:
            self.failures.append(f"{answer.status} {answer.url}")

    def _note_failure(self, asked):
        if asked.failure != "net::ERR_ABORTED":  # by the next page, or as a download
            self.failures.append(f"{asked.failure} {asked.url}")

    def open(self, path):
        self.page.goto(self.public + path)
        self.page.wait_for_load_state("networkidle")
        return self.page

    def addresses(self):
        """The addresses on the page that lead to this host."""
        found = {urljoin(self.page.url, item) for item in self.page.evaluate(ADDRESSES)}
        host = urlsplit(self.public).netloc
        return {item.partition("#")[0] for item in found if urlsplit(item).netloc == host}

    def stay_inside(self):
        """Find no address on the page that leads out of the service."""
        outside = [
            address for address in self.addresses() if not address.startswith(f"{self.public}/")
        ]
        assert outside == []

    def follow(self):
        """Ask for each address of the page that is not like another."""
        self.stay_inside()
        for address in sorted(self.addresses()):
            kind = kind_of(address)
            if kind not in self.seen:
                self.seen.add(kind)
                status = self.context.request.get(address).status
                assert status < 400, (status, address)


def kind_of(address):
    """What addresses have in common that lead to the same kind of page, table or picture."""
    parts = urlsplit(address)
    folder = re.sub("(/collections)/[^/]+", r"\1/:", parts.path).rpartition("/")[0]
    given = parse_qsl(parts.query, keep_blank_values=True)
    return folder, *sorted(f"f={value}" if name == "f" else name for name, value in given)


def choose(page, choice, label):
    """Tick an option of a filter."""
    page.locator("#filter-box").evaluate("box => { box.open = true; }")
    box = page.locator(".choice", has=page.get_by_text(choice, exact=True))
    box.locator("summary").click()
    box.locator("label", has_text=label).click()


@pytest.fixture(scope="module")
def visitors(chromium, home, tmp_path_factory):
    """A visitor of the service below a path, one of a service of its own at the root."""
    if NGINX is None and os.environ.get("CI"):
        pytest.fail("nginx is not installed")
    if NGINX is None:
        pytest.skip("nginx is not installed")

    @cache
    def visitor(prefix):
        folder = tmp_path_factory.mktemp("nginx")
        made = Visitor(chromium, running.enter_context(behind_nginx(home, folder, prefix)))
        running.callback(made.context.close)
        return made

    with ExitStack() as running:
        yield visitor


@pytest.fixture
def visitor(request, visitors):
    """A visitor, below the path if nothing else is said, who is refused nothing."""
    visitor = visitors(getattr(request, "param", "/atlas"))
    visitor.failures.clear()
    yield visitor
    assert visitor.failures == []


everywhere = pytest.mark.parametrize(
    "visitor", ["/atlas", ""], ids=["below a path", "at the root"], indirect=True
)


@pytest.mark.parametrize("path", PAGES)
def test_a_page_opens_with_all_that_it_needs_and_its_links_lead_on(visitor, path):
    visitor.open(path)
    visitor.follow()


@pytest.mark.parametrize("visitor", [""], ids=["at the root"], indirect=True)
@pytest.mark.parametrize("path", AT_THE_ROOT)
def test_a_page_opens_with_all_that_it_needs_where_there_is_no_path(visitor, path):
    visitor.open(path)
    visitor.stay_inside()


@everywhere
def test_an_error_has_a_page_with_its_style(visitor):
    page = visitor.page
    page.goto(f"{visitor.public}/maps/residents?year=2024")
    assert page.evaluate("document.styleSheets[0].cssRules.length") > 10
    visitor.stay_inside()
    assert visitor.failures == [f"400 {visitor.public}/maps/residents?year=2024"]
    visitor.failures.clear()
    page.get_by_role("link", name="2020").click()
    assert page.url == f"{visitor.public}/maps/residents?lang=en&year=2020"


def test_a_filter_the_card_of_a_place_and_the_simulated_businesses(visitor):
    page = visitor.open("/maps/food-streets")
    page.wait_for_selector("#map[data-loaded=true]")
    visitor.follow()
    choose(page, "Kitchen", "Nepal")
    page.locator("[data-id=kantipur] .entry-head").click()
    page.wait_for_selector(".leaflet-popup .card")
    visitor.follow()
    with page.expect_response(lambda one: "provenance=simulated" in one.url):
        choose(page, "Simulated businesses", "not real places")


def test_the_form_of_densities(visitor):
    page = visitor.open("/maps/density")
    visitor.follow()
    page.get_by_role("button", name="Apply").click()
    page.wait_for_url(f"{visitor.public}/maps/density?**")
    assert page.locator(".leaflet-cells-pane path").count() > 0


def test_a_table_is_joined(visitor):
    page = visitor.open("/maps/join")
    visitor.follow()
    file = {"name": "t.csv", "mimeType": "text/csv", "buffer": TABLE.encode()}
    page.get_by_label("File").set_input_files(file)
    page.locator("select[name=f]").select_option("json")
    with page.expect_download() as download:
        page.get_by_role("button", name="Join").click()
    assert download.value.url == f"{visitor.public}/maps/join?lang=en"
    assert "원곡동" in Path(download.value.path()).read_text(encoding="utf-8")


def test_a_table_that_is_too_large_is_refused_in_the_words_of_the_reader(visitor):
    page = visitor.open("/maps/join?lang=ko")
    rows = "dong,number\n" + "원곡동,1\n" * 400_000
    file = {"name": "t.csv", "mimeType": "text/csv", "buffer": rows.encode()}
    page.locator("input[type=file]").set_input_files(file)
    with page.expect_navigation():
        page.locator("form [type=submit]").click()
    assert "2MB까지의 파일" in page.locator("main").inner_text()
    assert visitor.failures == [f"400 {visitor.public}/maps/join?lang=ko"]
    visitor.failures.clear()


def test_the_documentation_asks_the_service(visitor):
    page = visitor.open("/docs")
    page.wait_for_selector(".opblock")
    assert page.evaluate("performance.getEntriesByType('resource').length") > 3
    visitor.follow()


@everywhere
def test_tiles_are_where_their_tileset_says(visitor):
    get = visitor.context.request.get
    root = visitor.public
    tileset = get(f"{root}/collections/businesses/tiles/WebMercatorQuad?f=tilejson").json()
    pattern = tileset["tiles"][0]
    assert pattern.startswith(f"{root}/collections/")
    tile = pattern.replace("{z}", "12").replace("{y}", "1589").replace("{x}", "3490")
    assert get(tile).status in (200, 204)


@everywhere
def test_a_slash_too_many_leads_on_within_the_service(visitor):
    page = visitor.open("/maps/residents/?year=2020")
    assert page.url == f"{visitor.public}/maps/residents?year=2020"


@everywhere
def test_what_is_for_the_machines_of_the_city_is_not_public(visitor):
    for path in ("/metrics", "/health/live", "/health/ready"):
        assert visitor.context.request.get(f"{visitor.public}{path}").status == 404
