"""A language for visitors is one file; what it lacks is said in English."""

import pytest

FILE = "maps/locale/es/visitors.po"


def test_visitors_are_offered_it(ask):
    page = ask("/eat?lang=es").decode()
    assert '<html lang="es" dir="ltr"' in page
    assert "Saltar al contenido" in page
    assert "Listas hasta el " in page


def test_what_it_lacks_is_english(ask):
    assert "Sources and licences" in ask("/eat?lang=es").decode()


def test_every_language_leads_to_it(ask):
    assert 'hreflang="es"' in ask("/eat?lang=vi").decode()


def test_a_translator_is_told_what_is_missing(extended, tmp_path):
    done = extended.atlas("catalogue", "es", "--to", str(tmp_path / "es.po"))
    assert done.returncode == 0
    assert "missing: Sources and licences" in done.stdout
    assert "Saltar al contenido" in (tmp_path / "es.po").read_text("utf-8")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('msgstr "Saltar', "msgstr Saltar", ["maps/locale/es/visitors.po:11:", "Saltar"]),
        ('msgid "Lists', 'msgidd "Lists', ["maps/locale/es/visitors.po:13:", "msgidd"]),
    ],
)
def test_a_mistake_in_the_file_is_told_by_its_line(refusal, old, new, says):
    line = refusal(FILE, old, new, ("catalogue", "es", "--to", "/dev/null"))
    assert [text for text in says if text not in line] == [], line


def test_a_lost_placeholder_is_told_with_its_message(broken_copy, edited):
    with edited(FILE, "%(day)s; no", "%(dia)s; no"):
        done = broken_copy.atlas("catalogue", "es", "--check")
    assert done.returncode == 1
    assert "Lists up to %(day)s" in done.stdout
    assert "has other placeholders than ['%(day)s']" in done.stdout


def test_a_folder_that_is_no_language_is_told_by_its_name(broken_copy, forked):
    folder = broken_copy.folder / "maps" / "locale" / "spanish"
    folder.mkdir()
    (folder / "visitors.po").write_text("", "utf-8")
    try:
        status, said = forked.run("serve")
    finally:
        (folder / "visitors.po").unlink()
        folder.rmdir()
    assert status == 1
    assert "maps/locale/spanish: language='spanish' is not allowed; allowed: a code" in said
