"""All measures, as the modules of this folder declare them."""

import re
from collections.abc import Mapping
from typing import Any, Final

from geo.core.declarations import DeclarationError, find_optional, not_allowed
from geo.serving.analysis.measure import Measure

__all__ = ["MEASURES", "Measure"]


def _find_measures() -> dict[str, Measure]:
    """Collect the `MEASURES` of each module, sorted by name.

    Raises:
        DeclarationError: a name is not one of an address, is declared by two modules, or stands
            for something else than a measure.
    """
    found: dict[str, Measure] = {}
    modules: dict[str, dict[str, Any]] = find_optional(
        "geo.serving.analysis", "MEASURES", dict, besides=("measures",)
    )
    for module, measures in modules.items():
        file = f"geo/serving/analysis/{module.replace('-', '_')}.py"
        for name, measure in measures.items():
            _check(file, name, measure)
            if name in found:
                raise DeclarationError(f"{file}: MEASURES: {name!r} is declared by another module")
            found[name] = measure
    return dict(sorted(found.items()))


def _check(file: str, name: object, measure: object) -> None:
    if not isinstance(name, str) or not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", name):
        allowed = "names of small letters and digits, joined by hyphens"
        raise not_allowed(file, "MEASURES", name, allowed)
    if name == "counts" or not isinstance(measure, Measure):
        raise not_allowed(file, f"MEASURES[{name!r}]", measure, "a Measure; `counts` is a route")


MEASURES: Final[Mapping[str, Measure]] = _find_measures()
