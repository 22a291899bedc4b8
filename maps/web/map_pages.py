"""All map pages, as the modules of `maps.pages.declared` declare them, in the order of the bar."""

from collections.abc import Mapping
from typing import Final

from geo.core.declarations import find_declarations
from maps.web.map_page import MapPage

PAGES: Final[Mapping[str, MapPage]] = dict(
    sorted(
        find_declarations("maps.pages.declared", "PAGE", MapPage).items(),
        key=lambda item: (item[1].position, item[0]),
    )
)
# Pages of analysts and planners, beside the maps: address and label.
STAFF_PAGES: Final = (("/analyse", "Questions about businesses"), ("/plan", "Dong side by side"))
