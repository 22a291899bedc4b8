"""The classes of a measure's map: declared, refused with what is allowed, and drawn."""

import re
import statistics
from html import unescape

import pytest

from geo.serving.analysis.measures import MEASURES

CLASSED = [name for name, measure in MEASURES.items() if measure.classed]
GROCERY = "category=grocery&scale=dong"


def test_measures_with_classes_declare_them(client):
    paths = client.get("/api").json()["paths"]
    for name in MEASURES:
        for path in (f"/analysis/{name}", f"/maps/{name}.{{kind}}"):
            declared = {each.get("name"): each for each in paths[path]["get"]["parameters"]}
            assert ("classes" in declared) == ("breaks" in declared) == (name in CLASSED)
            if name in CLASSED:
                allowed = ["round", "equal", "quantile", "jenks", "own"]
                assert declared["classes"]["schema"]["enum"] == allowed


@pytest.mark.parametrize("path", ["/analysis/density", "/maps/density.png"])
@pytest.mark.parametrize(
    ("query", "parameter", "says"),
    [
        ("classes=pretty", "classes", "jenks"),
        ("classes=own", "breaks", "ascending order"),
        ("classes=own&breaks=9 3", "breaks", "ascending order"),
        ("classes=own&breaks=1 2 3 4 5 6", "breaks", "at most 5 classes"),
        ("classes=own&breaks=two", "breaks", "numbers"),
        ("classes=jenks&breaks=1 2", "breaks", "none without classes=own"),
    ],
)
def test_wrong_classes_are_refused(client, path, query, parameter, says):
    answer = client.get(f"{path}?{GROCERY}&{query}")
    assert (answer.status_code, answer.json()["parameter"]) == (400, parameter)
    assert says in answer.text


def test_a_measure_without_classes_takes_none(client):
    assert client.get("/analysis/hot-spots?classes=jenks").status_code == 400


def test_quantiles_of_the_answer_are_those_of_its_rows(client):
    answer = client.get("/analysis/density?category=restaurant&classes=quantile").json()
    assert answer["parameters"]["classes"] == "quantile"
    *bounds, last = answer["parameters"]["class_bounds"]
    values = [row["per_ha"] for row in answer["rows"] if row["per_ha"]]
    cuts = sorted(set(statistics.quantiles(values, n=5, method="inclusive")) - {max(values)})
    assert last >= max(values)
    assert len(bounds) == len(cuts) > 1
    above = [bound - cut for bound, cut in zip(bounds, cuts, strict=True)]
    assert all(0 <= more <= 0.01 for more in above)  # rounded up to what a legend writes


def test_files_of_a_comparison_have_the_classes_of_the_page(client):
    """Each map of two kinds is taken away in the bounds that both legends say."""
    query = "kind=grocery&against=cafe&scale=dong&classes=jenks&lang=en"
    page = client.get(f"/analyse?{query}", headers={"accept": "text/html"}).text
    legends = re.findall(r'<ul class="classes">(.*?)</ul>', page, re.DOTALL)[:2]
    written = [re.findall(r"more than [\d.]+, up to ([\d.]+)", legend) for legend in legends]
    links = re.findall(r'href="[^"]*(/analysis/density\?f=csv&amp;[^"]*)"', page)
    assert len(links) == len(written) == 2
    for link, bounds in zip(links, written, strict=True):
        answer = client.get(unescape(link).replace("f=csv", "f=json")).json()
        assert answer["parameters"]["class_bounds"] == [float(bound) for bound in bounds]
        picture = unescape(link).replace("/analysis/density?f=csv&", "/maps/density.png?")
        assert client.get(picture).headers["content-type"] == "image/png"
