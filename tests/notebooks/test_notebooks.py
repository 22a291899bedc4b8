"""Every notebook runs from top to bottom on a fresh snapshot, and is committed without output."""

import os
from pathlib import Path

import geopandas as gpd
import nbformat
import pytest
from nbclient import NotebookClient
from published import committed_home

PROJECT = Path(__file__).parents[2]


def of_the_zone(home):
    """Observed and all businesses of the zone, counted in the published file."""
    layer = gpd.read_parquet(home / "current" / "businesses.parquet")
    zone = layer[layer["in_zone"].eq(True)]
    real = zone[zone["provenance"] == "observed"]
    return f"{len(real):,} of {len(zone):,} are real", real["source_date"].max()


def of_clusters(home):
    """The numbers that the council is told."""
    said, newest = of_the_zone(home)
    real, every = said.removesuffix(" are real").split(" of ")
    layer = gpd.read_parquet(home / "current" / "businesses.parquet")
    shops = layer[layer["in_zone"].eq(True) & (layer["provenance"] == "observed")]
    street = gpd.read_parquet(home / "current" / "food-streets.parquet").loc["food-street-2023"]
    kitchens = shops[shops["category"] == "restaurant"]
    there = kitchens.within(street.geometry).sum()
    split = f"in the food street: {there} of {len(kitchens)} restaurants"
    return f"about {every} businesses", f"{real} of them", f"up to {newest}", split


def of_residents(home):
    """Households of the last census, and the foreign share of Wongok-dong's."""
    households = gpd.read_parquet(home / "current" / "households.parquet")
    now = households[households["year"] == 2025]
    wongok = now.set_index("dong_code").loc["4127354500", "foreign_household_share"]
    return f"n = {now['households'].sum():,} households", f"{wongok:.1%}"


FIGURES = {
    "01-the-zone-in-figures": of_the_zone,
    "02-where-businesses-cluster": of_clusters,
    "03-residents-by-dong": of_residents,
}
NOTEBOOKS = sorted((PROJECT / "notebooks").glob("*.ipynb"))


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return committed_home(tmp_path_factory)


def test_there_is_a_notebook():
    assert NOTEBOOKS


@pytest.mark.filterwarnings("default")  # Jupyter's own machinery warns about event loops
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_runs(path, home, monkeypatch):
    monkeypatch.setenv("ATLAS_HOME", str(home))
    monkeypatch.setenv("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(notebook, timeout=120, resources={"metadata": {"path": path.parent}})
    client.execute(env=dict(os.environ))
    outputs = [out for cell in notebook.cells for out in cell.get("outputs", [])]
    assert any("image/png" in out.get("data", {}) for out in outputs)
    shown = " ".join(str(out.get("text", "")) + str(out.get("data", "")) for out in outputs)
    assert [figure for figure in FIGURES[path.stem](home) if figure not in shown] == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_is_committed_without_output(path):
    cells = nbformat.read(path, as_version=4).cells
    assert not any(cell.get("outputs") or cell.get("execution_count") for cell in cells)
