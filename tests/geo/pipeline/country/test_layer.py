"""Rows of other cities in the layer: the same files, whether they came as columns or as frames."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from geopandas.testing import assert_geodataframe_equal

from geo.core.crs import STORE
from geo.core.errors import ContractError
from geo.pipeline.adapters.records import records
from geo.pipeline.country import layer
from geo.pipeline.country.layer import more_businesses
from geo.pipeline.country.rows import BEYOND
from geo.pipeline.registers.register import Register, no_changes
from geo.snapshot import partition
from geo.snapshot.layer_batch import to_batch
from geo.snapshot.layer_writer import WriteOptions, write_batches, write_layer
from geo.snapshot.schema.validate import KOREA, conform

ACCURACY_M = 30.0


@pytest.fixture
def rows() -> pd.DataFrame:
    """250 shops of three dong of Busan, Seoul and Jeju, with names of every kind."""
    random = np.random.default_rng(26110)
    names = ["가게", 'A "B" \\ C', "줄\n바꿈", "</script>", None, "🍜"]
    rows = pd.DataFrame({"id": [f"semas-MA{number:05d}" for number in range(250)]})
    dong = random.integers(0, 3, 250)
    return rows.assign(
        name_ko=[names[number] for number in random.integers(0, len(names), 250)],
        name_en=None,
        category=random.choice(["restaurant", "cafe", "pub"], 250),
        address_detail=random.choice(["1층", "B1", None], 250),
        phone=None,
        opened_on=None,
        address=[f"어느길 {number}" if number % 9 else None for number in range(250)],
        cuisine=[["cn"] if number % 3 == 0 else [] for number in range(250)],
        lon=random.uniform(126, 129, 250).round(6),
        lat=random.uniform(33.5, 37.5, 250).round(6),
        source_date="2026-06",
        dong_code=np.array(["2611051000", "1111061500", "5011025300"])[dong],
    )


@pytest.fixture
def register(tmp_path, rows) -> Register:
    """A register with these rows, kept as a snapshot keeps them."""
    path = tmp_path / "beyond-semas.parquet"
    pq.write_table(pa.Table.from_pandas(rows, BEYOND, preserve_index=False), path)
    box = [*rows[["lon", "lat"]].min(), *rows[["lon", "lat"]].max()]
    told = {"rows": 250, "bbox": box, "dates": ["", ""], "accuracy_m": ACCURACY_M}
    nobody = records(key=[], row=[])
    return Register("semas", {"beyond": told}, nobody, nobody, no_changes(), path)


@pytest.fixture
def city(published) -> gpd.GeoDataFrame:
    """The businesses of Ansan, some of which are named as if they stood among the others."""
    frame = gpd.read_parquet(published.folder / "businesses.parquet")
    ids = [f"semas-MA{number:05d}b" for number in range(0, 300, 2)]
    return conform("businesses", frame.set_axis([*frame.index[:-150], *ids]))


def as_frame(rows: pd.DataFrame, city: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """What the layer should hold, row by row."""
    unknown = ("halal_basis", "operator_nationality", "note", "verified_on", "foreign_run",
               "floor", "opening_hours", "research_note")  # fmt: skip
    described = rows.assign(
        **dict.fromkeys(unknown),
        halal="unknown",
        for_visitors=True,
        in_zone=False,
        in_food_street=False,
        located_by="register",
        gu_code=rows["dong_code"].str[:5],
        registers=[("semas",)] * len(rows),
        claims=[()] * len(rows),
        provenance="observed",
        source="semas",
        accuracy_m=ACCURACY_M,
    )
    places = gpd.points_from_xy(rows["lon"], rows["lat"])
    frame = gpd.GeoDataFrame(
        described.set_index("id").drop(columns=["lon", "lat"]), geometry=places, crs=STORE
    )
    others = conform("businesses", frame, within=KOREA)
    return gpd.GeoDataFrame(pd.concat([city, others])).sort_index()


@pytest.mark.parametrize("at_once", [250, 60, 7])
def test_the_files_are_those_of_the_frame(tmp_path, rows, register, city, monkeypatch, at_once):
    monkeypatch.setattr(layer, "AT_ONCE", at_once)
    as_columns, as_rows = tmp_path / "columns", tmp_path / "rows"
    as_columns.mkdir()
    as_rows.mkdir()
    batches = more_businesses(register).parts(to_batch("businesses", city))
    write_batches("businesses", batches, as_columns, len(rows) + len(city))
    write_layer("businesses", as_frame(rows, city), as_rows)
    for end in ("features", "arrow"):
        name = f"businesses.{end}"
        assert (as_columns / name).read_bytes() == (as_rows / name).read_bytes()
    # Row groups are as large as parts; in parts as large as the layer the bytes are the same.
    found, expected = (
        gpd.read_parquet(item / "businesses.parquet") for item in (as_columns, as_rows)
    )
    assert_geodataframe_equal(found, expected)


def test_in_one_part_every_file_has_the_bytes_of_the_frame(tmp_path, rows, register, city):
    whole = list(more_businesses(register).parts(to_batch("businesses", city)))
    assert len(whole) == 2  # the country with what stands among it, and the end of the city
    folders = [tmp_path / name for name in ("columns", "rows")]
    for folder in folders:
        folder.mkdir()
    write_batches("businesses", whole[:1], folders[0], len(whole[0]))
    frame = as_frame(rows, city)
    write_layer("businesses", frame[frame.index <= rows["id"].iloc[-1]], folders[1])
    for end in ("features", "arrow", "parquet"):
        found, expected = ((item / f"businesses.{end}").read_bytes() for item in folders)
        assert found == expected


@pytest.mark.parametrize("part_rows", [500_000, 300])
def test_rows_that_break_the_contract_are_refused(
    part_rows, tmp_path, rows, register, city, monkeypatch
):
    monkeypatch.setattr(partition, "PART_ROWS", part_rows)
    wrong = rows.assign(lat=rows["lat"].where(rows.index != 40, 9.5))
    pq.write_table(pa.Table.from_pandas(wrong, BEYOND, preserve_index=False), register.beyond)
    batches = more_businesses(register).parts(to_batch("businesses", city))
    with pytest.raises(ContractError, match=r"outside the city: \['semas-MA00040'\]"):
        write_batches(
            "businesses", batches, tmp_path, len(rows) + len(city), WriteOptions(within=KOREA)
        )
