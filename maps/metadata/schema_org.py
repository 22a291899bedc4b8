"""Records of schema.org, which search engines for data read in the pages."""

from collections.abc import Sequence
from typing import Any, Final

from maps.metadata.data_sets import PUBLISHER, DataSet

Node = dict[str, Any]
_CONTEXT: Final = "https://schema.org/"


def data_catalog(sets: Sequence[DataSet], base: str, lang: str) -> Node:
    """Write the DataCatalog of the landing page.

    Args:
        sets: the data sets.
        base: absolute address of the service, without the slash at its end.
        lang: language of the titles.
    """
    return {
        "@context": _CONTEXT,
        "@type": "DataCatalog",
        "@id": f"{base}/",
        "name": PUBLISHER,
        "url": f"{base}/",
        "inLanguage": lang,
        "dataset": [_fields(described, lang) for described in sets],
    }


def dataset(described: DataSet, base: str, lang: str) -> Node:
    """Write the Dataset of the page of a collection.

    Args:
        described: the data set.
        base: absolute address of the service, without the slash at its end.
        lang: language of the title.
    """
    return {
        "@context": _CONTEXT,
        **_fields(described, lang),
        "includedInDataCatalog": {"@type": "DataCatalog", "@id": f"{base}/", "name": PUBLISHER},
        "distribution": [
            {
                "@type": "DataDownload",
                "name": file.title,
                "encodingFormat": file.media_type,
                "contentUrl": file.url,
            }
            for file in described.distributions
        ],
        "variableMeasured": list(described.properties),
    }


def _fields(described: DataSet, lang: str) -> Node:
    west, south, east, north = described.bbox
    record: Node = {
        "@type": "Dataset",
        "@id": described.url,
        "identifier": described.id,
        "name": described.titles.get(lang, described.titles["en"]),
        "description": described.description,
        "url": f"{described.url}?f=html",
        "license": list(described.licences),
        "isAccessibleForFree": True,
        "publisher": {"@type": "Organization", "name": PUBLISHER},
        "creditText": "; ".join(
            dict.fromkeys(source["attribution"] for source in described.sources)
        ),
        "isBasedOn": list(dict.fromkeys(source["url"] for source in described.sources)),
        # Latitude goes first in a box of schema.org.
        "spatialCoverage": {
            "@type": "Place",
            "geo": {"@type": "GeoShape", "box": f"{south} {west} {north} {east}"},
        },
    }
    if described.first_day or described.last_day:
        record["temporalCoverage"] = f"{described.first_day or '..'}/{described.last_day or '..'}"
    return record
