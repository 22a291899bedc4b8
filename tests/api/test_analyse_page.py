"""The address of the analysts' page, and that its links lead to what it shows."""

import re
from html import unescape

import pytest

HTML = {"accept": "text/html"}


@pytest.mark.parametrize("question", ["where", "unusual", "made-of", "together"])
@pytest.mark.parametrize("lang", ["en", "ko"])
def test_every_question_has_an_answer_in_both_languages(client, question, lang):
    answer = client.get(
        f"/analyse?question={question}&within=zone&kind=restaurant&lang={lang}", headers=HTML
    )
    assert answer.status_code == 200
    sentence = re.search(r'class="answer">(.*?)</p>', answer.text, re.DOTALL)[1]
    english = re.search(r"counted|agree|businesses|together|apart|tested", sentence)
    assert bool(english) == (lang == "en")


def test_the_files_that_a_page_offers_are_those_of_its_businesses(client):
    page = client.get("/analyse?kind=grocery&within=zone&lang=en", headers=HTML).text
    addresses = re.findall(r'href="[^"]*(/analysis/density\?f=[^"]*)"', page)
    told = int(re.search(r"n = ([\d,]+)", page)[1].replace(",", ""))
    answer = client.get(unescape(addresses[0]).replace("f=xlsx", "f=json"))
    assert answer.json()["n"] == told > 0


@pytest.mark.parametrize(
    ("query", "parameter", "says"),
    [
        ("question=why", "question", "unusual"),
        ("kind=pizza", "kind", "restaurant"),
        ("within=4113510100", "within", "zone"),
        ("scale=dong&question=unusual", "scale", "hex or grid"),
        (f"unit={'x' * 41}", "unit", "id of a unit"),
        ("simulated=perhaps", "simulated", "true"),
    ],
)
def test_machines_are_told_what_is_allowed(client, query, parameter, says):
    answer = client.get(f"/analyse?{query}", headers={"accept": "application/json"})
    assert (answer.status_code, answer.json()["parameter"]) == (400, parameter)
    assert says in answer.text


def test_a_unit_of_an_address_is_escaped(client):
    answer = client.get('/analyse?within=zone&unit="><script>alert(1)</script>', headers=HTML)
    assert answer.status_code == 200
    assert "<script>alert" not in answer.text
