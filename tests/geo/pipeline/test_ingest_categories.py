"""What the account of a load says of categories: which they are, and what decided them."""

from geo.pipeline.ingest import prepare
from geo.pipeline.register_catalogue import source_of

HEADER = (
    "상가업소번호,상호명,상권업종대분류코드,상권업종중분류코드,상권업종소분류코드,"
    "시군구코드,도로명주소"
)
# Codes of 2021: a small one that is listed, one that is not, a new middle and a new large class.
SHOPS = """
1,가게 하나,Q,Q12,Q12A01,41273,경기도 안산시 단원구 다문화길 18
2,가게 둘,Q,Q12,Q12A77,41273,경기도 안산시 단원구 다문화길 20
3,가게 셋,F,F77,F77A01,41273,경기도 안산시 단원구 다문화길 22
4,가게 넷,W,W01,W01A01,41273,경기도 안산시 단원구 다문화길 24
"""


def test_it_is_told_by_which_class_old_categories_were_decided(data, home, tmp_path):
    (tmp_path / "상가업소_202106.csv").write_text(HEADER + SHOPS, "utf-8")
    done = prepare(source_of("semas", None), [tmp_path], "ansan", (data, home))
    assert (done.account.read, done.account.new, done.account.set_aside) == (4, 3, 1)
    assert done.details["category"] == {"cafe": 2, "other-service": 1}
    assert done.details["category decided by"] == {
        "small class": 1, "middle class": 1, "large class": 1, "no class that is known": 1,
    }  # fmt: skip
    assert done.details["unknown code"] == dict.fromkeys(
        [
            "Q12A77 → cafe",
            "F77A01 → other-service",
            "F77 → other-service",
            "W01A01 → set aside",
            "W01 → set aside",
            "W → set aside",
        ],
        1,
    )
    assert done.details["set aside because"] == {"its category is unknown: W01A01": 1}
