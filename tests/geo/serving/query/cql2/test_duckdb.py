"""Random filters on real layers, held against DuckDB with its spatial extension.

Every part is made twice, as CQL2 and as SQL; the same features must be found. The days of dates
are worked out for DuckDB by the calendar of Python.
"""

import calendar
from pathlib import Path

import duckdb
import duckdb_extension_spatial
import numpy as np
import pyarrow as pa
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from questions import selected

LAYERS = ("businesses", "residents", "centres", "streets")
TEXTS = {
    "businesses": ["restaurant", "grocery", "cn", "observed", "4127354500", "다문화길", "zzz", "%"],
    "residents": ["일동", "원곡동", "census", "4127151000", "2015-11-01"],
    "centres": ["counselling", "support", "단원구", "observed"],
    "streets": ["observed", "fitted", "다문화길", "길"],
}
PATTERNS = ["%a%", "_e%", "%길%", "%", "원_동", r"\%%", "%0", "% %", "R%"]
NUMBERS = [0, 1, 15, 19.0, 25000, 28733, 0.1, 2015, 2020.0, 60]
DAYS = ["2015-11-01", "2020-01-01", "2025-06-30", "2026-09-09", "2010-12-31"]
SIGNS = ["=", "<>", "<", ">", "<=", ">="]
SHAPES = [
    "POLYGON((126.78 37.32,126.81 37.32,126.80 37.34,126.78 37.32))",
    "POLYGON((126.85 37.30,126.88 37.30,126.88 37.32,126.85 37.32,126.85 37.30))",
    "LINESTRING(126.70 37.30,126.90 37.34)",
    "MULTIPOLYGON(((126.7 37.2,126.8 37.2,126.8 37.4,126.7 37.2)),((127 37,128 37,128 38,127 37)))",
    "POINT(126.79 37.33)",
]
RELATIONS = [
    "intersects",
    "disjoint",
    "within",
    "contains",
    "touches",
    "crosses",
    "overlaps",
    "equals",
]


@pytest.fixture(scope="module")
def connection(snapshot):
    home = Path(duckdb_extension_spatial.__file__).parent / "extensions" / f"v{duckdb.__version__}"
    with duckdb.connect() as opened:
        opened.load_extension(str(home / "spatial.duckdb_extension"))
        for name in LAYERS:
            opened.register(f"_{name}", with_days(snapshot.layers[name]))
            held = opened.table(f"_{name}")
            held.project("*, ST_GeomFromWKB(wkb_) AS geom_").create(name)
        yield opened


def with_days(layer):
    """The columns of a layer with the first and last day of each date, row and geometry."""
    table = layer.columns.select(list(layer.fields))
    for field in layer.fields.values():
        if field.type == "date":
            days = [days_of(text) for text in table[field.name].to_pylist()]
            for end, held in zip(("first", "last"), zip(*days, strict=True), strict=True):
                table = table.append_column(f"{field.name}_{end}", pa.array(held, pa.string()))
    shapes = shapely.to_wkb(layer.geometries(np.arange(layer.count)))
    table = table.append_column("wkb_", pa.array(shapes, pa.binary()))
    return table.append_column("row_", pa.array(range(layer.count)))


def days_of(text):
    if text is None:
        return None, None
    year, month, day = (*map(int, text.split("-")), None, None)[:3]
    last = day or calendar.monthrange(year, month or 12)[1]
    return f"{year:04}-{month or 1:02}-{day or 1:02}", f"{year:04}-{month or 12:02}-{last:02}"


def quoted(text):
    return "'" + text.replace("'", "''") + "'"


def same(*parts):
    """The same text in both languages."""
    return " ".join(parts), " ".join(parts)


@st.composite
def predicates(draw, layer):
    """A predicate on one property of a layer, in CQL2 and in SQL."""
    field = draw(st.sampled_from([*layer.fields.values(), None]))
    if field is None:
        return draw(spatial())
    name, cql = field.name, f'"{field.name}"'
    if draw(st.integers(0, 5)) == 0:
        return same(cql, "IS", draw(st.sampled_from(["", "NOT"])), "NULL")
    sign = draw(st.sampled_from(SIGNS))
    if field.type == "boolean":
        return same(cql, sign, draw(st.sampled_from(["true", "false"])))
    if field.type in ("number", "integer"):
        return draw(numeric(layer, cql, sign))
    if field.type == "date":
        return draw(dated(name, sign))
    return draw(listed(layer, name) if field.type == "list" else textual(layer, cql, sign))


@st.composite
def numeric(draw, layer, name, sign):
    one, other = (repr(draw(st.sampled_from(NUMBERS))) for _ in range(2))
    kind = draw(st.sampled_from(["compare", "between", "in", "sum", "property"]))
    if kind == "between":
        return same(name, draw(st.sampled_from(["", "NOT"])), "BETWEEN", one, "AND", other)
    if kind == "in":
        return same(name, draw(st.sampled_from(["", "NOT"])), f"IN ({one}, {other})")
    if kind == "sum":
        return same(f"({name} * 2 - {one}) / 4", sign, other)
    if kind == "property":
        numbers = [f.name for f in layer.fields.values() if f.type in ("number", "integer")]
        return same(name, sign, f'"{draw(st.sampled_from(numbers))}"')
    return same(name, sign, one)


@st.composite
def textual(draw, layer, name, sign):
    one, other = (quoted(draw(st.sampled_from(TEXTS[layer.id]))) for _ in range(2))
    denied = draw(st.sampled_from(["", "NOT"]))
    kind = draw(st.sampled_from(["compare", "in", "like", "casei", "property"]))
    if kind == "in":
        return same(name, denied, f"IN ({one}, {other})")
    if kind == "like":
        text = " ".join((name, denied, "LIKE", quoted(draw(st.sampled_from(PATTERNS)))))
        return text, text + r" ESCAPE '\'"
    if kind == "casei":
        return f"CASEI({name}) {sign} CASEI({one})", f"lower({name}) {sign} lower({one})"
    if kind == "property":
        texts = [field.name for field in layer.fields.values() if field.type == "string"]
        return same(name, sign, f'"{draw(st.sampled_from(texts))}"')
    return same(name, sign, one)


@st.composite
def dated(draw, name, sign):
    day, other = sorted((draw(st.sampled_from(DAYS)), draw(st.sampled_from(DAYS))))
    first, last = f'"{name}_first"', f'"{name}_last"'
    relation = draw(st.sampled_from([*SIGNS, "t_intersects", "t_after", "t_before", "t_during"]))
    if relation in SIGNS:
        sql = {
            "=": f"({first} = '{day}' AND {last} = '{day}')",
            "<>": f"({first} <> '{day}' OR {last} <> '{day}')",
            "<": f"{last} < '{day}'",
            ">": f"{first} > '{day}'",
            "<=": f"{first} <= '{day}'",
            ">=": f"{last} >= '{day}'",
        }[relation]
        return f"\"{name}\" {relation} DATE('{day}')", sql
    sql = {
        "t_intersects": f"({first} <= '{other}' AND {last} >= '{day}')",
        "t_after": f"{first} > '{other}'",
        "t_before": f"{last} < '{day}'",
        "t_during": f"({first} > '{day}' AND {last} < '{other}')",
    }[relation]
    when = f'INTERVAL("{name}","{name}")' if relation == "t_during" else f'"{name}"'
    return f"{relation}({when},INTERVAL('{day}','{other}'))", sql


@st.composite
def listed(draw, layer, name):
    values = sorted({item for many in layer.columns[name].to_pylist() for item in many or []})[:40]
    wanted = draw(st.lists(st.sampled_from([*values, "nothing"]), min_size=1, max_size=4))
    texts = ",".join(map(quoted, wanted))
    relation = draw(st.sampled_from(["contains", "containedby", "overlaps", "equals"]))
    members = f"[{texts}]"
    held = f'"{name}"'
    sql = {
        "contains": f"list_has_all({held}, {members})",
        "containedby": f"list_has_all({members}, {held})",
        "overlaps": f"list_has_any({held}, {members})",
        "equals": f"(list_has_all({held}, {members}) AND list_has_all({members}, {held}))",
    }[relation]
    return f"a_{relation}({held},({texts}))", sql


@st.composite
def spatial(draw):
    relation, shape = draw(st.sampled_from(RELATIONS)), draw(st.sampled_from(SHAPES))
    sql = f"ST_{relation}(geom_, ST_GeomFromText('{shape}'))"
    return f"s_{relation}(geometry,{shape})", sql


def filters(layer):
    """Predicates joined by AND, OR and NOT."""

    def joined(inner):
        pairs = st.tuples(inner, st.sampled_from(["AND", "OR"]), inner)
        either = pairs.map(
            lambda one: tuple(f"({one[0][k]}) {one[1]} ({one[2][k]})" for k in (0, 1))
        )
        return either | inner.map(lambda one: tuple(f"NOT ({one[k]})" for k in (0, 1)))

    return st.recursive(predicates(layer), joined, max_leaves=5)


@pytest.mark.filterwarnings("ignore:Generating overly large repr")  # of a great layer
@pytest.mark.parametrize("name", LAYERS)
@settings(max_examples=100)
@given(data=st.data())
def test_a_filter_finds_what_duckdb_finds(snapshot, connection, name, data):
    layer = snapshot.layers[name]
    cql, sql = data.draw(filters(layer))
    found = connection.table(name).filter(sql).project("row_").order("row_").fetchall()
    assert selected(layer, cql) == [row for (row,) in found]
