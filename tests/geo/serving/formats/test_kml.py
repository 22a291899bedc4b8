"""KML, read as XML and by GDAL."""

import re
from xml.etree import ElementTree as ET

import pyarrow as pa
import pyogrio
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from takeaway import layer, selection, taken, texts

from geo.core.vocab import PROVENANCE

KML = {"k": "http://www.opengis.net/kml/2.2"}
# What XML 1.0 can hold (its production 2), less surrogates, which no text of ours has.
LEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def document(chosen) -> ET.Element:
    root = ET.fromstring(taken("kml", chosen))  # noqa: S314, written here
    return root.find("k:Document", KML)


def values(chosen, name="name") -> list[str | None]:
    found = []
    for placemark in document(chosen).iterfind("k:Placemark", KML):
        held = placemark.find(f".//k:SimpleData[@name='{name}']", KML)
        found.append(None if held is None else held.text or "")
    return found


def read(chosen, folder):
    file = folder / "made.kml"
    file.write_bytes(taken("kml", chosen))
    return pyogrio.read_dataframe(file, layer=0)


def test_the_schema_names_every_property_with_its_type():
    columns = {
        "name": pa.array(["a"]),
        "open": pa.array([True]),
        "year": pa.array([2025]),
        "share": pa.array([0.5]),
        "cuisine": pa.array([["uz"]]),
    }
    fields = document(selection(layer(columns))).iterfind("k:Schema/k:SimpleField", KML)
    assert [(field.get("name"), field.get("type")) for field in fields] == [
        ("id", "string"),
        ("name", "string"),
        ("open", "bool"),
        ("year", "int"),
        ("share", "double"),
        ("cuisine", "string"),
    ]


def test_data_belong_to_the_schema_and_come_before_the_shape():
    found = document(selection(layer(texts("a"))))
    schema = found.find("k:Schema", KML).get("id")
    placemark = found.find("k:Placemark", KML)
    assert [item.tag.partition("}")[2] for item in placemark] == ["name", "ExtendedData", "Point"]
    assert placemark.find("k:ExtendedData/k:SchemaData", KML).get("schemaUrl") == f"#{schema}"


def styled(names=None):
    columns = {
        "name_ko": pa.array(["가", "나"]),
        "provenance": pa.array(["observed", "simulated"]),
    }
    return document(selection(layer(columns), names=names))


def test_every_feature_has_the_style_of_its_provenance():
    found = styled()
    styles = {element.get("id"): element for element in found.iterfind("k:Style", KML)}
    used = [
        element.findtext("k:styleUrl", None, KML) for element in found.iterfind("k:Placemark", KML)
    ]
    assert used == ["#observed", "#simulated"]
    assert styles.keys() == set(PROVENANCE)
    colours = {
        name: style.findtext("k:IconStyle/k:color", None, KML) for name, style in styles.items()
    }
    assert len(set(colours.values())) == len(colours)
    assert styles["simulated"].findtext("k:PolyStyle/k:fill", None, KML) == "0"
    assert styles["observed"].findtext("k:PolyStyle/k:fill", None, KML) == "1"


def test_a_simulated_feature_says_so_in_the_list_of_places():
    notes = [
        element.findtext("k:Snippet", None, KML)
        for element in styled().iterfind("k:Placemark", KML)
    ]
    assert notes == [None, "simulated, not a real place"]


def test_a_feature_has_its_style_also_where_its_provenance_is_not_wanted():
    found = styled(names=["name_ko"])
    placemark = found.findall("k:Placemark", KML)[1]
    assert placemark.findtext("k:styleUrl", None, KML) == "#simulated"
    held = [element.get("name") for element in placemark.iterfind(".//k:SimpleData", KML)]
    assert held == ["id", "name_ko"]


def test_a_style_stands_between_the_name_and_the_data():
    """The schema of KML (OGC 07-147r2, 9.1.3.1) knows this order alone."""
    parts = [element.tag.partition("}")[2] for element in styled().findall("k:Placemark", KML)[1]]
    assert parts == ["name", "Snippet", "styleUrl", "ExtendedData", "Point"]


def test_a_placemark_is_called_by_the_first_name_that_is_known():
    columns = {
        "name_ko": pa.array(["원곡동", None, None]),
        "name_en": pa.array(["Wongok-dong", "Choji-dong", None]),
    }
    named = document(selection(layer(columns))).iterfind("k:Placemark/k:name", KML)
    assert [item.text for item in named] == ["원곡동", "Choji-dong", "a2"]


def test_what_is_not_known_is_left_out():
    assert values(selection(layer(texts("a", None)))) == ["a", None]


def test_whom_to_name_is_harmless_as_the_html_that_programs_make_of_it():
    said = document(selection(layer(texts("a")))).find("k:description", KML).text
    assert said == "Shops: &lt;City&gt; &amp; Co (CC BY 4.0)"


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "]]>",
        "&amp; <b>",
        "=HYPERLINK('x')",
        "\u202eright to left",
        "a\rb\r\nc\td",
        " blanks ",
    ],
)
def test_hostile_texts_come_back_as_they_were(text):
    assert values(selection(layer(texts(text)))) == [text]


@given(
    st.lists(
        st.text(st.sampled_from("<>&]\"'\r\n\t\x00\x0b\ufffe가") | st.characters(codec="utf-8")),
        min_size=1,
    )
)
def test_any_text_comes_back_but_for_what_xml_cannot_hold(given):
    assert values(selection(layer(texts(*given)))) == [LEGAL.sub("\ufffd", item) for item in given]


def test_gdal_reads_values_and_places(tmp_path):
    columns = {
        "name_ko": pa.array(["원곡동 <1>", None]),
        "share": pa.array([-0.25, None]),
        "year": pa.array([2025, None]),
        "cuisine": pa.array([["uz", "cn"], []]),
    }
    places = [shapely.Point(126.7912, 37.3262), shapely.Point(126.8, 37.33)]
    found = read(selection(layer(columns, places)), tmp_path)
    assert found.geometry.to_list() == places
    assert found["name_ko"].to_list()[0] == "원곡동 <1>"
    assert found["share"].to_list()[0] == -0.25
    assert found["year"].to_list()[0] == 2025
    assert found["cuisine"].to_list()[0] == "uz|cn"


SQUARE = shapely.box(126.79, 37.3, 126.80, 37.31)
HOLED = SQUARE - shapely.box(126.794, 37.304, 126.796, 37.306)
SEVERAL = shapely.MultiPolygon([HOLED, shapely.box(126.9, 37.3, 126.91, 37.31)])
LINE = shapely.LineString([(126.79, 37.3), (126.8, 37.31), (126.81, 37.3)])
LINES = shapely.MultiLineString([LINE, [(126.9, 37.3), (126.91, 37.31)]])


@pytest.mark.parametrize(
    ("shapes", "kind"),
    [
        ([SQUARE, HOLED], "Polygon"),
        ([SEVERAL, SQUARE, SEVERAL], "Polygon"),
        ([LINE, LINE], "LineString"),
        ([LINES, LINE], "LineString"),
    ],
)
def test_gdal_reads_the_shapes_that_were_written(tmp_path, shapes, kind):
    found = read(selection(layer(texts(*"abc"[: len(shapes)]), shapes, kind)), tmp_path)
    assert all(shapely.equals(found.geometry.to_numpy(), shapes))


def test_outer_rings_go_counterclockwise_and_holes_clockwise():
    clockwise = shapely.Polygon(
        [(0, 0), (0, 3), (3, 3), (3, 0)], [[(1, 1), (2, 1), (2, 2), (1, 2)]]
    )
    polygon = document(selection(layer(texts("a"), [clockwise], "Polygon"))).find(
        ".//k:Polygon", KML
    )
    rings = [
        shapely.LinearRing([tuple(map(float, pair.split(","))) for pair in element.text.split()])
        for element in polygon.iterfind(".//k:coordinates", KML)
    ]
    assert [ring.is_ccw for ring in rings] == [True, False]
