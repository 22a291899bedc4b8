"""The address of the planners' page: names and codes, and what is refused."""

import pytest

HTML = {"accept": "text/html"}


def test_dong_are_named_by_code_or_by_name(client):
    by_code = client.get("/plan?dong=4127354500,4127153700&lang=en", headers=HTML)
    by_name = client.get("/plan?dong=원곡동&dong=Haeyang-dong&lang=en", headers=HTML)
    assert by_code.status_code == by_name.status_code == 200
    assert by_code.text == by_name.text


@pytest.mark.parametrize(
    ("query", "parameter", "says"),
    [
        ("dong=선부동", "dong", "법정동"),
        ("dong=4127199999", "dong", "no dong of Ansan"),
        ("dong=%3Cscript%3E", "dong", "dong of Ansan"),
        ("x=name_ko", "x", "foreign_share"),
        ("indicator=foreign", "indicator", "density"),
        ("scale=hex", "scale", "unit"),
        ("colour=red", "colour", "dong"),
    ],
)
def test_machines_are_told_what_is_allowed(client, query, parameter, says):
    answer = client.get(f"/plan?{query}", headers={"accept": "application/json"})
    problem = answer.json()
    assert (answer.status_code, problem["parameter"]) == (400, parameter)
    assert says in answer.text


def test_six_dong_are_too_many(client):
    codes = [row["code"] for row in client.get("/analysis/profiles?f=json").json()["rows"][:6]]
    answer = client.get(f"/plan?dong={','.join(codes)}", headers={"accept": "application/json"})
    assert (answer.status_code, answer.json()["parameter"]) == (400, "dong")


def test_people_meet_a_page_in_their_language(client):
    answer = client.get("/plan?dong=선부동&lang=ko", headers=HTML)
    assert answer.status_code == 400
    assert '<html lang="ko"' in answer.text
    assert "선부동" in answer.text


def test_what_others_add_to_a_link_is_passed_over_for_people(client):
    assert client.get("/plan?fbclid=x&lang=en", headers=HTML).status_code == 200
