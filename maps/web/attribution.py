"""Attributions below a map or a page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from geo.snapshot.reader import Snapshot
from maps.i18n import FALLBACK


@dataclass(frozen=True)
class Credit:
    """The attribution of a source, as its publisher requires.

    Attributes:
        id: source id.
        title: title of the source.
        publisher: who published it.
        url: where it was published.
        licence: name of the licence.
        licence_url: text of the licence.
        attribution: the sentence to print.
        lang: the language it is in.
    """

    id: str
    title: str
    publisher: str
    url: str
    licence: str
    licence_url: str
    attribution: str
    lang: str


def credits_of(snapshot: Snapshot, layer_ids: Sequence[str], lang: str) -> list[Credit]:
    """List the attributions of some layers, each sentence once, in the order of layers.

    Args:
        snapshot: what is drawn.
        layer_ids: collections; `ground` for what was loaded to lie under the maps, `tracks` for the
            railway.
        lang: the language of the page; a sentence that a source does not have in it is in English.
    """
    layers, known = snapshot.manifest["layers"], snapshot.manifest["sources"]
    beside = {
        "ground": [entry["source_id"] for entry in snapshot.manifest["ground"]],
        "tracks": ["rails"] if snapshot.manifest.get("rails") else [],
    }
    ids = dict.fromkeys(
        source
        for layer in layer_ids
        for source in (beside[layer] if layer in beside else _sources(layers, layer))
    )
    credits = [_credit(source_id, known[source_id], lang) for source_id in ids]
    return list({credit.attribution: credit for credit in credits}.values())


def _sources(layers: Mapping[str, Any], layer: str) -> Sequence[str]:
    """List the sources of a layer; none where a snapshot of an earlier version lacks it."""
    sources: Sequence[str] = layers[layer]["sources"] if layer in layers else ()
    return sources


def _credit(source_id: str, source: Mapping[str, str], lang: str) -> Credit:
    facts = {name: source[name] for name in ("title", "publisher", "url", "licence", "licence_url")}
    own = f"attribution_{lang}"  # snapshots of earlier versions have none
    if own in source:
        return Credit(source_id, **facts, attribution=source[own], lang=lang)
    return Credit(source_id, **facts, attribution=source["attribution"], lang=FALLBACK)
