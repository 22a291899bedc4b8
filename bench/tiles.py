"""Time of a vector tile, and of a raster tile of densities, that nobody asked for before.

Use `python -m bench.tiles HOME`.

HOME holds a snapshot with many businesses, such as those that `bench.sizes --scratch` keeps. Tiles
are chosen as visitors would, where the businesses are; the properties are asked for in another
order each time, or another bandwidth, so that no answer is one that the service has kept.
"""

import argparse
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final
from urllib.parse import quote

import numpy as np
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from bench import load, servers
from geo.core.vocab import BANDWIDTHS_M
from geo.core.world_steps import STEP_BITS, Steps, in_steps
from geo.serving.tiles.properties import on_maps
from geo.snapshot.columns import BOUNDS
from geo.snapshot.layer import Layer
from geo.snapshot.reader import open_current
from geo.snapshot.value_index import Rows

ZOOMS: Final = range(5, 17)
ROUNDS, SECONDS = 3, 1.0
SEED: Final = 1
_VECTOR: Final = "/collections/businesses/tiles/WebMercatorQuad/{tile}?properties={names}"
_RASTER: Final = "/analysis/density/tiles/WebMercatorQuad/{tile}.png?bandwidth_m={bandwidth}"
_CQL2: Final = "category IN ('restaurant','cafe') AND accuracy_m >= 0"
# What is asked, and the businesses in whose tiles it is asked.
QUESTIONS: Final[Mapping[str, tuple[str, Mapping[str, list[str]]]]] = {
    "all": (_VECTOR, {}),
    "one category": (f"{_VECTOR}&category=restaurant", {"category": ["restaurant"]}),
    "CQL2": (f"{_VECTOR}&filter={quote(_CQL2)}", {"category": ["restaurant", "cafe"]}),
    "density": (_RASTER, {}),
    "density of one": (f"{_RASTER}&category=restaurant", {"category": ["restaurant"]}),
}


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(prog="python -m bench.tiles", description=__doc__)
    parser.add_argument("home", type=Path, help="folder of the atlas that is served")
    home = parser.parse_args().home
    layer = open_current(home).layers["businesses"]
    columns = [f"{name}\n{what}, ms" for name in QUESTIONS for what in ("p50", "p99")]
    table = Table("zoom", "most in\na tile", *columns, box=SIMPLE_HEAD)
    with servers.atlas(home) as (port, process, _):
        started = time.perf_counter()
        load.get(port, next(_targets(layer, ZOOMS[0], "all")))
        first_ms = 1000 * (time.perf_counter() - started)
        for zoom in ZOOMS:
            table.add_row(str(zoom), f"{_most(layer, zoom):,}", *_times(port, layer, zoom))
        memory = servers.resident_mb(process)
    Console().print(f"{layer.count:,} businesses; the quietest of {ROUNDS} rounds")
    Console().print(table)
    Console().print(f"the first tile, with its index: {first_ms:,.0f} ms")
    Console().print("goal: p99 of 10 ms at zooms 9 and 14, of densities 100 ms at every zoom")
    Console().print(f"memory after {memory:,.0f} MB")


def _times(port: int, layer: Layer, zoom: int) -> Iterator[str]:
    for name in QUESTIONS:
        targets = _targets(layer, zoom, name)
        rounds = [load.run_each(port, targets, seconds=SECONDS) for _ in range(ROUNDS)]
        taken = min(rounds, key=lambda one: one.p99_ms)  # other work on the machine only adds
        yield f"{taken.p50_ms:.2f}"
        yield f"{taken.p99_ms:.2f}"


def _targets(layer: Layer, zoom: int, name: str) -> Iterator[str]:
    """Addresses of tiles around businesses taken at random, each another address."""
    address, where = QUESTIONS[name]
    random = np.random.default_rng(SEED)
    rows, names = layer.select(where), list(on_maps(layer))
    while True:
        x, y = _tiles(layer, random.choice(rows, 1_000), zoom)
        for column, row in zip(x, y, strict=True):
            yield address.format(
                tile=f"{zoom}/{row}/{column}",
                names=",".join(random.permutation(names)),
                bandwidth=round(random.uniform(*BANDWIDTHS_M), 6),
            )


def _most(layer: Layer, zoom: int) -> int:
    """Businesses in the fullest tile."""
    x, y = _tiles(layer, np.arange(layer.count), zoom)
    return int(np.unique(x << np.uint64(zoom) | y, return_counts=True)[1].max())


def _tiles(layer: Layer, rows: Rows, zoom: int) -> tuple[Steps, Steps]:
    """Column and row of the tiles of some businesses."""
    lon, lat = (layer.columns[name].to_numpy()[rows] for name in BOUNDS[:2])
    x, y = in_steps(lon, lat)
    return x >> np.uint64(STEP_BITS - zoom), y >> np.uint64(STEP_BITS - zoom)


if __name__ == "__main__":
    main()
