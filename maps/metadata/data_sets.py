"""The data sets as catalogues list them: one for each collection, with its files."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from geo.serving.formats import FORMATS
from geo.snapshot.layer import Layer
from geo.snapshot.reader import Snapshot
from maps.i18n import Words

PUBLISHER: Final = "Ansan Atlas"
LANGUAGES: Final = ("en", "ko")  # what titles and records are written in


@dataclass(frozen=True)
class Distribution:
    """A file of a data set.

    Attributes:
        title: format of the file.
        media_type: IANA media type, without parameters.
        url: where it is downloaded.
    """

    title: str
    media_type: str
    url: str


@dataclass(frozen=True)
class DataSet:
    """What a catalogue says of a collection.

    Attributes:
        id: collection id.
        url: absolute address of the collection.
        titles: title by language.
        description: what it holds, in English, with the counts by provenance.
        sources: public facts of its sources, as the manifest holds them.
        bbox: west, south, east, north in degrees.
        first_day: first day of its time, None where it is open.
        last_day: last day, None where it is open.
        properties: names of the properties.
        distributions: the files.
        tiles: address of the TileJSON; None where no feature has a place.
    """

    id: str
    url: str
    titles: Mapping[str, str]
    description: str
    sources: Sequence[Mapping[str, str]]
    bbox: tuple[float, float, float, float]
    first_day: str | None
    last_day: str | None
    properties: Sequence[str]
    distributions: Sequence[Distribution]
    tiles: str | None

    @property
    def licences(self) -> dict[str, str]:
        """Name of each licence by the address of its text."""
        return {source["licence_url"]: source["licence"] for source in self.sources}


def data_sets(snapshot: Snapshot, base: str) -> list[DataSet]:
    """List the data sets of a snapshot.

    Args:
        snapshot: the data.
        base: absolute address of the service, without the slash at its end.
    """
    return [data_set(snapshot, layer, base) for layer in snapshot.layers.values()]


def data_set(snapshot: Snapshot, layer: Layer, base: str) -> DataSet:
    """Describe one collection.

    Args:
        snapshot: the data.
        layer: the collection.
        base: absolute address of the service, without the slash at its end.
    """
    known, meta = snapshot.manifest["sources"], layer.meta
    url = f"{base}/collections/{layer.id}"
    first_day, last_day = meta["interval"]
    west, south, east, north = layer.extent
    return DataSet(
        id=layer.id,
        url=url,
        titles={
            lang: Words(lang).title("collection", layer.id, meta["title"]) for lang in LANGUAGES
        },
        description=f"{meta['description']} {provenance(meta)}",
        sources=[known[name] for name in meta["sources"]],
        bbox=(west, south, east, north),
        first_day=first_day,
        last_day=last_day,
        properties=list(layer.fields),
        distributions=_distributions(url),
        tiles=None if layer.has_no_place else f"{url}/tiles/WebMercatorQuad?f=tilejson",
    )


def provenance(meta: Mapping[str, Any]) -> str:
    """Say how many features are known in which way, such as `observed 12,505; simulated 564`."""
    counts = "; ".join(f"{kind} {count:,}" for kind, count in meta["provenance"].items())
    note = " (simulated features are not real places)" if "simulated" in meta["provenance"] else ""
    return f"Features: {counts}{note}."


def _distributions(url: str) -> list[Distribution]:
    return [
        Distribution(
            kind.title,
            kind.media_type.partition(";")[0],
            f"{url}/items?f={'json' if name == 'geojson' else name}",
        )
        for name, kind in FORMATS.items()
    ]
