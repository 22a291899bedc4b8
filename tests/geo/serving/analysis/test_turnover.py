"""A dong has counts of changes where a register that was compared could have listed some."""

from dataclasses import replace

import pytest

from geo.serving.analysis.turnover import KINDS, NOT_LISTED, changes

WONGOK, GU = "4127354500", "41273"


def rows_of(snapshot, covers):
    """The rows by dong where a list with these coverages has one opening in Wongok."""
    opening = {"register": "list", "month": "2026-02", "dong_code": WONGOK}
    counts = [opening | dict.fromkeys(KINDS, 0) | {"opened": 1}]
    known = replace(
        snapshot,
        manifest={**snapshot.manifest, "registers": {"list": {"covers": covers}}},
        changes={"compared": ["list"], "counts": counts},
    )
    found = changes(known, {"of": "dong"})
    assert (NOT_LISTED in found.caveats) == any(row["state"] == "missing" for row in found.rows)
    return {row["dong_code"]: row for row in found.rows}


@pytest.mark.parametrize(
    ("covers", "zeros"),
    [
        ([], lambda _: False),
        (["zone"], lambda _: False),  # a part of some dong is not the dong
        (["4127151000"], lambda code: code == "4127151000"),
        ([GU], lambda code: code.startswith(GU)),
        (["41271", GU], lambda _: True),
    ],
)
def test_a_dong_has_zeros_where_a_register_covers_it(snapshot, covers, zeros):
    rows = rows_of(snapshot, covers)
    assert "4127151000" in rows
    shown = rows.pop(WONGOK)
    assert (shown["opened"], shown["state"]) == (1, "shown")
    for code, row in rows.items():
        expected = (0, "shown") if zeros(code) else (None, "missing")
        assert {(row[kind], row["state"]) for kind in KINDS} == {expected}
