import json

import pytest

from geo.readers import errors, features


def collection(*given: dict, **members: object) -> bytes:
    whole = [{"type": "Feature", "geometry": None, "properties": None} | item for item in given]
    document = {"type": "FeatureCollection", "features": whole} | members
    return json.dumps(document, ensure_ascii=False).encode()


def read(read_bytes, *given: dict, **members: object):
    return read_bytes(collection(*given, **members), "a.geojson")


def test_properties_geometry_and_id_are_columns(read_bytes):
    point = {"type": "Point", "coordinates": [126.8, 37.33]}
    reading = read(read_bytes, {"id": 5, "properties": {"상호": "고향만두"}, "geometry": point})
    assert reading.table.header == ("상호", "_geometry", "_id")
    assert reading.rows == {1: ("고향만두", '{"type":"Point","coordinates":[126.8,37.33]}', "5")}


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (3.0, "3"),
        (0.5, "0.5"),
        (12345678901234567890123, "12345678901234567890123"),
        (False, "false"),
        (None, ""),
        (["a", 1], '["a",1]'),
        ({"가": 1}, '{"가":1}'),
    ],
)
def test_properties_are_text(value, text, read_bytes):
    assert read(read_bytes, {"properties": {"a": value}}).rows[1][0] == text


def test_features_need_not_have_the_same_properties(read_bytes):
    reading = read(read_bytes, {"properties": {"a": "1"}}, {"properties": {"b": "2"}}, {})
    assert reading.table.header[:2] == ("a", "b")
    assert [row[:2] for row in reading.rows.values()] == [("1", ""), ("", "2"), ("", "")]


@pytest.mark.parametrize(
    ("crs", "noted"),
    [
        ({"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::5179"}}, "EPSG:5179"),
        ({"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}, "OGC:CRS84"),
        ({"type": "name", "properties": {"name": "EPSG:5186"}}, "EPSG:5186"),
        ({"type": "link"}, '{"type":"link"}'),
        (None, ""),
    ],
)
def test_the_crs_member_is_noted(crs, noted, read_bytes):
    assert read(read_bytes, {}, crs=crs).table.crs == noted


def test_a_file_that_names_no_crs_has_none(read_bytes):
    assert read(read_bytes, {}).table.crs == ""


def test_a_byte_order_mark_is_no_text(read_bytes):
    assert read_bytes(b"\xef\xbb\xbf" + collection({}), "a.json").table.encoding == "utf-8"


def test_a_document_too_large_to_hold_is_refused(read_bytes, monkeypatch):
    monkeypatch.setattr(features, "MAX_BYTES", 10)
    with pytest.raises(errors.FeaturesError, match="is larger than 10 bytes; split it"):
        read(read_bytes, {})
