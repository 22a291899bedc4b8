"""Sources refuse files and descriptions that are not what they have to be."""

import hashlib
import json
from pathlib import Path

import pytest

from geo.core.errors import SourceChangedError
from geo.core.source import Spec, load_spec, read_shapes, read_table
from geo.pipeline.source_specs import find_spec, spec_files

TOMLS = spec_files()
STATED = {
    "title": "Shops",
    "publisher": "City",
    "url": "https://example.org",
    "retrieved": "2026-01-01",
    "licence": "CC BY 4.0",
    "licence_url": "https://creativecommons.org/licenses/by/4.0/",
    "attribution": "Shops: City",
    "attribution_ko": "가게: 시청",
    "crs": "EPSG:5179",
    "encoding": "utf-8",
    "files": ["shops.csv", "shops.geojson"],
    "rows": {"shops.csv": [2, 3], "shops.geojson": [1, 1]},
    "lookup": {"category": {"식당": "restaurant"}},
}
SPEC = Spec.model_validate({"id": "shops", **STATED})
FEATURE = {
    "type": "Feature",
    "properties": {"code": "0107"},
    "geometry": {"type": "Point", "coordinates": [937_000, 1_926_000]},
}


def write(folder: Path, **files: str) -> Path:
    """Files with the `datapackage.json` that describes them."""
    resources = []
    for name, text in files.items():
        path = folder / name.replace("_", ".")
        path.write_text(text, "utf-8")
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        resources.append({"path": path.name, "hash": f"sha256:{digest}"})
    (folder / "datapackage.json").write_text(json.dumps({"resources": resources}))
    return folder


def toml(tmp_path: Path, text: str) -> None:
    """Let the sources be described by one file in another folder, not cached."""
    (tmp_path / "shops.toml").write_text(text, "utf-8")


def stated_as_toml(**changes: str | None) -> str:
    keys = {name: json.dumps(item) for name, item in STATED.items() if isinstance(item, str | list)}
    lines = [f"{name} = {text}" for name, text in (keys | changes).items() if text is not None]
    return "\n".join([*lines, "[rows]", '"shops.csv" = [2, 3]'])


@pytest.mark.parametrize("path", TOMLS, ids=lambda path: path.stem)
def test_every_source_states_itself(path):
    found = find_spec(path.stem)
    assert found.id == path.stem
    assert set(found.rows) == set(found.files)
    assert all(found.public().values())
    assert found.url.startswith("https://") and found.licence_url.startswith("https://")


@pytest.mark.parametrize("path", TOMLS, ids=lambda path: path.stem)
def test_every_source_is_named_in_korean(path):
    assert any("가" <= letter <= "힣" for letter in find_spec(path.stem).attribution_ko)


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("census", ["통계청", "공공누리 제1유형"]),
        ("boundaries", ["통계청", "국토지리정보원", "공공누리 제1유형"]),
        ("official", ["행정안전부", "통계청", "공공누리 제1유형"]),
        ("semas", ["소상공인시장진흥공단"]),
        ("permits", ["행정안전부"]),
        ("city", ["안산시"]),
        ("osm", ["© OpenStreetMap 기여자", "ODbL"]),
    ],
)
def test_publishers_bear_their_own_names_in_korean(source, words):
    assert [word for word in words if word not in find_spec(source).attribution_ko] == []


def test_a_whole_description_is_read(tmp_path):
    toml(tmp_path, stated_as_toml())
    assert load_spec.__wrapped__(str(tmp_path / "x.py"), "shops").title == "Shops"


@pytest.mark.parametrize(
    "key",
    ["title", "publisher", "url", "licence", "licence_url", "attribution", "attribution_ko", "crs"],
)
def test_a_missing_key_is_named(tmp_path, key):
    toml(tmp_path, stated_as_toml(**{key: None}))
    with pytest.raises(SourceChangedError, match=f"shops.toml: {key} is missing in Spec"):
        load_spec.__wrapped__(str(tmp_path / "x.py"), "shops")


def test_an_unknown_key_is_named(tmp_path):
    toml(tmp_path, stated_as_toml(licence_uri='"https://example.org"'))
    with pytest.raises(SourceChangedError, match=r"shops.toml: licence_uri"):
        load_spec.__wrapped__(str(tmp_path / "x.py"), "shops")


def test_a_key_of_the_wrong_type_is_named(tmp_path):
    toml(tmp_path, stated_as_toml(accuracy_m='"near"'))
    with pytest.raises(SourceChangedError, match=r"shops.toml: accuracy_m"):
        load_spec.__wrapped__(str(tmp_path / "x.py"), "shops")


def test_a_broken_toml_file_is_named(tmp_path):
    toml(tmp_path, "title = ")
    with pytest.raises(SourceChangedError, match=r"shops.toml"):
        load_spec.__wrapped__(str(tmp_path / "x.py"), "shops")


def test_the_manifest_hears_no_more_than_it_may_publish():
    assert set(SPEC.public()) == {
        "title", "publisher", "url", "retrieved", "licence", "licence_url", "attribution",
        "attribution_ko",
    }  # fmt: skip


def test_spellings_become_values():
    assert SPEC.lookup_table("category", ["식당", "식당"])["식당"] == "restaurant"


def test_an_unmapped_spelling_is_named_with_its_table():
    with pytest.raises(
        SourceChangedError, match=r"shops: unmapped category \['목욕탕'\]: add them to \[lookup.cat"
    ):
        SPEC.lookup_table("category", ["식당", "목욕탕"])


def test_cells_are_text_and_empty_cells_empty(tmp_path):
    data = write(tmp_path, shops_csv="code,name,floor\n0107,NA,\n0108,null,2\n")
    table = read_table(data, SPEC, "shops.csv")
    assert table.to_dict("list") == {
        "code": ["0107", "0108"],
        "name": ["NA", "null"],
        "floor": ["", "2"],
    }


def test_shapes_are_in_the_crs_the_publisher_states(tmp_path):
    data = write(tmp_path, shops_geojson=json.dumps({"features": [FEATURE]}))
    shapes = read_shapes(data, SPEC, "shops.geojson")
    assert shapes.crs == "EPSG:5179"
    assert (shapes.geometry.iloc[0].x, shapes["code"].item()) == (937_000, "0107")


@pytest.mark.parametrize("rows", [1, 4])
def test_too_few_or_too_many_rows_are_refused(tmp_path, rows):
    data = write(tmp_path, shops_csv="code\n" + "1\n" * rows)
    with pytest.raises(SourceChangedError, match=f"shops.csv: {rows} rows, expected 2 to 3"):
        read_table(data, SPEC, "shops.csv")


def test_a_shape_too_many_is_refused(tmp_path):
    data = write(tmp_path, shops_geojson=json.dumps({"features": [FEATURE, FEATURE]}))
    with pytest.raises(SourceChangedError, match="2 rows, expected 1 to 1"):
        read_shapes(data, SPEC, "shops.geojson")


def test_an_altered_file_is_refused(tmp_path):
    data = write(tmp_path, shops_csv="code\n1\n2\n")
    (data / "shops.csv").write_text("code\n1\n3\n")
    with pytest.raises(SourceChangedError, match=r"shops\.csv is not the file that datapackage"):
        read_table(data, SPEC, "shops.csv")


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(SourceChangedError, match=r"shops\.csv is missing"):
        read_table(write(tmp_path), SPEC, "shops.csv")


def test_a_file_the_source_does_not_list_is_refused(tmp_path):
    data = write(tmp_path, others_csv="code\n1\n2\n")
    with pytest.raises(SourceChangedError, match=r"shops.toml does not list others.csv"):
        read_table(data, SPEC, "others.csv")


def test_a_file_that_no_package_describes_is_refused(tmp_path):
    data = write(tmp_path, others_csv="code\n")
    (data / "shops.csv").write_text("code\n1\n2\n")
    with pytest.raises(SourceChangedError, match=r"shops\.csv"):
        read_table(data, SPEC, "shops.csv")


def test_a_missing_package_description_is_refused(tmp_path):
    (tmp_path / "shops.csv").write_text("code\n1\n2\n")
    with pytest.raises(SourceChangedError, match=r"datapackage\.json"):
        read_table(tmp_path, SPEC, "shops.csv")
