"""What the planners' page can be asked."""

from typing import Final

MOST: Final = 5  # dong side by side; more lines and columns are not told apart
INDICATORS: Final = ("foreign_share", "density")  # rates: a count shaded makes large dong look full
SCALES: Final = ("dong", "unit")  # of the change since 2015
