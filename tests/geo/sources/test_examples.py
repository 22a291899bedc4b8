"""The examples that stand in the TOML files of the sources."""

from importlib import import_module
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from geo.sources import spec
from geo.sources.spec import load_spec

SOURCES = sorted(path.stem for path in Path(spec.__file__).parent.glob("*.toml"))
EXAMPLES = [
    pytest.param(name, example, id=f"{name}-{example['given']['id']}")
    for name in SOURCES
    if load_spec(name).files  # of the committed data; registers test their own
    for example in load_spec(name).example
]


def as_read(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


@pytest.mark.parametrize(("name", "example"), EXAMPLES)
def test_what_is_given_becomes_what_is_wanted(data, gazetteer, name, example):
    module = import_module(f"geo.sources.{name}")
    own = pd.read_csv(data / load_spec(name).files[0], nrows=0).columns
    header = [*own, *getattr(module, "JOINED", ())]  # of another table of the source
    assert set(example["given"]) <= set(header)
    gu = {"gu": "단원구"}
    rows = pd.DataFrame([dict.fromkeys(header, "") | gu | example["given"]])
    reading = module.from_table(rows, gazetteer)
    found = reading.frame.loc[example["given"]["id"]]
    assert {key: as_read(found[key]) for key in example["want"]} == example["want"]


@pytest.mark.parametrize("name", ["places", "centres"])
def test_every_source_of_rows_has_examples(name):
    assert len(load_spec(name).example) >= 2
