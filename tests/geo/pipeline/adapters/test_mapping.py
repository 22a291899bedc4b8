"""Mapping files: what they may say, and the one sentence that names what they must not."""

import tomllib

import pandas as pd
import pytest

from geo.core.errors import SourceChangedError
from geo.core.vocab import CATEGORIES
from geo.pipeline.adapters.mapping import (
    Mapping,
    MappingError,
    load_mapping,
    mapping_template,
    ready_mappings,
)
from geo.readers.normalize.spellings import (
    country_codes,
    fold_spelling,
    parse_cuisines,
    parse_numbers,
)

HEAD = """
id = "shops"
title = "Shops"
publisher = "City"
url = "https://example.org"
licence = "CC BY 4.0"
licence_url = "https://creativecommons.org/licenses/by/4.0/"
attribution = "Shops: City"
"""
COLUMNS = '[columns]\nname_ko = ["상호"]\naddress = ["주소"]\n'


def written(tmp_path, text: str) -> str:
    path = tmp_path / "shops.toml"
    path.write_text(text, "utf-8")
    return str(path)


def test_the_template_loads():
    assert Mapping.model_validate(tomllib.loads(mapping_template())).id == "my-shops"


def test_the_template_explains_every_category():
    assert all(category in mapping_template() for category in CATEGORIES)


def test_five_mappings_are_ready():
    assert ready_mappings() == (
        "city-permits",
        "city-survey",
        "good-restaurants",
        "muslim-friendly",
        "world-restaurants",
    )


@pytest.mark.parametrize("name", ready_mappings())
def test_a_ready_mapping_is_loaded_by_name(name):
    found = load_mapping(name)
    assert found.id == name
    assert len(found.example) >= 2
    assert all(found.spec().public().values())


def test_a_mapping_is_loaded_from_a_file_with_a_byte_order_mark(tmp_path):
    path = tmp_path / "shops.toml"
    path.write_text(HEAD + COLUMNS, "utf-8-sig")
    assert load_mapping(str(path)).columns["name_ko"] == ("상호",)


def test_one_header_needs_no_list(tmp_path):
    path = written(tmp_path, HEAD + '[columns]\nname_ko = "상호"\n')
    assert load_mapping(path).columns["name_ko"] == ("상호",)


def test_a_mapping_that_is_not_there_lists_the_ready_ones():
    with pytest.raises(
        MappingError, match=r"nowhere: no such mapping file .* city-permits, city-survey"
    ):
        load_mapping("nowhere")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (HEAD, "shops.toml: columns is missing"),
        (HEAD.replace('title = "Shops"\n', "") + COLUMNS, "title is missing"),
        (HEAD + "colums = {}\n" + COLUMNS, "colums is no key of a mapping; those are id, title"),
        (HEAD + '[columns]\naddress = "주소"\n', "columns: name_ko is missing"),
        (
            HEAD + '[columns]\nname_ko = "상호"\nowner = "상호"\n',
            "owner is not a column of a record",
        ),
        (HEAD + COLUMNS + '[constants]\ncategory = "bar"\n', "constants: category = 'bar' is not"),
        (HEAD + COLUMNS + '[default]\nhalal = "yes"\n', "default: halal = 'yes' is not one of"),
        (HEAD + COLUMNS + '[lookup.category]\n"바" = "bar"\n', "lookup: category = 'bar' is not"),
        (HEAD + COLUMNS + '[lookup.cuisine]\n"중국" = "China"\n', "'China' is not a country"),
        (HEAD.replace('"shops"', '"My Shops"') + COLUMNS, "shops.toml: id: .*pattern"),
        (HEAD + "crs = 4326\n" + COLUMNS, "crs: Input should be a valid string"),
        (HEAD + "id =\n", "not TOML"),
    ],
)
def test_what_is_wrong_is_named_in_one_sentence(tmp_path, text, message):
    with pytest.raises(MappingError, match=message) as error:
        load_mapping(written(tmp_path, text))
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    "header", ["대표자명", "대표자", "성명", "점주 이름", "외국인등록번호", "생년월일"]
)
def test_no_mapping_takes_a_column_about_a_person(tmp_path, header):
    text = HEAD + f'[columns]\nname_ko = "상호"\naddress_detail = "{header}"\n'
    with pytest.raises(MappingError, match=f"'{header}' is about a person and is never taken"):
        load_mapping(written(tmp_path, text))


def test_the_first_header_that_the_file_has_counts(tmp_path):
    path = written(tmp_path, HEAD + '[columns]\nname_ko = ["상호명", "상호"]\naddress = "주소"\n')
    header = ("주소", "상호", "비고")
    assert load_mapping(path).headers("a.csv", header) == {"name_ko": "상호", "address": "주소"}


@pytest.mark.parametrize(
    ("header", "message"),
    [
        (("주소",), r"a.csv: no column for name_ko \(accepted: 상호\); it has 주소: change"),
        (("상호",), r"a.csv: no address and no coordinates \(accepted: 주소\); it has 상호"),
    ],
)
def test_a_file_without_a_needed_column_is_refused(tmp_path, header, message):
    mapping = load_mapping(written(tmp_path, HEAD + COLUMNS))
    with pytest.raises(SourceChangedError, match=message):
        mapping.headers("a.csv", header)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("베트남", "vn"),
        ("베트남인", "vn"),
        ("Viet Nam", "vn"),
        ("Vietnam", "vn"),
        ("우즈벡", "uz"),
        ("러시아(한국계)", "ru"),
        ("한국계중국인", "cn"),
        ("대한민국", "kr"),
        ("고려인", ""),
        ("외국인", "foreign"),
        ("아틀란티스", None),
    ],
)
def test_countries_are_known_by_names_and_everyday_spellings(text, code):
    assert country_codes().get(fold_spelling(text)) == code


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("중앙아시아 음식", ("central-asia",)),
        ("네팔·인도", ("np", "in")),
        ("태국 및 베트남 요리", ("th", "vn")),
        ("중국음식, 중식", ("cn",)),
        ("퓨전", None),
    ],
)
def test_a_cell_may_name_several_kitchens(text, found):
    assert parse_cuisines(text, {}) == found


def test_thousands_may_be_parted_by_commas_but_a_decimal_comma_is_no_number(series):
    found = parse_numbers(series("181,705.5", "126,7887", "126.7887"))
    assert found[0] == 181705.5 and found[2] == 126.7887
    assert found.isna().tolist() == [False, True, False]


@pytest.fixture
def series():
    return lambda *texts: pd.Series(texts, dtype="str")


def test_only_the_survey_claims_to_hold_every_business():
    assert [mapping for mapping in ready_mappings() if load_mapping(mapping).complete] == [
        "city-survey"
    ]
