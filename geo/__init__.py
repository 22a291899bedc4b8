"""Sources in, checked layers out: no web, no drawing."""

__version__ = "0.2.0"
