"""Who is to be named below a map or a page."""

from collections.abc import Sequence
from dataclasses import dataclass

from geo.store import Snapshot


@dataclass(frozen=True)
class Credit:
    """One source as its publisher wants to be named.

    Attributes:
        id: source id.
        title: title of the source.
        publisher: who published it.
        url: where it was published.
        licence: name of the licence.
        licence_url: text of the licence.
        attribution: the sentence to print.
    """

    id: str
    title: str
    publisher: str
    url: str
    licence: str
    licence_url: str
    attribution: str


def credits_of(snapshot: Snapshot, layer_ids: Sequence[str]) -> list[Credit]:
    """What the sources of some layers want printed, each sentence once, in the order of layers.

    Args:
        snapshot: what is drawn.
        layer_ids: collections, or `ground` for what was loaded to lie under the maps.
    """
    ground = [one["source_id"] for one in snapshot.manifest["ground"]]
    layers = snapshot.manifest["layers"]
    ids = dict.fromkeys(
        source
        for layer in layer_ids
        for source in (ground if layer == "ground" else layers[layer]["sources"])
    )
    known = snapshot.manifest["sources"]
    names = ("title", "publisher", "url", "licence", "licence_url", "attribution")
    credits = [Credit(one, *(known[one][name] for name in names)) for one in ids]
    return list({credit.attribution: credit for credit in credits}.values())
