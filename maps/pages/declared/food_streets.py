"""The visitors' map."""

from typing import Final

from maps.web.map_page import MapPage

PAGE: Final = MapPage(title="food streets, for visitors", label="Food streets", position=1)
