"""A release of a register: the records of its files, placed, each id once.

Every row ends as a record, outside the area, a repetition, or set aside with a reason.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

import geopandas as gpd
import pandas as pd

from geo.core.errors import GeoError
from geo.core.source import Spec
from geo.pipeline.adapters.records import PRIVATE, RECORD, Harvest, no_rows, records
from geo.pipeline.geocoding.geocode import Ground, geocode_records

CONTRADICTING: Final = "its id appears twice, with different content"
FIRST_COUNTS: Final = "a row before it has the same name and address, and counts"
_ASIDE: Final = ["file", "row", "reason", "text"]


class NothingUsableError(GeoError):
    """No row of the files can be taken in.

    Attributes:
        aside: the rows set aside: `file`, `row`, `reason`, `text`.
    """

    def __init__(self, message: str, aside: pd.DataFrame) -> None:
        super().__init__(message)
        self.aside = aside


@dataclass(frozen=True)
class Source:
    """A register that can be loaded.

    Attributes:
        id: of the register.
        spec: who publishes it.
        harvest: the records in files.
        complete_in: where it lists every business: all of the `area` it is loaded for, the
            `zone` alone, or nowhere ("").
        ground: roads, buildings and stations in the files, where they may hold such.
        derives_ids: from name and address, so that rows of one id are one business; of rows that
            differ the first counts. A publisher's own id with two contents identifies neither.
    """

    id: str
    spec: Spec
    harvest: Callable[[Sequence[Path]], Iterator[Harvest]]
    complete_in: Literal["area", "zone", ""]
    ground: Callable[[Sequence[Path], gpd.GeoDataFrame], gpd.GeoDataFrame] | None = None
    derives_ids: bool = False


@dataclass
class CollectedRecords:
    """The rows of all files, before they are placed.

    Attributes:
        parts: records that may lie in the area, by file and CRS.
        aside: rows that cannot be used.
        read: all rows.
        outside: rows that name another city.
        codes: as in `Harvest`, of all files.
        unknown: as in `Harvest`.
        decided: as in `Harvest`.
        dropped: as in `Harvest`.
    """

    parts: dict[tuple[str, str], list[pd.DataFrame]]
    aside: list[pd.DataFrame]
    read: int
    outside: int
    codes: Counter[tuple[str, str]]
    unknown: Counter[str]
    decided: Counter[str]
    dropped: Counter[str] = field(default_factory=Counter)

    @property
    def parts_by_file(self) -> dict[str, list[str]]:
        """The parts of the register that each file holds rows of."""
        held: dict[str, set[str]] = {}
        for (file, _), frames in self.parts.items():
            for frame in frames:
                held.setdefault(file, set()).update(frame["part"].dropna())
        return {file: sorted(parts) for file, parts in held.items()}


def collect(
    harvests: Iterable[Harvest], ground: Ground, elsewhere: Callable[[str, pd.DataFrame], None]
) -> CollectedRecords:
    """Read all harvests and keep the rows that may lie in the area.

    Args:
        harvests: the records of the files.
        ground: what the area is.
        elsewhere: told the file and the records of rows that name another city.
    """
    done = CollectedRecords({}, [], 0, 0, Counter(), Counter(), Counter())
    for harvest in harvests:
        others = ground.claimed_elsewhere(harvest.frame)
        elsewhere(harvest.file, harvest.frame[others])
        done.parts.setdefault((harvest.file, harvest.crs), []).append(harvest.frame[~others])
        done.aside.append(harvest.aside.assign(file=harvest.file))
        done.read += len(harvest.frame) + len(harvest.aside)
        done.outside += int(others.sum())
        done.codes += harvest.codes
        done.unknown += harvest.unknown
        done.decided += harvest.decided
        done.dropped += harvest.dropped
    return done


@dataclass(frozen=True)
class Release:
    """The placed records of a release, indexed by feature id, and where the other rows went."""

    frame: pd.DataFrame
    aside: pd.DataFrame
    outside: int
    repeated: int


def geocode(source: Source, gathered: CollectedRecords, ground: Ground) -> Release:
    """Geocode the rows, and resolve ids that occur more than once.

    Raises:
        ImplausibleError: most points of a file lie elsewhere than its rows say.
        NothingUsableError: no row is left.
    """
    frames, asides, outside = [], list(gathered.aside), 0
    for (file, crs), parts in sorted(gathered.parts.items()):
        rows = pd.concat(parts, ignore_index=True)
        if rows.empty:
            continue
        done = geocode_records(file, rows, crs, source.spec.accuracy_m or 0.0, ground)
        frames.append(done.frame.assign(file=file))
        asides.append(_aside(done.aside.assign(file=file)))
        outside += len(done.outside)
    every = pd.concat(frames) if frames else records(key=[], row=[]).assign(file="", reason="")
    frame, contradicting, repeated = _settled(
        every.set_index(_ids(source.id, every["key"])), first_counts=source.derives_ids
    )
    asides.append(_aside(contradicting))
    aside = pd.concat([no_rows().assign(file=""), *asides], ignore_index=True)[_ASIDE]
    if frame.empty:
        raise NothingUsableError(_nothing(source.id, gathered, outside, aside), aside)
    return Release(frame.rename_axis("id"), aside, outside, repeated)


def _nothing(name: str, gathered: CollectedRecords, outside: int, aside: pd.DataFrame) -> str:
    causes = [f"{gathered.outside + outside} outside the area"]
    causes += [f"{count} {reason}" for reason, count in Counter(aside["reason"]).most_common(3)]
    return f"{name}: none of {gathered.read} rows can be used: {'; '.join(causes)}"


def _ids(source: str, keys: pd.Series) -> pd.Index:
    return pd.Index(f"{source}-" + keys.str.replace(r"[^0-9A-Za-z가-힣._-]+", "-", regex=True))


def _settled(rows: pd.DataFrame, *, first_counts: bool) -> tuple[pd.DataFrame, pd.DataFrame, int]:
    """Reduce to one row per id, whatever the order of files.

    Returns:
        The rows; those set aside with a `reason`: older versions, and versions that contradict
        each other; and how many repeated another word for word.
    """
    updated = rows["updated_on"].fillna("")
    latest = updated.groupby(level=0).transform("max")
    older = rows[updated < latest].assign(reason="an older version of its id")
    newest = rows[updated == latest].sort_values(["file", "row"])
    twice = newest[newest.index.duplicated(keep=False)]
    columns = [name for name in RECORD if name not in {"row", "updated_on"}]
    content = twice[columns].map(repr).agg("|".join, axis=1) if len(twice) else updated[:0]
    repeats = content.reset_index().duplicated().to_numpy()
    distinct = twice[~repeats]
    again = distinct.index.duplicated(keep="first" if first_counts else False)
    apart = distinct[again]
    once = newest[~newest.index.isin(twice.index)]
    settled = pd.concat([once, distinct[~again]])
    apart = apart.assign(reason=FIRST_COUNTS if first_counts else CONTRADICTING)
    return settled, pd.concat([older, apart]), int(repeats.sum())


def _aside(rows: pd.DataFrame) -> pd.DataFrame:
    return rows[["file", "row", "reason"]].assign(text=_as_text(rows))


def _as_text(rows: pd.DataFrame) -> list[str]:
    """Summarise rows that were read well, without what is protected."""
    return [
        "; ".join(
            f"{name}={row[name]}" for name in RECORD if name not in PRIVATE and _known(row[name])
        )
        for row in rows[list(RECORD)].to_dict("records")
    ]


def _known(value: object) -> bool:
    return (
        bool(value)
        if isinstance(value, tuple)
        else value is not None and value == value and value is not pd.NA
    )
