"""Registers of the whole country, larger than memory."""
