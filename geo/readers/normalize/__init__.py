"""Normalize published texts: dates, telephone numbers, names, spellings."""
