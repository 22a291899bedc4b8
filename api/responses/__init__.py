"""Responses in every format."""
