"""The examples that stand in the TOML files of the sources."""

from importlib import import_module
from typing import Any

import pandas as pd
import pytest

from geo.pipeline.source_specs import find_spec, spec_files

SOURCES = [path.stem for path in spec_files()]
EXAMPLES = [
    pytest.param(name, example, id=f"{name}-{example['given']['id']}")
    for name in SOURCES
    if find_spec(name).files  # of the committed data; registers test their own
    for example in find_spec(name).example
]


def module_of(name: str) -> Any:
    room = next(path.parent.name for path in spec_files() if path.stem == name)
    return import_module(f"geo.pipeline.{room}.{name}")


def as_read(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


@pytest.mark.parametrize(("name", "example"), EXAMPLES)
def test_what_is_given_becomes_what_is_wanted(data, gazetteer, name, example):
    module = module_of(name)
    own = pd.read_csv(data / find_spec(name).files[0], nrows=0).columns
    header = [*own, *getattr(module, "JOINED", ())]  # of another table of the source
    assert set(example["given"]) <= set(header)
    gu = {"gu": "단원구"}
    rows = pd.DataFrame([dict.fromkeys(header, "") | gu | example["given"]])
    features = module.from_table(rows, gazetteer)
    found = features.frame.loc[example["given"]["id"]]
    assert {key: as_read(found[key]) for key in example["want"]} == example["want"]


@pytest.mark.parametrize("name", ["places", "centres"])
def test_every_source_of_rows_has_examples(name):
    assert len(find_spec(name).example) >= 2
