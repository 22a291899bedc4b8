"""Changes of dong between the censuses of 2010, 2015 and 2020, measured on their outlines."""

from collections.abc import Mapping
from typing import Final

from geo.core.parameters import ChoiceParameter
from geo.serving.analysis.measure import Measure
from geo.serving.analysis.result import Column, Evidence, MeasureResult
from geo.snapshot.reader import Snapshot

# The older one of two.
EDITION: Final = ChoiceParameter("edition", ("2015", "2010"))


def outlines(snapshot: Snapshot, parameters: Mapping[str, str]) -> MeasureResult:
    """Compute the parts in which each dong of an edition lies in dong of the next."""
    edition = EDITION.read(parameters)
    rows = [record for record in snapshot.manifest["editions"] if str(record["edition"]) == edition]
    dong = {row["older"] for row in rows}
    return MeasureResult(
        measure="outlines",
        title="How dong were redrawn between censuses",
        method="Overlay of the outlines of two editions in EPSG:5186. Parts that are less than 1 % "
        "of both dong are taken for differences of drawing and summed up in the row without a "
        "newer dong, so that areas add up.",
        basis=Evidence(len(dong), {}, (edition, str(rows[0]["next"])), {"observed": 1.0}),
        parameters={"edition": edition},
        columns=_COLUMNS,
        rows=[{column.name: row[column.name] for column in _COLUMNS} for row in rows],
        caveats=(
            "areas carry no people over: the split of 2017 is shared out by residents "
            "(measure `residents`), because homes cover a small part of a dong",
            "each edition generalises its outlines anew, by 50 to 90 m",
        ),
    )


_COLUMNS: Final = (
    Column("older", "dong code of the older edition"),
    Column("older_name", "its name"),
    Column("newer", "dong code of the next edition; empty for what lies in none"),
    Column("newer_name", "its name"),
    Column("area_km2", "area of the part, km²"),
    Column("share_of_older", "the part of the older dong, 0 to 1; adds up to 1", share=True),
    Column("share_of_newer", "the part of the newer dong, 0 to 1", share=True),
)


MEASURES: Final[Mapping[str, Measure]] = {
    "outlines": Measure(
        title="How dong were redrawn between the censuses of 2010, 2015 and 2020",
        parameters=(EDITION,),
        alone=outlines,
        rests_on=("dong",),
    ),
}
