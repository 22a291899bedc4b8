"""Files of registers that staff hand in: the steps up to a load, and what is refused."""

import base64
import io
import json
import os
import re
import shutil
import time
import tomllib
import zipfile

import httpx
import pytest
from fastapi import Request
from staffed import TOKENS, settings

from api.http.errors import NotFoundError
from api.parameters.form_length import check_length
from api.service.atlas_command import CommandRefusedError, Workplace, run_atlas
from api.service.mapping_form import mapping_text
from api.service.register_steps import Desk, StaleDryRunError
from api.service.register_uploads import KEPT_S, MOST_BYTES, MOST_EACH, UploadStore
from geo.core.errors import BadParameterError
from geo.pipeline.adapters.mapping import CLOSED, FILLED, Mapping
from geo.snapshot.home_lock import Turn, lock_home
from maps.pages.staff_fields import FIELDS, VALUES

KIM = {"Authorization": f"Bearer {TOKENS['kim']}", "Accept": "text/html"}
LEE = {"Authorization": "Basic " + base64.b64encode(f"lee:{TOKENS['lee']}".encode()).decode()}
OURS = {"Sec-Fetch-Site": "same-origin"}
PATH = "/staff/registers?lang=en"
SHOP = "<b>가게</b>"
TABLE = f"""상호명,업종명,주소
{SHOP},일반음식점,경기도 안산시 단원구 다문화길 12
둘째 가게,<i>희한한 업종</i>,경기도 안산시 단원구 다문화길 20
=셋째 가게,일반음식점,없는 주소
"""
CHOICES = {
    "source": "table",
    "column.name_ko": "상호명",
    "column.category": "업종명",
    "column.address": "주소",
    "id": "shops",
    "title": "<u>가게 목록</u>",
    "publisher": "안산시",
    "url": "https://www.ansan.go.kr",
    "licence": "KOGL 1",
    "licence_url": "https://www.kogl.or.kr",
}


@pytest.fixture(scope="module")
def own_home(home, tmp_path_factory):
    """A home that no other test reads."""
    folder = tmp_path_factory.mktemp("own") / "home"
    shutil.copytree(home, folder, symlinks=True, copy_function=os.link)
    return folder


@pytest.fixture(scope="module")
def log(tmp_path_factory):
    return tmp_path_factory.mktemp("audit") / "audit.log"


@pytest.fixture(scope="module")
def service(own_home, log, serve):
    address = serve(settings(own_home).model_copy(update={"audit_log": log}))
    with httpx.Client(base_url=address, timeout=60) as client:
        yield client


@pytest.fixture(scope="module")
def handed_in(service):
    """The page of a file that lee has handed in."""
    sent = send(service, TABLE.encode("cp949"), "<i>가게.csv", {**LEE, **OURS})
    assert sent.status_code == 303
    return f"/staff/{sent.headers['location'].partition('?')[0]}"


@pytest.fixture(scope="module")
def tried(service, handed_in):
    """The same file after its dry run."""
    done = service.post(f"{handed_in}/dry-run?lang=en", data=CHOICES, headers={**LEE, **OURS})
    assert (done.status_code, done.headers["location"]) == (303, "account?lang=en")
    return handed_in


def send(service, content, name="shops.csv", headers=KIM):
    return service.post(PATH, files={"register": (name, content)}, headers=headers)


def steps(log):
    entries = [json.loads(line) for line in log.read_text().splitlines()]
    return [entry for entry in entries if "result" in entry]


def test_a_korean_file_is_inspected_and_its_cells_are_escaped(service, handed_in):
    page = service.get(f"{handed_in}?lang=en", headers=LEE)
    assert page.status_code == 200
    assert page.headers["cache-control"] == "private, no-store"
    assert "cp949" in page.text
    assert ">업종명</th><td>Category</td><td>text</td>" in page.text
    assert "&lt;b&gt;가게" in page.text
    assert "&lt;i&gt;희한한 업종" in page.text
    assert not re.search("<[bi]>", page.text)
    assert 'name="value.category.0"' in page.text
    assert re.search(r'name="column.name_ko"[^>]*>.*?<option selected>상호명<', page.text)


def test_the_form_has_only_fields_that_a_mapping_may_fill():
    assert set(FIELDS) <= set(FILLED)
    assert VALUES == CLOSED


def test_a_dry_run_shows_the_account_and_the_rows_set_aside(service, tried, own_home):
    assert len(list((own_home / "snapshots").iterdir())) == 1
    page = service.get(f"{tried}/account?lang=ko", headers=LEE)
    said = re.sub(r"\s*<[^>]+>\s*", "|", page.text)
    # Three rows: the first has category and address, the others lack the one or the other.
    for part in ("읽음||3|", "새 업소||1|", "제외||2|", "원곡동||1|"):
        assert part in said
    assert "좌표가 없고, 시 안의 주소로 찾을 수 없음" in said
    assert not re.search("<[biu]>", page.text)


def test_rejects_are_downloaded_without_formulas(service, tried):
    table = service.get(f"{tried}/rejects.csv", headers=LEE)
    assert table.headers["content-disposition"] == 'attachment; filename="rejects.csv"'
    rows = table.content.decode("utf-8-sig").splitlines()
    assert [row.partition(",")[2][:2] for row in rows[1:]] == ["3,", "4,"]
    assert '"\'=셋째 가게"' in rows[2]
    book = service.get(f"{tried}/rejects.xlsx", headers=LEE)
    assert book.content.startswith(b"PK")
    assert service.get(f"{tried}/rejects.toml", headers=LEE).status_code == 400


def test_nobody_else_sees_a_file_or_sends_its_forms(service, tried):
    for path in ("", "/account", "/rejects.csv"):
        assert service.get(f"{tried}{path}").status_code == 401
        assert service.get(f"{tried}{path}", headers=KIM).status_code == 404
    strange = {**LEE, "Sec-Fetch-Site": "cross-site"}
    for step in (f"{tried}/inspect", f"{tried}/dry-run", f"{tried}/publish", f"{tried}/discard"):
        assert service.post(step).status_code == 401
        assert service.post(step, headers=LEE).status_code == 403
        assert service.post(step, headers=strange).status_code == 403
        assert service.post(step, headers=KIM).status_code == 404
    undo = "/staff/registers/undo"
    assert service.post(undo).status_code == 401
    assert service.post(undo, headers=strange).status_code == 403
    assert service.get("/staff/registers/..%2f..%2fcurrent", headers=KIM).status_code == 404


def test_a_load_beside_another_is_refused_with_who_and_since_when(service, tried, own_home, log):
    with lock_home(own_home, turn=Turn(by="kim")):
        page = service.post(f"{tried}/publish?lang=ko", headers={**LEE, **OURS})
    assert page.status_code == 409
    assert re.search(r"kim 님이 20\S+부터 자료를 바꾸고 있습니다", page.text)
    assert len(list((own_home / "snapshots").iterdir())) == 1
    assert service.get(f"{tried}/account", headers=LEE).status_code == 200  # to try again
    begun, refused = steps(log)[-2:]
    assert (begun["result"], refused["what"]) == ("begun", "publish register")
    assert refused["result"].startswith("refused: kim, at work since 20")


def test_a_mapping_that_cannot_be_used_is_refused_with_the_reason(service, handed_in):
    wrong = CHOICES | {"id": "UPPER \u0000", "column.address": ""}
    page = service.post(f"{handed_in}/dry-run?lang=ko", data=wrong, headers={**LEE, **OURS})
    assert page.status_code == 400
    assert "열 고르기에 잘못이 있습니다: id" in page.text
    assert service.get(f"{handed_in}/account", headers=LEE).status_code == 303


def test_every_step_is_in_the_audit_log_with_its_file(service, tried, log):
    mine = [entry for entry in steps(log) if entry.get("file", "").endswith("가게.csv")]
    assert [entry["what"] for entry in mine][:3] == [
        "upload register", "inspect register", "dry run of register",
    ]  # fmt: skip
    dry_run = mine[2]
    assert (dry_run["staff"], dry_run["bytes"]) == ("lee", len(TABLE.encode("cp949")))
    assert len(dry_run["sha256"]) == 64
    assert dry_run["result"] == "read 3, new 1, set_aside 2"
    page = service.get(PATH, headers=KIM)
    assert dry_run["result"] in page.text


def bomb():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("shops.csv", b"a,b\n" + b"0" * 300_000_000)
    return packed.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.csv", b""),
        ("binary.csv", bytes(range(256)) * 20),
        ("broken.xlsx", b"PK\x03\x04" + bytes(range(256)) * 20),
        ("bomb.zip", bomb),
        ("list.pdf", b"%PDF"),
    ],
)
def test_a_file_that_is_no_table_is_refused_on_the_page(service, name, content, own_home):
    page = send(service, content() if callable(content) else content, name)
    assert (page.status_code, 'role="alert"' in page.text) == (400, True)
    kept = [json.loads(path.read_text()) for path in own_home.glob(".staff-uploads/*/upload.json")]
    assert {upload["staff"] for upload in kept} <= {"lee"}


def test_a_form_without_a_file_and_one_too_large_are_refused(service):
    assert service.post(PATH, data={"register": "x"}, headers=KIM).status_code == 400
    kind = {"Content-Type": "multipart/form-data; boundary=x"}
    unknown = service.post(PATH, content=iter([b"x"]), headers={**KIM, **kind})
    assert (unknown.status_code, "Content-Length" in unknown.text) == (400, True)
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


def test_files_are_private_few_and_not_for_long(tmp_path):
    store = UploadStore(tmp_path)
    uploads = [
        store.add("kim", f"../../-{place}\u202e.CSV", b"a") for place in range(MOST_EACH + 1)
    ]
    assert {upload.file[-4:] for upload in uploads} == {".csv"}
    folder = store.folder(uploads[-1])
    assert [path.stat().st_mode & 0o777 for path in (folder, folder.parent)] == [0o700, 0o700]
    assert (folder / uploads[-1].file).parent == folder
    assert not store.folder(uploads[0]).exists()  # the oldest gave way
    assert len(store.of("kim")) == MOST_EACH
    old = time.time() - KEPT_S - 1
    for path in (folder / "upload.json", folder):
        os.utime(path, (old, old))
    store.sweep()
    assert not folder.exists()
    with pytest.raises(NotFoundError, match="no longer kept"):
        store.save(uploads[-1])


def test_a_command_is_ended_at_its_limits(tmp_path):
    (tmp_path / "shops.csv").write_text(TABLE)
    inspect = ["inspect", "shops.csv"]
    with pytest.raises(CommandRefusedError, match="longer than 0 seconds"):
        run_atlas(inspect, Workplace(tmp_path, tmp_path, 0))
    with pytest.raises(CommandRefusedError, match="more memory"):
        run_atlas(inspect, Workplace(tmp_path, tmp_path, 60, memory=30_000_000))


def test_a_load_after_another_needs_a_new_dry_run(tmp_path):
    desk = Desk(UploadStore(tmp_path), tmp_path)
    upload = desk.store.add("kim", "shops.csv", b"a")
    with pytest.raises(StaleDryRunError):
        desk.publish(upload)
    with pytest.raises(StaleDryRunError):
        desk.publish(desk.store.save(upload, account={"read": 1}, snapshot="another"))


def test_names_with_ends_of_lines_are_inspected_and_mapped(tmp_path):
    desk = Desk(UploadStore(tmp_path), tmp_path)
    header = "상호명\u2028#가,업\x85종,주소"
    upload = desk.store.add("kim", "a.csv", f"{header}\n가게,식당,다문화길 12\n".encode())
    table = desk.inspect(upload, {}, {"category": ""}).table
    text = mapping_text(table, CHOICES | {"category": "cafe"}, [("skip", 0)])
    mapping = Mapping.model_validate(tomllib.loads(text))
    assert mapping.columns["name_ko"] == ("상호명\u2028#가",)
    assert mapping.constants["category"] == "cafe"  # of all rows, as no column says it
    assert (mapping.id, mapping.title, mapping.skip) == ("shops", CHOICES["title"], 0)


def test_values_that_nothing_knows_get_those_of_the_form():
    draft = '[columns]\nname_ko = ["a"]\ncategory = ["b"]\n[lookup.category]\n"x" = "pub"\n'
    head = 'id = "a"\ntitle = "CHANGE"\n'
    table = {
        "draft": head + draft,
        "unknown": {"category": {'"\\': 3, "y": 1}, "cuisine": {"z": 1}},
    }
    chosen = CHOICES | {"value.category.0": "cafe", "value.category.1": "", "value.cuisine.0": "x"}
    mapping = Mapping.model_validate(tomllib.loads(mapping_text(table, chosen, [])))
    assert mapping.lookup == {"category": {"x": "pub", '"\\': "cafe"}}
