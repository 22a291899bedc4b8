"""The address on paper: the public one with a code to scan, and never that of this machine."""

import io

import httpx
import numpy as np
import pytest
from PIL import Image
from pypdf import PdfReader
from qr_reader import read_qr
from typer.testing import CliRunner

import atlas
from api.service.settings import Settings

PUBLIC = "https://atlas.example/city"
REPORT = "/plan/report.pdf?dong=4127354500&lang=en"
HTML = {"accept": "text/html"}


@pytest.fixture(scope="module")
def public(home, serve):
    """A client of a service with a public address."""
    address = serve(Settings(home=home, public_url=PUBLIC))
    with httpx.Client(base_url=address, timeout=30) as one:
        yield one


def words(answer):
    assert answer.status_code == 200, answer.text
    pages = PdfReader(io.BytesIO(answer.content)).pages
    return " ".join(page.extract_text() for page in pages)


def modules_in(picture):
    """The code in the lower right corner of a picture, module by module."""
    dark = np.asarray(Image.open(io.BytesIO(picture)).convert("L")) == 0  # no other ink is black
    rows, columns = np.nonzero(dark)
    code = dark[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
    assert code.shape[0] == code.shape[1]
    corner = int(np.argmin(code[0]))  # the upper edge of a finder is seven modules long
    size = corner // 7
    assert code.shape[0] % size == 0
    return code[size // 2 :: size, size // 2 :: size].tolist()


def test_the_code_of_a_picture_leads_to_the_same_picture(public):
    picture = public.get("/maps/surveys.png?lang=ko")
    address = read_qr(modules_in(picture.content))
    assert address == f"{PUBLIC}/maps/surveys.png?lang=ko"
    assert public.get(address.removeprefix(PUBLIC)).content == picture.content


@pytest.mark.parametrize("path", ["/maps/surveys.pdf?lang=en", REPORT])
def test_paper_bears_the_public_address(public, path):
    text = words(public.get(path))
    assert f"{PUBLIC}{path}" in text
    assert "127.0.0.1" not in text


@pytest.mark.parametrize("path", ["/maps/surveys.pdf?lang=en", REPORT])
def test_without_a_public_address_paper_bears_the_path_alone(client, path):
    text = words(client.get(path))
    assert path in text
    assert "127.0.0.1" not in text


def test_without_a_public_address_there_is_no_code(client):
    picture = client.get("/maps/surveys.png?lang=en").content
    assert not (np.asarray(Image.open(io.BytesIO(picture)).convert("L")) == 0).any()


@pytest.mark.parametrize("path", ["/plan?dong=4127354500", "/analyse?within=zone"])
@pytest.mark.parametrize(("lang", "cite"), [("en", "Cite as: Ansan Atlas"), ("ko", "인용:")])
def test_pages_are_cited_by_their_public_address(public, client, path, lang, cite):
    here = path.partition("?")[0]
    for service, base in ((public, PUBLIC), (client, "")):
        cited = service.get(f"{path}&lang={lang}", headers=HTML).text.partition(cite)[2]
        cited = cited.partition("</p>")[0]
        assert f'<span translate="no">{base}{here}?' in cited
        assert "127.0.0.1" not in cited
        assert "data " in cited or "자료 " in cited


def test_the_command_writes_what_the_service_gives(public, home, tmp_path, monkeypatch):
    monkeypatch.setenv("ATLAS_HOME", str(home))
    monkeypatch.setenv("ATLAS_PUBLIC_URL", f"{PUBLIC}/")
    file = tmp_path / "report.pdf"
    done = CliRunner().invoke(atlas.app, ["report", "--dong", "원곡동", "--to", str(file)])
    assert done.exit_code == 0, done.output
    assert file.read_bytes() == public.get(REPORT).content
