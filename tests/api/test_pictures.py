"""Pictures of measures over HTTP: what they are, what they say, and what is refused."""

import io

import pytest
from PIL import Image
from pypdf import PdfReader

from geo.serving.analysis.measures import MEASURES


def test_every_measure_has_a_picture(client):
    """Each of them is drawn in tests/maps."""
    described = client.get("/api").json()["paths"]
    assert {f"/maps/{name}.{{kind}}" for name in MEASURES} <= set(described)


# Classes, kinds and dots on a map, bars, a line, times to walk; and no register to count.
@pytest.mark.parametrize(
    "name", ["density", "hot-spots", "places", "quotients", "surveys", "access", "operators"]
)
def test_each_way_to_draw_gives_a_picture(client, name):
    answer = client.get(f"/maps/{name}.png")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "image/png"
    assert Image.open(io.BytesIO(answer.content)).size == (1753, 1240)


def words(answer):
    assert answer.status_code == 200, answer.text
    (page,) = PdfReader(io.BytesIO(answer.content)).pages
    return " ".join(page.extract_text().split())


def test_a_print_bears_the_path_it_can_be_had_from_again(client):
    asked = "/maps/hot-spots.pdf?category=restaurant&scale=grid&lang=en"
    first = client.get(asked)
    told = words(first)
    again = told[told.index("/maps/hot-spots.pdf") :].split()[0]
    assert client.get(again).content == first.content


def test_a_print_says_n_dates_and_that_it_is_simulated(client):
    told = words(client.get("/maps/density.pdf?in_zone=true&with=simulated&lang=en"))
    n = client.get("/analysis/density?in_zone=true&with=simulated").json()["n"]
    assert f"n = {n:,}" in told
    assert "Simulated" in told
    assert "CC BY 4.0" in told


@pytest.mark.parametrize(
    ("more", "credited"),
    [
        ("", {"Storefronts": True, "Places": True, "Simulated businesses": False}),
        ("&with=simulated", {"Storefronts": True, "Places": True, "Simulated businesses": True}),
        (
            "&provenance=simulated",
            {"Storefronts": False, "Places": False, "Simulated businesses": True},
        ),
        ("&foreign_run=true", {"Storefronts": False, "Simulated businesses": False}),
    ],
)
def test_those_whose_businesses_are_counted_are_credited_and_no_others(client, more, credited):
    asked = f"in_zone=true{more}"
    said = client.get(f"/analysis/density?{asked}").json()["attribution"]
    print_says = words(client.get(f"/maps/density.pdf?{asked}&lang=en"))
    for source, expected in credited.items():
        assert any(item.startswith(f"{source}:") for item in said) is expected
        assert (f"{source}:" in print_says) is expected


def test_a_print_speaks_the_language_asked_for(client):
    assert "범례" in words(client.get("/maps/density.pdf?lang=ko"))
    korean = client.get("/maps/density.pdf", headers={"Accept-Language": "ko"})
    assert "범례" in words(korean)
    assert korean.headers["content-language"] == "ko"


@pytest.mark.parametrize(
    ("path", "status", "named"),
    [
        ("/maps/nosuch.png", 404, "nosuch"),
        ("/maps/density.svg", 400, "svg"),
        ("/maps/density.png?scale=city", 400, "scale"),
        ("/maps/density.png?f=json", 400, "f"),
        ("/maps/density.png?lang=xx", 400, "lang"),
        ("/maps/isolines.png?bandwidth_m=1", 400, "bandwidth_m"),
    ],
)
def test_what_is_wrong_is_named(client, path, status, named):
    answer = client.get(path)
    assert answer.status_code == status
    assert named in answer.json()["detail"]


def test_a_picture_is_sent_once(client):
    first = client.get("/maps/surveys.png")
    held = {"If-None-Match": first.headers["etag"]}
    assert client.get("/maps/surveys.png", headers=held).status_code == 304
