"""HTML pages of API documents, with links to click."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from geo.snapshot.layer import Layer
from geo.snapshot.reader import Snapshot
from maps.i18n import Words
from maps.metadata import schema_org
from maps.metadata.data_sets import data_set
from maps.web.attribution import credits_of
from maps.web.page import Page, Site
from maps.web.render import render


def document(
    name: str, body: Mapping[str, Any], snapshot: Snapshot, site: Site, about: Layer | None = None
) -> Page:
    """Render any document: addresses in it are links, unknown values are named.

    Args:
        name: which one, a word of the catalogues.
        body: what it holds.
        snapshot: for the credits.
        site: language and basemap.
        about: the collection it tells about.
    """
    words = Words(site.lang)
    title = words.coded("document", name)
    if about is not None:
        title = f"{words.title('collection', about.id, about.meta['title'])}: {title}"
    values = {
        "title": title,
        "document": body,
        "given": {"f": "html"},
        "credits": credits_of(snapshot, [], site.lang),
    }
    if name == "collection" and about is not None:
        record = data_set(snapshot, about, site.base)
        values["linked_data"] = schema_org.dataset(record, site.base, site.lang)
    return render("document.html", site, values)


def features(layer: Layer, body: Mapping[str, Any], snapshot: Snapshot, site: Site) -> Page:
    """Render features on a small map and in a table.

    Args:
        layer: whose features they are.
        body: a GeoJSON feature collection as the API answers it, or a single feature.
        snapshot: for the credits.
        site: language and basemap.
    """
    several = body["type"] == "FeatureCollection"
    items = body["features"] if several else [body]
    shown = [
        {"type": "Feature", "id": feature["id"], "geometry": feature["geometry"], "properties": {}}
        for feature in items
    ]
    links = {link["rel"]: link["href"] for link in body["links"]}
    values = {
        "layer": layer.id,
        "title": Words(site.lang).title("collection", layer.id, layer.meta["title"]),
        "several": several,
        "matched": body.get("numberMatched", 1),
        "features": items,
        "names": list(items[0]["properties"]) if items else [],
        "links": links,
        "given": dict(parse_qsl(urlsplit(links["self"]).query)) | {"f": "html"},
        "data": links["self"].replace("f=html", "f=json"),
        "files": [link for link in body["links"] if link["rel"] == "alternate"],
        "shapes": {"type": "FeatureCollection", "features": shown},
        "credits": credits_of(snapshot, [layer.id], site.lang),
    }
    return render("features.html", site, values)
