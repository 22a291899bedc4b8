"""Staff load a register on the pages, without a script: from the file to the map, and back."""

import os
import re
import shutil
import socket
import threading
import time

import pytest
import uvicorn
from staffed import TOKENS, settings

from api.app import create_app
from api.http.h11_protocol import OPTIONS

pytestmark = pytest.mark.browser

WIDE, PHONE = (1280, 900), (390, 844)
KIM = {"http_credentials": {"username": "kim", "password": TOKENS["kim"]}}
NAME = "새로 연 시험가게"
ADDRESS = "경기도 안산시 단원구 다문화길 12"
TABLE = f"""상호명,업종명,주소
{NAME},일반음식점,{ADDRESS}
둘째,희한한 업종,{ADDRESS}
,일반음식점,{ADDRESS}
"""
RUN_AXE = """async () => {
  const { violations } = await axe.run(document, { resultTypes: ["violations"] });
  return violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) =>
    `${id}: ${target}: ${failureSummary}`));
}"""
# Controls that something else covers, or that are not within the page's width.
COVERED = """() => [...document.querySelectorAll(
    "main :is(button, select, input:not([type=hidden]), a)")].filter((control) => {
  if (control.closest(".scroller, details:not([open])")) return false;
  control.scrollIntoView({ block: "center" });
  const box = control.getBoundingClientRect();
  const hit = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  return !control.contains(hit) && !hit?.contains(control) || box.right > innerWidth;
}).map((control) => control.outerHTML)"""


@pytest.fixture(scope="module")
def own_home(home, tmp_path_factory):
    """A home that no other test reads."""
    folder = tmp_path_factory.mktemp("own") / "home"
    shutil.copytree(home, folder, symlinks=True, copy_function=os.link)
    return folder


@pytest.fixture(scope="module")
def address(own_home):
    """Where a service runs that knows staff."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = {**OPTIONS, "log_level": "critical", "timeout_graceful_shutdown": 1}
    config = uvicorn.Config(create_app(settings(own_home)), port=port, **options)
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


@pytest.fixture
def looked_at(visit, axe):
    """Looks at a page in Korean on a wide screen and in English on a telephone."""
    pages = [
        (visit("/staff/registers", size, **KIM), lang)
        for size, lang in ((WIDE, "ko"), (PHONE, "en"))
    ]

    def look(url):
        for page, lang in pages:
            page.goto(re.sub("lang=ko", f"lang={lang}", url))
            page.evaluate(axe)
            assert page.evaluate(RUN_AXE) == [], (url, lang)
            assert page.evaluate(COVERED) == [], (url, lang)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (url, lang)

    return look


def is_listed(page):
    """Whether the atlas lists the shop, a moment after a load or an undo."""
    found = page.request.get(f"/collections/businesses/items?name_ko={NAME}&f=json")
    assert found.ok
    return found.json()["numberMatched"] == 1


def wait_until(page, *, listed):
    deadline = time.monotonic() + 30
    while is_listed(page) is not listed:
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_from_the_file_to_the_map_and_back_without_a_script(visit, looked_at):
    page = visit("/staff/registers?lang=ko", WIDE, java_script_enabled=False, **KIM)
    page.set_default_timeout(60_000)
    looked_at(page.url)
    file = {"name": "맛집.csv", "mimeType": "text/csv", "buffer": TABLE.encode("cp949")}
    page.set_input_files("#register", file)
    page.get_by_role("button", name="살펴보기").click()
    page.wait_for_url(re.compile(r"/staff/registers/[\w-]{22}\?lang=ko"))
    looked_at(page.url)

    assert page.locator("#column-name_ko").input_value() == "상호명"
    page.get_by_label("희한한 업종").select_option("pub")
    for name, text in (("publisher", "안산시"), ("licence", "공공누리 1유형"), ("id", "trial")):
        page.locator(f"#about-{name}").fill(text)
    page.get_by_role("button", name="시험 실행", exact=True).click()
    page.wait_for_url(re.compile(r"/account\?lang=ko"))
    looked_at(page.url)
    assert page.locator("tr", has_text="이름이 없음").count() == 2  # as a count and as a row
    with page.expect_download() as got:
        page.get_by_role("link", name="CSV").click()
    assert "it has no name" in got.value.path().read_text("utf-8-sig")
    assert not is_listed(page)

    page.get_by_role("button", name="게시").click()
    page.wait_for_url(re.compile("done=published"))
    wait_until(page, listed=True)
    page.goto("/maps/food-streets?lang=ko")
    assert NAME in page.content()  # among the marks of the map
    page.goto("/eat?lang=ko&q=시험가게")
    assert page.get_by_text(NAME).first.is_visible()
    page.goto("/staff/registers?lang=ko")
    looked_at(page.url)
    page.get_by_role("button", name="마지막 불러오기 되돌리기").click()
    page.wait_for_url(re.compile("done=undone"))
    wait_until(page, listed=False)
