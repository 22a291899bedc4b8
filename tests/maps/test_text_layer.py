"""The text of a page: where matplotlib would set it, with far fewer artists."""

import io

import numpy as np
import pytest
from matplotlib.text import Text
from PIL import Image

from maps.i18n import Words
from maps.print.legend_entries import Fill
from maps.print.paper import Frame, Page, text_style
from maps.reports.people import people_page
from maps.reports.report import _dong
from maps.reports.sheet import City


def pixels(page):
    return np.asarray(Image.open(io.BytesIO(page.to_bytes("png"))).convert("L"))


@pytest.mark.parametrize("ha", ["left", "center", "right"])
@pytest.mark.parametrize("va", ["baseline", "center"])
def test_text_stands_where_matplotlib_sets_it(ha, va):
    ours, theirs = Page(Words("ko")), Page(Words("ko"))
    ours.text(100, 80, "원곡동 Wongok 83.4 %", 16, ha=ha, va=va)
    theirs.add(Text(100, 80, "원곡동 Wongok 83.4 %", ha=ha, va=va, **text_style(16)))
    assert (pixels(ours) < 128).sum() > 100
    assert (pixels(ours) == pixels(theirs)).all()


def test_a_name_on_a_map_has_the_paper_of_matplotlib():
    ours, theirs = Page(Words("ko")), Page(Words("ko"))
    for page in (ours, theirs):
        page.box(Frame(50, 50, 100, 60), Fill("#000000", "none"))
    ours.text(100, 80, "원곡동", 16, ha="center", va="center", on_paper=True)
    paper = {"facecolor": "#ffffff", "alpha": 0.85, "edgecolor": "none", "pad": 0.8}
    style = {"ha": "center", "va": "center", "bbox": paper, "zorder": 3, **text_style(16)}
    theirs.add(Text(100, 80, "원곡동", **style))
    assert np.abs(pixels(ours).astype(int) - pixels(theirs)).mean() < 0.05


def test_a_page_of_a_report_has_no_axes_and_few_artists(real):
    """Axes and texts by the hundred were more than half of the work of a report."""
    city = City(real)
    page = people_page(_dong(city, "4127354500"), Page(Words("ko")), "here")
    assert page._figure.axes == []
    assert len(page._figure.artists) < 100
