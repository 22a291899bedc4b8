"""Registers fetched from their publishers, each checked to have arrived whole."""

import hashlib
import re
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

from geo.core.progress import Notice
from geo.pipeline.fetching.arrivals import (
    check_outlines,
    check_overpass,
    check_permits,
    check_places,
    unpack_province,
)
from geo.pipeline.fetching.publishers import FetchError
from geo.pipeline.fetching.receipts import Receipt, drop, forget_part, keep, part_of, read_receipt
from geo.pipeline.fetching.transfer import Manners, Request, download, read_page

_FILE_ID: Final = re.compile(r"atchFileId=(FILE_\d{1,30})(?:(?:&amp;|&)fileDetailSn=(\d{1,3}))?")
_EDITION: Final = re.compile(r"(20\d{6})\.zip", re.IGNORECASE)
_VERSION: Final = re.compile(r"ver(20\d{6})")
_QUERY: Final = """[out:json][timeout:180][bbox:{box}];
(nwr[shop];nwr[amenity];nwr[office];nwr[craft];nwr[tourism];nwr[leisure];
way[highway];wr[building];nwr[railway~"^(station|subway_entrance)$"];);
out meta geom;"""
OnStep = Callable[[str], None]


@dataclass(frozen=True)
class Fetched:
    """What a source brought.

    Attributes:
        files: to be loaded.
        unchanged: whether they are those that were there before.
    """

    files: tuple[Path, ...]
    unchanged: bool


@dataclass(frozen=True)
class Errand:
    """One source to be fetched.

    Attributes:
        name: of the source.
        publishers: the table of `read_publishers`.
        folder: where fetched files are kept, one folder a source.
        on_step: told the progress.
    """

    name: str
    publishers: Mapping[str, Mapping[str, Any]]
    folder: Path
    on_step: OnStep

    @property
    def about(self) -> Mapping[str, Any]:
        """What the table says of the source."""
        return self.publishers[self.name]

    @property
    def manners(self) -> Manners:
        """How its server is asked."""
        of_all = self.publishers["transfer"]
        names = ("tries", "wait_s", "most_wait_s", "timeout_s")
        return Manners(
            most_bytes=self.about["most_bytes"], **{name: of_all[name] for name in names}
        )

    def request(self, url: str, **headers: str) -> Request:
        """Return a request with the name of who asks."""
        agent = self.about.get("agent", self.publishers["transfer"]["agent"])
        return Request(url, {"User-Agent": agent, **headers})

    def path(self, name: str) -> Path:
        """Return where a file of the source is kept."""
        return self.folder / self.name / name


def fetch_source(errand: Errand) -> Fetched:
    """Fetch one source.

    Raises:
        FetchError: it cannot be had, or did not arrive whole; what was there before stays.
    """
    by_name = {
        "semas": _semas,
        "permits": _permits,
        "osm": _osm,
        "overture": _overture,
        "boundaries": _boundaries,
    }
    try:
        return by_name[errand.name](errand)
    except OSError as error:
        raise FetchError(f"{errand.name}: {error}") from error


def _got(errand: Errand, request: Request, target: Path) -> Receipt | None:
    return download(request, target, errand.manners, errand.about["licence"], errand.on_step)


def _semas(errand: Errand) -> Fetched:
    about = errand.about
    page = read_page(errand.request(about["page"]), errand.manners)
    found = _FILE_ID.search(page)
    if found is None:
        raise FetchError(f"{about['page']}: it names no file (atchFileId); has the page changed?")
    request = errand.request(
        about["file"].format(id=found[1], part=found[2] or "1"), Referer=about["page"]
    )
    target = errand.path("semas.zip")
    known = read_receipt(target)
    before = sorted(target.parent.glob("*.csv"))
    if known and known.url == request.url and before:
        return Fetched((before[-1],), unchanged=True)
    receipt = _got(errand, request, target)
    if receipt is None:
        return Fetched((before[-1],), unchanged=True) if before else drop(target, "it is missing")
    edition = _EDITION.search(receipt.disposition)
    name = f"semas_{about['province']}_{edition[1] if edition else receipt.fetched_at[:10]}.csv"
    errand.on_step("checking the ZIP")
    unpack_province(target, errand.path(name), about)
    for old in before:
        old.unlink(missing_ok=old.name != name)
    keep(target, receipt)
    return Fetched((errand.path(name),), unchanged=False)


def _permits(errand: Errand) -> Fetched:
    files, changed = [], False
    for number, (trade, name) in enumerate(errand.about["trades"].items()):
        if number:
            time.sleep(errand.about["pause_s"])
        errand.on_step(f"fetching {name}")
        target = errand.path(f"{name}.csv")
        address = errand.about["file"].format(trade=trade, office=errand.about["office"])
        page = errand.about["page"].format(trade=trade)
        receipt = _got(errand, errand.request(address, Referer=page), target)
        if receipt is not None:
            if check_permits(target, errand.about["office"]) == 0:
                forget_part(target)
                errand.on_step(Notice(f"{name}: no licence of this office, a header alone"))
                continue
            keep(target, receipt)
            changed = True
        files.append(target)
    if not files:
        raise FetchError(f"permits: no trade has a row of office {errand.about['office']}")
    return Fetched(tuple(files), unchanged=not changed)


def _osm(errand: Errand) -> Fetched:
    box = ",".join(map(str, errand.about["box"]))
    body = urlencode({"data": _QUERY.format(box=box)}).encode()
    target, reasons = errand.path("osm.json"), []
    for host in errand.about["hosts"]:
        asked = Request(host, errand.request(host).headers, body)
        try:
            receipt = _got(errand, asked, target)
            if receipt is None:
                return Fetched((target,), unchanged=True)
            check_overpass(target)
        except FetchError as error:
            reasons.append(str(error))
            continue
        same = (known := read_receipt(target)) is not None and known.sha256 == receipt.sha256
        keep(target, receipt)
        return Fetched((target,), unchanged=same)
    raise FetchError(" | ".join(reasons))


def _boundaries(errand: Errand) -> Fetched:
    listing = read_page(errand.request(errand.about["page"]), errand.manners)
    versions = sorted(set(_VERSION.findall(listing)))
    if not versions:
        raise FetchError(f"{errand.about['page']}: it lists no edition (ver20YYMMDD)")
    target = errand.path(f"HangJeongDong_ver{versions[-1]}.geojson")
    request = errand.request(errand.about["file"].format(edition=versions[-1]))
    receipt = _got(errand, request, target)
    if receipt is not None:
        check_outlines(target)
        keep(target, receipt)
    return Fetched((target,), unchanged=receipt is None)


def _overture(errand: Errand) -> Fetched:
    if find_spec(errand.about["package"]) is None:
        raise FetchError(
            f"overture: the package `{errand.about['package']}` of the extra `overture` is not "
            "installed here: pip install 'ansan-atlas[overture]', or download the places yourself "
            "and load them with `atlas ingest overture FILE.parquet`"
        )
    target = errand.path(f"places_{datetime.now(UTC):%Y%m}.parquet")
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = part_of(target)
    box = ",".join(map(str, errand.about["box"]))
    command = [sys.executable, *errand.about["arguments"], f"--bbox={box}", "-o", str(part)]
    errand.on_step("fetching places of Overture")
    try:
        done = subprocess.run(  # noqa: S603 # the arguments are those of our table
            command, capture_output=True, text=True, timeout=errand.about["timeout_s"], check=False
        )
    except subprocess.TimeoutExpired as error:
        raise FetchError(f"overture: no answer within {error.timeout:.0f} s") from error
    if done.returncode or not part.exists():
        raise FetchError(f"overture: the download failed: {done.stderr.strip()[-300:]}")
    check_places(target, errand.about["most_bytes"])
    known = read_receipt(target)
    receipt = _own_receipt(" ".join(errand.about["arguments"]), part, errand.about["licence"])
    keep(target, receipt)
    return Fetched((target,), unchanged=known is not None and known.sha256 == receipt.sha256)


def _own_receipt(address: str, part: Path, licence: str) -> Receipt:
    with part.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    now = datetime.now(UTC).isoformat(timespec="seconds")
    return Receipt(address, now, digest, part.stat().st_size, licence)
