"""The classes that a reader chooses for the map of a measure."""

from collections.abc import Mapping
from dataclasses import replace

from geo.serving.analysis.result import MeasureResult
from geo.serving.class_choice import BREAKS, CLASSES, choose_bounds
from maps.print.encodings import column_of, encoding_of, is_share, number


def choose_classes(result: MeasureResult, given: Mapping[str, str]) -> MeasureResult:
    """Add the bounds of the chosen classes to the parameters of a result that is drawn as a map.

    Args:
        result: without classes of its own.
        given: parameters of the request; without `classes` the result stays as it is.

    Raises:
        BadParameterError: own bounds do not fit.
    """
    if CLASSES.name not in given or not result.shapes:
        return result
    column = column_of(result, encoding_of(result))
    values = [number(row.get(column)) for row in result.rows]
    known = [value for value in values if value is not None]
    if not known:
        return result
    method, breaks = CLASSES.read(given), BREAKS.read(given)
    bounds = choose_bounds(known, method, breaks, share=is_share(result, column))
    chosen = {CLASSES.name: method, "class_column": column, "class_bounds": bounds}
    return replace(result, parameters={**result.parameters, **chosen})
