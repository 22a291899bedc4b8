"""Files of registers that staff hand in: inspected as on the command line, and not kept."""

import base64
import json

import httpx
import pytest
from fastapi import Request
from staffed import TOKENS, settings

from api.parameters.form_length import check_length
from api.service.register_inspection import MOST_BYTES
from geo.core.errors import BadParameterError

KIM = {"Authorization": f"Bearer {TOKENS['kim']}"}
LEE = {"Authorization": "Basic " + base64.b64encode(f"lee:{TOKENS['lee']}".encode()).decode()}
OURS = {"Sec-Fetch-Site": "same-origin"}
PATH = "/staff/registers?lang=en"
TABLE = "상호명,업종명,주소\n<b>가게</b>,일반음식점,경기도 안산시 단원구 원곡동 1\n"


@pytest.fixture(scope="module")
def log(tmp_path_factory):
    return tmp_path_factory.mktemp("audit") / "audit.log"


@pytest.fixture(scope="module")
def service(home, log, serve):
    address = serve(settings(home).model_copy(update={"audit_log": log}))
    with httpx.Client(base_url=address, timeout=60) as one:
        yield one


def send(service, content, name="shops.csv", headers=KIM):
    return service.post(PATH, files={"register": (name, content)}, headers=headers)


def test_a_korean_file_is_inspected_and_named_in_the_audit_log(service, log):
    page = send(service, TABLE.encode("cp949"), "<i>가게.csv", {**LEE, **OURS})
    assert page.status_code == 200
    assert page.headers["cache-control"] == "private, no-store"
    assert "cp949" in page.text
    assert '<th scope="row">업종명</th><td>category</td>' in page.text
    assert "&lt;b&gt;가게" in page.text
    assert "<b>가게" not in page.text
    assert "<i>" not in page.text
    assert "&lt;i&gt;가게.csv" in page.text
    assert "[columns]" in page.text  # of the drafted mapping
    entries = [json.loads(line) for line in log.read_text().splitlines()]
    (noted,) = [one for one in entries if one["what"].startswith("inspect register")]
    assert noted["staff"] == "lee"
    assert "가게" in noted["what"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.csv", b""),
        ("binary.csv", bytes(range(256)) * 20),
        ("broken.xlsx", b"PK\x03\x04" + bytes(range(256)) * 20),
        ("list.pdf", b"%PDF"),
    ],
)
def test_a_file_that_is_no_table_is_refused_on_the_page(service, name, content):
    page = send(service, content, name)
    assert (page.status_code, 'role="alert"' in page.text) == (400, True)


def test_a_form_without_a_file_and_one_too_large_are_refused(service):
    assert service.post(PATH, data={"register": "x"}, headers=KIM).status_code == 400
    kind = {"Content-Type": "multipart/form-data; boundary=x"}
    unknown = service.post(PATH, content=iter([b"x"]), headers={**KIM, **kind})
    assert (unknown.status_code, "unknown bytes" in unknown.text) == (400, True)
    length = str(MOST_BYTES * 2).encode()
    headers = [(b"content-type", b"multipart/form-data; boundary=x"), (b"content-length", length)]
    with pytest.raises(BadParameterError, match="at most 20 MB"):
        check_length(
            Request({"type": "http", "headers": headers}), "register", MOST_BYTES, MOST_BYTES
        )


def test_only_staff_and_only_their_own_page_send_files(service):
    assert service.get(PATH).status_code == 401
    assert send(service, b"x", headers={}).status_code == 401
    assert send(service, b"x", headers={**LEE, "Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert send(service, b"x", headers=LEE).status_code == 403


def test_the_form_is_there_in_both_languages(service):
    for lang, title in (("en", "Files of registers"), ("ko", "등록 자료 파일")):
        page = service.get(f"/staff/registers?lang={lang}", headers=KIM)
        assert (page.status_code, f"<h1>{title}</h1>" in page.text) == (200, True)
        assert 'enctype="multipart/form-data"' in page.text
