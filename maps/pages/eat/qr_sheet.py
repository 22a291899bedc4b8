"""The sheet of codes for the city's printer: one for each corner."""

from collections.abc import Sequence

from maps.pages.eat.corners import Corner
from maps.pages.eat.qr import qr_svg
from maps.web.page import Page, Site
from maps.web.render import render


def short_address(base: str, corner: Corner) -> str:
    """Return the short address of a corner, which its code holds.

    Args:
        base: address of the service, without a slash at its end.
        corner: where the code hangs.
    """
    return f"{base}/q/{corner.code}"


def page(corners: Sequence[Corner], site: Site, base: str) -> Page:
    """Render the sheet.

    Args:
        corners: in the order of the table.
        site: language of the reader.
        base: address of the service, without a slash at its end.
    """
    cards = [
        (corner, address, qr_svg(address, address))
        for corner in corners
        for address in [short_address(base, corner)]
    ]
    return render("eat-qr.html", site, {"cards": cards})
