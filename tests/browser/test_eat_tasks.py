"""Eight tasks of visitors by a thumb that taps and swipes: three taps and one swipe at most.

They are done whole in English, in the language of the longest words and in the one that is written
from the right; in the others words alone can push something out of reach, which two visits show.
"""

import re
import time

import pytest
from eat_pages import go_on

pytestmark = pytest.mark.browser

WHOLE = ("en", "ru", "ur")
OTHERS = ("ko", "zh", "vi", "uz", "ne")
MOST_TAPS, MOST_SWIPES = 3, 1
REACHED = """(one) => {
  const box = one.getBoundingClientRect();
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  const hit = document.elementFromPoint(x, y);
  return hit && (one.contains(hit) || hit.contains(one)) ? [x, y] : null;
}"""


class Thumb:
    """Touches a page where things are, and counts."""

    def __init__(self, page):
        self.page, self.taps, self.swipes, self.clock = page, 0, 0, time.time()
        self.fingers = page.context.new_cdp_session(page)

    def aim(self, target):
        """Find what can be touched without scrolling; that counts as a tap."""
        self.page.locator(target).first.wait_for()
        at = self.page.locator(target).first.evaluate(REACHED)
        assert at, f"{target} is not in reach"
        self.taps += 1
        return at

    def tap(self, target, then=None):
        x, y = self.aim(target)
        self.touch("touchStart", x, y)
        self.touch("touchEnd")
        if then:
            self.page.wait_for_selector(then)

    def type(self, text):
        self.tap("#q")
        self.page.keyboard.insert_text(text)
        self.page.wait_for_selector("body.results")

    def swipe(self, target, east=0, south=0):
        x, y = self.page.locator(target).first.evaluate(REACHED)
        self.swipes += 1
        self.touch("touchStart", x, y)
        for part in (*range(1, 11), *[10] * 5):  # it comes to rest, so that nothing rolls on
            self.touch("touchMove", x + east * part / 10, y + south * part / 10)
        self.touch("touchEnd")

    def touch(self, kind, *at):
        points = [dict(zip("xy", at, strict=True))] if at else []
        self.clock += 0.05
        event = {"type": kind, "touchPoints": points, "timestamp": self.clock}
        self.fingers.send("Input.dispatchTouchEvent", event)

    def reaches(self, target):
        return bool(self.page.locator(target).first.evaluate(REACHED))


def find_pho(page, thumb, lang):
    thumb.type("phở")
    assert page.locator("#spots .minutes").first.inner_text()
    thumb.tap("#spots a .no", "html[data-ready] main.card")
    assert page.locator(".reach").inner_text()


def find_certified_halal(page, thumb, lang):
    thumb.tap('[data-task="halal"]', 'body.results #rail[data-filter="halal"]')
    assert page.locator('[data-halal="certified"] .number').inner_text() == "0"
    assert thumb.reaches('[data-halal="certified"]')
    assert thumb.reaches("#honest")


def find_desk_for_a_visa(page, thumb, lang):
    choose_desk(page, thumb, lang)
    thumb.tap("#spots a .no", "html[data-ready] main.card")
    page.locator("#open-now").wait_for()
    assert thumb.reaches("#open-now")


def choose_desk(page, thumb, lang):
    spoken = "vi" if lang == "vi" else "ru"
    thumb.tap('[data-task="visa"]', f'[data-speaks="{spoken}"]')
    if not thumb.reaches(f'[data-speaks="{spoken}"]'):
        thumb.swipe("#rail a:nth-of-type(3)", east=250 if lang == "ur" else -250)
    thumb.tap(f'[data-speaks="{spoken}"]', f'[data-speaks="{spoken}"][aria-current]')
    assert page.locator("#spots .languages").first.inner_text()
    assert page.locator("#spots .hours").first.inner_text()


def send_money(page, thumb, lang):
    thumb.tap('[data-task="money"]', "body.results")
    assert page.locator("#spots li").count() == 4
    assert thumb.reaches("#spots a .no")


def find_nepali_grocery(page, thumb, lang):
    thumb.type("नेपाली किराना")
    assert page.locator("#spots li").count() == 1
    assert thumb.reaches("#spots a .no")


def share(page, thumb, lang):
    thumb.tap('[data-task="eat"]', "body.results")
    thumb.tap("#spots a .no", "html[data-ready] main.card")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    thumb.tap("#share")
    page.wait_for_selector("#said:not(:empty)", state="attached")
    assert page.evaluate("navigator.clipboard.readText()").endswith(f"lang={lang}")


def show_the_address(page, thumb, lang):
    thumb.type("batavia")
    thumb.tap("#spots a .no", "html[data-ready] main.card")
    thumb.tap(".way.main", "#driver")
    who, where = page.locator("#driver .who"), page.locator("#driver .where")
    size = "e => parseFloat(getComputedStyle(e).fontSize)"
    assert (who.evaluate(size), where.evaluate(size)) >= (44, 34)
    assert re.search("[가-힣]", who.inner_text())
    assert thumb.reaches("#driver .where")


def walk_there(page, thumb, lang):
    thumb.swipe("#rail", south=-420)
    thumb.tap("#spots a .no", "html[data-ready] main.card")
    thumb.tap('a[href="#walk"]')
    page.locator("#walk:focus-within").wait_for()
    thumb.aim('#walk a[href^="https://map.kakao.com/link/by/walk/"]')


TASKS = (
    find_pho, find_certified_halal, find_desk_for_a_visa, send_money, find_nepali_grocery, share,
    show_the_address, walk_there,
)  # fmt: skip


@pytest.mark.parametrize("lang", WHOLE)
def test_eight_tasks_take_three_taps_and_one_swipe_at_most(eat, lang):
    page = eat(f"/eat?lang={lang}", reduced_motion="reduce")
    for number, task in enumerate(TASKS):
        if number:
            page.goto(f"/eat?lang={lang}")
            page.wait_for_selector("html[data-ready]")
        thumb = Thumb(page)
        task(page, thumb, lang)
        assert thumb.taps <= MOST_TAPS, task.__name__
        assert thumb.swipes <= MOST_SWIPES, task.__name__


@pytest.mark.parametrize("lang", OTHERS)
def test_words_of_no_language_push_what_the_tasks_touch_out_of_reach(eat, lang):
    page = eat(f"/eat?lang={lang}", reduced_motion="reduce")
    for task in (find_certified_halal, send_money, find_nepali_grocery, choose_desk):
        thumb = Thumb(page)
        task(page, thumb, lang)
        assert thumb.taps <= MOST_TAPS, task.__name__
        assert thumb.swipes <= MOST_SWIPES, task.__name__
        if task is not choose_desk:
            go_on(page, f"lang={lang}", "body:not(.results)")
            page.evaluate("scrollTo(0, 0)")
    thumb = Thumb(page)
    thumb.tap("#spots a .no", "html[data-ready] main.card")
    page.locator("#open-now").wait_for()
    for target in ("#open-now", "#share", ".way.main", 'a[href="#walk"]'):
        assert thumb.reaches(target), target
    thumb.tap(".way.main", "#driver")
    assert thumb.reaches("#driver .where")
