"""A layer of three points: its schema, its provider and its table."""

import pytest

SCHEMA = "geo/snapshot/schema/layers/schools.py"
PROVIDER = "geo/pipeline/sources/schools.py"
TOML = "geo/pipeline/sources/schools.toml"


def test_the_layer_is_served_with_its_points(ask):
    found = ask("/collections/schools/items?f=json&level=primary")
    (school,) = found["features"]
    assert school["id"] == "wongok"
    assert school["geometry"] == {"type": "Point", "coordinates": [126.7935, 37.3312]}
    assert school["properties"]["pupils"] == 312


def test_the_dong_of_each_point_is_found(ask):
    found = ask("/collections/schools/items?f=json")["features"]
    assert {len(item["properties"]["dong_code"]) for item in found} == {10}


def test_its_title_and_fields_are_those_of_the_declaration(ask):
    about = ask("/collections/schools?f=json")
    assert about["title"] == "Schools"
    schema = ask("/collections/schools/schema?f=json")
    assert schema["properties"]["level"]["enum"] == ["primary", "middle", "high"]


def test_it_is_in_the_openapi_document(ask):
    document = ask("/openapi.json")
    operation = document["paths"]["/collections/schools/items"]["get"]
    assert "level" in {parameter.get("name") for parameter in operation["parameters"]}


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_pages_show_its_english_title_where_no_catalogue_has_it(ask, lang):
    page = ask(f"/collections/schools/items?f=html&lang={lang}").decode()
    assert "Schools: 3" in page
    assert ">Schools</a>" in ask(f"/?f=html&lang={lang}").decode()


def test_commands_know_it(extended, tmp_path):
    file = tmp_path / "schools.csv"
    done = extended.atlas("export", "schools", "--to", str(file))
    assert (done.returncode, done.stderr) == (0, "")
    assert len(file.read_text("utf-8").splitlines()) == 4
    assert "schools" in extended.atlas("export", "--help").stdout


@pytest.mark.parametrize(
    ("path", "old", "new", "says"),
    [
        (SCHEMA, '"Point"', '"Dot"', ["layers/schools.py: geometry='Dot' is not allowed", "Point"]),
        (SCHEMA, 'title="Schools",', "", ["layers/schools.py: title is missing"]),
        (SCHEMA, "title=", "tilte=", ["schools.py: title is missing in LayerSchema"]),
        (SCHEMA, "geometry=", 'kind="", geometry=', ["kind=''", "allowed", "title, description"]),
        (SCHEMA, '"pupils":', '"limit":', ["layers/schools.py: fields", "'limit'"]),
        (SCHEMA, "        **TRUTH,\n", "", ["layers/schools.py: fields", "provenance, source"]),
        (SCHEMA, "LAYER: Final", "LAYERS: Final", ["layers/schools.py: LAYER is missing"]),
        (SCHEMA, "count(", "cuont(", ["layers/schools.py:", "cuont"]),
        (PROVIDER, 'layer="schools"', 'layer="scools"', ["schools.py: layer='scools'", "gu, "]),
        (PROVIDER, '"level", "pupils"', '"levle", "pupils"', ["sources/schools.py", "levle"]),
        (TOML, "encoding =", "encodign =", ["schools.toml: encoding is missing"]),
        (TOML, "[3, 3]", "[4, 9]", ["tables/schools.csv: 3 rows, expected 4 to 9"]),
        (TOML, "[rows]", "colour = 1\n[rows]", ["schools.toml: colour=1 is not allowed", "title,"]),
    ],
)
def test_a_mistake_is_told_by_name(refusal, path, old, new, says):
    line = refusal(path, old, new)
    assert [text for text in says if text not in line] == [], line
