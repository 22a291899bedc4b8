"""What each recipe of CONTRIBUTING names is what its example touches, and nothing else."""

import pytest
from additions import EDITS, EXAMPLES, files_of, outside_recipe

TITLES = {
    "adapter": "A register of a publisher",
    "language": "A language",
    "layer": "A layer",
    "page": "A map page",
    "measure": "A measure",
}


def test_every_example_has_a_recipe():
    assert sorted(TITLES) == list(EXAMPLES)


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_is_the_files_that_its_recipe_names(example):
    assert outside_recipe(files_of(example), TITLES[example]) == []


def test_a_property_is_the_files_that_its_recipe_names():
    assert outside_recipe(sorted({path for path, _, _ in EDITS}), "A property") == []
