"""Findings as one printed page: a map or a chart, and below it what it rests on."""
