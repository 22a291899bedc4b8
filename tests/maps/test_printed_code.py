"""Codes of addresses on paper: as wide as a telephone needs, and none that it could not read."""

import pytest

from maps.print.paper import DPI
from maps.print.qr import MOST_MM, printed_code

LEAST_MM = 0.33  # of a module, for a telephone at arm's length


@pytest.mark.parametrize("length", [20, 60, 150, 287])
def test_modules_are_whole_dots_wide_enough_to_scan(length):
    code = printed_code("https://" + "x" * (length - 8))
    assert code.width_mm <= MOST_MM
    assert code.dots * 25.4 / DPI >= LEAST_MM
    assert code.width_mm == pytest.approx((len(code.modules) + 8) * code.dots * 25.4 / DPI)


@pytest.mark.parametrize(
    "address", ["/maps/density.png", "atlas report --dong 원곡동", "https://a.kr/?q=" + "x" * 400]
)
def test_what_leads_nowhere_or_is_too_long_has_no_code(address):
    assert printed_code(address) is None
