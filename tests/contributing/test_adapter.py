"""A register is a module and its description: the command loads it, and its rows are served."""

from pathlib import Path

import pytest

MODULE = "geo/pipeline/adapters/stalls.py"
TOML = "geo/pipeline/adapters/stalls.toml"
FILE = str(Path(__file__).parent / "stalls.csv")
STALLS = "/collections/businesses/items?f=json&registers=stalls"


def test_its_rows_are_businesses(ask):
    found = ask(STALLS)["features"]
    told = {item["properties"]["name_ko"]: item["properties"] for item in found}
    assert set(told) == {"하늘분식노점", "푸른채소노점"}
    assert told["푸른채소노점"]["category"] == "grocery"
    assert told["푸른채소노점"]["dong_code"].startswith("41273")


def test_its_publisher_is_named_where_its_rows_are_shown(ask):
    assert "Stalls: made up, CC BY 4.0" in ask("/?f=json")["attribution"]
    page = ask("/collections/businesses/items?f=html&registers=stalls&lang=ko").decode()
    assert "노점: 지어낸 자료" in page


def test_the_command_lists_it(extended):
    assert "stalls" in extended.atlas("ingest", "--help").stdout


@pytest.mark.parametrize(
    ("path", "old", "new", "says"),
    [
        (MODULE, ", parse=parse_register", "", ["stalls.py: RegisterAdapter", "`parse_files`"]),
        (MODULE, "(spec=", "(complete_in='dong', spec=", ["complete_in='dong'", "'area', 'zone'"]),
        (
            MODULE,
            "(spec=",
            "(trusted=1, spec=",
            ["stalls.py: trusted=1", "spec, parse, parse_files"],
        ),
        (MODULE, 'cells["주소"]', 'cells["번지"]', ["stalls.py: its table has no '번지'"]),
        (MODULE, "name_ko=", "name_kr=", ["column='name_kr'", "key, part, row, name_ko"]),
        (TOML, '"grocery"', '"greengrocer"', ["stalls.py: category='greengrocer'", "grocery"]),
        (TOML, '"채소" =', '"과일" =', ["source stalls", "채소", "[lookup.category]"]),
        (TOML, "publisher", "publischer", ["stalls.toml: publisher is missing in Spec"]),
    ],
)
def test_a_mistake_is_told_by_name(refusal, path, old, new, says):
    line = refusal(path, old, new, ("ingest", "stalls", FILE, "--dry-run"))
    assert [text for text in says if text not in line] == [], line


def test_a_register_that_there_is_not_is_answered_with_those_there_are(forked):
    status, said = forked.run("ingest", "stals", FILE)
    assert status == 1
    assert (
        "source='stals' is not allowed; allowed: osm, overture, permits, semas, stalls, table"
        in said
    )
