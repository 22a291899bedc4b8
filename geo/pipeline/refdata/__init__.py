"""Reference data: regenerates what `data/` derives from other packages, and describes all of it.

`boundaries` and `legal` make the polygons, `census` and `codes` the tables, `describe` the
`datapackage.json`. What was collected by hand (places, centres, surveys …) is only described.
"""

from pathlib import Path

import geopandas as gpd
import pandas as pd

from geo.core.errors import SourceChangedError
from geo.pipeline.refdata import boundaries, census
from geo.pipeline.refdata.codes import dong_codes
from geo.pipeline.refdata.describe import describe
from geo.pipeline.refdata.households import households
from geo.pipeline.refdata.legal import legal_dong
from geo.pipeline.refdata.streets import street_lines
from geo.pipeline.refdata.write import write_geojson, write_json, write_table

NEWEST = boundaries.EDITIONS[-1]


def regenerate(folder: Path) -> dict[str, int]:
    """Write the derived files and `datapackage.json`; the same bytes every time.

    Args:
        folder: the data folder; the collected files must stand in it already.

    Returns:
        Number of rows by file written (paths inside the folder); for `datapackage.json`, the
        number of files that it describes.

    Raises:
        GeoError: a source package is not installed, or a collected file is missing.
        SourceChangedError: a source is not what this code was written for.
    """
    codes = dong_codes()
    rows = census.census_rows()
    english = census.english_names(rows)
    dong = {year: boundaries.dong(year, codes, english) for year in boundaries.EDITIONS}
    polygons = {f"dong_{year}": layer for year, layer in dong.items()}
    polygons |= {"gu": boundaries.gu(dong[NEWEST]), "legal_dong": legal_dong()}
    tables = {
        "dong_codes": codes,
        "residents": with_dong_codes(census.residents(rows), dong),
        "households": with_dong_codes(households(rows), dong),
        "establishments": with_dong_codes(census.establishments(rows), dong),
        "street_lines": street_lines(pd.read_csv(folder / "tables/address_points.csv")),
    }
    counts = {}
    for name, layer in polygons.items():
        path = f"shapes/{name}.geojson"
        counts[path] = write_geojson(layer, folder / path)
    for name, table in tables.items():
        path = f"tables/{name}.csv"
        counts[path] = write_table(table, folder / path)
    package = describe(folder)
    write_json(package, folder / "datapackage.json")
    return counts | {"datapackage.json": len(package["resources"])}


def with_dong_codes(table: pd.DataFrame, dong: dict[int, gpd.GeoDataFrame]) -> pd.DataFrame:
    """Put the dong code of its year in front of each census row, by year and code.

    A year without boundaries of its own (2025) takes the newest ones before it.

    Raises:
        SourceChangedError: the figures are not about the dong of that edition.
    """
    parts: list[pd.DataFrame] = []
    for year in sorted(table["year"].unique().tolist()):
        figures = table[table["year"] == year]
        edition = max(edition for edition in dong if edition <= year)
        known = dong[edition][["dong_code", "kostat_code"]]
        if set(known["kostat_code"]) != set(figures["kostat_code"]):
            raise SourceChangedError(f"the census of {year} does not count the dong of {edition}")
        parts.append(known.merge(figures, on="kostat_code", validate="one_to_one"))
    return pd.concat(parts, ignore_index=True)
