"""A measure is one module: the API, its description, its table and its picture follow."""

import csv
import io
import json
from urllib.error import HTTPError

import pytest

MODULE = "geo/serving/analysis/halal_grades.py"
NAME = "/analysis/halal-grades"


def test_it_answers_and_takes_its_parameter_and_the_filters(ask):
    found = ask(f"{NAME}?f=json&least=1&category=restaurant")
    counted = {row["halal"]: row["businesses"] for row in found["rows"]}
    asked = ask("/analysis/counts?by=halal&category=restaurant&provenance=observed")
    known = {group["halal"]: group["count"] for group in asked["groups"]}
    assert counted.keys() == known.keys()
    # A measure leaves out what has no door; the counts do not.
    assert all(0 <= known[grade] - counted[grade] <= 5 for grade in known)


def test_it_is_among_the_measures(ask):
    (listed,) = [
        measure for measure in ask("/analysis")["measures"] if measure["id"] == "halal-grades"
    ]
    assert listed["title"] == "How many businesses have which halal grade"
    assert listed["parameters"] == {"least": 0.0}


def test_it_is_described_for_clients(ask):
    operation = ask("/openapi.json")["paths"][NAME]["get"]
    (least,) = [
        parameter for parameter in operation["parameters"] if parameter.get("name") == "least"
    ]
    assert (least["schema"]["minimum"], least["schema"]["maximum"]) == (0, 1000)


def test_a_value_outside_the_range_is_refused_by_name(ask):
    with pytest.raises(HTTPError) as refused:
        ask(f"{NAME}?least=1001")
    problem = json.loads(refused.value.read())
    assert (refused.value.code, problem["parameter"], problem["value"]) == (400, "least", "1001")


def test_it_is_a_table_and_a_picture_in_both_languages(ask):
    table = ask(f"{NAME}?f=csv").decode("utf-8-sig")
    assert any("halal" in row and "businesses" in row for row in csv.reader(io.StringIO(table)))
    for lang in ("en", "ko"):
        assert ask(f"/maps/halal-grades.png?lang={lang}").startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("of=halal_grades,", "", ["halal_grades.py: Measure", "`of`", "`alone`"]),
        ("parameters=(", "parameter=(", ["halal_grades.py: parameter=", "title, parameters"]),
        ('("least", 0', '("filter", 0', ["parameters", "'filter'", "none of bbox"]),
        ("0, 0, 1000", "5, 10", ["halal_grades.py:", "least: a default from 10"]),
        ('    "halal-grades"', '    "Halal grades"', ["MEASURES='Halal grades'", "small letters"]),
        ('    "halal-grades"', '    "density"', ["halal_grades.py", "'density'", "another module"]),
        (
            ": Measure(\n        title=",
            ": Measure(\n        titel=",
            ["title is missing in Measure"],
        ),
        ("import Measure", "import Measures", ["halal_grades.py:", "Measures"]),
    ],
)
def test_a_mistake_is_told_by_name(refusal, old, new, says):
    line = refusal(MODULE, old, new, ("serve",))
    assert [text for text in says if text not in line] == [], line
