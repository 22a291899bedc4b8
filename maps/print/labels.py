"""The fixed words of a picture: messages of the catalogues in the context "picture"."""

from typing import Final

from maps.i18n import Words

CONTEXT: Final = "picture"

MORE: Final = "… see the address"
NO_ROWS: Final = "no rows"
NO_MATCH: Final = "no business of the lists matches; what the lists do not say is not zero"
NO_REGISTER: Final = "no register is loaded that says who runs a business"
NONE_PASSES: Final = "none of %(n)s stands out with the false discovery rate held"
DRAWN: Final = "drawn: %(what)s"
FIRST_ROWS: Final = "%(n)s of %(all)s rows; for the others see the address"
LARGEST_ROWS: Final = "the %(n)s largest of %(all)s; for the others see the address"
SIMULATED: Final = "Simulated: %(share)s of what is counted here is made up to published totals"

BASIS: Final = "made from"
METHOD: Final = "method"
PARAMETERS: Final = "parameters"
CAVEATS: Final = "caveats"
SOURCES: Final = "sources"
ADDRESS: Final = "address"
N: Final = "n = %(n)s"
DATES: Final = "dates %(first)s to %(last)s"
DATE: Final = "date %(date)s"
UNKNOWN: Final = "unknown"
LEFT_OUT: Final = "left out %(n)s: %(reason)s"
OBSERVED: Final = "observed %(share)s"
SIMULATED_SHARE: Final = "simulated %(share)s"

NORTH: Final = "N"
LEGEND: Final = "legend"
AREAS: Final = "areas"
HECTARES: Final = "hectares"
UP_TO: Final = "more than %(low)s, up to %(high)s"
BETWEEN: Final = "more than %(low)s, below %(high)s"
BELOW: Final = "below %(high)s"
PROTECTED: Final = "hidden to protect owners"
TOO_FEW: Final = "hidden: too few to tell"
ZERO: Final = "zero"
NOT_TESTED: Final = "not tested: mostly simulated"
NOT_REAL: Final = "NOT REAL"
MISSING: Final = "no data"
PARTLY_COVERED: Final = "covered in part by the lists: no density"
NOT_COVERED: Final = "not covered by the lists: nothing is known"
NO_LIST: Final = "not covered: no list covers these kinds"
COLLECTED: Final = "not covered: collections of single places only"
NO_STATISTIC: Final = "no statistic"
HOT: Final = "hot spot"
COLD: Final = "cold spot"
NEITHER: Final = "neither hot nor cold"
UNDECIDED: Final = "undecided"
HIGH_HIGH: Final = "high among high"
LOW_LOW: Final = "low among low"
HIGH_LOW: Final = "high among low"
LOW_HIGH: Final = "low among high"
MORE_OF_FIRST: Final = "more of the first than elsewhere"
MORE_OF_SECOND: Final = "more of the second than elsewhere"
ALIKE: Final = "no more of either than chance allows"
ORDINARY: Final = "does not stand out"
FOOD: Final = "food and drink"
SHOP: Final = "shops"
SERVICE: Final = "services"
NAME: Final = "lists differ in the name"
CATEGORY: Final = "lists differ in the category"
STREET_ADDRESS: Final = "lists differ in the address"
TELEPHONE: Final = "lists differ in the telephone number"
HALAL: Final = "lists differ in the halal grade"
BUSINESSES: Final = "businesses"
RESIDENTS: Final = "residents"
AT_SPEED: Final = "%(who)s, at %(speed)s m/s"
MINUTES: Final = "%(n)s min"
AT_LEAST_AT_MOST: Final = "within so many minutes of any centre: dark at least, light at most"
BORDER: Final = "border of a dong"
GU: Final = "border of a gu"
ESTIMATED: Final = "≈ estimated: a split dong is shared out by residents; not counted"
BASE_YEAR: Final = "100 = as in the base year"
EQUAL_SHARE: Final = "1 = the same share as among all businesses"
BY_CHANCE: Final = "1 = as often as by chance"
MARKS: Final = "● surveyed   ○ computed from other numbers, not surveyed"
ZONE: Final = "zone, approximate"
STREET: Final = "street"

LABELS: Final = (
    MORE, NO_ROWS, NO_MATCH, NO_REGISTER, NONE_PASSES, DRAWN, FIRST_ROWS, LARGEST_ROWS, SIMULATED,
    BASIS, METHOD, PARAMETERS, CAVEATS, SOURCES, ADDRESS, N, DATES, DATE, UNKNOWN, LEFT_OUT,
    OBSERVED, SIMULATED_SHARE, NORTH, LEGEND, AREAS, HECTARES, UP_TO, BETWEEN, BELOW, PROTECTED,
    TOO_FEW, ZERO, PARTLY_COVERED, NOT_COVERED, NO_LIST, COLLECTED, MISSING, NOT_TESTED, NOT_REAL,
    NO_STATISTIC, HOT, COLD, NEITHER,
    HIGH_HIGH, LOW_LOW, HIGH_LOW, LOW_HIGH,
    ORDINARY, UNDECIDED, FOOD, SHOP, SERVICE, BUSINESSES, RESIDENTS, AT_SPEED, MINUTES,
    AT_LEAST_AT_MOST, BORDER, GU, ZONE, STREET, ESTIMATED, BASE_YEAR, EQUAL_SHARE,
    BY_CHANCE, NAME, CATEGORY, STREET_ADDRESS, TELEPHONE, HALAL, MARKS, MORE_OF_FIRST,
    MORE_OF_SECOND, ALIKE,
)  # fmt: skip


def label_text(words: Words, label: str, **values: str) -> str:
    """Translate a fixed word or sentence of the picture, with its values."""
    text = words.coded(CONTEXT, label)
    return text % values if values else text
