"""The planners' table of desks on foot: who can walk to one that speaks a language, as bounds."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from geo.serving.analysis.reach import DESK_LANGUAGES, reach
from geo.serving.analysis.result import Row
from geo.serving.analysis.sample import point_sample
from geo.snapshot.reader import Snapshot
from maps.i18n import Words

MINUTES: Final = 15
_SPOKEN_ANYWAY: Final = "ko"


@dataclass(frozen=True)
class SpokenDesks:
    """The desks that speak a language, and who can walk to one.

    Attributes:
        language: its code.
        name: its name for the reader.
        desks: how many there are in the city.
        by_dong: the row of the measure `reach` by the code of the dong.
    """

    language: str
    name: str
    desks: int
    by_dong: Mapping[str, Row]


def spoken_desks(snapshot: Snapshot, words: Words) -> list[SpokenDesks]:
    """Compute the reach of the desks of each foreign language, the most desks first.

    Residents are the foreign ones of the last census. A language that no desk speaks is left out.
    """
    nobody = point_sample(snapshot.layers["businesses"], np.arange(0))  # desks alone count
    found = []
    for language in DESK_LANGUAGES:
        if language == _SPOKEN_ANYWAY:
            continue
        asked = {"language": language, "minutes": str(MINUTES), "group": "foreign"}
        result = reach(snapshot, nobody, asked)
        if result.basis.n:
            by_dong = {row["dong_code"]: row for row in result.rows}
            found.append(SpokenDesks(language, words.language(language), result.basis.n, by_dong))
    return sorted(found, key=lambda each: (-each.desks, each.language))
