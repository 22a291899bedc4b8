"""Layers that are as they were: their values are not checked, and their files not written, again.

What a layer is made of decides, not when it was made; the bytes of the files are compared with
their SHA-256 before they are linked.
"""

import pickle
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import pandas as pd
import shapely

from geo.core.errors import SnapshotError
from geo.core.reuse import are_reused, reused
from geo.snapshot.integrity import sha256_of

Folders = tuple[Path, Path]

_SMALL: Final = 5_000  # features; of larger layers, such as businesses, some row always changes


def check_once(layer_id: str, frame: gpd.GeoDataFrame, check: Callable[[], None]) -> None:
    """Check the values of a layer, unless the same have been found right.

    Args:
        layer_id: collection id.
        frame: its rows, in the types of its contract.
        check: raises where a value is wrong.
    """
    if len(frame) > _SMALL or not are_reused():
        check()
        return

    def find_right() -> bool:
        check()
        return True

    reused(f"{layer_id} is right", [_column_bytes(frame)], find_right)


def write_once(
    layer_id: str, frame: gpd.GeoDataFrame, write: Callable[[], dict[str, Any]], folders: Folders
) -> Mapping[str, Any]:
    """Write the files of a layer, or link those of the snapshot before if it is the same.

    Args:
        layer_id: collection id.
        frame: a frame that conforms to the contract.
        write: writes the files to the new folder and describes them: `files` has their SHA-256.
        folders: the new one, and that of the snapshot before.

    Returns:
        The description.
    """
    if len(frame) > _SMALL or not are_reused():
        return write()
    written: list[str] = []

    def write_now() -> dict[str, Any]:
        written.append(layer_id)
        return write()

    inputs = [_column_bytes(frame), pickle.dumps(shapely.to_wkb(frame.geometry.to_numpy()))]
    described = reused(f"files of {layer_id}", inputs, write_now)
    if written or _linked(described["files"], *folders):
        return described
    return write()


def _column_bytes(frame: gpd.GeoDataFrame) -> bytes:
    """Return ids and properties as bytes; the same bytes are the same values."""
    return pickle.dumps(pd.DataFrame(frame.drop(columns="geometry")))


def _linked(files: Mapping[str, str], folder: Path, before: Path) -> bool:
    """Link files of a snapshot if all of them are there, unaltered; else none of them."""
    linked: list[Path] = []
    try:
        if any(sha256_of(before / name) != digest for name, digest in files.items()):
            return False
        for name in files:
            (folder / name).hardlink_to(before / name)
            linked.append(folder / name)
    except (OSError, SnapshotError):  # one is missing, or a file system without hard links
        for path in linked:  # written to, they would alter the snapshot before
            path.unlink()
        return False
    return True
