"""The map of business density."""

from typing import Final

from maps.web.map_page import MapPage

PAGE: Final = MapPage(title="business density, for city staff", label="Density", position=2)
