"""The site and page objects that all pages of the atlas share.

Nothing here imports folium, so a page without a map costs no memory for it.
"""

import base64
import hashlib
from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Site:
    """The language and base map for which a page is drawn.

    Attributes:
        lang: language of the page, one that it has words in.
        basemap_url: tile address with {z}/{x}/{y}; None for the atlas's own ground.
        basemap_attribution: plain text that the tiles must carry.
        base: absolute address of the service, without the slash at its end; "" where a page is
            drawn for nobody.
        path: path of the page in the service; "" for a page without an address, such as an error.
        public: as `base`, to print and to cite; "" where no public address is set.
        chosen: language of the reader, where the page has no words in it; "" where it has.
    """

    lang: str
    basemap_url: str | None = None
    basemap_attribution: str | None = None
    base: str = ""
    path: str = ""
    chosen: str = ""
    public: str = ""

    @property
    def reader(self) -> str:
        """The language for links to other pages."""
        return self.chosen or self.lang

    @property
    def root(self) -> str:
        """Path below which the service is reached, without the slash at its end: "" or "/atlas"."""
        return urlsplit(self.base).path


@dataclass(frozen=True)
class Page:
    """A finished page.

    Attributes:
        html: the document.
        script_hashes: CSP sources ("sha256-…=") of its inline scripts.
        style_hashes: CSP sources of its inline styles.
    """

    html: str
    script_hashes: tuple[str, ...] = ()
    style_hashes: tuple[str, ...] = ()


def csp_hash(block: str) -> str:
    """Compute the CSP source that lets exactly this inline block run."""
    digest = hashlib.sha256(block.encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"
