"""Real pages in a real browser: the committed data, and one place with a hostile name."""

import hashlib
import os
import re
import shutil
import socket
import threading
import time
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import uvicorn
from playwright.sync_api import sync_playwright
from release_pair import home_with_two_releases

from api.app import create_app
from api.http.h11_protocol import OPTIONS
from api.service.settings import Settings
from geo.pipeline.build import build

DATA = Path(__file__).parents[2] / "data"
AXE = Path(__file__).parents[1] / "clients" / "node_modules" / "axe-core" / "axe.min.js"
HOSTILE = "<img src=x onerror=alert(1)>"
# A shop of its own at 원곡로 30, where no other place is listed.
HOSTILE_ROW = (
    f"hostile,{HOSTILE},{HOSTILE},restaurant,nepal,단원구,원곡동,원곡로 30,{HOSTILE},,,,,,,"
    f"{HOSTILE},{HOSTILE},,,,,low,{HOSTILE},2026-01-01\n"
)
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
WIDE = (1280, 900)
PHONE = (390, 844)
TWO_FRAMES = "() => new Promise((go) => requestAnimationFrame(() => requestAnimationFrame(go)))"


@pytest.fixture(scope="session")
def chromium():
    """A browser; without one the tests are skipped, in CI they fail."""
    names = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
    path = next(filter(None, map(shutil.which, names)), None)
    if path is None and os.environ.get("CI"):
        pytest.fail(f"none of {names} is installed")
    if path is None:
        pytest.skip(f"none of {names} is installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def axe():
    """The text of axe-core; without it the tests are skipped, in CI they fail."""
    if not AXE.exists():
        words = "axe-core is not installed: make setup-dev"
        pytest.fail(words) if os.environ.get("CI") else pytest.skip(words)
    return AXE.read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def home(tmp_path_factory):
    """The data that the service has."""
    data, home = tmp_path_factory.mktemp("data"), tmp_path_factory.mktemp("home")
    shutil.copytree(DATA, data, dirs_exist_ok=True)
    _add_place(data, HOSTILE_ROW)
    build(data, home)
    return home


@contextmanager
def served(home):
    """Run the service over a home, and give its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = {**OPTIONS, "log_level": "critical", "timeout_graceful_shutdown": 1}
    config = uvicorn.Config(create_app(Settings(home=home)), port=port, **options)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 20
    while not server.started:
        assert time.monotonic() < deadline, "the server did not start"
        time.sleep(0.01)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(timeout=10)


@pytest.fixture(scope="session")
def address(home):
    """Where the service runs."""
    with served(home) as found:
        yield found


@pytest.fixture(scope="session")
def compared_address(home, tmp_path_factory):
    """Where it runs over the same data and two releases of a register."""
    with served(home_with_two_releases(home, tmp_path_factory.mktemp("compared"))) as found:
        yield found


@pytest.fixture
def visit(chromium, address):
    """Opens pages; at the end none of them may have complained or asked another host."""
    contexts, complaints = [], []

    def open_page(path, size=WIDE, at=address, **options):
        page = _opened(chromium, at, (path, size, options), complaints)
        contexts.append(page.context)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not complaints


@pytest.fixture
def eat(visit):
    """Opens the visitors' page; with a script it is ready when this returns.

    Nothing is saved for times without a network, which takes long: tests of that open their own.
    """

    def opened(path, size=PHONE, **options):
        page = visit(path, size, **{"service_workers": "block", **options})
        if options.get("java_script_enabled", True) and re.search(r"/eat([/?]|$)", path):
            page.wait_for_selector("html[data-ready]")
            page.evaluate(TWO_FRAMES)  # the marks are drawn again where the map changes its size
        return page

    return opened


@pytest.fixture(scope="session")
def look(chromium, address):
    """Pages that are only looked at: each is opened once. Gives the page and its complaints."""
    seen = {}

    def opened(path, size=WIDE):
        if (path, size) not in seen:
            complaints = []
            page = _opened(chromium, address, (path, size, {}), complaints)
            page.wait_for_load_state("networkidle")
            seen[path, size] = page, complaints
        return seen[path, size]

    yield opened
    for page, _ in seen.values():
        page.context.close()


@pytest.fixture
def at_width(look):
    """Pages that `look` has opened, for one test at another width."""
    changed = []

    def narrowed(path, width):
        page, _ = look(path)
        changed.append(page)
        page.set_viewport_size({"width": width, "height": 900})
        return page

    yield narrowed
    for page in changed:
        page.set_viewport_size({"width": WIDE[0], "height": WIDE[1]})
        page.evaluate("scrollTo(0, 0)")


def _opened(chromium, address, wish, complaints):
    path, (width, height), options = wish
    context = chromium.new_context(
        viewport={"width": width, "height": height},
        has_touch=width < 600,
        base_url=address,
        **options,
    )
    page = context.new_page()
    page.set_default_timeout(15_000)
    page.on("console", lambda said: said.type == "error" and complaints.append(said.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("dialog", lambda dialog: complaints.append(f"dialog: {dialog.message}"))
    page.on("request", lambda asked: _watch(asked.url, address, complaints))
    page.goto(path)
    if options.get("java_script_enabled", True) and "/food-streets" in path:
        page.wait_for_selector("#map[data-loaded=true]")
    return page


def _add_place(data, row):
    """Append a row and renew the checksum that the build compares."""
    table, package = data / "tables" / "places.csv", data / "datapackage.json"
    before = hashlib.sha256(table.read_bytes()).hexdigest()
    with table.open("a", encoding="utf-8") as places:
        places.write(row)
    after = hashlib.sha256(table.read_bytes()).hexdigest()
    package.write_text(package.read_text(encoding="utf-8").replace(before, after), encoding="utf-8")


def _watch(url, address, complaints):
    if urlsplit(url).scheme in ("http", "https", "ws") and not url.startswith(address):
        complaints.append(f"request to {url}")
