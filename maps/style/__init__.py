"""Colours, symbols and labels of all maps."""
