"""Measures over a snapshot, each told with its n, dates, method, parameters and caveats."""
