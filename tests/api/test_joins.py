"""A planner's own table over HTTP: joined, answered in every form, and not kept."""

import csv
import io
import re
import tempfile
from pathlib import Path

import pytest
from PIL import Image

HERE = "/maps/join"
TABLE = "행정동,인구,비고\n원곡동,29889,좋음\n4127355500,12000,=cmd()\n합계,41889,\n".encode()
BROWSER = {"Accept": "text/html,application/xhtml+xml"}


def post(client, content=TABLE, name="dong.csv", headers=None, **fields):
    files = {"table": (name, content)} if content is not None else None
    return client.post(HERE, files=files, data=fields, headers=headers)


@pytest.fixture
def rows(client):
    return {row["dong_code"]: row for row in post(client, f="json").json()["rows"]}


def test_every_dong_is_shown_or_missing(rows):
    assert len(rows) == 25
    assert (rows["4127354500"]["value"], rows["4127354500"]["state"]) == (29889, "shown")
    missing = [row for row in rows.values() if row["state"] == "missing"]
    assert len(missing) == 23
    assert {row["value"] for row in missing} == {None}


def test_what_is_set_aside_is_counted(client):
    told = post(client, f="json").json()
    assert any(
        caveat.startswith("3 rows read, 2 joined, 1 set aside") for caveat in told["caveats"]
    )


@pytest.mark.parametrize("kind", ["json", "geojson", "csv", "xlsx", "png", "pdf"])
def test_it_goes_out_in_every_form(client, kind):
    answer = post(client, f=kind, column="인구")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert f"dong.{kind}" in answer.headers["content-disposition"]
    if kind == "png":
        assert Image.open(io.BytesIO(answer.content)).size == (1753, 1240)


@pytest.mark.parametrize("kind", ["json", "png", "pdf"])
def test_a_number_too_large_to_be_written_out_is_named(client, kind):
    answer = post(client, "행정동,인구\n원곡동,1e30\n백운동,5\n".encode(), f=kind)
    assert answer.status_code == 400
    assert answer.json()["value"] == "인구: 1e+30 (원곡동)"


def test_a_merged_table_holds_nothing_that_runs(client):
    text = post(client, f="csv").content.decode("utf-8-sig")
    held = {row["dong_code"]: row["비고"] for row in csv.DictReader(io.StringIO(text))}
    assert held["4127355500"] == "'=cmd()"


def test_a_title_that_would_run_is_a_text(client):
    content = '이름,"=1+1, x"\n원곡동,5\n'.encode()
    header = post(client, content, f="csv").content.decode("utf-8-sig").splitlines()[0]
    assert header.endswith('"\'=1+1, x"')
    page = post(client, content, headers=BROWSER, column="<script>x</script>")
    assert "<script>x" not in page.text


def test_a_korean_table_keeps_the_words_of_the_user(client):
    files = {"table": ("dong.csv", TABLE)}
    answer = client.post(f"{HERE}?lang=ko", files=files, data={"f": "csv"})
    assert answer.headers["content-language"] == "ko"
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    held = {row["행정동 코드"]: row for row in rows}
    assert held["4127354500"]["상태"] == "공개"
    assert (held["4127354500"]["인구"], held["4127354500"]["비고"]) == ("29889", "좋음")
    assert held["4127355500"]["비고"] == "'=cmd()"
    assert client.post(f"{HERE}?lang=xx", files=files, data={"f": "csv"}).status_code == 400


def test_nothing_is_kept(client, monkeypatch, tmp_path):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    before = client.get(HERE).text
    assert post(client).status_code == 200
    assert list(tmp_path.iterdir()) == []
    assert client.get(HERE).text == before


@pytest.mark.parametrize(
    ("content", "name", "fields", "said"),
    [
        (TABLE, "t.pdf", {}, ".csv, .xlsx"),
        (TABLE, "t.csv", {"column": "nosuch"}, "인구"),
        (TABLE, "t.csv", {"by": "nosuch"}, "행정동"),
        (TABLE, "t.csv", {"f": "exe"}, "png"),
        (TABLE, "t.csv", {"colour": "red"}, "breaks, by, classes, column, f,"),
        ("법정동,n\n본오동,1\n선부동,2\n".encode(), "t.csv", {}, "법정동"),
        ("행정동,n\n원곡동,1\n원곡동,2\n".encode(), "t.csv", {}, "twice"),
        (b"a,b\n1,2\n", "t.csv", {}, "no dong of Ansan"),
        (b"", "t.csv", {}, "t"),
        (b"PK\x03\x04 no zip", "t.xlsx", {}, "table.xlsx"),
        (b"\x00" * 3_000_000, "t.csv", {}, "2 MB"),
        (None, "", {}, "multipart"),
    ],
)
def test_what_is_wrong_is_named(client, content, name, fields, said):
    if content is None:
        answer = client.post(HERE, content=b"x", headers={"Content-Type": "text/plain"})
    else:
        answer = post(client, content, name, **fields)
    assert answer.status_code == 400
    assert said in answer.json()["detail"]


def test_a_browser_gets_the_form_again_with_what_is_wrong(client):
    answer = post(client, headers=BROWSER, column="nosuch")
    assert (answer.status_code, answer.headers["content-type"]) == (400, "text/html; charset=utf-8")
    assert 'role="alert"' in answer.text
    assert "nosuch" in answer.text
    assert "인구" in answer.text


@pytest.mark.parametrize(
    ("content", "name", "fields"),
    [
        (TABLE, "t.csv", {"by": "nosuch"}),
        ("법정동,n\n본오동,1\n선부동,2\n".encode(), "t.csv", {}),
        ("행정동,n\n원곡동,1\n원곡동,2\n".encode(), "t.csv", {}),
        (b"a,b\n1,2\n", "t.csv", {}),
        (b"", "t.csv", {}),
        (b"a,b\n", "t.csv", {}),
        (b"PK\x03\x04 no zip", "t.xlsx", {}),
        (("행정동,n\n" + "원곡동,1\n" * 20_000).encode(), "t.csv", {}),
    ],
)
def test_a_korean_form_says_in_korean_what_is_wrong(client, content, name, fields):
    answer = post(client, content, name, {**BROWSER, "Accept-Language": "ko"}, **fields)
    said = answer.text.partition('role="alert">')[2].partition("<")[0]
    assert re.search("[가-힣]", said.replace("행정동", "").replace("법정동", ""))
    # In brackets stands what a library says.
    assert not re.search(r"\b(the|is|are|it|of|one|not)\b", re.sub(r"\(.*?\)", "", said))


def test_a_large_span_is_refused_before_it_takes_memory(client):
    content = (
        Path(__file__).parents[1] / "data" / "hostile" / "two_cells_far_apart.xlsx"
    ).read_bytes()
    answer = post(client, content, "far.xlsx")
    assert answer.status_code == 400
