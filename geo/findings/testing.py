"""Whether verdicts of a measure may be given: none of mostly simulated rows."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from geo.findings.finding import Column, Finding, Row
from geo.findings.population import MOSTLY, SIMULATED

TESTED: Final = "tested"
NOT_TESTED: Final = "not-tested"
UNTESTED: Final = (
    "more than half of what is counted is simulated, so nothing is tested (state: not-tested)"
)
NOT_REAL: Final = "demonstration: not real; p-values and verdicts rest on simulated businesses"
STATE: Final = Column("state", f"{TESTED}, or {NOT_TESTED} where most of n is simulated")


def judged(finding: Finding, verdicts: Sequence[str], *, demonstration: bool) -> Finding:
    """Say whether verdicts rest on real rows, and withhold them where they do not.

    Args:
        finding: a measure's answer.
        verdicts: its columns and parameters that follow from a test: p-values and what they say.
        demonstration: give them all the same, marked as not real.

    Returns:
        The finding with a column and a parameter `state`; verdicts are null where it is
        `not-tested`. A measure that has a column `state` of its own keeps its words.
    """
    if not verdicts:
        return finding
    mostly_simulated = finding.basis.provenance.get(SIMULATED, 0) > MOSTLY
    state = NOT_TESTED if mostly_simulated and not demonstration else TESTED
    withheld = verdicts if state == NOT_TESTED else ()
    said = ((UNTESTED,) if withheld else (NOT_REAL,)) if mostly_simulated else ()
    has_own = any(column.name == STATE.name for column in finding.columns)
    return replace(
        finding,
        parameters={**_without(finding.parameters, withheld), STATE.name: state},
        columns=finding.columns if has_own else (*finding.columns, STATE),
        rows=[_stated(row, withheld, state) for row in finding.rows],
        caveats=(*said, *finding.caveats),
    )


def _stated(row: Row, withheld: Sequence[str], state: str) -> dict[str, Any]:
    own = row.get(STATE.name, state)
    return {**_without(row, withheld), STATE.name: state if withheld else own}


def _without(values: Mapping[str, Any], withheld: Sequence[str]) -> dict[str, Any]:
    return {name: None if name in withheld else value for name, value in values.items()}
