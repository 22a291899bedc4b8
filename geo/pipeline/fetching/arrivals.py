"""Whether a file arrived whole, and is what was asked for."""

import csv
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final
from zipfile import ZipInfo

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from geo.core.errors import GeoError
from geo.pipeline.fetching.receipts import drop, part_of
from geo.readers.archive import Budget, open_entry, open_zip, safe_entries

_CHUNK: Final = 1 << 20
_HEAD: Final = 20_000  # bytes that hold a header and a row
_OFFICE: Final = "개방자치단체코드"
_PROVINCE: Final = "시도명"
LEAST_DONG: Final = 20  # of Ansan, 25 today


def unpack_province(target: Path, to: Path, about: Mapping[str, Any]) -> None:
    """Unpack the table of one province from the ZIP of the country, found by its first row.

    Args:
        target: the ZIP, still unfinished.
        to: where the table is kept; its name is ours, whatever the ZIP calls it.
        about: `province`, `city`, `least_rows`, `most_bytes`.

    Raises:
        FetchError: the ZIP is damaged, or holds no table of the province with enough rows.
    """
    part, unfinished = part_of(target), to.with_name(to.name + ".part")
    try:
        with part.open("rb") as raw, open_zip(target.name, raw) as package:
            budget = Budget(target.name)
            found = None
            for entry in safe_entries(target.name, package):
                with open_entry(target.name, package, entry, budget) as stream:
                    if about["province"] in _first_province(stream.read(_HEAD)):
                        found = entry
            rows = _unpacked(target, package, found, (unfinished, about["city"])) if found else 0
            damaged = package.testzip()
    except GeoError as error:
        drop(target, str(error))
    if damaged or rows < about["least_rows"]:
        unfinished.unlink(missing_ok=True)
        problem = "an entry is damaged" if damaged else f"only {rows:,} rows of {about['city']}"
        drop(target, problem)
    unfinished.replace(to)


def _first_province(head: bytes) -> str:
    rows = csv.reader(io.StringIO(head.decode("utf-8-sig", "replace")))
    header, row = next(rows, []), next(rows, [])
    return dict(zip(header, row, strict=False)).get(_PROVINCE, "")


def _unpacked(target: Path, package: Any, entry: ZipInfo, to: tuple[Path, str]) -> int:
    """Unpack an entry to a file, and count the rows that name the city."""
    file, city = to
    rows, rest = 0, b""
    with (
        open_entry(target.name, package, entry, Budget(target.name)) as stream,
        file.open("wb") as out,
    ):
        while chunk := stream.read(_CHUNK):
            out.write(chunk)
            *lines, rest = (rest + chunk).split(b"\n")
            rows += sum(city.encode() in line for line in lines)
    return rows + (city.encode() in rest)


def check_permits(target: Path, office: str) -> int:
    """Return how many licences a file holds; the office does not count the header.

    Raises:
        FetchError: it is no table of licences, is cut in a row, or is of another office.
    """
    raw = part_of(target).read_bytes()
    text = raw.decode("utf-8-sig" if raw.startswith(b"\xef\xbb\xbf") else "cp949", "replace")
    rows = csv.reader(io.StringIO(text))
    header = [name.strip() for name in next(rows, [])]
    if _OFFICE not in header:
        drop(target, "it has no column 개방자치단체코드 and is no table of licences")
    place, count = header.index(_OFFICE), 0
    for row in rows:
        if len(row) < len(header):
            drop(target, f"its row {count + 1} has {len(row)} of {len(header)} cells: it was cut")
        if row[place].strip() != office:
            drop(target, f"it is of office {row[place].strip()[:20]!r}, not {office}")
        count += 1
    return count


def check_overpass(target: Path) -> None:
    """Check that an answer of Overpass is whole.

    Raises:
        FetchError: it is no JSON, was broken off, or holds nothing.
    """
    try:
        answer = orjson.loads(part_of(target).read_bytes())
    except ValueError:
        drop(target, "it is no whole JSON")
    if not isinstance(answer, dict) or not isinstance(answer.get("elements"), list):
        drop(target, "it has no list of elements")
    if "remark" in answer:
        drop(target, f"the server broke off: {str(answer['remark'])[:200]}")
    if not answer["elements"]:
        drop(target, "it holds no element")


def check_outlines(target: Path) -> None:
    """Check that a file of outlines holds the dong of Ansan.

    Raises:
        FetchError: it is no GeoJSON, or has too few of them.
    """
    try:
        features = orjson.loads(part_of(target).read_bytes())["features"]
        codes = {str(dong["properties"].get("adm_cd2", "")) for dong in features}
    except (ValueError, KeyError, TypeError, AttributeError):
        drop(target, "it is no whole GeoJSON")
    if sum(code.startswith("4127") for code in codes) < LEAST_DONG:
        drop(target, "it holds too few dong of Ansan (adm_cd2 beginning with 4127)")


def check_places(target: Path, most_bytes: int) -> None:
    """Check that a file of places is whole and holds rows.

    Raises:
        FetchError: it is no Parquet file, holds no row, or is too large.
    """
    part = part_of(target)
    if part.stat().st_size > most_bytes:
        drop(target, f"it has more than {most_bytes:,} bytes")
    try:
        rows = pq.read_metadata(part).num_rows
    except (pa.ArrowException, OSError) as error:
        drop(target, f"it is no whole Parquet file ({error})")
    if rows == 0:
        drop(target, "it holds no place")
