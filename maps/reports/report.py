"""The report on a dong, or on several: two pages each, as PDF."""

from collections.abc import Sequence

import numpy as np

from geo.core.errors import BadParameterError
from geo.serving.table_join.dong_dictionary import find_dong
from geo.snapshot.reader import Snapshot
from maps.i18n import LANGUAGES, Words
from maps.print.paper import Page, bind_pages
from maps.reports.people import people_page
from maps.reports.sheet import City, Dong
from maps.reports.trade import trade_page


def report(snapshot: Snapshot, name: str, lang: str, public: str = "") -> bytes:
    """Draw the report on one dong as PDF, with its address or the command that draws it again.

    Args:
        snapshot: the data.
        name: name or 10-digit code of an administrative dong (행정동).
        lang: language of its words.
        public: public address of the service, without a slash at its end; "" where it has none.

    Raises:
        BadParameterError: Ansan has no such dong, or the atlas no such language.
    """
    code = find_dong(snapshot, name)
    if public:
        return reports(snapshot, [code], lang, f"{public}/plan/report.pdf?dong={code}&lang={lang}")
    command = f"atlas report --dong {code} --lang {lang} (data {snapshot.version[:12]})"
    return reports(snapshot, [code], lang, command)


def reports(snapshot: Snapshot, codes: Sequence[str], lang: str, address: str) -> bytes:
    """Draw the reports on several dong as one PDF; equal data give equal bytes.

    Args:
        snapshot: the data.
        codes: of dong of today, in the order of the pages.
        lang: language of its words.
        address: where the PDF can be had again; printed on each page.

    Raises:
        BadParameterError: the atlas has no such language.
    """
    if lang not in LANGUAGES:
        raise BadParameterError("lang", lang, LANGUAGES)
    words, city = Words(lang), City(snapshot)
    return bind_pages(
        [
            draw(dong, Page(words), address)
            for dong in (_dong(city, code) for code in codes)
            for draw in (people_page, trade_page)
        ]
    )


def _dong(city: City, code: str) -> Dong:
    layer = city.snapshot.layers["dong"]
    row = layer.row_of(code)
    assert row is not None  # noqa: S101 # a code that was found is that of a row
    return Dong(city, code, row, layer.records(np.array([row]), ["name_ko", "name_en"])[0])
