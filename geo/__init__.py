"""Sources in, checked layers out: no web, no drawing."""
