"""A client that openapi-python-client makes of the OpenAPI document fetches what it should."""

import json
import os
import sys
from pathlib import Path

import pytest

SESSION = Path(__file__).with_name("generated_session.py")
GENERATOR = Path(sys.executable).parent.parent / "generator" / "bin"
BOX = (126.789, 37.328, 126.792, 37.331)
# Media types that it has no parser for: it leaves these operations without one.
FOREIGN = {"image/png", "image/svg+xml", "application/xml", "application/vnd.mapbox-vector-tile"}


@pytest.fixture(scope="module")
def generated(client, run, tmp_path_factory):
    """The folder of the generated package, and what the generator had to say."""
    program = GENERATOR / "openapi-python-client"
    if not program.exists() and os.environ.get("CI"):
        pytest.fail("openapi-python-client is not installed: make setup-dev")
    if not program.exists():
        pytest.skip("openapi-python-client is not installed: make setup-dev")
    folder = tmp_path_factory.mktemp("generated")
    (folder / "api.json").write_bytes(client.get("/api").content)
    (folder / "config.yml").write_text("post_hooks: []\n")
    said = run(
        program, "generate", "--path", folder / "api.json", "--config", folder / "config.yml",
        "--output-path", folder / "made",
    )  # fmt: skip
    return folder / "made", said


@pytest.fixture(scope="module")
def answers(generated, run, service):
    return json.loads(run(GENERATOR / "python", SESSION, generated[0], service.address))


@pytest.fixture(scope="module")
def wanted(businesses):
    west, south, east, north = BOX
    zoned = businesses.in_zone.fillna(value=False).astype(bool)
    two = businesses.category.isin(["grocery", "pub"])
    inside = businesses.index.isin(businesses.cx[west:east, south:north].index)
    return {
        "categories": set(businesses[two].index),
        "box": set(businesses[inside].index),
        "boolean": set(businesses[zoned].index),
        "all": set(businesses[two & inside & zoned].index),
    }


def test_the_generator_understands_every_operation_that_answers_in_json(generated):
    said = " ".join(generated[1].split())
    unread = {part.partition(")")[0] for part in said.split("Unsupported content_type ")[1:]}
    assert unread <= FOREIGN
    assert said.count("WARNING") == said.count("Unsupported content_type")


@pytest.mark.parametrize("question", ["categories", "box", "boolean", "all"])
def test_lists_boxes_and_booleans_are_fetched(question, answers, wanted):
    found, ids = answers[question], wanted[question]
    assert found["matched"] == len(ids) > 0
    assert set(found["ids"]) <= ids
    assert len(found["ids"]) == min(len(ids), 1000)


def test_a_feature_and_a_collection_are_fetched(answers):
    assert answers["feature"] == "zone-2023"
    assert answers["collection"] == 13
