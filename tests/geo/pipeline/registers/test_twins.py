"""Matching measured on labelled pairs of real businesses: see tests/data/twins/README.md."""

import csv
import hashlib
import math
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from geo.core.crs import STORE, to_metric
from geo.pipeline.registers.match import same_business
from geo.pipeline.sources import places, storefronts

PAIRS = Path(__file__).parents[3] / "data" / "twins" / "pairs.csv"
USED = [
    "name_ko", "name_en", "category", "gu_code", "address", "phone", "located_by", "geometry",
]  # fmt: skip
PRECISION, RECALL = 0.98, 0.95


def moved(rows: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Move each point by 10 to 60 m, as far as points of two lists are apart; by its id."""
    metric = to_metric(rows)
    digests = [hashlib.sha256(str(name).encode()).digest() for name in rows.index]
    away = np.array([10 + 50 * digest[0] / 255 for digest in digests])
    turn = np.array([2 * math.pi * digest[1] / 256 for digest in digests])
    points = gpd.points_from_xy(
        metric.geometry.x + away * np.cos(turn), metric.geometry.y + away * np.sin(turn),
        crs=metric.crs,
    )  # fmt: skip
    return metric.set_geometry(points).to_crs(STORE)


@pytest.fixture(scope="module")
def rows(data, gazetteer, areas) -> gpd.GeoDataFrame:
    """All places and storefronts; no row says which other it equals."""
    listed = {
        "places": places.read_places(data, gazetteer).frame,
        "storefronts": storefronts.read_storefronts(data, areas.frame("gu")).frame,
    }
    listed["places"] = moved(listed["places"])
    rows = pd.concat([rows[USED].assign(unit=unit) for unit, rows in listed.items()])
    return gpd.GeoDataFrame(rows.assign(lot=np.nan, same_as=np.nan), crs=STORE)


def joined(rows: gpd.GeoDataFrame, pairs: list[dict[str, str]]) -> int:
    """Count the pairs that the matching takes for one business."""
    labels = pd.Series(same_business(rows), index=rows.index)
    return sum(labels[pair["place"]] == labels[pair["storefront"]] for pair in pairs)


@pytest.fixture(scope="module")
def pairs() -> list[dict[str, str]]:
    with PAIRS.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def test_there_are_enough_pairs_of_both_kinds(pairs):
    twins = sum(pair["label"] == "same" for pair in pairs)
    assert len(pairs) >= 300
    assert min(twins, len(pairs) - twins) >= 200
    assert {pair["label"] for pair in pairs} == {"same", "not same"}


def test_twins_are_found_and_neighbours_are_not_taken_for_them(rows, pairs):
    twins, others = (
        [pair for pair in pairs if pair["label"] == label] for label in ("same", "not same")
    )
    right = joined(rows, twins)
    # A place takes one storefront: neighbours are a temptation only where the twin is missing.
    bereft = rows.drop(index={pair["storefront"] for pair in twins})
    tempting = [pair for pair in others if pair["storefront"] in bereft.index]
    wrong = joined(bereft, tempting)
    assert len(tempting) >= 250
    assert right / len(twins) >= RECALL
    assert right / (right + wrong) >= PRECISION
