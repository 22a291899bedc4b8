"""The home page: what the atlas is, and the way to the three maps."""

from geo.core.vocab import CENSUS, CENSUS_YEARS
from geo.snapshot.reader import Snapshot
from maps.i18n import Words
from maps.metadata import schema_org
from maps.metadata.data_sets import data_sets
from maps.pages.city_outline import outline
from maps.pages.eat.spots import TASKS
from maps.web.attribution import credits_of
from maps.web.page import Page, Site
from maps.web.render import render


def page(snapshot: Snapshot, site: Site) -> Page:
    """Render the page in the site's language."""
    words = Words(site.lang)
    layers, city = snapshot.manifest["layers"], snapshot.manifest["city"]
    residents = snapshot.layers["residents"]
    year = max(CENSUS_YEARS)
    rows = residents.select({"year": [year], "definition": [CENSUS]})
    foreign = sum(record["foreign"] for record in residents.records(rows, ["foreign"]))
    values = {
        "tasks": TASKS,
        "city": {
            "year": city["foreign"]["year"],
            "foreign": city["foreign"]["value"],
            "countries": city["countries"]["value"],
            "foreign_run": city["foreign_run_businesses"]["value"],
        },
        "census": {"year": str(year), "foreign": foreign},
        "zone": {"year": city["foreign_run_businesses"]["year"], **snapshot.manifest["zone"]},
        "observed": layers["businesses"]["provenance"].get("observed", 0),
        "picture": outline(snapshot, year, words),
        "collections": [
            (name, words.title("collection", name, layer["title"]), layer["count"])
            for name, layer in layers.items()
        ],
        "credits": credits_of(snapshot, list(layers), words.lang),
        "linked_data": schema_org.data_catalog(
            data_sets(snapshot, site.base), site.base, words.lang
        ),
    }
    return render("home.html", site, values)
