"""The map of residents by dong."""

from typing import Final

from maps.web.map_page import MapPage

PAGE: Final = MapPage(title="residents by dong, for planners", label="Residents", position=3)
