"""What tests of filters share: layers to ask, in both languages of CQL2.

The JSON of a filter is made by the `cql2` library, which is not ours. The countries are those of
Natural Earth, as they come with pyogrio.
"""

import json
from pathlib import Path

import cql2
import pyogrio
import pytest
from questions import layer_of, selected

FIXTURES = Path(pyogrio.__file__).parent / "tests" / "fixtures" / "naturalearth_lowres"


@pytest.fixture(params=["cql2-text", "cql2-json"])
def rows(request):
    """The rows that a filter selects, in one of the two languages."""

    def asked(layer, text):
        if request.param == "cql2-text":
            return selected(layer, text)
        return selected(layer, json.dumps(cql2.parse_text(text).to_json()), lang="cql2-json")

    return asked


@pytest.fixture(scope="module")
def countries():
    frame = pyogrio.read_dataframe(FIXTURES / "naturalearth_lowres.shp")
    return layer_of({"name": ("string", frame["name"].tolist())}, frame.geometry.to_numpy())


@pytest.fixture(scope="module")
def places():
    """Places with the properties of the annex; its three times are three days here.

    The annex tells the order of its times by what it expects: the first is long before the
    others and ends with the second, the third outlasts 2023.
    """
    starts = ["2021-04-16", "2022-05-10", "2022-04-16", None]
    ends = ["2022-06-06", "2022-06-06", "2023-10-10", None]
    return layer_of(
        {
            "name": ("string", ["Kiev", "København", "Berlin", "Athens"]),
            "nameascii": ("string", ["Kiev", "Kobenhavn", "Berlin", "Athens"]),
            "pop_other": ("integer", [1_611_692, 1_038_288, 3_013_258, 112_572]),
            "pop_min": ("integer", [1_000_000, 500_000, 3_013_258, 112_572]),
            "pop_max": ("integer", [2_000_000, 1_038_000, 3_013_258, 729_137]),
            "date": ("date", ["2021-04-16", "2022-04-16", "2023-04-16", None]),
            "start": ("date", starts),
            "end": ("date", ends),
            "boolean": ("boolean", [True, False, True, None]),
            "words": ("list", [["foo", "bar"], ["foo"], [], None]),
        }
    )


@pytest.fixture(scope="module")
def layers(snapshot):
    return [layer for layer in snapshot.layers.values() if layer.count < 2_000]
