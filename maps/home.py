"""The first page for people: what the atlas is, and the way to the three maps."""

from typing import Final

from geo.store import Snapshot
from maps.base import Page, Site
from maps.credits import credits_of
from maps.i18n import Words
from maps.outline import outline
from maps.render import render

# City of Ansan, "The Path of Ansan an Intercultural City", Shizuoka Intercultural Symposium 2025
# (data/tables/city_deck.csv).
CITY_COUNT: Final = {"year": "2025", "foreign": 100_519, "countries": 114}
ZONE_YEAR: Final = "2022"


def page(snapshot: Snapshot, site: Site) -> Page:
    """The page in the site's language."""
    words = Words(site.lang)
    layers = snapshot.manifest["layers"]
    residents = snapshot.layers["residents"]
    year = max(residents.columns["year"].to_pylist())
    rows = residents.select({"year": [year]})
    foreign = sum(one["foreign"] for one in residents.records(rows, ["foreign"]))
    values = {
        "city": CITY_COUNT,
        "census": {"year": str(year), "foreign": foreign},
        "zone": {"year": ZONE_YEAR, **snapshot.manifest["zone"]},
        "observed": layers["businesses"]["provenance"].get("observed", 0),
        "picture": outline(snapshot, year, words),
        "collections": [(name, layers[name]["count"]) for name in layers],
        "credits": credits_of(snapshot, list(layers)),
    }
    return render("home.html", site, values)
