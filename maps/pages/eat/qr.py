"""Codes to scan of addresses of the atlas, as pictures of a page."""

from markupsafe import Markup

from maps.style.qr import QUIET, qr_matrix, runs


def qr_svg(address: str, label: str) -> Markup:
    """Draw the code of an address as an inline SVG picture, black on white.

    Args:
        address: what a telephone opens.
        label: what a screen reader says.
    """
    modules = qr_matrix(address)
    width = len(modules) + 2 * QUIET
    path = "".join(f"M{x} {y}h{run}v1h-{run}z" for x, y, run in runs(modules))
    return Markup(
        '<svg class="qr" viewBox="0 0 {width} {width}" role="img" aria-label="{label}">'
        '<path fill="#fff" d="M0 0h{width}v{width}H0z"/><path fill="#000" d="{path}"/></svg>'
    ).format(width=width, label=label, path=path)
