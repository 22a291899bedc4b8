"""What visitors take along on paper: the fold map and the codes, by address and by command."""

from io import BytesIO

import pytest
from pypdf import PdfReader
from typer.testing import CliRunner

import atlas
from geo.core.errors import BadParameterError


@pytest.mark.parametrize(
    ("path", "pages", "name"),
    [
        ("/eat/map.pdf?lang=vi", 2, "ansan-fold-map-vi.pdf"),
        ("/eat/qr.pdf?lang=ko", 2, "ansan-codes-ko.pdf"),
    ],
)
def test_paper_is_a_pdf_that_is_asked_for_once(client, path, pages, name):
    answer = client.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    assert name in answer.headers["content-disposition"]
    assert len(PdfReader(BytesIO(answer.content)).pages) == pages
    held = {"If-None-Match": answer.headers["etag"]}
    assert client.get(path, headers=held).status_code == 304
    other = client.get(path.partition("?")[0] + "?lang=ru", headers=held)
    assert (other.status_code, other.headers["content-language"]) == (200, "ru")


def test_the_footer_leads_to_the_fold_map(client):
    for path, link in (
        ("/eat?lang=th", "eat/map.pdf?lang=th"),
        ("/eat/batavia?lang=th", "../eat/map.pdf?lang=th"),
    ):
        assert f'href="{link}" type="application/pdf"' in client.get(path).text


def test_the_command_writes_the_fold_map(home, tmp_path, monkeypatch):
    monkeypatch.setenv("ATLAS_HOME", str(home))
    monkeypatch.delenv("ATLAS_PUBLIC_URL", raising=False)
    file, run = tmp_path / "map.pdf", CliRunner().invoke
    lacking = run(atlas.app, ["fold-map", "id", "--to", str(file)])
    assert isinstance(lacking.exception, BadParameterError)
    unknown = run(atlas.app, ["fold-map", "xx", "--address", "https://a.kr"])
    assert isinstance(unknown.exception, BadParameterError)
    done = run(atlas.app, ["fold-map", "id", "--to", str(file), "--address", "https://a.kr/"])
    assert done.exit_code == 0
    text = PdfReader(file).pages[1].extract_text().replace("\0", "")
    assert "https://a.kr/eat" in text
