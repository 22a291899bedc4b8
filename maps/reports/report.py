"""The report on a dong, or on several side by side: two pages, as PDF."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from geo.core.errors import BadParameterError
from geo.serving.table_join.dong_dictionary import find_dong
from geo.snapshot.reader import Snapshot
from maps.i18n import LANGUAGES, Words
from maps.print.paper import Page, bind_pages
from maps.reports.comparison import comparison_page
from maps.reports.people import people_page
from maps.reports.sheet import City, Dong
from maps.reports.trade import trade_page
from maps.reports.trends import trends_page
from maps.style.colours import CHOSEN

MOST: Final = len(CHOSEN)  # dong side by side


def report(snapshot: Snapshot, named: Sequence[str], lang: str, public: str = "") -> bytes:
    """Draw the report on dong as PDF, with its address or the command that draws it again.

    Args:
        snapshot: the data.
        named: names or 10-digit codes of administrative dong (행정동), at most five.
        lang: language of its words.
        public: public address of the service, without a slash at its end; "" where it has none.

    Raises:
        BadParameterError: there is no such dong or language, or there are too many dong.
    """
    codes = tuple(dict.fromkeys(find_dong(snapshot, name) for name in named))
    if len(codes) > MOST:
        raise BadParameterError("dong", ", ".join(named), f"at most {MOST} dong")
    if public:
        query = f"dong={','.join(codes)}&lang={lang}"
        return reports(snapshot, codes, lang, f"{public}/plan/report.pdf?{query}")
    chosen = " ".join(f"--dong {code}" for code in codes)
    command = f"atlas report {chosen} --lang {lang} (data {snapshot.version[:12]})"
    return reports(snapshot, codes, lang, command)


def reports(snapshot: Snapshot, codes: Sequence[str], lang: str, address: str) -> bytes:
    """Draw the report on a dong, or on several side by side; equal data give equal bytes.

    Args:
        snapshot: the data.
        codes: of dong of today, in the order of the columns.
        lang: language of its words.
        address: where the PDF can be had again; printed on each page.

    Raises:
        BadParameterError: the atlas has no such language.
    """
    if lang not in LANGUAGES:
        raise BadParameterError("lang", lang, LANGUAGES)
    words, city = Words(lang), City(snapshot)
    dong = [_dong(city, code) for code in codes]
    if len(dong) == 1:
        return bind_pages(
            [draw(dong[0], Page(words), address) for draw in (people_page, trade_page)]
        )
    return bind_pages([draw(dong, Page(words), address) for draw in (comparison_page, trends_page)])


def _dong(city: City, code: str) -> Dong:
    layer = city.snapshot.layers["dong"]
    row = layer.row_of(code)
    assert row is not None  # noqa: S101 # a code that was found is that of a row
    return Dong(city, code, row, layer.records(np.array([row]), ["name_ko", "name_en"])[0])
