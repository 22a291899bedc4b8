"""Areal change: comparable units of redrawn dong, and comparable readings of a series."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from geo.core.errors import SourceChangedError

KINDS: Final = ("renamed", "merged", "split")
UNSTATED: Final = "not stated"


@dataclass(frozen=True)
class BoundaryChange:
    """A boundary change: a dong of the older edition, and one of the newer with all or part of it.

    Attributes:
        older: code before.
        newer: code after.
        kind: renamed, merged (with others into it) or split (it holds a part only).
    """

    older: str
    newer: str
    kind: str


@dataclass(frozen=True)
class Unit:
    """The smallest set of dong whose outer border stayed, so that counts can be compared.

    Attributes:
        older: codes before, ascending.
        newer: codes after, ascending.
        kind: same, renamed, merged or split.
    """

    older: tuple[str, ...]
    newer: tuple[str, ...]
    kind: str


@dataclass(frozen=True)
class ConvertedCount:
    """A count of the older edition, converted to a dong of the newer one.

    Attributes:
        value: the count; not a whole number where it was estimated.
        estimated: whether a split dong had to be shared out.
    """

    value: float
    estimated: bool


def comparable_units(
    older: Iterable[str], newer: Iterable[str], redrawn: Sequence[BoundaryChange]
) -> list[Unit]:
    """Build the comparable units of two editions; each dong of either is in exactly one.

    Raises:
        SourceChangedError: a dong is neither kept nor named in the concordance.
    """
    before, after = set(older), set(newer)
    _complete(before, after, redrawn)
    unchanged = [
        Unit((code,), (code,), "same") for code in before & after - {r.newer for r in redrawn}
    ]
    groups: list[tuple[set[str], set[str], set[str]]] = []
    for link in redrawn:
        group: tuple[set[str], set[str], set[str]] = ({link.older}, {link.newer}, {link.kind})
        apart = []
        for other in groups:
            if other[0] & group[0] or other[1] & group[1]:
                group = (other[0] | group[0], other[1] | group[1], other[2] | group[2])
            else:
                apart.append(other)
        groups = [*apart, group]
    joined = [
        Unit(tuple(sorted(a)), tuple(sorted(b)), max(kinds, key=KINDS.index))
        for a, b, kinds in groups
    ]
    return sorted([*unchanged, *joined], key=lambda unit: unit.newer)


def convert_counts(
    counts: Mapping[str, float], redrawn: Sequence[BoundaryChange], weights: Mapping[str, float]
) -> dict[str, ConvertedCount]:
    """Convert counts of the older edition to the dong of the newer one; their sum stays the same.

    A split dong is shared out in proportion to weights. Residents of the newer census are better
    weights than areas: people do not live spread evenly.

    Args:
        counts: by older code.
        redrawn: the concordance; dong that it does not name stayed.
        weights: by newer code, for the parts of what was split.

    Raises:
        SourceChangedError: the parts of a split dong have no weight at all.
    """
    converted: dict[str, ConvertedCount] = {}
    for code, count in counts.items():
        parts = [link for link in redrawn if link.older == code]
        shares = _shares(code, [link.newer for link in parts] or [code], weights)
        for newer, share in shares.items():
            before = converted.get(newer, ConvertedCount(0, estimated=False))
            estimated = before.estimated or len(shares) > 1
            converted[newer] = ConvertedCount(before.value + count * share, estimated)
    return converted


def _shares(code: str, newer: Sequence[str], weights: Mapping[str, float]) -> dict[str, float]:
    if len(newer) == 1:
        return {newer[0]: 1.0}
    total = sum(weights[part] for part in newer)
    if not total:
        raise SourceChangedError(f"dong {code} was split, but {sorted(newer)} have no weights")
    return {part: weights[part] / total for part in newer}


def _complete(before: set[str], after: set[str], redrawn: Sequence[BoundaryChange]) -> None:
    lost = before - after - {link.older for link in redrawn}
    new = after - before - {link.newer for link in redrawn}
    unknown = {link.older for link in redrawn} - before | {link.newer for link in redrawn} - after
    if lost or new or unknown:
        raise SourceChangedError(
            f"the concordance of dong lacks {sorted(lost | new)} and names {sorted(unknown)} "
            "that neither edition has"
        )


@dataclass(frozen=True)
class Observation:
    """An observation of a series in one year.

    Attributes:
        year: when.
        value: what was counted; None where it was not published.
        definition: what was counted as what; readings under one definition can be compared.
    """

    year: int
    value: float | None
    definition: str


def comparable_runs(series: Sequence[Observation]) -> list[list[Observation]]:
    """Split a series into stretches of comparable readings, each drawn as one line.

    A definition that is not stated can be compared with nothing; a year without a value ends no
    stretch, and is in none.

    Args:
        series: by year, ascending.
    """
    stretches: list[list[Observation]] = []
    for observation in series:
        if observation.value is None:
            continue
        last = stretches[-1][-1].definition if stretches else None
        if observation.definition == last != UNSTATED:
            stretches[-1].append(observation)
        else:
            stretches.append([observation])
    return stretches


def index_series(series: Sequence[Observation], base: int) -> list[Observation]:
    """Compute an index of the readings that are comparable with the base year: 100 in that year.

    Raises:
        ValueError: there is no value, or none but 0, in the base year.
    """
    for stretch in comparable_runs(series):
        origin = next(
            (observation.value for observation in stretch if observation.year == base), None
        )
        if origin:
            return [
                Observation(
                    observation.year, 100 * observation.value / origin, observation.definition
                )
                for observation in stretch
                if observation.value is not None
            ]
    raise ValueError(f"no value in {base} that others could be compared with")
