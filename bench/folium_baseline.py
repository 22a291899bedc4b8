"""What a page costs when Folium builds it for every request, a marker with a popup a business."""

from typing import Any

import folium


def build_page(features: list[dict[str, Any]]) -> str:
    """The usual Folium page of all businesses, rendered."""
    page = folium.Map([37.3305, 126.7925], zoom_start=16)
    for feature in features:
        lon, lat = feature["geometry"]["coordinates"]
        name = str(feature["properties"]["name_ko"])
        folium.CircleMarker([lat, lon], radius=4, popup=name).add_to(page)
    html: str = page.get_root().render()
    return html
