"""The 10-digit codes of the Ministry of the Interior for the dong of Ansan, with their dates."""

import json
from datetime import date
from typing import Final

import pandas as pd

from geo.core.errors import SourceChangedError
from geo.pipeline.refdata.packages import data_file

CITY: Final = "4127"
# The two gu were founded on 2002-11-01; until then the dong belonged to the city itself (41270).
GU: Final = ("41271", "41273")
# Statistics Korea numbers the same two gu differently from the ministry.
GU_OF_KOSTAT: Final = {"31091": "41271", "31092": "41273"}


def dong_codes() -> pd.DataFrame:
    """Return every code that a dong of Ansan has or had since 1988.

    Returns:
        One row per code, in order of code: `dong_code`, `name_ko`, `gu_code` (NaN before the gu
        existed), `valid_from` and `valid_to` (ISO dates; valid_to is the first day on which the
        code no longer holds, NaN while it holds).

    Raises:
        SourceChangedError: a code appears twice, or a date is not YYYYMMDD.
    """
    source = json.loads(data_file("PublicDataReader", "raw/code_hdong.json").read_bytes())
    table = pd.DataFrame(source)
    # The city and the gu themselves are rows without a dong name.
    here = table["행정동코드"].str.startswith(CITY) & table["읍면동명"].notna()
    table = table[here].sort_values("행정동코드", ignore_index=True)
    twice = table.loc[table["행정동코드"].duplicated(), "행정동코드"].tolist()
    if twice:
        raise SourceChangedError(f"codes {twice} appear twice in the code history")
    return pd.DataFrame(
        {
            "dong_code": table["행정동코드"],
            "name_ko": table["읍면동명"],
            "gu_code": table["시군구코드"].where(table["시군구코드"].isin(GU)),
            "valid_from": table["생성일자"].map(_iso),
            "valid_to": table["말소일자"].map(_iso, na_action="ignore"),
        }
    )


def codes_on(codes: pd.DataFrame, day: date) -> pd.DataFrame:
    """Return the codes in force on one day: `dong_code`, `gu_code`, `name_ko`."""
    text = day.isoformat()
    begun = codes["valid_from"] <= text
    not_ended = codes["valid_to"].fillna("9999-12-31") > text
    return codes.loc[begun & not_ended, ["dong_code", "gu_code", "name_ko"]].reset_index(drop=True)


def _iso(digits: str) -> str:
    """Format a date such as 20170701 as 2017-07-01."""
    try:
        return date.fromisoformat(digits).isoformat()
    except ValueError as wrong:
        raise SourceChangedError(f"{digits!r} is not a date YYYYMMDD") from wrong
