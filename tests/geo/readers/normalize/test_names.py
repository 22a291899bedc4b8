import pandas as pd
import pytest

from geo.readers.normalize.names import clean


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("고향만두", "고향만두"),
        ("  고향 \t만두\n", "고향 만두"),
        ("고향\u3000만두\u00a0집", "고향 만두 집"),
        ("고향\u200b만두", "고향만두"),
        ("\u202e두만향고\u202c", "두만향고"),
        ("고향 \u200f 만두", "고향 만두"),
        ("\u1100\u1169향", "고향"),  # letters that make a syllable, as macOS writes names
        ("고\u0000향\u0007", "고향"),
        ("\u3164고향", "고향"),  # the blank letter of Hangul
        ("Phở Hà Nội", "Phở Hà Nội"),
        ("مطعم حلال", "مطعم حلال"),
        ("ភោជនីយដ្ឋាន", "ភោជនីយដ្ឋាន"),
        ('=HYPERLINK("http://a.b","c")', '=HYPERLINK("http://a.b","c")'),
        ("<img src=x>", "<img src=x>"),
        ("고\ufffd향", "고\ufffd향"),  # sources decide what lost characters mean
    ],
)
def test_what_cannot_be_seen_goes_and_the_rest_stays(given, wanted):
    assert clean(pd.Series([given])).tolist() == [wanted]


@pytest.mark.parametrize("nothing", ["", " ", "\u200b", "\t\u00a0", None])
def test_nothing_visible_is_null(nothing):
    assert clean(pd.Series([nothing], dtype="str")).isna().tolist() == [True]


def test_index_and_name_stay_and_the_input_is_not_changed():
    given = pd.Series([" a", None, "b"], index=[7, 3, 5], name="name_ko")
    cleaned = clean(given)
    assert cleaned.index.tolist() == [7, 3, 5]
    assert cleaned.dropna().to_dict() == {7: "a", 5: "b"}
    assert (cleaned.name, cleaned.dtype, given.iloc[0]) == ("name_ko", "str", " a")


def test_columns_in_several_pieces_are_cleaned():
    both = pd.concat([pd.Series([" a"]), pd.Series(["b "])])
    assert clean(both).tolist() == ["a", "b"]


def test_an_empty_column_stays_empty():
    assert clean(pd.Series([], dtype="str")).empty
