"""Texts of the publishers to values: dates, telephone numbers, spellings."""
