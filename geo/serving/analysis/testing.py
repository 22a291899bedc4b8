"""Verdicts of a measure, withheld where most rows are simulated."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from geo.serving.analysis.result import Column, MeasureResult, Row
from geo.serving.analysis.sample import MOSTLY, SIMULATED

TESTED: Final = "tested"
NOT_TESTED: Final = "not-tested"
UNTESTED: Final = (
    "more than half of what is counted is simulated, so nothing is tested (state: not-tested)"
)
MADE_UP: Final = "not tested, because most of their businesses are simulated: %s"
NOT_REAL: Final = "demonstration: not real; p-values and verdicts rest on simulated businesses"
STATE: Final = Column(
    "state", f"{TESTED}, or {NOT_TESTED} where nothing is counted or most of it is simulated"
)
_KINDS: Final = ("kind", "category", "of", "to")  # columns and parameters that name a category


def withhold_verdicts(
    result: MeasureResult,
    verdicts: Sequence[str],
    *,
    made_up: Collection[str] = (),
    demonstration: bool,
) -> MeasureResult:
    """Withhold the verdicts of a measure that do not rest on real rows.

    Args:
        result: a measure's answer.
        verdicts: its columns and parameters that follow from a test: p-values and what they say.
        made_up: categories of which more than half is simulated; nothing is said of them.
        demonstration: give them all the same, marked as not real.

    Returns:
        The result with a column and a parameter `state`; verdicts are null where it is
        `not-tested`. A measure that has a column `state` of its own keeps its words.
    """
    if not verdicts:
        return result
    mostly = result.basis.provenance.get(SIMULATED, 0) > MOSTLY
    named = [] if demonstration else sorted(_made_up_names(result, made_up))
    withheld = not demonstration and (mostly or result.parameters.get("kind") in named)
    whole = _with_state(result.parameters, verdicts, withheld=withheld or not result.basis.n)
    rows = [
        _with_state(row, verdicts, withheld=whole[STATE.name] == NOT_TESTED or _names(row, named))
        for row in result.rows
    ]
    has_own = any(column.name == STATE.name for column in result.columns)
    return replace(
        result,
        parameters=whole,
        columns=result.columns if has_own else (*result.columns, STATE),
        rows=rows,
        caveats=(
            *_verdict_caveats(result, made_up, named, demonstration=demonstration),
            *result.caveats,
        ),
    )


def _verdict_caveats(
    result: MeasureResult, made_up: Collection[str], named: Sequence[str], *, demonstration: bool
) -> tuple[str, ...]:
    """List the caveats of the verdicts."""
    mostly = result.basis.provenance.get(SIMULATED, 0) > MOSTLY
    if demonstration:
        return (NOT_REAL,) if mostly or _made_up_names(result, made_up) else ()
    if mostly:
        return (UNTESTED,)
    return (MADE_UP % ", ".join(named),) if named else ()


def _made_up_names(result: MeasureResult, made_up: Collection[str]) -> set[str]:
    """Find the made-up categories that a result names."""
    records = (result.parameters, *result.rows)
    return {record[name] for record in records for name in _KINDS if record.get(name) in made_up}


def _names(row: Row, kinds: Collection[str]) -> bool:
    return any(row.get(name) in kinds for name in _KINDS)


def _with_state(values: Row, verdicts: Sequence[str], *, withheld: bool) -> dict[str, Any]:
    """Add the state to values, and blank the verdicts where these are withheld."""
    if withheld:
        return {**_without(values, verdicts), STATE.name: NOT_TESTED}
    return {**values, STATE.name: values.get(STATE.name, TESTED)}


def _without(values: Mapping[str, Any], withheld: Sequence[str]) -> dict[str, Any]:
    return {name: None if name in withheld else value for name, value in values.items()}
