"""The peers, started on one and the same data."""

import subprocess
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench.peers import postgis, tables
from bench.peers.pygeoapi import STORES, pygeoapi
from bench.peers.questions import Server
from bench.peers.tipg import tipg
from geo.serving.formats.export import export_layer
from geo.snapshot.reader import open_current

_INDEXED: Final = {"businesses": ("category", "foreign_run"), "dong": ()}


@dataclass(frozen=True)
class Peers:
    """What is running.

    Attributes:
        servers: each peer with every store that it can be asked on.
        processes: by name.
        seconds: from start until it listened, by name.
    """

    servers: tuple[tuple[Server, ...], ...]
    processes: Mapping[str, subprocess.Popen[bytes]]
    seconds: Mapping[str, float]


@contextmanager
def peers(home: Path, folder: Path) -> Iterator[Peers]:
    """Both peers over the layers of a snapshot.

    Args:
        home: where the snapshot lives.
        folder: for the files that they read.
    """
    snapshot = open_current(home)
    with ExitStack() as started:
        database = started.enter_context(postgis.cluster())
        files = {layer_id: folder / f"{layer_id}.geojson" for layer_id in _INDEXED}
        for layer_id, indexed in _INDEXED.items():
            tables.load(database, snapshot.layers[layer_id], indexed)
            export_layer(home, layer_id, files[layer_id])
        first = started.enter_context(pygeoapi(database, files, folder))
        second = started.enter_context(tipg(database))
        stores = [
            Server(f"pygeoapi ({store})", first[0], f"/collections/{{layer}}-{store}")
            for store in STORES
        ]
        yield Peers(
            (tuple(stores), (Server("tipg", second[0], "/collections/public.{layer}"),)),
            {"pygeoapi": first[1], "tipg": second[1], "PostgreSQL": database.process},
            {"pygeoapi": first[2], "tipg": second[2]},
        )
