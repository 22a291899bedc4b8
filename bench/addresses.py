"""What an address file is worth for a list without points: `python -m bench.addresses`.

The list is made of real storefronts of the city, each under its own name and an address made for
its point, as the storefronts of `data/` have none. It is loaded into a fresh atlas
twice: without an address file, and after a file in juso's form that has the made doors.
"""

import argparse
import csv
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

import geopandas as gpd
import pandas as pd
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from geo.core.crs import STORE, to_metric
from geo.pipeline.areas import read_areas
from geo.pipeline.build import build, publish_all
from geo.pipeline.ingest import prepare
from geo.pipeline.ingest_addresses import prepare_addresses
from geo.pipeline.register_catalogue import source_of
from geo.pipeline.registers.loaded_data import load_from_snapshot
from geo.pipeline.registers.reference_layers import References

DATA: Final = Path(__file__).parents[1] / "data"
MAPPING: Final = "world-restaurants"
ROWS: Final = 1_000
SEED: Final = 17
NUMBERS: Final = 50  # made doors of a made street
NEAR_M: Final = 10.0
GU: Final = {"41271": "상록구", "41273": "단원구"}
# As lists of offices write addresses: with the dong in brackets, without, and by gu alone.
SPELLINGS: Final = (
    "경기도 안산시 {gu} {street} {number} ({dong})",
    "안산시 {gu} {street} {number}, 1층",
    "경기도 안산시 {gu} {street} {number}",
)
LEVELS: Final = {
    "address-point": "door", "street-number": "street", "legal-dong": "legal dong", "gu": "gu",
}  # fmt: skip


class Measured(NamedTuple):
    """One way of loading the list.

    Attributes:
        levels: rows by what their address was found in.
        near: rows within 10 m of the storefront.
        merged: rows that became one business with another row.
    """

    levels: Counter[str]
    near: int
    merged: int


def made_shops(rows: int) -> gpd.GeoDataFrame:
    """Choose kitchens of the storefronts, one at a point, and make an address for each."""
    shops = pd.read_csv(DATA / "tables" / "storefronts.csv", dtype={"semas_code": str})
    food = shops[shops["semas_code"].str.match("I20[1-7]")]
    alone = food.drop_duplicates(["lon", "lat"]).drop_duplicates("name_ko")
    chosen = alone.sample(min(rows, len(alone)), random_state=SEED).sort_index()
    points = gpd.points_from_xy(chosen["lon"], chosen["lat"], crs=STORE)
    legal = read_areas(DATA, References()).legal_dong.reset_index(drop=True).to_crs(STORE)
    around = legal[["legal_code", "name_ko", "geometry"]].rename(columns={"name_ko": "dong"})
    found = gpd.GeoDataFrame(chosen, geometry=points).sjoin(around, predicate="within")
    at = range(len(found))
    return found.assign(
        gu=found["legal_code"].str[:5].map(GU),
        street=[f"가온{n // NUMBERS + 1}로" for n in at],
        number=[str(2 * (n % NUMBERS) + 1) for n in at],
    )


def main() -> None:
    """Measure both ways and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS)
    shops = made_shops(parser.parse_args().rows)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        ways = [_measured(shops, folder, addresses=addresses) for addresses in (False, True)]
    table = Table(box=SIMPLE_HEAD)
    for title in (f"of {len(shops)} rows", "without an address file", "with one"):
        table.add_column(title)
    for level, title in LEVELS.items():
        table.add_row(f"placed to a {title}", *(str(way.levels[level]) for way in ways))
    table.add_row(f"within {NEAR_M:.0f} m of the shop", *(str(way.near) for way in ways))
    table.add_row("merged with another list's row", *(str(way.merged) for way in ways))
    Console().print(table)


def _measured(shops: gpd.GeoDataFrame, folder: Path, *, addresses: bool) -> Measured:
    home = folder / ("with" if addresses else "without")
    build(DATA, home)
    places = (DATA, home)
    if addresses:
        points = folder / "entrc_made.txt"
        points.write_bytes("".join(f"{line}\r\n" for line in _doors(shops)).encode("cp949"))
        publish_all(prepare_addresses([points], "ansan", places).composed, home, lambda _: None)
    done = prepare(source_of("table", MAPPING), [_list(shops, folder)], "ansan", places)
    publish_all(done.composed, home, lambda _: None)
    (register,) = load_from_snapshot(home).registers.values()
    placed = register.frame.set_index("name_ko")
    true = shops.set_index("name_ko").loc[placed.index]
    found = gpd.GeoSeries(gpd.points_from_xy(placed["lon"], placed["lat"]), crs=STORE)
    off = to_metric(gpd.GeoDataFrame(geometry=found)).geometry.distance(
        to_metric(gpd.GeoDataFrame(geometry=true.geometry.reset_index(drop=True))).geometry
    )
    return Measured(
        Counter(placed["located_by"].astype(str)), int((off <= NEAR_M).sum()), done.account.merged
    )


def _list(shops: gpd.GeoDataFrame, folder: Path) -> Path:
    """Write the list as an office does: name, kitchen, address."""
    path = folder / "안산_세계맛집.csv"
    with path.open("w", encoding="utf-8", newline="") as to:
        rows = csv.writer(to)
        rows.writerow(["가게명", "음식종류", "주소"])
        for number, shop in enumerate(shops.to_dict("records")):
            rows.writerow([shop["name_ko"], "베트남", _spelled(number, shop)])
    return path


def _spelled(number: int, shop: dict[str, str]) -> str:
    return SPELLINGS[number % len(SPELLINGS)].format(**shop)


def _doors(shops: gpd.GeoDataFrame) -> Sequence[str]:
    """Return the lines of 위치정보요약DB, 18 columns, EPSG:5179."""
    metric = shops.to_crs("EPSG:5179")
    return [
        "|".join(
            (
                shop["legal_code"][:5], "12", shop["legal_code"], "경기도", f"안산시 {shop['gu']}",
                shop["dong"], f"{shop['legal_code'][:5]}{9000000 + _number(shop['street'])}",
                shop["street"], "0", shop["number"], "0", "", "15367", "근린생활시설", "0", "",
                f"{point.x:.6f}", f"{point.y:.6f}",
            )
        )
        for shop, point in zip(shops.to_dict("records"), metric.geometry, strict=True)
    ]  # fmt: skip


def _number(street: str) -> int:
    return int(street.removeprefix("가온").removesuffix("로"))


if __name__ == "__main__":
    main()
