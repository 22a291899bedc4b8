"""A release of a register: the records of its files, placed, each id once.

Every row ends as a record, outside the area, a repetition, or set aside with a reason.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal, Protocol

import geopandas as gpd
import pandas as pd

from geo.core.crs import STORE
from geo.core.errors import GeoError
from geo.core.source import Spec
from geo.pipeline.adapters.records import PRIVATE, RECORD, ParsedRecords, no_rows, records
from geo.pipeline.geocoding.geocode import GeocodingReference, geocode_records

CONTRADICTING: Final = "its id appears twice, with different content"
FIRST_COUNTS: Final = "a row before it has the same name and address, and counts"
_ASIDE: Final = ["file", "row", "reason", "text"]


class NothingUsableError(GeoError):
    """No row of the files can be taken in.

    Attributes:
        rejects: the rows set aside: `file`, `row`, `reason`, `text`.
    """

    def __init__(self, message: str, rejects: pd.DataFrame) -> None:
        super().__init__(message)
        self.rejects = rejects


@dataclass(frozen=True)
class Source:
    """A register that can be loaded.

    Attributes:
        id: of the register.
        spec: who publishes it.
        parse_files: the records in files.
        complete_in: where it lists every business: all of the `area` it is loaded for, the
            `zone` alone, or nowhere ("").
        ground: roads, buildings and stations in the files, where they may hold such.
        parse_table: the records in the table of files that has this place, from 0; None where
            files are not tables. Can be sent to another process.
        derives_ids: from name and address, so that rows of one id are one business; of rows that
            differ the first counts. A publisher's own id with two contents identifies neither.
    """

    id: str
    spec: Spec
    parse_files: Callable[[Sequence[Path]], Iterator[ParsedRecords]]
    complete_in: Literal["area", "zone", ""]
    ground: Callable[[Sequence[Path], gpd.GeoDataFrame], gpd.GeoDataFrame] | None = None
    derives_ids: bool = False
    parse_table: Callable[[Sequence[Path], int], Iterator[ParsedRecords]] | None = None


@dataclass
class CollectedRecords:
    """The rows of all files, before they are placed.

    Attributes:
        parts: records that may lie in the area, by file and CRS.
        rejects: rows that cannot be used.
        read: all rows.
        outside: rows that name another city.
        codes: as in `ParsedRecords`, of all files.
        unknown: as in `ParsedRecords`.
        decided: as in `ParsedRecords`.
        dropped: as in `ParsedRecords`.
    """

    parts: dict[tuple[str, str], list[pd.DataFrame]] = field(default_factory=dict)
    rejects: list[pd.DataFrame] = field(default_factory=list)
    read: int = 0
    outside: int = 0
    codes: Counter[tuple[str, str]] = field(default_factory=Counter)
    unknown: Counter[str] = field(default_factory=Counter)
    decided: Counter[str] = field(default_factory=Counter)
    dropped: Counter[str] = field(default_factory=Counter)

    def add(self, more: "CollectedRecords") -> None:
        """Add the rows that follow."""
        for where, frames in more.parts.items():
            self.parts.setdefault(where, []).extend(frames)
        self.rejects += more.rejects
        self.read += more.read
        self.outside += more.outside
        self.codes += more.codes
        self.unknown += more.unknown
        self.decided += more.decided
        self.dropped += more.dropped

    @property
    def parts_by_file(self) -> dict[str, list[str]]:
        """The parts of the register that each file holds rows of."""
        held: dict[str, set[str]] = {}
        for (file, _), frames in self.parts.items():
            for frame in frames:
                held.setdefault(file, set()).update(frame["part"].dropna())
        return {file: sorted(parts) for file, parts in held.items()}


class _Area(Protocol):
    def claimed_elsewhere(self, records: pd.DataFrame) -> pd.Series:
        """Return a mask of the rows that name another place."""


def collect(
    batches: Iterable[ParsedRecords],
    ground: _Area,
    elsewhere: Callable[[str, pd.DataFrame], None],
) -> CollectedRecords:
    """Read all batches and keep the rows that may lie in the area.

    Args:
        batches: the records of the files.
        ground: what the area is.
        elsewhere: told the file and the records of rows that name another city.
    """
    done = CollectedRecords()
    for batch in batches:
        others = ground.claimed_elsewhere(batch.frame)
        elsewhere(batch.file, batch.frame[others])
        more = CollectedRecords(
            {(batch.file, batch.crs): [batch.frame[~others]]},
            [batch.rejects.assign(file=batch.file)],
            len(batch.frame) + len(batch.rejects),
            int(others.sum()),
            batch.codes,
            batch.unknown,
            batch.decided,
            batch.dropped,
        )
        done.add(more)
    return done


@dataclass(frozen=True)
class Release:
    """The placed records of a release, indexed by feature id, and where the other rows went."""

    frame: pd.DataFrame
    rejects: pd.DataFrame
    outside: int
    repeated: int


def geocode(
    source: Source, gathered: CollectedRecords, ground: GeocodingReference, *, elsewhere: int = 0
) -> Release:
    """Geocode the rows, and resolve ids that occur more than once.

    Args:
        source: the register.
        gathered: its rows.
        ground: the area.
        elsewhere: rows of the city beside the area that was asked for; with some, there need be
            none of the area.

    Raises:
        ImplausibleError: most points of a file lie elsewhere than its rows say.
        NothingUsableError: no row is left.
    """
    frames, asides, outside = [], list(gathered.rejects), 0
    for (file, crs), parts in sorted(gathered.parts.items()):
        rows = pd.concat(parts, ignore_index=True)
        if rows.empty:
            continue
        done = geocode_records(file, rows, crs, source.spec.accuracy_m or 0.0, ground)
        frames.append(done.frame.assign(file=file))
        asides.append(_rejects(done.rejects.assign(file=file)))
        outside += len(done.outside)
    none = geocode_records("", records(key=[], row=[]), STORE, 0.0, ground).frame.assign(file="")
    every = pd.concat(frames) if frames else none
    frame, contradicting, repeated = _settled(
        every.set_index(_ids(source.id, every["key"])), first_counts=source.derives_ids
    )
    asides.append(_rejects(contradicting))
    rejects = pd.concat([no_rows().assign(file=""), *asides], ignore_index=True)[_ASIDE]
    if frame.empty and not elsewhere:
        raise NothingUsableError(_nothing(source.id, gathered, outside, rejects), rejects)
    return Release(frame.rename_axis("id"), rejects, outside, repeated)


def _nothing(name: str, gathered: CollectedRecords, outside: int, rejects: pd.DataFrame) -> str:
    causes = [f"{gathered.outside + outside} outside the area"]
    causes += [f"{count} {reason}" for reason, count in Counter(rejects["reason"]).most_common(3)]
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


def _rejects(rows: pd.DataFrame) -> pd.DataFrame:
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
