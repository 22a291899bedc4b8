"""CQL2 text read as CQL2 JSON, held against the `cql2` library."""

import cql2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.core.errors import BadParameterError
from geo.serving.query.cql2.text import parse_text

NAMES = st.sampled_from(["a", "b_2", "ns:x", "a.b", "이름", '"order"', '"a"'])
TEXTS = st.text(st.characters(exclude_characters="\\\0", exclude_categories=["Cs"]), max_size=8)
NUMBERS = st.one_of(
    st.integers(-(10**6), 10**6), st.floats(-1e6, 1e6).filter(lambda one: one == 0 or abs(one) > 1)
)
WORDS = st.sampled_from(["AND", "and", "Or", "OR"])
SHAPES = st.sampled_from(
    [
        "POINT(1.5 -2)", "point z (1 2 3)", "LINESTRING(0 0,1 1)", "MULTIPOINT((0 0),(1 1))",
        "POLYGON((0 0,4 0,4 4,0 0),(1 0.5,2 0.5,2 1,1 0.5))", "BBOX(1,2,3,4)", "geometry",
        "GEOMETRYCOLLECTION(POINT(1 2),LINESTRING(0 0,1 1))", "BBOX(1,2,3,4,5,6)",
    ]
)  # fmt: skip
TIMES = st.sampled_from(
    [
        "when",
        "DATE('2025-01-31')",
        "TIMESTAMP('2025-01-31T10:00:00Z')",
        "INTERVAL('..','2025-01-01')",
    ]
)


def quoted(text):
    return "'" + text.replace("'", "''") + "'"


def joined(form, *parts):
    return st.builds(lambda *held: form.format(*held), *parts)


SUMS = st.recursive(
    st.one_of(NAMES, NUMBERS.map(str)),
    lambda inner: (
        joined("({} {} {})", inner, st.sampled_from("+-*/%"), inner)
        | joined("{} + {} * {}", inner, inner, inner)
    ),
    max_leaves=6,
)
VALUES = st.one_of(SUMS, TEXTS.map(quoted), joined("CASEI({})", NAMES), st.just("TRUE"))
NOT = st.sampled_from(["", "NOT "])
PREDICATES = st.one_of(
    joined("{} {} {}", VALUES, st.sampled_from(["=", "<>", "<", ">", "<=", ">="]), VALUES),
    joined("{} {}LIKE {}", NAMES, NOT, TEXTS.map(quoted)),
    joined("{} {}between {} AND {}", NAMES, NOT, SUMS, SUMS),
    joined("{} {}IN ({}, {})", NAMES, NOT, VALUES, VALUES),
    joined("{} IS {}NULL", NAMES, NOT),
    joined("S_INTERSECTS({},{})", SHAPES, SHAPES),
    joined("t_After({},{})", TIMES, TIMES),
    joined("A_CONTAINS({},({},{}))", NAMES, TEXTS.map(quoted), NUMBERS.map(str)),
)
FILTERS = st.recursive(
    PREDICATES,
    lambda inner: (
        joined("({}) {} ({})", inner, WORDS, inner)
        | joined("{} {} {}", inner, WORDS, inner)
        | joined("NOT ({})", inner)
    ),
    max_leaves=8,
)


def flat(tree):
    """A tree in which (a AND b) AND c is a AND b AND c, as the library has it."""
    if isinstance(tree, list):
        return [flat(item) for item in tree]
    if not isinstance(tree, dict):
        return tree
    found = {key: flat(value) for key, value in tree.items()}
    if found.get("op") in ("and", "or"):
        alike = [
            arg["args"] if isinstance(arg, dict) and arg.get("op") == found["op"] else [arg]
            for arg in found["args"]
        ]
        found["args"] = [arg for args in alike for arg in args]
    return found


@given(FILTERS)
def test_a_filter_is_read_as_the_library_reads_it(text):
    assert flat(parse_text(text)) == flat(cql2.parse_text(text).to_json())


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        (
            "a = 1 OR b = 2 AND NOT c = 3",
            {
                "op": "or",
                "args": [
                    {"op": "=", "args": [{"property": "a"}, 1]},
                    {
                        "op": "and",
                        "args": [
                            {"op": "=", "args": [{"property": "b"}, 2]},
                            {"op": "not", "args": [{"op": "=", "args": [{"property": "c"}, 3]}]},
                        ],
                    },
                ],
            },
        ),
        (
            "a - 2 - 3 * 4 > .5",
            {
                "op": ">",
                "args": [
                    {
                        "op": "-",
                        "args": [
                            {"op": "-", "args": [{"property": "a"}, 2]},
                            {"op": "*", "args": [3, 4]},
                        ],
                    },
                    0.5,
                ],
            },
        ),
        (
            "a = 9007199254740993",  # 2^53 + 1, which no floating number holds
            {"op": "=", "args": [{"property": "a"}, 9007199254740993]},
        ),
        ("a = -5", {"op": "=", "args": [{"property": "a"}, -5]}),
        ("A_EQUALS(l,())", {"op": "a_equals", "args": [{"property": "l"}, []]}),
        ("A_EQUALS(l,('x'))", {"op": "a_equals", "args": [{"property": "l"}, ["x"]]}),
        ('"a""b" = TRUE', {"op": "=", "args": [{"property": 'a"b'}, True]}),
    ],
)
def test_operators_hold_as_the_grammar_says(text, tree):
    assert parse_text(text) == tree


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "at character 1: a property, value or function"),
        ("a = ", "at character 5: a property, value or function"),
        ("a = 1 b", "at character 7: an operator, or the end"),
        ("a = 'x", "at character 5: a text that ends with '"),
        ('"a = 1', 'at character 1: a name that ends with "'),
        ("(a = 1", "at character 7: )"),
        ("a NOT 5", "at character 7: LIKE, IN or BETWEEN"),
        ("a IS 5", "at character 6: NULL"),
        ("a = NULL", "at character 5: a property, value or function"),
        ("a BETWEEN 1", "at character 12: AND"),
        ("a = 2 ^ 3 ^ 4", "at character 11: brackets around one of the powers"),
        ("a = 1; DROP TABLE x", "at character 6: a property, value, operator or bracket"),
        ("a = '' OR 1=1 --", "at character 17: a property, value or function"),
        ("S_WITHIN(geometry,POLYGON((0 0,1 1)))", "at character 19: a geometry as well-known"),
        ("S_WITHIN(geometry,POINT(0 0)", "at character 29: )"),
        ("S_WITHIN(geometry,POINT(0 0", "at character 24: a geometry whose brackets are closed"),
    ],
)
def test_a_mistake_is_told_with_its_place(text, said):
    with pytest.raises(BadParameterError) as refusal:
        parse_text(text)
    assert said in refusal.value.allowed
