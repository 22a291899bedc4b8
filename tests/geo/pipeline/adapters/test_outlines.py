"""Official outlines in the form of their publishers, and what is wrong with files people have."""

import re
import zipfile
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
import shapely
from shapely.geometry import Polygon, box
from shapely.ops import substring

from geo.core.crs import to_metric
from geo.pipeline.adapters.outlines import OutlineError, read_dong
from geo.readers.errors import ArchiveError, MissingFileError, UnreadableFileError

GEMD = "TL_SCCO_GEMD"
ELSEWHERE = box(960_000, 1_950_000, 961_000, 1_951_000)  # EPSG:5179, in Seoul


@pytest.fixture(scope="module")
def juso(data) -> gpd.GeoDataFrame:
    """The dong as juso has them, after a dong of another city; every one moved 20 m east."""
    dong = gpd.read_file(data / "shapes/dong_2020.geojson").to_crs("EPSG:5179")
    dong = dong.rename(
        columns={"dong_code": "EMD_CD", "name_ko": "EMD_KOR_NM", "name_en": "EMD_ENG_NM"}
    )
    other = gpd.GeoDataFrame(
        {"EMD_CD": ["1114055000"], "EMD_ENG_NM": ["Myeong-dong"], "EMD_KOR_NM": ["명동"]},
        geometry=[ELSEWHERE],
        crs="EPSG:5179",
    )
    moved = dong.set_geometry(dong.translate(xoff=20))
    return pd.concat([other, moved[[*other.columns]]], ignore_index=True)


def shapefile(folder: Path, layer: gpd.GeoDataFrame, name: str = GEMD, *without: str) -> Path:
    """A shapefile as juso packs it: CP949 and no .cpg; without the parts that are named."""
    folder.mkdir(exist_ok=True)
    path = folder / f"{name}.shp"
    pyogrio.write_dataframe(layer, path, encoding="CP949")
    for part in (".cpg", *without):
        path.with_suffix(part).unlink()
    return path


def admdongkor(folder: Path, juso: gpd.GeoDataFrame) -> Path:
    """A GeoJSON with the properties of admdongkor, numbers as text, EPSG:4326."""
    layer = juso.to_crs("EPSG:4326")
    frame = gpd.GeoDataFrame(
        {
            "adm_nm": "경기도 안산시단원구 " + layer["EMD_KOR_NM"],
            "adm_cd2": layer["EMD_CD"],
            "sgg": layer["EMD_CD"].str[:5],
            "sido": layer["EMD_CD"].str[:2],
            "sidonm": "경기도",
            "sggnm": "안산시단원구",
            "adm_cd": "31092600",
        },
        geometry=layer.geometry,
    )
    path = folder / "HangJeongDong_ver20260401.geojson"
    path.write_text(frame.to_json(drop_id=True, ensure_ascii=False), "utf-8")
    return path


def changed(juso: gpd.GeoDataFrame, name: str, shape) -> gpd.GeoDataFrame:
    """With another outline for one dong, in EPSG:5179."""
    return juso.set_geometry(
        [
            shape(item) if ko == name else item
            for ko, item in zip(juso["EMD_KOR_NM"], juso.geometry, strict=True)
        ],
        crs=juso.crs,
    )


def test_the_25_dong_are_taken_out_of_a_shapefile(tmp_path, data, juso):
    found = read_dong([shapefile(tmp_path, juso)], data)
    assert len(found) == 25
    assert found.crs == "EPSG:4326"
    assert shapely.coverage_is_valid(found.geometry.to_numpy())
    wongok = found.loc["4127354500"]
    assert (wongok["name_ko"], wongok["name_en"], wongok["gu_code"]) == (
        "원곡동", "Wongok-dong", "41273",
    )  # fmt: skip
    # 1.306951 km² before it was moved; a degree is rounded to 0.1 m.
    assert wongok["area_km2"] == pytest.approx(1.306951, rel=1e-4)


def test_outlines_are_those_of_the_file(tmp_path, data, juso):
    found = to_metric(read_dong([shapefile(tmp_path, juso)], data))
    before = to_metric(gpd.read_file(data / "shapes/dong_2020.geojson")).set_index("dong_code")
    moved = found.geometry.centroid.x - before.geometry.centroid.x
    assert moved.to_numpy() == pytest.approx(20, abs=0.5)


def test_a_shapefile_without_prj_is_read_as_its_publisher_states(tmp_path, data, juso):
    found = read_dong([shapefile(tmp_path, juso, GEMD, ".prj")], data)
    assert len(found) == 25


def test_admdongkor_is_read(tmp_path, data, juso):
    found = read_dong([admdongkor(tmp_path, juso)], data)
    assert len(found) == 25
    assert found.loc["4127354500", "name_ko"] == "원곡동"
    assert found["name_en"].isna().all()


@pytest.mark.parametrize("inside", ["", "41000/"])
def test_a_zip_and_a_folder_are_read(tmp_path, data, juso, inside):
    folder = shapefile(tmp_path / "parts", juso).parent
    shapefile(folder, juso, "TL_SCCO_SIG")
    packed = tmp_path / "구역의도형_전체분_경기도.zip"
    with zipfile.ZipFile(packed, "w") as package:
        for path in sorted(folder.iterdir()):
            package.write(path, inside + path.name)
    assert read_dong([packed], data).equals(read_dong([folder], data))


def test_files_of_two_provinces_are_read_together(tmp_path, data, juso):
    first = shapefile(tmp_path / "a", juso[:10])
    second = shapefile(tmp_path / "b", juso[10:])
    assert len(read_dong([first, second], data)) == 25


def test_legal_dong_are_refused(tmp_path, data):
    legal = gpd.read_file(data / "shapes/legal_dong.geojson").to_crs("EPSG:5179")
    layer = legal.assign(EMD_CD=legal["legal_code"].str[:8], EMD_KOR_NM=legal["name_ko"])
    message = r"these are legal dong \(법정동\): take TL_SCCO_GEMD"
    with pytest.raises(OutlineError, match=f"TL_SCCO_EMD.shp: {message}"):
        read_dong([shapefile(tmp_path, layer, "TL_SCCO_EMD")], data)
    with pytest.raises(OutlineError, match=message):
        read_dong([shapefile(tmp_path, layer, "경계")], data)


def test_codes_of_statistics_korea_are_refused(tmp_path, data, juso):
    layer = juso.assign(EMD_CD="31092600")
    with pytest.raises(OutlineError, match=r"'31092600' are not the 10-digit codes"):
        read_dong([shapefile(tmp_path, layer)], data)


def test_other_columns_are_named(tmp_path, data, juso):
    layer = juso.rename(columns={"EMD_CD": "CODE"})
    with pytest.raises(OutlineError, match=r"accepted: adm_cd2, EMD_CD.*it has CODE, EMD_ENG_NM"):
        read_dong([shapefile(tmp_path, layer)], data)


def test_a_missing_dong_is_named(tmp_path, data, juso):
    layer = juso[juso["EMD_KOR_NM"] != "백운동"]
    with pytest.raises(
        OutlineError, match=r"24 dong .* 25 expected; missing: 백운동 \(4127355500\)"
    ):
        read_dong([shapefile(tmp_path, layer)], data)


def test_dong_of_before_2017_are_refused(tmp_path, data):
    old = gpd.read_file(data / "shapes/dong_2015.geojson").to_crs("EPSG:5179")
    layer = old.rename(columns={"dong_code": "EMD_CD", "name_ko": "EMD_KOR_NM"})
    with pytest.raises(OutlineError, match=r"missing: .*원곡동.*unknown: .*원곡본동"):
        read_dong([shapefile(tmp_path, layer[["EMD_CD", "EMD_KOR_NM", "geometry"]])], data)


def test_names_of_other_codes_are_refused(tmp_path, data, juso):
    names = juso["EMD_KOR_NM"].replace({"원곡동": "백운동", "백운동": "원곡동"})
    with pytest.raises(OutlineError, match="4127354500 is 원곡동, not 백운동"):
        read_dong([shapefile(tmp_path, juso.assign(EMD_KOR_NM=names))], data)


@pytest.mark.parametrize("part", [".dbf", ".shx"])
def test_a_missing_part_is_named(tmp_path, data, juso, part):
    with pytest.raises(MissingFileError, match=f"TL_SCCO_GEMD{part} is missing beside it"):
        read_dong([shapefile(tmp_path, juso, GEMD, part)], data)


@pytest.mark.parametrize(
    ("truth", "stated", "named"),
    [
        ("EPSG:5179", "EPSG:5186", "EPSG:5179"),
        ("EPSG:5186", "EPSG:5181", "EPSG:5186"),
        ("EPSG:5174", "EPSG:5181", "EPSG:5174"),  # 313 m off: no datum shift
    ],
)
def test_a_wrong_system_is_named(tmp_path, data, juso, truth, stated, named):
    wrong = juso.to_crs(truth).set_crs(stated, allow_override=True)
    with pytest.raises(OutlineError, match=rf"they do as {named}: correct the .prj"):
        read_dong([shapefile(tmp_path, wrong)], data)


def test_swapped_axes_are_named(tmp_path, data, juso):
    swapped = juso.set_geometry(
        shapely.transform(juso.geometry.to_numpy(), lambda xy: xy[:, ::-1]), crs=juso.crs
    )
    with pytest.raises(OutlineError, match="they do as EPSG:5179, axes swapped"):
        read_dong([shapefile(tmp_path, swapped)], data)


def test_a_self_crossing_dong_is_named(tmp_path, data, juso):
    def bow(shape):
        x, y = shape.centroid.x, shape.centroid.y
        return Polygon([(x, y), (x + 99, y + 99), (x + 99, y), (x, y + 99)])

    layer = changed(juso, "성포동", bow)
    with pytest.raises(OutlineError, match=r"성포동 is drawn wrongly: Self-intersection"):
        read_dong([admdongkor(tmp_path, layer)], data)


def test_overlapping_dong_are_named(tmp_path, data, juso):
    layer = changed(juso, "원곡동", lambda shape: shape.buffer(30))
    with pytest.raises(OutlineError, match=r"원곡동.* overlap by [\d,]+ m²"):
        read_dong([shapefile(tmp_path, layer)], data)


def test_a_gap_between_dong_is_named(tmp_path, data, juso):
    layer = changed(juso, "원곡동", lambda shape: shape.buffer(-5))
    said = r"원곡동.* do not meet at 37\.3\d+ N 126\.7\d+ E: there is a gap of (\d+\.\d) m"
    with pytest.raises(OutlineError, match=said) as refused:
        read_dong([shapefile(tmp_path, layer)], data)
    between, width = re.search(r"(.+) do not meet.* gap of ([\d.]+)", str(refused.value)).groups()
    assert len(between.split(" and ")) == 2
    assert 5 <= float(width) < 20


def split(juso, width_m):
    """With a strip of 40 m along its border to 백운동 missing from 원곡동."""
    two = [juso.geometry[juso["EMD_KOR_NM"] == name].item() for name in ("원곡동", "백운동")]
    line = shapely.line_merge(shapely.intersection(*two))
    along = substring(max(shapely.get_parts(line), key=shapely.length), 20, 60)
    return changed(juso, "원곡동", lambda shape: shape.difference(along.buffer(width_m)))


@pytest.mark.parametrize("width_m", [0.0003, 0.3])
def test_a_sliver_between_two_dong_refuses_no_file(tmp_path, data, juso, width_m):
    layer = split(juso, width_m)
    assert not shapely.coverage_is_valid(layer.geometry.to_numpy(), 1)
    assert len(read_dong([shapefile(tmp_path, layer)], data)) == 25


def test_a_gap_along_a_part_of_a_border_is_measured(tmp_path, data, juso):
    with pytest.raises(OutlineError, match=r"원곡동 and 백운동|백운동 and 원곡동") as refused:
        read_dong([shapefile(tmp_path, split(juso, 3))], data)
    width = re.search(r"gap of ([\d.]+) m", str(refused.value))[1]
    assert float(width) == pytest.approx(3, abs=0.5)


def test_an_inlet_of_one_dong_is_no_gap(tmp_path, data, juso):
    """A channel 5 m wide from the sea into one dong faces no other dong."""

    def dig(shape):
        west = shape.bounds[0]
        island = max(shapely.get_parts(shape), key=shapely.area)
        at = island.representative_point()
        return shape.difference(shapely.box(west - 1, at.y - 2.5, at.x, at.y + 2.5))

    layer = changed(juso, "대부동", dig)
    assert len(read_dong([shapefile(tmp_path, layer)], data)) == 25


def test_an_outline_that_crosses_itself_by_a_speck_is_mended(tmp_path, data, juso):
    def speck(shape):
        ring = shapely.get_coordinates(max(shapely.get_parts(shape), key=shapely.area).exterior)
        x, y = ring[0]
        spur = [(x, y), (x + 0.1, y + 0.1), (x + 0.1, y), (x, y + 0.1), (x, y)]
        return shapely.Polygon([*spur, *ring[1:]])

    layer = changed(juso, "백운동", speck)
    assert not layer.geometry.is_valid.all()
    assert len(read_dong([shapefile(tmp_path, layer)], data)) == 25


def test_slivers_narrower_than_a_metre_are_closed(tmp_path, data, juso):
    # One dong is drawn 0.2 m too large all round, as where outlines are drawn one by one.
    layer = changed(juso, "원곡동", lambda shape: shape.buffer(0.2))
    assert not shapely.coverage_is_valid(layer.geometry.to_numpy())
    found = read_dong([shapefile(tmp_path, layer)], data)
    assert shapely.coverage_is_valid(found.geometry.to_numpy())


@pytest.mark.parametrize("name", ["nothing.shp", "nothing.zip"])
def test_a_file_that_is_not_there_is_named(tmp_path, data, name):
    with pytest.raises(MissingFileError, match=f"{name}.*no such file"):
        read_dong([tmp_path / name], data)


def test_what_is_no_shapefile_is_refused(tmp_path, data, juso):
    path = shapefile(tmp_path, juso)
    path.write_bytes(b"<html>")
    with pytest.raises(UnreadableFileError, match=r"TL_SCCO_GEMD.shp: cannot be read"):
        read_dong([path], data)


def test_a_zip_that_leads_out_of_itself_is_refused(tmp_path, data):
    packed = tmp_path / "bad.zip"
    with zipfile.ZipFile(packed, "w") as package:
        package.writestr("../TL_SCCO_GEMD.shp", b"")
    with pytest.raises(ArchiveError, match="leads out of the zip"):
        read_dong([packed], data)


def test_a_damaged_zip_is_refused(tmp_path, data, juso):
    folder = shapefile(tmp_path / "parts", juso).parent
    packed = tmp_path / "damaged.zip"
    with zipfile.ZipFile(packed, "w") as package:
        for path in sorted(folder.iterdir()):
            package.write(path, path.name)
    raw = bytearray(packed.read_bytes())
    raw[5_000] ^= 0xFF  # inside the first entry, which is stored as it is
    packed.write_bytes(raw)
    with pytest.raises(UnreadableFileError, match=r"damaged.zip: is damaged \(Bad CRC-32"):
        read_dong([packed], data)


def test_a_file_without_rows_is_refused(tmp_path, data, juso):
    with pytest.raises(OutlineError, match=r"TL_SCCO_GEMD.shp: holds no outline"):
        read_dong([shapefile(tmp_path, juso[:0])], data)
