"""tipg on the result of an export: another server of OGC API answers from its tables."""

import json
import urllib.request

import pytest

from bench.peers import tipg, venvs


@pytest.fixture(scope="module")
def answer(server, exported):
    """Ask tipg on the schema of the export."""
    if not venvs.is_made("tipg"):
        pytest.skip("tipg is not installed: python -m bench.peers makes its environment")
    with tipg.tipg(server, schema=exported.schema) as (port, _, _):

        def ask(path):
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=30) as got:
                return json.loads(got.read())

        yield ask


def test_tipg_answers_from_every_table(answer, exported):
    found = {
        collection["id"]: collection
        for collection in answer("/collections?limit=100")["collections"]
    }
    assert found.keys() == {f"{exported.schema}.{name}" for name in exported.counts}
    for name, count in exported.counts.items():
        page = answer(f"/collections/{exported.schema}.{name}/items?limit=1")
        assert page["numberMatched"] == count


def test_tipg_finds_hangul_places_and_lists(answer, exported):
    items = f"/collections/{exported.schema}.businesses/items"
    box = answer(f"{items}?bbox=126.7895,37.3285,126.7911,37.3298&limit=500")
    assert box["numberMatched"] == len(box["features"]) > 100
    found = answer(f"{items}?ids=almodina-halal")["features"]
    assert [item["properties"]["name_ko"] for item in found] == ["알머디나할랄마트"]
    assert found[0]["properties"]["cuisine"] == ["south-asia"]
    assert found[0]["geometry"]["type"] == "Point"
