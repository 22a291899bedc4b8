"""Geocode addresses, join points to areas, check coordinates."""
