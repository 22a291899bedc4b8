"""Read outlines: shapefiles in a folder or zip, and GeoJSON."""

import shutil
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from zipfile import BadZipFile, ZipFile, ZipInfo

import geopandas as gpd

from geo.readers.archive import entry_name, open_zip, safe_entries
from geo.readers.errors import InputFileError, MissingFileError, UnreadableFileError
from geo.readers.input_files import identify_file, open_unchanged

NEEDED: Final = (".shx", ".dbf")
PARTS: Final = (".shp", *NEEDED, ".prj", ".cpg")
GEOJSON: Final = (".geojson", ".json")
MAX_BYTES: Final = 2_000_000_000  # of what is unpacked; the dong of all Korea are 0.2 GB


@contextmanager
def outline_paths(path: Path) -> Iterator[list[Path]]:
    """List the shapefiles and GeoJSON files behind a path: a file, a folder or a zip.

    Raises:
        InputFileError: there is none, or the zip cannot be read or must not be.
    """
    if path.suffix.lower() == ".zip":
        with TemporaryDirectory() as folder:
            _unpack(path, Path(folder))
            yield _outline_files(path, sorted(Path(folder).rglob("*")))
    elif path.is_dir():
        yield _outline_files(path, sorted(path.rglob("*")))
    else:
        yield _outline_files(path, [identify_file(path).path])


def read_outlines(path: Path, *, encoding: str) -> gpd.GeoDataFrame:
    """Read a shapefile or GeoJSON file, in the system it states itself, if any.

    Args:
        path: shapefile or GeoJSON.
        encoding: of the .dbf, where no .cpg beside it says otherwise.

    Raises:
        InputFileError: a part of the shapefile is missing, or the file cannot be read.
    """
    import pyogrio  # not with the registers, which have no outlines: GDAL takes its time
    from pyogrio.errors import DataLayerError, DataSourceError

    is_shapefile = path.suffix.lower() == ".shp"
    beside = {file.suffix.lower() for file in path.parent.glob(f"{path.stem}.*")}
    for part in NEEDED if is_shapefile else ():
        if part not in beside:
            raise MissingFileError(
                path.name, f"{path.stem}{part} is missing beside it", "keep its files together"
            )
    use_encoding = is_shapefile and ".cpg" not in beside
    try:
        return pyogrio.read_dataframe(path, encoding=encoding if use_encoding else None)
    except (DataSourceError, DataLayerError, UnicodeDecodeError, ValueError) as error:
        raise UnreadableFileError(path.name, f"cannot be read ({error})", "get it again") from error


def _outline_files(path: Path, files: Sequence[Path]) -> list[Path]:
    outline_files = [file for file in files if file.suffix.lower() in (".shp", *GEOJSON)]
    if not outline_files:
        raise MissingFileError(
            path.name, "holds no outlines", f"name a .shp, {', '.join(GEOJSON)} or a zip of one"
        )
    return outline_files


def _unpack(path: Path, folder: Path) -> None:
    """Unpack the shapefiles and GeoJSON files of a zip under their own names."""
    left = MAX_BYTES
    with open_unchanged(identify_file(path)) as raw, open_zip(path.name, raw) as package:
        for entry in safe_entries(path.name, package):
            name = Path(entry_name(entry))
            if name.suffix.lower() not in (*PARTS, *GEOJSON):
                continue
            left -= entry.file_size
            if left < 0:
                raise InputFileError(path.name, f"unpacks to over {MAX_BYTES:,} bytes", "unpack it")
            _extract(path, package, entry, folder / name)


def _extract(path: Path, package: ZipFile, entry: ZipInfo, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        # zipfile stops at the size that the entry states, so no more than that is written.
        with package.open(entry) as source, target.open("wb") as sink:
            shutil.copyfileobj(source, sink)
    except (BadZipFile, EOFError, zlib.error) as error:
        raise UnreadableFileError(path.name, f"is damaged ({error})", "get it again") from error
