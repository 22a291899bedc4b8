"""Spatial statistics on plain arrays."""
