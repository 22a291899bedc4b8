"""The serving wing and the pipeline know no file of each other, by path neither."""

from pathlib import Path

import pytest

GEO = Path(__file__).parents[2] / "geo"


@pytest.mark.parametrize(("wing", "other"), [("serving", "pipeline"), ("pipeline", "serving")])
def test_a_wing_names_no_folder_of_the_other(wing: str, other: str) -> None:
    naming = [
        str(path.relative_to(GEO))
        for path in (GEO / wing).rglob("*.py")
        if f'"{other}"' in path.read_text("utf-8")
    ]
    assert naming == []
