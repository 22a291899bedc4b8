"""Sources in, checked layers out: no web, no drawing."""

__version__ = "0.1.0"
