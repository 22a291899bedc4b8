"""What the documentation names exists, and what exists is documented."""

import re
import subprocess
import sys
from pathlib import Path

import typer
from mkdocs.commands.build import build
from mkdocs.config import load_config

import atlas
from api.service.settings import Settings
from geo.serving.analysis.measures import MEASURES
from geo.snapshot.schema.layer_names import COLLECTIONS

PROJECT = Path(__file__).parents[2]
DOCS = PROJECT / "docs"


def text_of(*names: str) -> str:
    return "\n".join((PROJECT / name).read_text() for name in names)


def test_every_setting_is_documented():
    settings = {f"ATLAS_{name.upper()}" for name in Settings.model_fields}
    for page in ("docs/operations.md", "README.md"):
        assert set(re.findall(r"^\| `(ATLAS_\w+)` \|", text_of(page), re.M)) == settings


def test_every_command_is_documented():
    commands = set(typer.main.get_command(atlas.app).commands)
    table = re.findall(r"^\| `atlas ([\w-]+)` \|", text_of("docs/operations.md"), re.M)
    assert sorted(table) == sorted(commands)


def test_no_page_names_a_command_that_there_is_not():
    commands = set(typer.main.get_command(atlas.app).commands)
    pages = [*DOCS.rglob("*.md"), PROJECT / "README.md", PROJECT / "data" / "README.md"]
    named = {
        (page.name, name)
        for page in pages
        for name in re.findall(r"(?:^|`|bin/)atlas ([a-z][\w-]*)", page.read_text(), re.M)
    }
    assert {(page, name) for page, name in named if name not in commands} == set()


def test_the_list_of_the_api_names_measures_that_there_are():
    listed = text_of("docs/api.md").split("`xlsx` with its n", 1)[1].split("\n\n")[0]
    names = re.findall(r"`([\w-]+)`", listed)
    assert len(names) == len(set(names)) > 10
    assert set(names) <= set(MEASURES)  # /analysis and the pages of the documentation have all


def test_the_table_of_the_readme_names_collections_that_there_are():
    table = text_of("README.md").split("| collection |", 1)[1].split("\n\n")[0]
    rows = table.splitlines()[2:]
    names = [name for row in rows for name in re.findall(r"`([\w-]+)`", row.split("|")[1])]
    assert len(names) == len(set(names)) > 10
    assert set(names) <= set(COLLECTIONS)


def test_the_picture_of_the_rooms_is_that_of_the_code():
    command = [sys.executable, PROJECT / "tools" / "draw_rooms.py", "--check"]
    result = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True)
    assert (result.returncode, result.stderr) == (0, "")


def test_every_path_that_architecture_and_contributing_name_is_there():
    text = text_of("docs/architecture.md", "CONTRIBUTING.md")
    named = re.findall(r"`((?:geo|maps|api|tools|tests|docs)/[\w./-]+)`", text)
    assert len(named) > 20
    assert [path for path in named if not (PROJECT / path).exists()] == []


def test_every_link_between_pages_leads_somewhere(home, tmp_path_factory, monkeypatch):
    """The site is built in strict mode, which fails at a link or an anchor that is not there."""
    monkeypatch.setenv("ATLAS_HOME", str(home))
    site = tmp_path_factory.mktemp("site")
    build(load_config(str(PROJECT / "mkdocs.yml"), site_dir=str(site)))
    for measure in MEASURES:
        page = (site / "measures" / f"{measure}.html").read_text()
        assert f"/analysis/{measure}" in page
        # The row of the example and the Korean headers come from the service itself.
        empty = "give no row" if measure == "releases" else None  # a register loaded twice has
        assert re.search(empty or r"The first of [\d,]+ rows", page)
        columns = page.partition("<th>Korean header</th>")[2].partition("</table>")[0]
        titles = re.findall(r"<td><code>\w+</code></td>\s*<td>([^<]*)</td>", columns)
        assert titles
        assert all(re.search("[가-힣]", title) for title in titles)
        assert (site / "measures" / f"{measure}.png").stat().st_size > 10_000
    assert not re.search(
        r'(?:src|href)="(?:https?:)?//(?!localhost)[^"]+\.(?:js|css|woff2?)"', page
    )
