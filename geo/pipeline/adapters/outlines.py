"""Official outlines: the dong of Ansan, the special zone and the food street."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.core.crs import MEASURE, to_metric
from geo.core.errors import MissingCRSError, SourceChangedError
from geo.core.geometry import to_stored_geometry
from geo.core.source import load_spec, read_table
from geo.pipeline.adapters.outline_gaps import find_gaps
from geo.pipeline.geocoding.point_checks import SYSTEMS
from geo.pipeline.refdata.coverage import to_stored_layer
from geo.pipeline.sources import boundaries, zone
from geo.readers.shapefiles import outline_paths, read_outlines

SPEC = load_spec(__file__, "official")
DONG_DIGITS: Final = 10
CITY_CODE: Final = "4127"
ALIKE: Final = 0.5  # share that an outline and the one known before must have in common
BETTER: Final = 0.1  # what another reading must have in common beyond the declared one
NEAR_M: Final = 300.0  # how far an outline may reach over the known border of the city
AREA_SHARE: Final = 0.5  # how far an area may be off the published one
SLIVER_M: Final = 1.0  # of two dong drawn one by one; they are closed, wider ones refused
MENDED_M2: Final = 1.0  # of an outline that crosses itself; more is drawn wrongly
_AREAL: Final = 2  # dimension of polygons
GAP_M: Final = 20.0  # what is narrower between two dong is no water but a slip of drawing
_GEMD: Final = "TL_SCCO_GEMD"
_VERSIONS: Final = {"zone": zone.read_zone, "food-streets": zone.read_food_streets}


class OutlineError(SourceChangedError):
    """Outlines are not those they should be, or are drawn wrongly."""


def read_dong(paths: Sequence[Path], data: Path) -> gpd.GeoDataFrame:
    """Read the 25 administrative dong (행정동) of Ansan from the files of a publisher.

    Args:
        paths: juso's TL_SCCO_GEMD (shapefile, folder or zip) or admdongkor's GeoJSON; of the
            province or the whole country.
        data: the project's `data` folder.

    Returns:
        Polygons in EPSG:4326, a valid coverage, indexed by `dong_code`: `dong_code`, `name_ko`,
        `name_en` (null in GeoJSON), `gu_code`, `area_km2`.

    Raises:
        OutlineError: other areas, another system than stated, or not a tiling of the city.
        InputFileError: a file is missing or cannot be read.
    """
    parts = [_dong_in(path) for path in paths]
    layer = _mended(pd.concat([part.to_crs(parts[0].crs) for part in parts]))
    known = boundaries.read_dong(data).frame
    _check_codes(layer, data)
    _check_valid(layer, layer["name_ko"])
    _check_place(layer, to_metric(known).geometry)
    done = to_stored_layer(_tiled(layer), "dong").sort_index()
    return done[["dong_code", "name_ko", "name_en", "gu_code", "area_km2", "geometry"]]


def read_outline(path: Path, layer: str, data: Path) -> gpd.GeoDataFrame:
    """Read the official outline of the zone or the food street as it is today.

    Args:
        path: shapefile with .prj (also in a folder or zip), or GeoJSON.
        layer: `zone` or `food-streets`.
        data: the project's `data` folder.

    Returns:
        One row in EPSG:4326 with `area_m2` (measured in EPSG:5186).

    Raises:
        MissingCRSError: the file does not state its system.
        OutlineError: it is no valid polygon, lies elsewhere, or is not of the published size.
        InputFileError: the file is missing or cannot be read.
    """
    outlines = _polygons(path)
    _check_valid(outlines, pd.Series(f"outline {n}" for n in range(1, len(outlines) + 1)))
    city = shapely.union_all(to_metric(boundaries.read_gu(data).frame).geometry.to_numpy())
    _check_inside(path.name, outlines, shapely.buffer(city, NEAR_M))
    whole = gpd.GeoDataFrame(geometry=[outlines.geometry.union_all()], crs=outlines.crs)
    area_m2 = float(to_metric(whole).area.iloc[0])
    published = float(zone.in_force(_VERSIONS[layer](data).frame)["published_area_m2"].iloc[0])
    if abs(area_m2 / published - 1) > AREA_SHARE:
        raise OutlineError(
            f"{path.name}: it measures {area_m2:,.0f} m², the published area of {layer} is "
            f"{published:,.0f} m²: this is another area"
        )
    return to_stored_geometry(whole).assign(area_m2=round(area_m2, 1))


def _dong_in(path: Path) -> gpd.GeoDataFrame:
    """Return the rows of Ansan, columns by our names, indexed by code, in the file's CRS."""
    with outline_paths(path) as files:
        raw = read_outlines(_chosen(path, files), encoding=SPEC.numbers["dbf_encoding"])
    accepted = SPEC.numbers["columns"]
    columns = {
        ours: next((header for header in theirs if header in raw), None)
        for ours, theirs in accepted.items()
    }
    if columns["code"] is None or columns["name_ko"] is None:
        raise OutlineError(
            f"{path.name}: no column of dong codes (accepted: {', '.join(accepted['code'])}) or of "
            f"names ({', '.join(accepted['name_ko'])}); it has {', '.join(map(str, raw.columns))}"
        )
    code = raw[columns["code"]].astype("str")
    _check_kind(path.name, code)
    here = raw[code.str.startswith(CITY_CODE)]
    codes = code[here.index]
    return gpd.GeoDataFrame(
        {
            "dong_code": codes,
            "name_ko": here[columns["name_ko"]].astype("str").str.split().str[-1],
            "name_en": here[columns["name_en"]] if columns["name_en"] else np.nan,
            "gu_code": codes.str[:5],
        },
        geometry=here.geometry.force_2d(),
        crs=here.crs or SPEC.crs,
    ).set_index(codes.rename(None))


def _chosen(path: Path, files: Sequence[Path]) -> Path:
    """Choose the file of administrative dong among those of a folder or zip.

    Raises:
        OutlineError: there is none, or one cannot tell.
    """
    wanted = [file for file in files if file.stem.upper().startswith(_GEMD)]
    chosen = wanted or files
    if len(chosen) > 1:
        names = ", ".join(file.name for file in chosen)
        raise OutlineError(f"{path.name}: holds several outlines ({names}): name one, {_GEMD}.shp")
    if chosen[0].stem.upper().startswith("TL_SCCO_EMD"):
        raise OutlineError(_legal(chosen[0].name))
    return chosen[0]


def _legal(file: str) -> str:
    return (
        f"{file}: these are legal dong (법정동): take {_GEMD}, of the administrative dong (행정동)"
    )


def _check_kind(file: str, codes: pd.Series) -> None:
    if codes.empty:
        raise OutlineError(f"{file}: holds no outline")
    lengths = set(codes.str.len())
    by_statistics = codes.str.startswith("31").any() and not codes.str.startswith("41").any()
    if lengths == {8} and not by_statistics:
        raise OutlineError(_legal(file))
    if lengths != {DONG_DIGITS}:
        raise OutlineError(
            f"{file}: codes such as {codes.iloc[0]!r} are not the {DONG_DIGITS}-digit codes of the "
            "Ministry of the Interior"
        )


def _check_codes(layer: gpd.GeoDataFrame, data: Path) -> None:
    """Stop unless the rows are the dong of today by code and name, each once."""
    codes = read_table(data, SPEC, "tables/dong_codes.csv")
    today = codes[(codes["valid_to"] == "") & (codes["gu_code"] != "")]
    names = dict(zip(today["dong_code"], today["name_ko"], strict=True))
    twice = layer.index[layer.index.duplicated()].tolist()
    missing = [f"{names[code]} ({code})" for code in sorted(names.keys() - set(layer.index))]
    strange = [
        f"{layer.loc[code, 'name_ko']} ({code})" for code in sorted(set(layer.index) - names.keys())
    ]
    if twice or missing or strange:
        faults = {"missing": missing, "unknown": strange, "twice": twice}
        what = "; ".join(f"{name}: {', '.join(some[:8])}" for name, some in faults.items() if some)
        raise OutlineError(f"{len(layer)} dong of Ansan found, {len(names)} expected; {what}")
    renamed = [
        f"{code} is {names[code]}, not {name}"
        for code, name in layer["name_ko"].items()
        if name != names[code]
    ]
    if renamed:
        raise OutlineError(f"codes and names do not belong together: {'; '.join(renamed[:5])}")


def _polygons(path: Path) -> gpd.GeoDataFrame:
    with outline_paths(path) as files:
        if len(files) > 1:
            names = ", ".join(file.name for file in files)
            raise OutlineError(f"{path.name}: holds several outlines ({names}): name one of them")
        layer = read_outlines(files[0], encoding=SPEC.numbers["dbf_encoding"])
    if layer.crs is None:
        raise MissingCRSError(f"{path.name}: it states no reference system: add its .prj file")
    return layer[["geometry"]].set_geometry(layer.geometry.force_2d())


def _check_valid(layer: gpd.GeoDataFrame, names: pd.Series) -> None:
    """Stop at a row that is no valid polygon; the message says where it crosses itself."""
    shapes = layer.geometry.to_numpy()
    for name, shape in zip(names, shapes, strict=True):
        if shape is None or shape.is_empty or shape.geom_type not in ("Polygon", "MultiPolygon"):
            raise OutlineError(f"{name} is not a polygon")
        if not shape.is_valid:
            raise OutlineError(f"{name} is drawn wrongly: {shapely.is_valid_reason(shape)}")


def _mended(layer: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Mend outlines that cross themselves by less than a square metre; leave the others."""
    shapes = layer.geometry.to_numpy()
    wrong = np.flatnonzero(~shapely.is_missing(shapes) & ~shapely.is_valid(shapes))
    if not len(wrong):
        return layer
    mended = shapes.copy()
    for k in wrong:
        parts = shapely.get_parts(shapely.make_valid(shapes[k]))
        whole = shapely.union_all(parts[shapely.get_dimensions(parts) == _AREAL])
        before, after = to_metric(
            gpd.GeoDataFrame(geometry=[shapes[k], whole], crs=layer.crs)
        ).geometry
        largest = max((part.area for part in shapely.get_parts(after)), default=0.0)
        if abs(after.area - before.area) < MENDED_M2 and largest > after.area - MENDED_M2:
            mended[k] = whole
    return layer.set_geometry(gpd.GeoSeries(mended, index=layer.index, crs=layer.crs))


def _readings(layer: gpd.GeoDataFrame) -> Iterator[tuple[str, Any]]:
    """Yield other readings of the coordinates, with the polygons in EPSG:5186 under each."""
    plain = layer.geometry.to_numpy()
    for order, shapes in (("", plain), (", axes swapped", shapely.transform(plain, _swapped))):
        for name, system in SYSTEMS.items():
            yield name + order, gpd.GeoSeries(shapes, crs=system).to_crs(MEASURE).to_numpy()


def _swapped(xy: Any) -> Any:
    return xy[:, ::-1]


def _check_place(layer: gpd.GeoDataFrame, known: gpd.GeoSeries) -> None:
    """Stop unless every dong lies at its known place, and no other reading fits better."""
    before = known.reindex(layer.index).to_numpy()
    declared = _alike(to_metric(layer).geometry.to_numpy(), before)
    all_features = ((_alike(shapes, before), name) for name, shapes in _readings(layer))
    best, name = max(all_features, key=lambda pair: pair[0])
    if best > declared + BETTER:
        raise OutlineError(
            f"the outlines do not lie where the dong are when read as {layer.crs.name}; "
            f"they do as {name}: correct the .prj file"
        )
    if declared < ALIKE:
        raise OutlineError(
            f"the outlines have only {declared:.0%} in common with the dong known before, and no "
            "usual reference system explains it"
        )


def _alike(shapes: Any, before: Any) -> float:
    """Return the mean overlap of polygons and known ones, 0 to 1."""
    if not np.isfinite(shapely.total_bounds(shapes)).all():
        return 0.0
    sound = shapely.make_valid(shapes)
    common = shapely.area(shapely.intersection(sound, before))
    return float(np.mean(common / shapely.area(shapely.union(sound, before))))


def _check_inside(file: str, layer: gpd.GeoDataFrame, city: Any) -> None:
    if shapely.covers(city, to_metric(layer).geometry.to_numpy()).all():
        return
    fitting = [
        name
        for name, shapes in _readings(layer)
        if np.isfinite(shapely.total_bounds(shapes)).all() and shapely.covers(city, shapes).all()
    ]
    likely = f"it would as {' or '.join(fitting)}" if fitting else "nor in any usual system"
    raise OutlineError(f"{file}: it does not lie in Ansan, read as {layer.crs.name}; {likely}")


def _tiled(layer: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Close slivers of less than a metre between the dong, in EPSG:5186.

    Raises:
        OutlineError: dong overlap or leave a gap that is wider; names them.
    """
    metric = to_metric(layer)
    names, shapes = metric["name_ko"].to_numpy(), metric.geometry.to_numpy()
    pairs = shapely.STRtree(shapes).query(shapes, predicate="intersects").T
    for a, b in pairs[pairs[:, 0] < pairs[:, 1]]:
        shared = shapely.intersection(shapes[a], shapes[b])
        if not shapely.is_empty(shapely.buffer(shared, -SLIVER_M / 2)):
            area_m2 = shapely.area(shared)
            raise OutlineError(f"{names[a]} and {names[b]} overlap by {area_m2:,.0f} m²")
    closed = shapes
    if not shapely.coverage_is_valid(shapes):
        closed = shapely.coverage_clean(shapes, gap_width=SLIVER_M)
    gaps = [gap for gap in find_gaps(names, closed, GAP_M) if gap.width_m > SLIVER_M]
    if gaps:
        more = f" (and {len(gaps) - 1} more)" if len(gaps) > 1 else ""
        raise OutlineError(f"{gaps[0]}{more}")
    return metric.set_geometry(gpd.GeoSeries(closed, index=metric.index, crs=metric.crs))
