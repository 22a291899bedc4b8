"""One register in: files → records → points → matched with what is there → ready to publish.

Nothing is written here; `geo.build.publish_all` publishes what comes out, in one step.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from geo.build import Areas, Composed, compose, read_areas
from geo.errors import BadParameterError, ContractError
from geo.loaded import Loaded, carried
from geo.locate import Gazetteer
from geo.placing import Ground
from geo.registers import Difference, Register, difference
from geo.release import Gathered, Release, Source, gather, placed, release_of
from geo.shops import CLOSED_ELSEWHERE
from geo.sources import streets, zone


@dataclass(frozen=True)
class Account:
    """Where the rows of the files went; the sum is exact."""

    read: int
    new: int
    changed: int
    unchanged: int
    merged: int
    outside: int
    set_aside: int

    def __post_init__(self) -> None:
        """Refuse an account that does not add up.

        Raises:
            ContractError: the parts are not the whole.
        """
        parts = (self.new, self.changed, self.unchanged, self.merged, self.outside, self.set_aside)
        if self.read != sum(parts):
            raise ContractError(f"the account does not add up: {self}")


@dataclass(frozen=True)
class Ingested:
    """What would be published.

    Attributes:
        account: where the rows went.
        composed: all layers with them.
        details: further counts for people, by what they count.
    """

    account: Account
    composed: Composed
    details: Mapping[str, Mapping[str, int]]


def prepare(
    source: Source,
    files: Sequence[Path],
    area: str,
    places: tuple[Path, Path],
    on_step: Callable[[str], None] = lambda _: None,
) -> Ingested:
    """Read files of a register and work out what the atlas would be with them.

    Args:
        source: the register.
        files: files, folders and zips.
        area: `ansan`, a gu or a dong code.
        places: the project's `data` folder, and where snapshots live.
        on_step: told what happens next.

    Raises:
        GeoError: the files cannot be used; nothing has changed.
    """
    data, home = places
    loaded = carried(home)
    before = loaded.registers.get(source.id)
    ground = ground_of(data, read_areas(data, loaded.references), area)
    on_step("reading files")
    gathered = gather(source.harvest(files), ground)
    on_step("placing rows")
    release = placed(source, gathered, ground)
    found = difference(before, release.frame)
    register = _register(source, release, before, found)
    loaded = _with_ground(loaded.with_register(register), source, files, ground)
    composed = compose(data, loaded, on_step)
    merged = found.new.isin({*composed.into, *composed.into.values()})
    account = Account(
        read=gathered.read,
        new=int((~merged).sum()),
        changed=len(found.changed),
        unchanged=len(found.unchanged),
        merged=int(merged.sum()) + release.repeated,
        outside=gathered.outside + release.outside,
        set_aside=len(release.aside),
    )
    return Ingested(account, composed, _details(gathered, release, found, composed, source.id))


def _with_ground(loaded: Loaded, source: Source, files: Sequence[Path], on: Ground) -> Loaded:
    """With the roads and buildings of the files, where they hold any."""
    if source.ground is None:
        return loaded
    table = source.ground(files, on.zone)
    if table.empty:
        return loaded
    about = {"source_id": source.id, "source": source.spec.public(), "rows": len(table)}
    return loaded.with_reference("ground", table, about)


def _details(
    gathered: Gathered, release: Release, found: Difference, composed: Composed, name: str
) -> dict[str, Mapping[str, int]]:
    categories: Counter[str] = Counter()
    for (_, category), count in gathered.codes.items():
        categories[category] += count
    reading = next(one for one in composed.readings if one.source == name)
    closed = sum(len(part.ids) for part in reading.set_aside if part.reason == CLOSED_ELSEWHERE)
    return {
        "set aside because": Counter(release.aside["reason"]),
        "category": dict(categories.most_common()),
        "unknown code": dict(gathered.unknown.most_common(20)),
        "changed since before": Counter(found.changes["kind"]),
        "doubt": {"open here, closed says another list": closed} if closed else {},
    }


def ground_of(data: Path, areas: Areas, area: str) -> Ground:
    """What points are held against, and which area is taken in.

    Raises:
        BadParameterError: the area is not one of the city.
    """
    gu, dong = areas.frame("gu"), areas.frame("dong")
    gazetteer = Gazetteer(streets.read_lines(data), areas.legal_dong, gu)
    if area == "ansan":
        return Ground(gazetteer, dong, tuple(gu.index), zone.in_force(areas.frame("zone")))
    if area not in {*gu.index, *dong.index}:
        allowed = f"ansan, a gu ({', '.join(gu.index)}) or the 10-digit code of a dong"
        raise BadParameterError("area", area, allowed)
    return Ground(gazetteer, dong, (area,), zone.in_force(areas.frame("zone")))


def _register(
    source: Source, release: Release, before: Register | None, found: Difference
) -> Register:
    """The register as it will be carried."""
    files = {
        str(file): sorted(set(rows["part"].dropna()))
        for file, rows in release.frame.groupby("file")
    }
    kept, aside = _still_true(before, files), release.aside
    quarantine = aside
    if before is not None:
        old = before.quarantine
        quarantine = pd.concat([old[old["file"].isin(kept)], aside])
    about = {
        "source": source.spec.public(),
        "release": max((release_of(file) for file in files), default=""),
        "complete": source.complete,
        "files": dict(sorted({**kept, **files}.items())),
        "rows": len(found.frame),
    }
    changes = found.changes
    if before is not None and changes.empty:
        changes = before.changes
    ordered = quarantine.sort_values(["file", "row", "reason"], ignore_index=True)
    return Register(source.id, about, found.frame, ordered, changes)


def _still_true(before: Register | None, files: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """Files of earlier loads that hold a part which the new ones do not."""
    if before is None:
        return {}
    renewed = {part for parts in files.values() for part in parts}
    return {
        file: parts
        for file, parts in before.about["files"].items()
        if file not in files and not set(parts) <= renewed
    }
