"""The same data from pygeoapi and from tipg on PostGIS, side by side: `make bench-peers`."""
