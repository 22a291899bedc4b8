"""Vector tiles (Mapbox Vector Tile 2.1, WebMercatorQuad), made on demand from columns."""
