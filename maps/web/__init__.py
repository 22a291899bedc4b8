"""Maps in the browser: folium, base layers, attribution."""
