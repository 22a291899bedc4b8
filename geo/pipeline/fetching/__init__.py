"""Fetch registers from their publishers."""
