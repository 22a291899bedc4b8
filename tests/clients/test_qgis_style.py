"""QGIS takes our styles: each feature is drawn by one rule, simulated ones hollow and dotted."""

import json
from itertools import pairwise
from pathlib import Path

import pytest

SESSION = Path(__file__).with_name("qgis_style.py")


@pytest.fixture
def styled(run, qgis_python, client, tmp_path):
    """What QGIS makes of a collection with its style."""

    def answer(collection, **given):
        features, style = tmp_path / "features.geojson", tmp_path / "style.qml"
        asked = {"limit": 10_000, "f": "json", **given}
        items = client.get(f"/collections/{collection}/items", params=asked)
        features.write_bytes(items.content)
        text = client.get(f"/collections/{collection}/styles/default?f=qml&lang=ko")
        style.write_bytes(text.content)
        found = json.loads(run(qgis_python, SESSION, features, style))
        assert (found["taken"], found["renderer"]) == (True, "RuleRenderer")
        return found, items.json()["features"]

    return answer


def test_each_business_is_drawn_by_one_rule(styled):
    found, features = styled("businesses", in_zone="true")
    drawn = [name for rule in found["rules"] for name in rule["ids"]]
    assert sorted(drawn) == sorted(feature["id"] for feature in features)
    categories = {feature["id"]: feature["properties"] for feature in features}
    restaurants = next(rule for rule in found["rules"] if rule["label"] == "음식점")
    assert restaurants["colour"] == "#a63c06"
    assert restaurants["ids"]
    for name in restaurants["ids"]:
        assert categories[name]["category"] == "restaurant"
        assert categories[name]["provenance"] == "observed"


def test_simulated_businesses_are_hollow_dotted_and_say_so(styled):
    found, features = styled("businesses", in_zone="true")
    last = found["rules"][-1]
    simulated = {
        feature["id"] for feature in features if feature["properties"]["provenance"] == "simulated"
    }
    assert set(last["ids"]) == simulated != set()
    assert (last["alpha"], last["properties"]["outline_style"]) == (0, "dot")
    assert last["label"] == "가상(실제 장소 아님)"
    for name, text in found["labels"]:
        assert (text == "가상") is (name in simulated)


def test_the_latest_census_is_drawn_in_five_classes(styled):
    found, features = styled("residents")
    latest = {
        feature["id"]: feature["properties"]["foreign_share"]
        for feature in features
        if feature["properties"]["year"] == 2025 and feature["properties"]["definition"] == "census"
    }
    assert len(latest) == 25
    classes = [[latest[name] for name in rule["ids"]] for rule in found["rules"]]
    assert sum(map(len, classes)) == 25
    for lower, upper in pairwise(classes):
        assert max(lower) < min(upper)


@pytest.mark.parametrize(
    ("collection", "number", "symbol"),
    [("zone", 1, "SimpleFill"), ("streets", 10, "SimpleLine"), ("stations", 13, "SimpleMarker")],
)
def test_areas_lines_and_points_are_drawn(styled, collection, number, symbol):
    found, _ = styled(collection)
    (rule,) = found["rules"]
    assert (len(rule["ids"]), rule["class"]) == (number, symbol)
