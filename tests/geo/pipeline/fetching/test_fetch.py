"""Registers fetched from a server with the publishers' habits; nothing asks the real ones."""

import csv
import hashlib
import io
import json
import zipfile
from pathlib import Path

import pytest
from overture_places import written as places_written
from permit_rows import SHOP as LICENCE
from publishers_server import Answer, Publishers, serving
from semas_rows import HEADER
from semas_rows import SHOP as STORE
from typer.testing import CliRunner

from atlas.command_line import app
from geo.core.errors import BadParameterError
from geo.pipeline.adapters import permit_kinds
from geo.pipeline.fetching.fetch import Errand, Fetched, fetch_source
from geo.pipeline.fetching.plan import chosen_sources, plan_lines
from geo.pipeline.fetching.publishers import FetchError, read_publishers
from geo.snapshot.reader import open_current

PAGE = '<script type="application/ld+json">{{"contentUrl": "{url}"}}</script>'
ZIP = "/semas.zip"


@pytest.fixture
def server(tmp_path, monkeypatch):
    """The server, and the table of publishers pointed to it."""
    with serving() as publishers:
        at = publishers.url
        table = f"""
[transfer]
wait_s = 0.0
timeout_s = 10.0
tries = 3
[semas]
page = "{at}/page"
file = "{at}{ZIP}?atchFileId={{id}}&fileDetailSn={{part}}"
least_rows = 2
most_bytes = 1000000
[permits]
page = "{at}/list/{{trade}}"
file = "{at}/permits/{{trade}}?orgCode={{office}}"
pause_s = 0.0
trades = {{general_restaurants = "식품_일반음식점", rest_cafes = "식품_휴게음식점"}}
[osm]
hosts = ["{at}/first", "{at}/second"]
[overture]
package = "json"
arguments = ["{tmp_path}/overture.py"]
[boundaries]
page = "{at}/versions"
file = "{at}/ver{{edition}}.geojson"
"""
        path = tmp_path / "publishers.toml"
        path.write_text(table)
        monkeypatch.setenv("ATLAS_PUBLISHERS", str(path))
        yield publishers


@pytest.fixture
def fetch(tmp_path, server):
    def fetched(name: str) -> Fetched:
        errand = Errand(name, read_publishers(), tmp_path / "fetched", lambda _: None)
        return fetch_source(errand)

    return fetched


def a_table(header, *rows: dict[str, str]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, header, restval="", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode("utf-8")


def a_zip(**members: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as package:
        for name, body in members.items():
            package.writestr(name, body)
    return packed.getvalue()


SEOUL = a_table(HEADER, {**STORE, "시도명": "서울특별시", "시군구명": "종로구"})
GYEONGGI = a_table(
    HEADER,
    {**STORE, "시도명": "경기도", "시군구명": "안산시 단원구"},
    {**STORE, "시도명": "경기도", "시군구명": "안산시 상록구"},
)
COUNTRY = a_zip(**{"╝╥╗≤░°_1.csv": SEOUL, "╝╥╗≤░°_2.csv": GYEONGGI})
CAFES = list(LICENCE)


def offers(server: Publishers, body: bytes, file_id: str = "FILE_000000001", **more) -> None:
    url = f"/x?atchFileId={file_id}&amp;fileDetailSn=2"
    server.answers["/page"] = lambda _: Answer(PAGE.format(url=url).encode())
    disposition = {"Content-Disposition": 'attachment; filename="shops_20260630.zip"'}
    server.file(ZIP, body, **{**disposition, **more})


def test_a_cut_transfer_goes_on_and_the_province_is_found_by_its_first_row(server, fetch):
    offers(server, COUNTRY, cuts=[100, 50])
    found = fetch("semas")
    assert [path.name for path in found.files] == ["semas_경기_20260630.csv"]
    assert found.files[0].read_bytes() == GYEONGGI
    asked = [headers for _, path, headers in server.asked if path == ZIP]
    assert [headers.get("Range") for headers in asked] == [None, "bytes=100-", "bytes=150-"]
    assert asked[1]["If-Range"].startswith('"')
    receipt = json.loads((found.files[0].parent / "semas.zip.receipt.json").read_text())
    assert receipt["sha256"] == hashlib.sha256(COUNTRY).hexdigest()
    assert receipt["size"] == len(COUNTRY)
    assert "FILE_000000001" in receipt["url"]
    assert receipt["licence"].startswith("free to use")
    assert not list(found.files[0].parent.glob("*.part*"))


def test_a_file_that_changed_while_it_was_cut_is_fetched_whole(server, fetch):
    offers(server, a_zip(a=SEOUL * 9), cuts=[100, 100, 100])
    with pytest.raises(FetchError, match="was cut after"):
        fetch("semas")
    offers(server, COUNTRY)
    assert fetch("semas").files[0].read_bytes() == GYEONGGI


def test_an_edition_that_is_there_is_not_fetched_twice_and_a_new_one_is(server, fetch):
    offers(server, COUNTRY)
    fetch("semas")
    again = fetch("semas")
    assert (again.unchanged, server.count(ZIP)) == (True, 1)
    offers(server, COUNTRY, "FILE_000000002")
    assert (fetch("semas").unchanged, server.count(ZIP)) == (False, 2)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (COUNTRY[:200] + b"\x55" * 60 + COUNTRY[260:], "damaged|only|cannot"),
        (COUNTRY[:-30], "damaged"),
        (b"<html>maintenance</html>", "damaged"),
        (a_zip(**{"../evil.csv": GYEONGGI}), "leads out of the zip"),
        (a_zip(a=SEOUL), "only 0 rows of 안산시"),
        (b"\0" * 1_000_001, "are allowed"),
    ],
)  # fmt: skip
def test_what_did_not_arrive_whole_is_dropped(server, fetch, tmp_path, body, message):
    offers(server, body)
    with pytest.raises(FetchError, match=message):
        fetch("semas")
    left = [path for path in (tmp_path / "fetched").rglob("*") if path.is_file()]
    assert left == []
    assert not (tmp_path / "evil.csv").exists()


def test_a_name_in_a_header_leads_nowhere(server, fetch, tmp_path):
    offers(
        server, COUNTRY, **{"Content-Disposition": 'attachment; filename="../../x_20260630.zip"'}
    )
    fetch("semas")
    assert {path.parent.name for path in tmp_path.rglob("*20260630*")} == {"semas"}


def test_a_page_without_a_file_says_so(server, fetch):
    server.answers["/page"] = lambda _: Answer(b"<html>new design</html>")
    with pytest.raises(FetchError, match="names no file"):
        fetch("semas")


def test_a_redirect_off_the_web_is_not_followed(server, fetch):
    offers(server, COUNTRY)
    server.answers[ZIP] = lambda _: Answer(status=302, headers={"Location": "file:///etc/passwd"})
    with pytest.raises(FetchError, match=r"not followed|302"):
        fetch("semas")


def licences(server: Publishers, trade: str, body: bytes) -> None:
    """As LOCALDATA: 403 without a Referer and a browser's name, an untrue charset."""

    def answer(handler) -> Answer:
        browser = handler.headers.get("User-Agent", "").startswith("Mozilla/")
        if not (browser and handler.headers.get("Referer", "").endswith(f"/list/{trade}")):
            return Answer(status=403)
        return Answer(body, headers={"Content-Type": "text/csv; charset=UTF-8"})

    server.answers[f"/permits/{trade}"] = answer


def cafes(**change: str) -> bytes:
    return a_table(CAFES, {**LICENCE, **change}).decode().encode("cp949")


def test_licences_are_asked_as_a_browser_and_a_header_alone_is_passed_over(server, fetch):
    licences(server, "general_restaurants", a_table(CAFES).decode().encode("cp949"))
    licences(server, "rest_cafes", cafes())
    found = fetch("permits")
    assert [path.name for path in found.files] == ["식품_휴게음식점.csv"]
    assert "예시식당" in found.files[0].read_bytes().decode("cp949")


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (cafes(개방자치단체코드="4000000"), "of office '4000000'"),
        (cafes()[:-40], "it was cut"),
        ("<html>점검</html>".encode(), "no table of licences"),
        (a_table(CAFES).decode().encode("cp949"), "no trade has a row"),
    ],
)
def test_a_file_that_is_no_whole_list_of_the_city_is_refused(server, fetch, body, message):
    licences(server, "general_restaurants", a_table(CAFES).decode().encode("cp949"))
    licences(server, "rest_cafes", body)
    with pytest.raises(FetchError, match=message):
        fetch("permits")


def test_a_trade_that_there_is_not_ends_at_once(server, fetch):
    with pytest.raises(FetchError, match="answers 404"):
        fetch("permits")
    assert server.count("/permits/general_restaurants") == 1


ELEMENTS = b'{"elements": [{"type": "node", "id": 1, "lat": 37.33, "lon": 126.79}]}'


def test_a_busy_server_is_asked_again_and_then_the_next_one(server, fetch):
    busy = iter([429, 504, 429])
    server.answers["/first"] = lambda _: Answer(status=next(busy), headers={"Retry-After": "0"})
    server.answers["/second"] = lambda _: Answer(ELEMENTS)
    assert fetch("osm").files[0].read_bytes() == ELEMENTS
    assert (server.count("/first"), server.count("/second")) == (3, 1)
    method, _, headers = server.asked[0]
    assert method == "POST"
    assert headers["User-Agent"].startswith("AnsanAtlas/")


@pytest.mark.parametrize(
    "body", [b'{"elements": [', b'{"elements": []}', b'{"elements": [{}], "remark": "timed out"}']
)
def test_an_answer_that_was_broken_off_is_not_kept(server, fetch, body):
    server.answers["/first"] = server.answers["/second"] = lambda _: Answer(body)
    with pytest.raises(FetchError, match=r"osm\.json"):
        fetch("osm")


def test_the_newest_outlines_are_fetched_once(server, fetch):
    dong = [{"type": "Feature", "properties": {"adm_cd2": f"41273{n:05d}"}} for n in range(25)]
    listing = json.dumps([{"name": "ver20210401"}, {"name": "ver20260701"}])
    server.answers["/versions"] = lambda _: Answer(listing.encode())
    server.file("/ver20260701.geojson", json.dumps({"features": dong}).encode())
    assert fetch("boundaries").files[0].name == "HangJeongDong_ver20260701.geojson"
    assert fetch("boundaries").unchanged


def test_places_come_by_the_package_of_the_publisher(server, fetch, tmp_path):
    made = places_written(tmp_path / "made.parquet", {})
    (tmp_path / "overture.py").write_text(
        "import shutil, sys\n"
        "assert sys.argv[1] == '--bbox=126.5,37.1,127.0,37.45'\n"
        f"shutil.copy({str(made)!r}, sys.argv[3])\n"
    )
    found = fetch("overture")
    assert found.files[0].read_bytes() == made.read_bytes()
    assert fetch("overture").unchanged
    (tmp_path / "overture.py").write_text("raise SystemExit('no network')")
    with pytest.raises(FetchError, match="no network"):
        fetch("overture")


def test_a_missing_package_of_the_publisher_is_named_with_its_extra(server, fetch, tmp_path):
    table = tmp_path / "publishers.toml"
    table.write_text(table.read_text().replace('package = "json"', 'package = "not_there"'))
    with pytest.raises(FetchError, match=r"pip install 'ansan-atlas\[overture\]'"):
        fetch("overture")


def test_the_plan_names_hosts_and_licences_and_asks_nothing(server, tmp_path):
    runner = CliRunner(env={"ATLAS_HOME": str(tmp_path / "home")})
    done = runner.invoke(app, ["fetch", "--dry-run"])
    assert done.exit_code == 0
    assert server.asked == []
    said = " ".join(done.stderr.split())
    for word in ("127.0.0.1", "ODbL", "CDLA", "KOGL", "dry run: nothing was asked"):
        assert word in said
    assert not (tmp_path / "home").exists()


def test_the_real_table_names_the_publishers(monkeypatch):
    monkeypatch.delenv("ATLAS_PUBLISHERS", raising=False)
    said = "\n".join(plan_lines(chosen_sources([]), read_publishers()))
    for host in ("www.data.go.kr", "file.localdata.go.kr", "overpass-api.de", "githubusercontent"):
        assert host in said


def test_each_file_of_licences_is_named_as_its_permit_is(monkeypatch):
    monkeypatch.delenv("ATLAS_PUBLISHERS", raising=False)
    for name in read_publishers()["permits"]["trades"].values():
        assert name.partition("_")[2] == permit_kinds._group_of(f"{name}.csv")


def test_a_source_or_key_that_there_is_not_is_named(tmp_path, monkeypatch):
    with pytest.raises(BadParameterError, match="semas, permits, osm, overture, boundaries"):
        chosen_sources(["naver"])
    path = tmp_path / "p.toml"
    path.write_text("[semas]\nhost = 'x'\n")
    monkeypatch.setenv("ATLAS_PUBLISHERS", str(path))
    with pytest.raises(FetchError, match=r"semas\.host is no key"):
        read_publishers()


def test_what_is_fetched_is_loaded_and_refresh_loads_only_what_is_new(server, home: Path):
    server.file("/permits/rest_cafes", cafes())
    runner = CliRunner(env={"ATLAS_HOME": str(home)})
    another = {"관리번호": "3930000-101-2019-00001", "사업장명": "다른식당"}
    server.file("/permits/general_restaurants", cafes(**another))
    done = runner.invoke(app, ["fetch", "permits", "--json"])
    assert done.exit_code == 0, done.stderr
    assert json.loads(done.stdout)["fetched"] == ["permits"]
    assert "permits" in open_current(home).manifest["registers"]
    before = (home / "current").resolve()
    again = runner.invoke(app, ["refresh", "permits", "--json"])
    assert json.loads(again.stdout)["unchanged"] == ["permits"]
    assert (home / "current").resolve() == before
    failed = runner.invoke(app, ["refresh", "osm", "permits", "--json"])
    assert failed.exit_code == 1
    assert json.loads(failed.stdout)["failed"] == ["osm"]
