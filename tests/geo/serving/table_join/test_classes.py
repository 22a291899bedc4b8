"""Title, unit, source and classes of a user's map."""

import pytest

from geo.core.errors import BadParameterError
from geo.serving.table_join.joined_measure import MapChoices, to_measure_result

CODES = ["4127151000", "4127151500", "4127152500", "4127354500", "4127355500", "4127356500"]


@pytest.fixture
def bounds(join, snapshot):
    def compute(numbers, **choices):
        rows = [["코드", "값"], *zip(CODES, numbers, strict=False)]
        result = to_measure_result(join(rows), snapshot, "값", MapChoices(**choices))
        return result.parameters.get("class_bounds")

    return compute


@pytest.mark.parametrize(
    ("numbers", "choices", "expected"),
    [
        ([0, 10, 20, 30, 40, 60], {"classes": "equal"}, [10, 20, 30, 40, 60]),  # five values
        ([10, 11, 12, 13, 14, 60], {"classes": "equal"}, [20, 30, 40, 50, 60]),
        # Of six values the quantile of share k/5 lies at place k: 11, 12, 13, 14 and 60.
        ([10, 11, 12, 13, 14, 60], {"classes": "quantile"}, [11, 12, 13, 14, 60]),
        # The pair that costs least is put together: 10 and 10.5.
        ([10, 10.5, 20, 30, 40, 60], {"classes": "jenks"}, [10.5, 20, 30, 40, 60]),
        ([-4, -2, 3, 6, 9, 12], {"classes": "equal"}, [-4, 0, 6, 9, 12]),
        ([-4, -2, 3, 6, 9, 12], {}, [-4, 0, 6, 9, 12]),
        ([1, 2, 3, 4, 5, 6], {}, None),
        ([1, 2, 3, 4, 5, 6], {"classes": "own", "breaks": "2; 4"}, [2, 4, 6]),
        ([1000, 2000], {"classes": "own", "breaks": "1,500 3,000"}, [1500, 3000]),
        ([7, 7], {"classes": "jenks"}, [7]),
    ],
)
def test_classes_by_hand(bounds, numbers, choices, expected):
    assert bounds(numbers, **choices) == expected


@pytest.mark.parametrize("breaks", ["", "two", "3 2", "2 2", "1 2 3 4 5", "-3 -2 -1 0 9"])
def test_breaks_that_are_none(bounds, breaks):
    with pytest.raises(BadParameterError, match="ascending order"):
        bounds([1, 6], classes="own", breaks=breaks)


def test_a_method_that_there_is_not(bounds):
    with pytest.raises(BadParameterError, match="equal, quantile, jenks, own"):
        bounds([1, 2], classes="pretty")


def test_title_unit_and_source_are_those_of_the_user(join, snapshot):
    joined = join([["동", "값"], ["원곡동", -3], ["백운동", 5]])
    chosen = MapChoices(title="인구 증감", unit="명", source="안산시 통계연보")
    result = to_measure_result(joined, snapshot, "값", chosen)
    assert result.title == "인구 증감 (명)"
    assert result.caveats[0] == "Source, as typed in: 안산시 통계연보"
    said = "values below zero: 1 of 2. A count cannot be below zero; a change can"
    assert result.caveats[-1] == said
