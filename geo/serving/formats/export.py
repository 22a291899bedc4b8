"""Export of a layer of the current snapshot to a file."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from contextlib import closing
from pathlib import Path

import numpy as np

from geo.core.atomic_file import atomic_file
from geo.core.declarations import not_allowed
from geo.core.errors import BadParameterError
from geo.serving.formats import FORMATS, Format, Selection
from geo.snapshot.reader import Snapshot, open_current


def export_layer(home: Path, layer_id: str, to: Path) -> int:
    """Write a layer to a file in the format of its suffix.

    The file appears whole or not at all.

    Returns:
        Number of features written.

    Raises:
        BadParameterError: no such layer, another ending, or a place where nothing can be written.
        SnapshotError: nothing has been built yet.
    """
    snapshot = open_current(home)
    if layer_id not in snapshot.layers:
        raise BadParameterError("layer", layer_id, list(snapshot.layers))
    chosen = _format_of(to)
    layer = snapshot.layers[layer_id]
    notices = licence_notices(snapshot, layer_id)
    selection = Selection(layer, np.arange(layer.count), list(layer.fields), notices=notices)
    with atomic_file(to) as file, closing(chosen.chunks(selection)) as chunks:
        file.writelines(chunks)
    return layer.count


def attributions(
    snapshot: Snapshot,
    rests_on: Sequence[str],
    lang: str = "en",
    counted: AbstractSet[str] | None = None,
) -> list[str]:
    """List the attributions that sources require wherever their data are shown.

    Args:
        snapshot: the data.
        rests_on: layers, for all their sources, or sources.
        lang: language of the sentences; Korean or, for all others, English.
        counted: the sources of the businesses counted, so that others of the layer are not named;
            None for all of the layer.

    Raises:
        DeclarationError: a measure rests on something that is neither a layer nor a source.
    """
    attribution = "attribution_ko" if lang == "ko" else "attribution"
    sources = sources_of(snapshot, rests_on, counted)
    return list(dict.fromkeys(source[attribution] for source in sources))


def sources_of(
    snapshot: Snapshot, rests_on: Sequence[str], counted: AbstractSet[str] | None = None
) -> list[dict[str, str]]:
    """List the sources of what a measure rests on, each once, as the manifest has them.

    Args:
        snapshot: the data.
        rests_on: layers, for all their sources, or sources.
        counted: the sources of the businesses counted; None for all of the layer.

    Raises:
        DeclarationError: a measure rests on something that is neither a layer nor a source.
    """
    layers, known = snapshot.manifest["layers"], snapshot.manifest["sources"]
    sources = [
        source
        for name in rests_on
        for source in (layers[name]["sources"] if name in layers else [name])
        if counted is None or name != "businesses" or source in counted
    ]
    unknown = [source for source in sources if source not in known]
    if unknown:
        raise not_allowed("a measure", "rests_on", unknown[0], [*layers, *known])
    return [known[source] for source in dict.fromkeys(sources)]


def licence_notices(snapshot: Snapshot, layer_id: str) -> list[str]:
    """List the attributions and licences that a file of a layer carries."""
    notices = (
        f"{source['attribution']} ({source['licence']}, {source['licence_url']})"
        for source in _sources(snapshot, layer_id)
    )
    return list(dict.fromkeys(notices))


def _sources(snapshot: Snapshot, layer_id: str) -> list[dict[str, str]]:
    known = snapshot.manifest["sources"]
    return [known[name] for name in snapshot.manifest["layers"][layer_id]["sources"]]


def _format_of(to: Path) -> Format:
    by_ending = {file_format.ending: file_format for file_format in FORMATS.values()}
    if to.suffix.lower() not in by_ending:
        raise BadParameterError("to", to.name, f"a name that ends in {' or '.join(by_ending)}")
    return by_ending[to.suffix.lower()]
