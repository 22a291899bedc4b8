"""What stands on a cell of a map: its streets, its categories, and which share is simulated."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from geo.serving.analysis.sample import SIMULATED
from geo.snapshot.reader import Snapshot
from maps.i18n import Words
from maps.pages.analyse.ranking import stations_of, streets_of, units_of
from maps.pages.analyse.selection import Selection
from maps.pages.analyse.unit_names import street_ranges, unit_names
from maps.wording.dong_names import dong_names

CONTEXT: Final = "analyse tip"
THERE: Final = "All businesses there, %(n)s: %(kinds)s"
ALSO_ON: Final = "Also on %(streets)s"
_MOST: Final = 3  # categories that are named


@dataclass(frozen=True)
class UnitNote:
    """What is known of a unit beyond the figures of the answer.

    Attributes:
        name: its streets and numbers, or its dong and the nearest station.
        lines: its categories, and the simulated share.
        streets: all of its streets with their numbers, the busiest first.
    """

    name: str
    lines: Sequence[str]
    streets: Sequence[str]


def unit_notes(
    snapshot: Snapshot, within: str, scale: str, words: Words, *, simulated: bool
) -> dict[str, UnitNote]:
    """Describe each unit by all businesses on it, whatever kind an answer counts.

    Args:
        snapshot: of the businesses.
        within: city, zone, or the code of a dong.
        scale: hex, grid or dong.
        words: of the reader.
        simulated: whether simulated businesses count, too.
    """
    units, sample = units_of(snapshot, Selection(within=within, simulated=simulated), scale)
    dong = dong_names(snapshot, words)
    names: Mapping[str, str] = dong
    known = streets_of(snapshot, words)
    if scale != "dong":
        names = unit_names(units, sample, dong, stations_of(snapshot, words), known)
    kinds: dict[int, Counter[str]] = defaultdict(Counter)
    made_up: Counter[int] = Counter()
    for place, kind, provenance in zip(
        units.cell_of.tolist(), sample.values("category"), sample.values("provenance"), strict=True
    ):
        kinds[place][kind] += 1
        made_up[place] += provenance == SIMULATED
    streets = street_ranges(units, sample, known)
    notes = {}
    for place, unit in enumerate(units.ids):
        lines = _kinds_line(kinds[place], words)
        if simulated:
            lines += _simulated_line(made_up[place], kinds[place].total(), words)
        notes[unit] = UnitNote(names[unit], lines, streets.get(place, ()))
    return notes


def _kinds_line(kinds: Counter[str], words: Words) -> list[str]:
    """Write how many businesses there are, and of which categories most."""
    if not kinds:
        return []
    first = sorted(kinds.items(), key=lambda item: (-item[1], item[0]))[:_MOST]
    listed = ", ".join(
        f"{words.coded('category', kind)} {words.number(count)}" for kind, count in first
    )
    text = words.coded(CONTEXT, THERE)
    return [text % {"n": words.number(kinds.total()), "kinds": listed}]


def _simulated_line(count: int, of_all: int, words: Words) -> list[str]:
    if not of_all:
        return []
    return [words.phrase("%(share)s simulated") % {"share": words.percent(count / of_all)}]
