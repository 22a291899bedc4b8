"""A map page is its declaration, its drawing and its template."""

import json
from urllib.error import HTTPError

import pytest

PAGE = "/maps/school-map"
DECLARATION = "maps/pages/declared/school_map.py"


def test_it_draws_what_its_parameters_choose(ask):
    assert ask(f"{PAGE}?lang=en").decode().count('<li lang="ko">') == 3
    high = ask(f"{PAGE}?lang=en&level=high&least=500").decode()
    assert high.count('<li lang="ko">') == 1
    assert "관산고등학교" in high


@pytest.mark.parametrize(("name", "value"), [("level", "college"), ("least", "-1"), ("year", "1")])
def test_a_value_that_is_not_allowed_is_refused_by_name(ask, name, value):
    with pytest.raises(HTTPError) as refused:
        ask(f"{PAGE}?{name}={value}&f=json" if name == "year" else f"{PAGE}?{name}={value}")
    assert refused.value.code == 400
    assert json.loads(refused.value.read())["parameter"] == name


@pytest.mark.parametrize("page", ["/", "/maps/density", PAGE])
@pytest.mark.parametrize("lang", ["en", "ko"])
def test_it_is_in_the_bar_of_every_page(ask, page, lang):
    html = ask(f"{page}?lang={lang}" + ("&f=html" if page == "/" else "")).decode()
    bar = html.split('<nav class="pages"', 1)[1].split("</nav>")[0]
    assert f'href="{PAGE}?lang={lang}"' in bar
    assert ">Schools</a>" in bar


def test_machines_and_search_engines_find_it(ask):
    links = {link["href"].split("8", 1)[-1]: link["title"] for link in ask("/?f=json")["links"]}
    assert "schools, for families" in links.values()
    operation = ask("/openapi.json")["paths"][PAGE]["get"]
    level = next(
        parameter for parameter in operation["parameters"] if parameter.get("name") == "level"
    )
    assert level["schema"]["enum"] == ["all", "primary", "middle", "high"]
    assert f"{PAGE}?lang=ko" in ask("/sitemap.xml").decode()


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('title="schools, for families",', "", ["school_map.py: title is missing in MapPage"]),
        ("label=", "lable=", ["school_map.py: label is missing in MapPage"]),
        ("    label", "    color=1,\n    label", ["color=1", "title, label, position, parameters"]),
        ('"least", 0, 0, 5000', '"lang", 0, 0, 5000', ["parameters", "'lang'"]),
        ("0, 0, 5000", "9, 0, 5", ["school_map.py:", "least: a default from 0 to 5"]),
        ("0, 0, 5000", '"few", 0, 5', ["school_map.py:", "least: 'few' is not a number"]),
        ('("all", "primary", "middle", "high")', "()", ["level: at least one value"]),
        ("maps.pages.school_map:page", "maps.pages.schoolmap:page", ["draw=", "schoolmap"]),
        ("school_map:page", "school_map:draw", ["draw=", "function that there is"]),
        ("PAGE: Final", "PAGES: Final", ["declared/school_map.py: PAGE is missing: a MapPage"]),
    ],
)
def test_a_mistake_is_told_by_name(refusal, old, new, says):
    line = refusal(DECLARATION, old, new, ("serve",))
    assert [text for text in says if text not in line] == [], line
