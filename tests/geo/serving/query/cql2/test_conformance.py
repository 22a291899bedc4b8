"""The abstract tests of OGC 21-065r2 (annex A) under their own names: comparisons and arithmetic.

Every filter is asked in both languages (`rows`). Expected numbers are those of the annex.
"""

from itertools import product

import pytest
from questions import DAY, SCALARS, SIGNS, layer_of, queryables, selected


def test_basic_cql2_basic_test(layers):
    for layer in layers:
        assert any(field.type in SCALARS for field in layer.fields.values())


def test_basic_cql2_comparison(rows, layers):
    for layer, name, value in queryables(layers, *SCALARS):
        found = {sign: set(rows(layer, f'"{name}" {sign} {value}')) for sign in SIGNS}
        assert not found["="] & found["<>"]
        assert not found[">"] & found["<="]
        assert not found["<"] & found[">="]


def test_basic_cql2_is_null(rows, layers):
    for layer in layers:
        for name in (*layer.fields, "geometry"):
            missing = set(rows(layer, f'"{name}" IS NULL'))
            held = set(rows(layer, f'"{name}" is not null'))
            assert not missing & held
            assert len(missing | held) == layer.count


def test_basic_cql2_boolean(rows, layers):
    for layer in layers:
        assert rows(layer, "true") == list(range(layer.count))
        assert rows(layer, "false") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("name='Luxembourg'", 1),
        ("name>='Luxembourg'", 84),
        ("name>'Luxembourg'", 83),
        ("name<='Luxembourg'", 94),
        ("name<'Luxembourg'", 93),
        ("name<>'Luxembourg'", 176),
    ],
)
def test_basic_cql2_test_data(rows, countries, text, expected):
    assert len(rows(countries, text)) == expected


def test_basic_cql2_logical(rows, places):
    """Every combination of four predicates against the truth table, reckoned by Python."""
    known = {
        "pop_other<>1038288": [True, False, True, True],
        "name<='København'": [True, True, True, True],
        "\"date\">DATE('2022-04-16')": [False, False, True, None],
        "boolean=true": [True, False, True, None],
    }
    for p1, p2, p3, p4 in product(known, repeat=4):
        text = f"(NOT ({p2}) AND {p1}) OR ({p3} and {p4}) or not ({p1} OR {p4})"
        expected = [
            row
            for row, (a, b, c, d) in enumerate(
                zip(known[p1], known[p2], known[p3], known[p4], strict=True)
            )
            if either(either(both(opposite(b), a), both(c, d)), opposite(either(a, d))) is True
        ]
        assert rows(places, text) == expected


def both(a, b):
    return False if a is False or b is False else None if a is None or b is None else True


def either(a, b):
    return True if a is True or b is True else None if a is None or b is None else False


def opposite(a):
    return None if a is None else not a


def test_advanced_comparison_operators_like(rows, layers):
    for layer, name, _ in queryables(layers, "string", "date"):
        found = {
            pattern: set(rows(layer, f"\"{name}\" LIKE '{pattern}'"))
            for pattern in ("%", "_%", "", "%%", r"\%\_")
        }
        assert not found["_%"] & found[""]
        assert found["%"] == found["%%"] == set(rows(layer, f'"{name}" IS NOT NULL'))


def test_advanced_comparison_operators_between(rows, layers):
    for layer, name, _ in queryables(layers, "number", "integer"):
        rows(layer, f'"{name}" BETWEEN 0 AND 100')
        assert rows(layer, f'"{name}" between 100.0 and 1.0') == []


def test_advanced_comparison_operators_in(rows, layers):
    members = {
        "number": "1, 2, 3",
        "integer": "1, 2, 3",
        "string": "'foo', 'bar'",
        "boolean": "true",
        "date": "'2022-04-14', '2022-04-15'",
    }
    for kind, listed in members.items():
        for layer, name, _ in queryables(layers, kind):
            within = set(rows(layer, f'"{name}" IN ({listed})'))
            assert not within & set(rows(layer, f'"{name}" NOT IN ({listed})'))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("name IN ('Kiev','kobenhavn','Berlin','athens','foo')", 2),
        ("name NOT IN ('Kiev','kobenhavn','Berlin','athens','foo')", 2),
        ("pop_other in (1038288,1611692,3013258,3013257,3013259)", 3),
        ("pop_other not in (1038288,1611692,3013258,3013257,3013259)", 1),
        ("\"date\" in (DATE('2021-04-16'),DATE('2022-04-16'),DATE('2022-04-18'))", 2),
        ("\"date\" not in (DATE('2021-04-16'),DATE('2022-04-16'),DATE('2022-04-18'))", 1),
        ("boolean in (true)", 2),
        ("boolean not in (false)", 2),
        ("name LIKE 'B_r%'", 1),
        ("name NOT LIKE 'B_r%'", 3),
        ("pop_other between 1000000 and 3000000", 2),
        ("pop_other not between 1000000 and 3000000", 2),
    ],
)
def test_advanced_comparison_operators_test_data(rows, places, text, expected):
    assert len(rows(places, text)) == expected


def test_case_insensitive_comparison_casei(rows, layers):
    for layer, name, _ in queryables(layers, "string"):
        same = set(rows(layer, f"CASEI(\"{name}\") = casei('foo')"))
        assert not same & set(rows(layer, f"CASEI(\"{name}\") <> casei('FOO')"))


def test_case_insensitive_comparison_casei_like(rows, layers):
    for layer, name, _ in queryables(layers, "string"):
        lower = rows(layer, f"CASEI(\"{name}\") LIKE casei('foo%')")
        assert lower == rows(layer, f"CASEI(\"{name}\") LIKE casei('FOO%')")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        *((f"CASEI(name)=casei('{name}')", 1) for name in ("KIEV", "kiev", "Kiev")),
        *((f"CASEI(name)=casei('{name}')", 1) for name in ("København", "københavn", "KØBENHAVN")),
        *((f"CASEI(name) LIKE casei('{name}')", 1) for name in ("B_r%", "b_r%", "B_R%")),
        (
            "CASEI(name) IN (casei('Kiev'), casei('kobenhavn'), casei('Berlin'),"
            " casei('athens'), casei('foo'))",
            3,
        ),
    ],
)
def test_case_insensitive_comparison_test_data(rows, places, text, expected):
    assert len(rows(places, text)) == expected


def test_accent_insensitive_comparison_accenti(rows, layers):
    for layer, name, _ in queryables(layers, "string"):
        same = set(rows(layer, f"ACCENTI(\"{name}\") = accenti('äöüéáí')"))
        assert not same & set(rows(layer, f"ACCENTI(\"{name}\") <> accenti('aoueai')"))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ACCENTI({}) LIKE accenti('Ä%')", "ACCENTI({}) LIKE accenti('A%')"),
        ("ACCENTI(CASEI({})) = accenti(casei('ÄÉ'))", "ACCENTI(CASEI({})) = accenti(casei('ae'))"),
        (
            "ACCENTI(CASEI({})) LIKE accenti(casei('Ä%'))",
            "ACCENTI(CASEI({})) LIKE accenti(casei('a%'))",
        ),
    ],
    ids=["accenti-like", "accenti-casei", "accenti-casei-like"],
)
def test_accent_insensitive_comparison(rows, layers, one, other):
    for layer, name, _ in queryables(layers, "string"):
        assert rows(layer, one.format(f'"{name}"')) == rows(layer, other.format(f'"{name}"'))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        *((f"ACCENTI(name)=accenti('{name}')", 1) for name in ("København", "Kobenhavn", "Kiev")),
        *(
            (f"ACCENTI(CASEI(name))=accenti(casei('{name}'))", 1)
            for name in ("københavn", "kobenhavn", "KOBENHAVN", "KØBENHAVN")
        ),
        ("ACCENTI(name) LIKE accenti('Ko%')", 1),
        ("ACCENTI(CASEI(name)) LIKE accenti(casei('kØ%'))", 1),
        ("ACCENTI(CASEI(name)) LIKE accenti(casei('kO%'))", 1),
        (
            "ACCENTI(CASEI(name)) IN (accenti(casei('Kiev')), accenti(casei('kobenhavn')),"
            " accenti(casei('Berlin')), accenti(casei('athens')), accenti(casei('foo')))",
            4,
        ),
    ],
)
def test_accent_insensitive_comparison_test_data(rows, places, text, expected):
    assert len(rows(places, text)) == expected


def test_property_property_comparison_value_property(rows, layers):
    turned = dict(zip(SIGNS, ("=", "<>", "<", ">", "<=", ">="), strict=True))
    for layer, name, value in queryables(layers, *SCALARS):
        for sign in SIGNS:
            found = rows(layer, f'{value} {sign} "{name}"')
            assert found == rows(layer, f'"{name}" {turned[sign]} {value}')


def test_property_property_comparison_property_property(rows, layers):
    for layer, name, _ in queryables(layers, *SCALARS):
        known = rows(layer, f'"{name}" IS NOT NULL')
        for sign in SIGNS:
            expected = known if sign in ("=", ">=", "<=") else []
            assert rows(layer, f'"{name}" {sign} "{name}"') == expected


@pytest.mark.parametrize(
    "value", ["'foo'", "true", "3.14", "1", "TIMESTAMP('2022-04-14T14:48:46Z')", DAY]
)
def test_property_property_comparison_value_value(rows, places, value):
    for sign in SIGNS:
        expected = 4 if sign in ("=", ">=", "<=") else 0
        assert len(rows(places, f"{value} {sign} {value}")) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("'København'=name", [1]),
        ("'København'<>name", [0, 2, 3]),
        ("name=nameascii", [0, 2, 3]),
        ("name>nameascii", [1]),
        ("name<nameascii", []),
        ("pop_min=pop_max", [2]),
        ("pop_min<pop_max", [0, 1, 3]),
        ('"start"<="end"', [0, 1, 2]),
        ('"start"="end"', []),
        ("'København' LIKE 'K_benhavn'", [0, 1, 2, 3]),
        ("'København' NOT LIKE 'K_benhavn'", []),
        ("pop_other between pop_min and pop_max", [0, 2, 3]),
        ("pop_other not between pop_min and pop_max", [1]),
        ("t_after(date('2022-04-16'),\"date\")", [0]),
        ("t_before(interval('2022-01-01','2022-12-31'),\"date\")", [2]),
        ("T_MEETS(interval('2022-04-16','2022-05-10'),interval(\"start\",\"end\"))", [1]),
        ("T_STARTS(interval('2022-04-16','2022-05-10'),interval(\"start\",\"end\"))", [2]),
    ],
)
def test_property_property_test_data(rows, places, text, expected):
    assert rows(places, text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("pop_other=1038280+8", [1]),
        ("pop_other>=1038290-2*2^0", [0, 1, 2]),
        ("pop_other>1038290-20/10", [0, 2]),
        ("pop_other>1038290-21 div 10", [0, 2]),
        ("pop_other>1038290-5%2", [0, 2]),
        ("pop_other<=1038200+8*11", [1, 3]),
        ("pop_other<1038280+2^3", [3]),
        ("pop_other<>1038290-2^1", [0, 2, 3]),
        ("pop_other between 4000000/4 and (3*(900000+100000))", [0, 1]),
        ("pop_other not between 4000000/4 and (3*(900000+100000))", [2, 3]),
        ("pop_other in (1000000+38288,1000000+600000+11692,3*1000000+13258)", [0, 1, 2]),
        ("1038280+8=pop_other", [1]),
    ],
)
def test_arithmetic_test_data(rows, places, text, expected):
    assert rows(places, text) == expected


def test_arithmetic_arithmetic(rows, layers):
    for layer, name, _ in queryables(layers, "number", "integer"):
        doubled = rows(layer, f'"{name}" * 2 = "{name}" + "{name}"')
        assert doubled == rows(layer, f'"{name}" IS NOT NULL')


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (r"it''s", "it's"),
        (r"it\'s", "it's"),
        *((rf"a\{letter}b", f"a{chr(code)}b") for code, letter in enumerate("abtnvfr", 7)),
        (r"a\\nb", r"a\nb"),
        (r"a\%b", r"a\%b"),
    ],
)
def test_cql2_text_escaping(written, meant):
    layer = layer_of({"name": ("string", [meant, meant + "!", None])})
    assert selected(layer, f"name = '{written}'") == [0]
