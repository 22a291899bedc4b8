"""HTML pages of API documents, with links to click."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

from geo.snapshot.layer import Layer
from geo.snapshot.reader import Snapshot
from maps.i18n import Words
from maps.metadata import schema_org
from maps.metadata.data_sets import data_set
from maps.web.attribution import credits_of
from maps.web.page import Page, Site
from maps.web.render import render
from maps.wording.prose import translate_sentence

_OF_COLLECTIONS: Final = ("collections", "collection")
_FILE_TITLE: Final = "all features: "  # how the links to files are called


def document(
    name: str, body: Mapping[str, Any], snapshot: Snapshot, site: Site, about: Layer | None = None
) -> Page:
    """Render a document: of collections what people look for, of others all that it holds.

    Addresses in it are links, unknown values are named.

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
        layer_title = words.title("collection", about.id, about.meta["title"])
        title = layer_title if name == "collection" else f"{layer_title}: {title}"
    values: dict[str, Any] = {
        "title": title,
        "document": body,
        "given": {"f": "html"},
        "credits": credits_of(snapshot, [], site.lang),
    }
    if name not in _OF_COLLECTIONS:
        return render("document.html", site, values)
    if about is not None:
        record = data_set(snapshot, about, site.base)
        values["linked_data"] = schema_org.dataset(record, site.base, site.lang)
    described = body.get("collections", [body])
    values["several"] = about is None
    values["layers"] = [_collection(each, snapshot, words) for each in described]
    return render("collections.html", site, values)


def _collection(body: Mapping[str, Any], snapshot: Snapshot, words: Words) -> dict[str, Any]:
    """Choose what people look for in the description of a collection."""
    return {
        "id": body["id"],
        "title": words.title("collection", body["id"], body["title"]),
        "about": translate_sentence(words, body["description"]),
        "count": body["itemCount"],
        "days": _interval(body["extent"]["temporal"]["interval"][0], words),
        "credits": credits_of(snapshot, [body["id"]], words.lang),
        "files": [
            (link["title"].removeprefix(_FILE_TITLE), link["href"])
            for link in body["links"]
            if link["rel"] == "enclosure" and link["title"].startswith(_FILE_TITLE)
        ],
    }


def _interval(instants: Sequence[str | None], words: Words) -> str:
    """Write the days of the first and the last instant (RFC 3339) out; None is open."""
    days = [words.day(instant[: len("2026-01-01")]) if instant else "" for instant in instants]
    return days[0] if days[0] == days[1] else " – ".join(days).strip()


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
