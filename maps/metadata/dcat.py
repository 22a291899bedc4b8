"""The catalogue of the data sets in DCAT 3, with the properties that DCAT-AP 3 asks for."""

from collections.abc import Sequence
from typing import Any, Final

from geo.core.crs import SERVED
from maps.i18n import Words
from maps.metadata.data_sets import LANGUAGES, PUBLISHER, DataSet, Distribution

Node = dict[str, Any]

CONTEXT: Final = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "geosparql": "http://www.opengis.net/ont/geosparql#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_EU: Final = "http://publications.europa.eu/resource/authority"
_MEDIA_TYPES: Final = "https://www.iana.org/assignments/media-types"
_TILEJSON: Final = "application/vnd.mapbox.tile+json"
# Both are in the catalogues of words, for the home page.
_NAME: Final = "Ansan Atlas"
_ABOUT: Final = (
    "Maps and open data of Ansan, Korea: food streets, businesses and residents, each figure with "
    "its date and source."
)


def catalogue(sets: Sequence[DataSet], base: str) -> Node:
    """Write the catalogue.

    Args:
        sets: the data sets.
        base: absolute address of the service, without the slash at its end.
    """
    return {
        "@context": CONTEXT,
        "@id": f"{base}/catalog.jsonld",
        "@type": "dcat:Catalog",
        "dct:title": _phrases(_NAME),
        "dct:description": _phrases(_ABOUT),
        "dct:publisher": _agent(PUBLISHER),
        "dct:language": [{"@id": f"{_EU}/language/{code}"} for code in ("ENG", "KOR")],
        "foaf:homepage": {"@id": f"{base}/"},
        "dcat:dataset": [_data_set(described, base) for described in sets],
        "dcat:service": _service(sets, base),
    }


def _service(sets: Sequence[DataSet], base: str) -> Node:
    return {
        "@id": f"{base}/",
        "@type": "dcat:DataService",
        "dct:title": "OGC API - Features and Tiles",
        "dcat:endpointURL": {"@id": f"{base}/"},
        "dcat:endpointDescription": {"@id": f"{base}/api"},
        "dct:conformsTo": [
            {"@id": f"http://www.opengis.net/spec/ogcapi-{part}-1/1.0/conf/core"}
            for part in ("features", "tiles")
        ],
        "dcat:servesDataset": [{"@id": described.url} for described in sets],
    }


def _data_set(described: DataSet, base: str) -> Node:
    record = {
        "@id": described.url,
        "@type": "dcat:Dataset",
        "dct:identifier": described.id,
        "dct:title": _texts(described.titles),
        "dct:description": [{"@value": described.description, "@language": "en"}],
        "dct:publisher": _agent(PUBLISHER),
        "dct:creator": [_agent(name) for name in _publishers(described)],
        "dct:source": [_source(source) for source in described.sources],
        "dct:license": [{"@id": url} for url in described.licences],
        "dct:accessRights": {"@id": f"{_EU}/access-right/PUBLIC"},
        "dct:spatial": _place(described),
        "dct:conformsTo": [{"@id": crs} for crs in SERVED],
        "dcat:keyword": [
            {"@value": word, "@language": "en"} for word in ("Ansan", "Korea", described.id)
        ],
        "dcat:theme": {"@id": f"{_EU}/data-theme/REGI"},
        "dcat:landingPage": {"@id": f"{described.url}?f=html"},
        "dcat:distribution": [_distribution(described, file, base) for file in _files(described)],
    }
    period = _period(described)
    return {**record, "dct:temporal": period} if period else record


def _files(described: DataSet) -> list[Distribution]:
    tiles = (
        []
        if described.tiles is None
        else [Distribution("Vector tiles", _TILEJSON, described.tiles)]
    )
    return [*described.distributions, *tiles]


def _distribution(described: DataSet, file: Distribution, base: str) -> Node:
    record = {
        "@type": "dcat:Distribution",
        "dct:title": [{"@value": file.title, "@language": "en"}],
        "dcat:accessURL": {"@id": file.url},
        "dcat:mediaType": {"@id": f"{_MEDIA_TYPES}/{file.media_type}"},
        "dct:license": [{"@id": url} for url in described.licences],
        "dcat:accessService": {"@id": f"{base}/"},
    }
    # GeoJSON and tiles go out in pieces; the others are whole files.
    if file in described.distributions and file.media_type != "application/geo+json":
        return {**record, "dcat:downloadURL": {"@id": file.url}}
    return record


def _place(described: DataSet) -> Node:
    west, south, east, north = described.bbox
    corners = ((west, south), (east, south), (east, north), (west, north), (west, south))
    ring = ", ".join(f"{lon} {lat}" for lon, lat in corners)
    box = {"@value": f"POLYGON (({ring}))", "@type": "geosparql:wktLiteral"}
    return {"@type": "dct:Location", "dcat:bbox": box}


def _period(described: DataSet) -> Node | None:
    ends = {"dcat:startDate": described.first_day, "dcat:endDate": described.last_day}
    days = {name: {"@value": day, "@type": "xsd:date"} for name, day in ends.items() if day}
    return {"@type": "dct:PeriodOfTime", **days} if days else None


def _source(source: Any) -> Node:
    return {
        "dct:title": source["title"],
        "dct:publisher": _agent(source["publisher"]),
        "foaf:page": {"@id": source["url"]},
        "rdfs:comment": source["attribution"],
    }


def _publishers(described: DataSet) -> list[str]:
    return list(dict.fromkeys(source["publisher"] for source in described.sources))


def _agent(name: str) -> Node:
    return {"@type": "foaf:Agent", "foaf:name": name}


def _phrases(text: str) -> list[Node]:
    return _texts({lang: Words(lang).phrase(text) for lang in LANGUAGES})


def _texts(by_language: Any) -> list[Node]:
    return [{"@value": by_language[lang], "@language": lang} for lang in LANGUAGES]
