"""The picture of `access`: bands of minutes with lower and upper ends, not a bar for each aim."""

import pytest

from geo.serving.analysis.result import Row
from maps.i18n import Words
from maps.print.paper import Frame
from maps.print.reach import draw_reach


class Recorded:
    """A page that remembers its texts and the widths of its boxes."""

    def __init__(self) -> None:
        self.words, self.face = Words("en"), self
        self.texts: list[str] = []
        self.boxes: list[Frame] = []

    def text(self, _x: float, _y: float, text: str, *_size: float, **_look: str) -> None:
        self.texts.append(text)

    def box(self, frame: Frame, _look: object, _order: int) -> None:
        self.boxes.append(frame)

    def line(self, *_ends: object, **_look: object) -> None:
        pass

    def cut(self, text: str, *_room: float) -> str:
        return text


def row(to: str, low: float | None, high: float | None) -> Row:
    shares = {
        f"{who}_{band}_min_{end}": value
        for who in ("businesses", "residents")
        for band in (3, 5, 10)
        for end, value in (("from", low), ("to", high))
    }
    return {"to": to, "name": None, "speed_m_s": 1.0, **shares}


def drawn(*rows: Row) -> Recorded:
    page = Recorded()
    draw_reach(page, Frame(0, 0, 200, 100), rows)
    return page


def test_each_band_has_a_bar_up_to_its_lower_and_on_to_its_upper_end():
    page = drawn(row("any", 0.25, 0.5), row("kind", 0.9, 0.9), row("language", 0.9, 0.9))
    assert page.texts.count("25.0%–50.0%") == 6  # businesses and residents in 3, 5 and 10 minutes
    assert len(page.boxes) == 12
    sure, perhaps = page.boxes[:2]
    assert (perhaps.left, perhaps.width) == pytest.approx((sure.right, sure.width))


def test_no_known_door_is_said_and_drawn_as_nothing():
    page = drawn(row("any", None, None))
    assert page.texts.count("no data") == 6
    assert not page.boxes


def test_equal_ends_are_one_number():
    assert "40.0%" in drawn(row("any", 0.4, 0.4)).texts
