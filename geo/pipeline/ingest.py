"""One register in: files → records → points → matched with what is there → ready to publish.

Nothing is written here; `geo.pipeline.build.publish_all` publishes what comes out, in one step.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path

import pandas as pd

from geo.core.errors import BadParameterError
from geo.core.garbage import collect_seldom
from geo.core.prefetch import prefetch
from geo.core.progress import Step
from geo.pipeline.adapters.records import ParsedRecords, no_rows
from geo.pipeline.adapters.residents import gu_by_dong
from geo.pipeline.areas import Areas, read_areas
from geo.pipeline.build import SnapshotDraft, compose_snapshot
from geo.pipeline.country.beyond import Beyond, with_rows
from geo.pipeline.country.cluster import Cluster
from geo.pipeline.country.other_cities import (
    OtherCities,
    beside_ansan,
    check_cities,
    finish_cities,
    rows_of_one_city,
    take_other_cities,
)
from geo.pipeline.geocoding.geocode import GeocodingReference, LoadedArea
from geo.pipeline.load_account import Account, account_of, count_details
from geo.pipeline.points import gazetteer_of
from geo.pipeline.registers.loaded_data import LoadedData, load_from_snapshot
from geo.pipeline.registers.register import Difference, check_newer
from geo.pipeline.registers.release import (
    CollectedRecords,
    Release,
    Source,
    collect,
    geocode,
)
from geo.pipeline.registers.update import compare_with_earlier, update_register
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
    cities = take_other_cities(beside, source.id, files, home) if beside else None
    collected = _collect(source, files, ground, cities, on_step)
    if not older:  # before the work on the whole country begins
        check_newer(before, collected.parts_by_file)
    with ThreadPoolExecutor(max_workers=1) as other:
        # The engine works without Python's lock: the city is put together meanwhile.
        country = other.submit(finish_cities, cities, before, on_step)
        on_step("placing rows")
        release = geocode(source, collected, ground, elsewhere=rows_of_one_city(cities))
        compared = compare_with_earlier(before, release.frame, ground)
        register = update_register(source, ground, release, before, compared)
        accuracy_m = source.spec.accuracy_m or 0.0
        loaded = loaded.with_register(with_rows(register, None, accuracy_m, before))
        loaded = _with_ground(loaded, source, files, ground)
        composed = compose_snapshot(data, loaded, on_step)
        beyond = country.result()
    if beyond:
        loaded = loaded.with_register(with_rows(register, beyond, accuracy_m, before))
        composed = _with_other_cities(composed, loaded)
    return _result(source.id, collected, release, compared, composed, beyond)


def _collect(
    source: Source,
    files: Sequence[Path],
    ground: GeocodingReference,
    cities: OtherCities | Cluster | None,
    on_step: Callable[[str], None],
) -> CollectedRecords:
    """Read the rows of the files; those of other cities go to whoever takes them.

    Raises:
        BadParameterError: nothing was found that was asked for.
    """
    on_step("reading files")
    if isinstance(cities, Cluster):
        collected = cities.collect(source, files, LoadedArea(ground.area))
        check_cities(cities, collected)
        return collected
    batches = _count_rows(source.parse_files(files), expected_rows(files), on_step)
    collected = collect(prefetch(batches), ground, cities.add if cities else _pass_over)
    if cities is None:
        return collected
    collected = replace(collected, outside=cities.left_out)
    check_cities(cities, collected)
    return collected


def _result(
    name: str,
    collected: CollectedRecords,
    release: Release,
    compared: Difference,
    composed: SnapshotDraft,
    beyond: Beyond | None,
) -> IngestResult:
    """Account for the rows of a register, and list those set aside."""
    account = account_of(collected, release, compared, composed.into, beyond)
    details = count_details(collected, release, compared, composed, name)
    rejects = pd.concat([release.rejects, *([beyond.rejects] if beyond else [])], ignore_index=True)
    return IngestResult(account, composed, details, dict(+collected.dropped), rejects)


def _with_other_cities(composed: SnapshotDraft, loaded: LoadedData) -> SnapshotDraft:
    """Return the layers with registers whose rows of other cities are known by now."""
    about = {**composed.about, **loaded.about()}
    tables = {**composed.tables, **loaded.tables()}
    return replace(composed, about=about, tables=tables, beyond=loaded.beyond)


def _pass_over(file: str, rows: pd.DataFrame) -> None:
    """Ignore the rows of other cities, which are counted elsewhere."""


def _count_rows(
    batches: Iterator[ParsedRecords], expected: int, on_step: Callable[[str], None]
) -> Iterator[ParsedRecords]:
    """Report the rows read so far."""
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
