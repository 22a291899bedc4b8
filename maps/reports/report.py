"""The report on a dong: two pages, as PDF."""

import numpy as np

from geo.core.errors import BadParameterError
from geo.serving.table_join.dong_names import find_dong
from geo.snapshot.reader import Snapshot
from maps.i18n import LANGUAGES, Words
from maps.print.paper import Page, bind_pages
from maps.reports.people import people_page
from maps.reports.sheet import Dong
from maps.reports.trade import trade_page


def report(snapshot: Snapshot, name: str, lang: str) -> bytes:
    """Draw the report as PDF; equal data give equal bytes.

    Args:
        snapshot: the data.
        name: name or 10-digit code of an administrative dong (행정동).
        lang: language of its words.

    Raises:
        BadParameterError: Ansan has no such dong, or the atlas no such language.
    """
    if lang not in LANGUAGES:
        raise BadParameterError("lang", lang, LANGUAGES)
    layer, code = snapshot.layers["dong"], find_dong(snapshot, name)
    row = layer.row_of(code)
    assert row is not None  # noqa: S101 # a code that was found is that of a row
    dong_names = layer.records(np.array([row]), ["name_ko", "name_en"])[0]
    dong, words = Dong(snapshot, code, row, dong_names), Words(lang)
    address = f"atlas report --dong {code} --lang {lang} (data {snapshot.version[:12]})"
    return bind_pages(
        [people_page(dong, Page(words), address), trade_page(dong, Page(words), address)]
    )
