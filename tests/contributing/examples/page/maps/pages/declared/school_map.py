"""The map of schools."""

from typing import Final

from maps.web.map_page import MapPage

PAGE: Final = MapPage(
    title="schools, for families",
    label="Schools",
    options={"level": ("all", "primary", "middle", "high")},
    numbers={"least": (0, 0, 5000)},
    draw="maps.pages.school_map:page",
)
