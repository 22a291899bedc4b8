"""GeoJSON and its text sequence."""

import json

import pyarrow as pa
import pyogrio
from hypothesis import given
from hypothesis import strategies as st
from takeaway import HERE, layer, selection, taken, texts

POINT = {"type": "Point", "coordinates": [HERE.x, HERE.y]}
BOTH = {"name": pa.array(["a", None]), "year": pa.array([2025, 2020])}


def feature(row: int, **properties: object) -> dict[str, object]:
    return {"type": "Feature", "id": f"a{row}", "geometry": POINT, "properties": properties}


def test_a_collection_says_whom_to_name_and_holds_the_features():
    assert json.loads(taken("geojson", selection(layer(BOTH)))) == {
        "type": "FeatureCollection",
        "attribution": ["Shops: <City> & Co (CC BY 4.0)"],
        "features": [feature(0, name="a", year=2025), feature(1, name=None, year=2020)],
    }


def test_only_the_properties_asked_for_are_written():
    found = json.loads(taken("geojson", selection(layer(BOTH), names=["year"])))
    assert found["features"] == [feature(0, year=2025), feature(1, year=2020)]


def test_a_sequence_has_a_separator_before_and_a_line_feed_after_each_feature():
    for names, wanted in (
        (["name", "year"], [feature(0, name="a", year=2025), feature(1, name=None, year=2020)]),
        (["year"], [feature(0, year=2025), feature(1, year=2020)]),
    ):
        lines = taken("geojsonseq", selection(layer(BOTH), names=names)).split(b"\n")
        assert lines.pop() == b""
        assert all(line.startswith(b"\x1e{") for line in lines)
        assert [json.loads(line[1:]) for line in lines] == wanted


@given(st.lists(st.text(), min_size=1))
def test_any_text_comes_back(values):
    chosen = selection(layer(texts(*values)))
    found = json.loads(taken("geojson", chosen))["features"]
    assert [item["properties"]["name"] for item in found] == values
    lines = taken("geojsonseq", chosen).split(b"\n")[:-1]
    assert [json.loads(line[1:])["properties"]["name"] for line in lines] == values


def test_gdal_reads_a_sequence(tmp_path):
    file = tmp_path / "made.geojsons"
    file.write_bytes(taken("geojsonseq", selection(layer(BOTH))))
    assert pyogrio.read_dataframe(file)["year"].to_list() == [2025, 2020]
