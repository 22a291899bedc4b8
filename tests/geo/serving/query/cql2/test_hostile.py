"""What is done to break a service with a filter ends in its 400, at once."""

import json
import subprocess
import sys
import time

import numpy as np
import pytest
from questions import layer_of, selected
from shapely.geometry import box

from geo.core.crs import SERVED
from geo.core.errors import BadParameterError
from geo.serving.query.cql2 import evaluation
from geo.serving.query.cql2.filter import MOST_CHARACTERS

DEEP = {
    "brackets": "(" * 5_000 + "a = 1" + ")" * 5_000,
    "opened": "(" * 5_000,
    "open lists": "name IN " + "(" * 5_000,
    "mixed": "(name = 'a' OR (" * 2_000 + "name ==" + "))" * 2_000,
    "not": "NOT " * 15_000 + "TRUE",
    "minus": "number = " + "-" * 5_000 + "number",
    "sum": "number = 1" + "+1" * 30_000,
    "functions": "casei(" * 5_000 + "name" + ")" * 5_000 + " = 'a'",
    "arrays": "a_equals(words," + "(" * 5_000 + "1,2" + ")" * 5_000 + ")",
    "collections": "s_within(geometry,"
    + "GEOMETRYCOLLECTION(" * 3_000
    + "POINT(1 2)"
    + ")" * 3_001,
    "quotes": "'" * 60_001,
    "escapes": "name = '" + "\\" * 60_000,
}
DEEP_JSON = {
    "arrays": "[" * 60_000,
    "not": '{"op":"not","args":[' * 3_000 + "true" + "]}" * 3_000,
    "coordinates": '{"op":"s_within","args":[{"property":"geometry"},'
    '{"type":"Polygon","coordinates":' + "[" * 900 + "]" * 900 + "}]}",
}  # fmt: skip


@pytest.fixture(scope="module")
def layer():
    shapes = [box(126.8, 37.3, 126.9, 37.4), box(126.7, 37.2, 126.75, 37.3)]
    return layer_of(
        {
            "name": ("string", ["a", "b"]),
            "number": ("number", [1.0, None]),
            "when": ("date", ["2025", "2025-11-03"]),
            "words": ("list", [["a"], []]),
        },
        shapes,
    )


def test_the_library_alone_would_end_the_process():
    """Why it does not read what strangers send; when this fails, it may."""
    script = "import cql2; cql2.parse_text('(' * 5_000 + 'a = 1' + ')' * 5_000)"
    assert subprocess.run([sys.executable, "-c", script], capture_output=True).returncode < 0


@pytest.mark.parametrize("lang", ["cql2-text", "cql2-json"])
def test_a_thousand_deep_is_refused_in_a_thread_of_a_living_process(lang):
    """As in the service: in a thread, whose stack is smaller, after which the process goes on."""
    script = """
import json, sys, threading
from geo.core.crs import CRS84
from geo.core.errors import BadParameterError
from geo.serving.query.cql2.filter import parse_filter
def ask(text):
    try:
        parse_filter(text, lang=sys.argv[1], filter_crs=CRS84, fields={})
    except BadParameterError:
        print("refused")
for text in json.load(sys.stdin):
    thread = threading.Thread(target=ask, args=(text,))
    thread.start()
    thread.join(10)
"""
    texts = list((DEEP if lang == "cql2-text" else DEEP_JSON).values())
    result = subprocess.run(
        [sys.executable, "-c", script, lang],
        input=json.dumps(texts),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.split() == ["refused"] * len(texts)


@pytest.mark.parametrize("text", [*DEEP.values()], ids=[*DEEP])
def test_refusing_takes_no_time(layer, text):
    start = time.thread_time()
    with pytest.raises(BadParameterError):
        selected(layer, text)
    assert time.thread_time() - start < 1


@pytest.mark.parametrize("deep", [50, 98])
def test_what_a_person_could_nest_is_read(layer, deep):
    assert selected(layer, "(" * deep + "name = 'a'" + ")" * deep) == [0]
    nested = '{"op":"not","args":[' * deep + "false" + "]}" * deep
    assert selected(layer, nested, lang="cql2-json") == ([0, 1] if deep % 2 else [])


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("name = '" + "x" * 1_000_000 + "'", f"at most {MOST_CHARACTERS} characters, not 1000009"),
        ("name IN (" + ",".join(["'a'"] * 1_001) + ")", "1 to 1000 values"),
        ("name = 'a'" + " OR name = 'a'" * 2_000, "2500 parts"),
        ("name LIKE '" + "%_" * 251 + "'", "at most 500 characters"),
        ("a_contains(words,(" + ",".join(["'a'"] * 1_001) + "))", "at most 1000 values"),
        (
            "s_within(geometry,MULTIPOINT(" + ",".join(["1 2"] * 10_001) + "))",
            "at most 10000 vertices",
        ),
        ("number > 1e999", "numbers up to 1.797"),
        ("number = -1e999", "numbers up to 1.797"),
    ],
)
def test_a_refusal_tells_the_limit(layer, text, limit):
    with pytest.raises(BadParameterError, match="filter=") as refusal:
        selected(layer, text)
    assert limit in refusal.value.allowed
    assert len(str(refusal.value)) < 1_000


def test_a_million_vertices_are_refused_before_they_are_read(layer):
    points = ",".join(f"{number % 180} {number % 90}" for number in range(1_000_000))
    start = time.thread_time()
    with pytest.raises(BadParameterError, match="characters"):
        selected(layer, f"s_intersects(geometry,MULTIPOINT({points}))")
    assert time.thread_time() - start < 0.1


@pytest.mark.parametrize("relation", ["crosses", "touches", "overlaps", "equals", "contains"])
def test_a_tangle_of_lines_is_refused_where_it_would_take_minutes(layer, relation):
    points = np.random.default_rng(0).random((3_000, 2)) * 0.1 + (126.8, 37.3)
    line = ",".join(f"{x:.4f} {y:.4f}" for x, y in points)
    assert selected(layer, f"s_intersects(geometry,LINESTRING({line}))") == [0]
    with pytest.raises(BadParameterError, match="lines that do not cross, or 200 vertices"):
        selected(layer, f"s_{relation}(geometry,LINESTRING({line}))")


def test_work_is_counted_and_ends(monkeypatch):
    count = 10_000
    layer = layer_of({"number": ("number", np.arange(count) + 0.5)})
    monkeypatch.setattr(evaluation, "MOST_WORK", 30 * count)
    assert len(selected(layer, "number > 10 AND number < 20")) == 10
    with pytest.raises(BadParameterError, match="too much work on a large layer"):
        selected(layer, " AND ".join(["number > 1"] * 30))


@pytest.mark.parametrize("name", ["name", "number", "words", "when"])
@pytest.mark.parametrize(
    "value",
    [
        "null", "[]", "{}", '{"property":null}', '{"property":["name"]}', '{"property":"nothing"}',
        '{"op":1,"args":[]}', '{"op":"foo","args":[]}', '{"op":"casei","args":[]}',
        '{"op":"casei","args":[5]}', '{"op":"+","args":[1]}', '{"op":"+","args":["a",1]}',
        '{"date":5}', '{"date":"2025-02-30"}', '{"date":"2025"}', '{"timestamp":"2025-01-01"}',
        '{"timestamp":"0001-01-01T00:00:00+23:59"}', '{"date":"0000-01-01"}',
        '{"interval":["2025-01-01","2026-01-01"]}', '{"bbox":[1,2,3,4]}', '["a"]',
        '{"type":"Point","coordinates":[1,2]}', '{"op":"and","args":[true]}',
    ],
)  # fmt: skip
def test_no_operand_of_another_kind_is_taken(layer, name, value):
    text = f'{{"op":"=","args":[{{"property":"{name}"}},{value}]}}'
    with pytest.raises(BadParameterError, match="filter="):
        selected(layer, text, lang="cql2-json")


@pytest.mark.parametrize(
    "shape",
    [
        "5", "null", '"POINT(1 2)"', "[]", "{}", '{"property":"name"}', '{"type":"Point"}',
        '{"type":"Point","coordinates":null}', '{"type":"Point","coordinates":["a",1]}',
        '{"type":"Point","coordinates":[1]}', '{"type":"Point","coordinates":[]}',
        '{"type":"Point","coordinates":{"a":1}}', '{"type":"Point","coordinates":[true,false]}',
        '{"type":"Polygon","coordinates":[[[0,0],[1,1]]]}', '{"type":["Point"]}',
        '{"type":"Polygon","coordinates":[[[0,0],[1,1],[2,2],[3,3]]]}',
        '{"type":"Polygon","coordinates":[[[0,0],[1,1],[1,0],[0,1],[0,0]]]}',
        '{"type":"GeometryCollection","geometries":{}}', '{"type":"Feature","geometry":null}',
        '{"type":"GeometryCollection","geometries":[]}', '{"bbox":null}', '{"bbox":[1,2,3]}',
        '{"bbox":[1,2,3,"4"]}', '{"bbox":[1,2,true,4]}', '{"bbox":[1,30,3,4]}',
        '{"bbox":[1e300,1,2,2]}', '{"type":"Point","coordinates":[126.8,91]}',
    ],
)  # fmt: skip
def test_no_broken_geometry_is_taken(layer, shape):
    text = f'{{"op":"s_intersects","args":[{{"property":"geometry"}},{shape}]}}'
    with pytest.raises(BadParameterError, match="filter="):
        selected(layer, text, lang="cql2-json")


@pytest.mark.parametrize("crs", SERVED)
def test_coordinates_that_no_system_has_are_refused_or_far_away(layer, crs):
    for shape in ("POINT(1e300 1e300)", "BBOX(1e300,1e300,1e308,1e308)", "BBOX(-1e9,0,-1e8,1)"):
        try:
            assert selected(layer, f"s_intersects(geometry,{shape})", crs=crs) == []
        except BadParameterError as refusal:
            assert refusal.name == "filter"


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("name = '\0'", "cql2-text"),
        ("name = '🙈'", "cql2-text"),
        ("name = '\u202e'", "cql2-text"),
        ("name LIKE '%\\'", "cql2-text"),
        ('{"op":"=","args":[{"property":"name"},"\\u0000"]}', "cql2-json"),
        ('{"op":"like","args":[{"property":"name"},"\\\\"]}', "cql2-json"),
    ],
)
def test_odd_texts_are_texts_that_no_feature_has(layer, text, lang):
    if text.endswith("\\'"):
        text = text.replace("\\'", "\\\\'")  # one backslash, escaped
    assert selected(layer, text, lang=lang) == []


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("name = '\ud800'", "cql2-text"),
        ('{"op":"=","args":[{"property":"name"},"\\ud800"]}', "cql2-json"),
        ('{"op":"=","args":[{"property":"number"},NaN]}', "cql2-json"),
        ('{"op":"=","args":[{"property":"number"},1e999]}', "cql2-json"),
        ("\0", "cql2-json"),
        ("", "cql2-json"),
    ],
)
def test_what_is_no_unicode_or_json_is_refused_in_words_that_can_be_sent(layer, text, lang):
    with pytest.raises(BadParameterError) as refusal:
        selected(layer, text, lang=lang)
    for told in (refusal.value.value, refusal.value.allowed):
        assert told.encode().decode() == told


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("number / 0 > 0", []),
        ("number % 0 = 0", []),
        ("number ^ 5000 * 1e308 * 1e308 > 1", []),
        ("number = 18446744073709551615", []),
        ("number < 123456789012345678901234567890", [0]),
        ("(1 / 0 = 1) IS NULL", [0, 1]),
    ],
)
def test_a_number_without_a_result_is_unknown(layer, text, found):
    assert selected(layer, text) == found
