"""Measures over a snapshot: results with n, dates, method, parameters and caveats."""
