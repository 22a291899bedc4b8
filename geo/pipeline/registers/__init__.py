"""Registers of businesses, outlines and residents that staff load."""
