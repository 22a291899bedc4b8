"""One register in: files → records → points → matched with what is there → ready to publish.

Nothing is written here; `geo.pipeline.build.publish_all` publishes what comes out, in one step.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pandas as pd

from geo.core.errors import BadParameterError
from geo.core.garbage import collect_seldom
from geo.core.prefetch import prefetch
from geo.core.progress import Step
from geo.pipeline.adapters.catalogue import COPIES
from geo.pipeline.adapters.records import ParsedRecords, no_rows
from geo.pipeline.adapters.residents import gu_by_dong
from geo.pipeline.areas import Areas, read_areas
from geo.pipeline.build import SnapshotDraft, compose_snapshot
from geo.pipeline.country.load import Beyond, with_rows
from geo.pipeline.country.other_cities import (
    beside_ansan,
    check_cities,
    finish_cities,
    take_other_cities,
)
from geo.pipeline.disclosure.operator_listings import no_listings, states_operators, with_listing
from geo.pipeline.geocoding.geocode import GeocodingReference
from geo.pipeline.load_account import Account
from geo.pipeline.points import gazetteer_of
from geo.pipeline.registers.businesses import CLOSED_ELSEWHERE
from geo.pipeline.registers.covered_areas import covered_areas
from geo.pipeline.registers.loaded_data import LoadedData, load_from_snapshot
from geo.pipeline.registers.register import Difference, Register, check_newer, difference
from geo.pipeline.registers.release import (
    CollectedRecords,
    Release,
    Source,
    collect,
    geocode,
)
from geo.pipeline.registers.release_date import release_of
from geo.pipeline.sources import zone
from geo.readers.expected import expected_rows


@dataclass(frozen=True)
class IngestResult:
    """What would be published.

    Attributes:
        account: where the rows went.
        composed: all layers with them.
        details: further counts for people, by what they count.
        dropped: filled cells of protected columns, by header; none of them was taken.
        rejects: the rows set aside: `file`, `row`, `reason`, `text`.
    """

    account: Account
    composed: SnapshotDraft
    details: Mapping[str, Mapping[str, int]]
    dropped: Mapping[str, int] = field(default_factory=dict)
    rejects: pd.DataFrame = field(default_factory=lambda: no_rows().assign(file=""))


@collect_seldom()
def prepare(
    source: Source,
    files: Sequence[Path],
    area: str,
    places: tuple[Path, Path],
    on_step: Callable[[str], None] = lambda _: None,
    *,
    older: bool = False,
) -> IngestResult:
    """Read the files of a register and compute the atlas with them.

    Args:
        source: the register.
        files: files, folders and zips.
        area: `ansan`, a gu or a dong code, `all` for the whole country, or the 5-digit code of
            another city, whose rows are loaded beside those of Ansan.
        places: the project's `data` folder, and where snapshots live.
        on_step: told what happens next.
        older: take a release that is older than the one loaded.

    Raises:
        GeoError: the files cannot be used; nothing has changed.
    """
    data, home = places
    loaded = load_from_snapshot(home)
    before = loaded.registers.get(source.id)
    areas = read_areas(data, loaded.references)
    beside = beside_ansan(area, areas, source.id)
    ground = ground_of(data, areas, "ansan" if beside else area, loaded)
    spool = take_other_cities(beside, source.id, files, home) if beside else None
    on_step("reading files")
    batches = _told(source.parse_files(files), expected_rows(files), on_step)
    gathered = collect(prefetch(batches), ground, spool.add if spool else _passed_over)
    if spool:
        gathered = replace(gathered, outside=spool.left_out)
        check_cities(spool, gathered)
    if not older:  # before the work on the whole country begins
        check_newer(before, gathered.parts_by_file)
    with ThreadPoolExecutor(max_workers=1) as other:
        # The engine works without Python's lock: the city is put together meanwhile.
        country = other.submit(finish_cities, spool, before, on_step)
        on_step("placing rows")
        release = geocode(source, gathered, ground, elsewhere=spool.one_city if spool else 0)
        compared = _difference(before, release.frame, ground)
        register = _register(source, ground, release, before, compared)
        accuracy_m = source.spec.accuracy_m or 0.0
        loaded = loaded.with_register(with_rows(register, None, accuracy_m, before))
        loaded = _with_ground(loaded, source, files, ground)
        composed = compose_snapshot(data, loaded, on_step)
        beyond = country.result()
    if beyond:
        loaded = loaded.with_register(with_rows(register, beyond, accuracy_m, before))
        composed = _carrying(composed, loaded)
    account = _account(gathered, release, compared, composed.into, beyond)
    details = _details(gathered, release, compared, composed, source.id)
    rejects = pd.concat([release.rejects, *([beyond.rejects] if beyond else [])], ignore_index=True)
    return IngestResult(account, composed, details, dict(+gathered.dropped), rejects)


def _account(
    gathered: CollectedRecords,
    release: Release,
    compared: Difference,
    into: Mapping[str, str],
    beyond: Beyond | None,
) -> Account:
    """Account for all rows, those of other cities included where they are loaded."""
    merged = int(compared.new.isin({*into, *into.values()}).sum())
    return Account(
        read=gathered.read,
        new=len(compared.new) - merged + (beyond.new if beyond else 0),
        changed=len(compared.changed) + (beyond.changed if beyond else 0),
        unchanged=len(compared.unchanged) + (beyond.unchanged if beyond else 0),
        merged=merged + release.repeated,
        outside=release.outside + gathered.outside,
        set_aside=len(release.rejects) + (len(beyond.rejects) if beyond else 0),
    )


def _carrying(composed: SnapshotDraft, loaded: LoadedData) -> SnapshotDraft:
    """Return the layers with registers whose rows of other cities are known by now."""
    about = {**composed.about, **loaded.about()}
    tables = {**composed.tables, **loaded.tables()}
    return replace(composed, about=about, tables=tables, beyond=loaded.beyond)


def _difference(
    before: Register | None, release: pd.DataFrame, ground: GeocodingReference
) -> Difference:
    """Compare the release with the old rows of its area; the rest of the register stays."""
    if before is None:
        return difference(None, release)
    asked = ground.holds(before.frame) | before.frame.index.isin(release.index)
    compared = difference(replace(before, frame=before.frame[asked]), release)
    whole = pd.concat([compared.frame, before.frame[~asked]]).sort_index()
    return replace(compared, frame=whole)


def _passed_over(file: str, rows: pd.DataFrame) -> None:
    """Ignore the rows of other cities, which are counted elsewhere."""


def _told(
    batches: Iterator[ParsedRecords], expected: int, on_step: Callable[[str], None]
) -> Iterator[ParsedRecords]:
    read = 0
    for batch in batches:
        read += len(batch.frame) + len(batch.rejects)
        on_step(Step("reading files", read, expected))
        yield batch
    on_step(Step("reading files", read, read))


def _with_ground(
    loaded: LoadedData, source: Source, files: Sequence[Path], on: GeocodingReference
) -> LoadedData:
    """Add the roads and buildings of the files, where they contain any."""
    if source.ground is None:
        return loaded
    table = source.ground(files, on.zone)
    if table.empty:
        return loaded
    about = {"source_id": source.id, "source": source.spec.public(), "rows": len(table)}
    return loaded.with_reference("ground", table, about)


def _details(
    gathered: CollectedRecords,
    release: Release,
    compared: Difference,
    composed: SnapshotDraft,
    name: str,
) -> dict[str, Mapping[str, int]]:
    categories: Counter[str] = Counter()
    for (_, category), count in gathered.codes.items():
        categories[category] += count
    features = next(features for features in composed.all_features if features.source == name)
    closed = sum(len(part.ids) for part in features.exclusions if part.reason == CLOSED_ELSEWHERE)
    return {
        "set aside because": Counter(release.rejects["reason"]),
        "category": dict(categories.most_common()),
        "category decided by": dict(gathered.decided.most_common()),
        "filled cells of protected columns, not taken": dict(+gathered.dropped),
        "unknown code": dict(gathered.unknown.most_common()),
        "changed since before": Counter(compared.changes["kind"]),
        "doubt": {"open here, closed says another list": closed} if closed else {},
        **_copied(composed, name),
    }


def _copied(composed: SnapshotDraft, name: str) -> dict[str, Mapping[str, int]]:
    """Count how much of the copy of a register it has replaced, where `data/` has one."""
    if name not in COPIES:
        return {}
    copy = COPIES[name]
    read = next(features.read for features in composed.all_features if features.source == copy)
    both = sum({name, copy} <= set(ids) for ids in composed.layers["businesses"]["registers"])
    return {copy: {"replaced by this register": both, "not named by it": read - both}}


def ground_of(
    data: Path, areas: Areas, area: str, loaded: LoadedData | None = None
) -> GeocodingReference:
    """Return what points are checked against, and which area is accepted.

    Args:
        data: the project's `data` folder.
        areas: gu, dong and zone.
        area: `ansan`, or the code of a gu or dong.
        loaded: what has been loaded before, whose points place further addresses.

    Raises:
        BadParameterError: the area is not one of the city.
    """
    gu, dong = areas.frame("gu"), areas.frame("dong")
    gazetteer = gazetteer_of(data, areas, loaded or LoadedData())
    zone_now = zone.in_force(areas.frame("zone"))
    if area == "ansan":
        return GeocodingReference(gazetteer, dong, tuple(gu.index), zone_now, gu_by_dong(data))
    if area not in {*gu.index, *dong.index}:
        allowed = (
            f"ansan, all or the 5-digit code of another city (semas only), a gu "
            f"({', '.join(gu.index)}) or the 10-digit code of a dong"
        )
        raise BadParameterError("area", area, allowed)
    return GeocodingReference(gazetteer, dong, (area,), zone_now, gu_by_dong(data))


def _register(
    source: Source,
    ground: GeocodingReference,
    release: Release,
    before: Register | None,
    compared: Difference,
) -> Register:
    """Build the register as the snapshot will store it."""
    files = _parts(release)
    unchanged, rejects = _still_true(before, files), release.rejects
    quarantine = rejects
    if before is not None:
        old = before.quarantine
        quarantine = pd.concat([old[old["file"].isin(unchanged)], rejects])
    about: dict[str, Any] = {
        "source": source.spec.public(),
        "release": max((release_of(file) for file in files), default=""),
        "covers": covered_areas(source, ground, before, rows=len(release.frame)),
        "files": dict(sorted({**unchanged, **files}.items())),
        "rows": len(compared.frame),
    }
    changes = compared.changes
    if before is not None and changes.empty:
        changes = before.changes
    ordered = quarantine.sort_values(["file", "row", "reason"], ignore_index=True)
    past = before.past if before else no_listings()
    if len(past) or states_operators(compared.frame):
        past = with_listing(past, compared.frame, about["release"])
    return Register(source.id, about, compared.frame, ordered, changes, past=past)


def _parts(release: Release) -> dict[str, list[str]]:
    """Map each file of a release to the parts of the register that it holds."""
    return {
        str(file): sorted(set(rows["part"].dropna()))
        for file, rows in release.frame.groupby("file")
    }


def _still_true(before: Register | None, files: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """List the files of earlier loads with a part that the new files lack."""
    if before is None:
        return {}
    renewed = {part for parts in files.values() for part in parts}
    return {
        file: parts
        for file, parts in before.about["files"].items()
        if file not in files and not set(parts) <= renewed
    }
