"""Files of juso (위치정보요약DB, 도로명주소 한글), made of known addresses and points."""

import re
from collections.abc import Iterable
from pathlib import Path

import pandas as pd
from pyproj import Transformer

DATA = Path(__file__).parents[2] / "data" / "tables"
TO_5179 = Transformer.from_crs("EPSG:4326", "EPSG:5179", always_xy=True)
WONGOK = "4127310800"  # legal dong (법정동)


def road_code(gu: str, street: str) -> str:
    """A code of twelve digits for a street, the same for each of its addresses."""
    return gu + f"{sum(ord(letter) * 31**k for k, letter in enumerate(street)) % 10**7:07d}"


def door(
    street: str,
    number: str,
    lonlat: tuple[float, float],
    *,
    legal: str = WONGOK,
    below: str = "0",
) -> str:
    """One line of 위치정보요약DB, 18 columns."""
    x, y = TO_5179.transform(*lonlat)
    main, _, sub = number.partition("-")
    gu = {"41271": "안산시 상록구", "41273": "안산시 단원구"}.get(legal[:5], "종로구")
    cells = (
        legal[:5], "12", legal, "경기도", gu, "원곡동", road_code(legal[:5], street), street, below,
        main, sub or "0", "", "15367", "제2종근린생활시설", "0", "41273545",
        f"{x:.6f}", f"{y:.6f}",
    )  # fmt: skip
    return "|".join(cells)


def lot(
    street: str, number: str, where: tuple[str, str], *, legal: str = WONGOK, hill: str = "0"
) -> str:
    """One line of 도로명주소 한글 (rnaddrkor), 24 columns: the lot (main, sub) of an address."""
    main, _, sub = number.partition("-")
    code = road_code(legal[:5], street)
    cells = (
        f"{code}{main:0>5}{sub:0>5}0000", legal, "경기도", "안산시 단원구", "원곡동", "", hill,
        *where, code, street, "0", main, sub or "0", "4127354500", "원곡동", "15367", "",
        "20110729", "0", "", "", "", "",
    )  # fmt: skip
    return "|".join(cells)


def written(path: Path, lines: Iterable[str], encoding: str = "cp949") -> Path:
    """The lines as a file with the line ends of the publisher."""
    path.write_bytes("".join(f"{line}\r\n" for line in lines).encode(encoding))
    return path


def known_doors() -> dict[tuple[str, str], tuple[float, float]]:
    """Street and number of each real address whose point is one of the register of shops."""
    places = pd.read_csv(DATA / "places.csv", dtype=str).fillna("")
    rows = [
        (text, lon, lat)
        for text, lon, lat in zip(places["address_road"], places["lon"], places["lat"], strict=True)
        if text and lon
    ]
    points = pd.read_csv(DATA / "address_points.csv", dtype=str)
    rows += [
        (f"{row.street_ko} {row.building_no}-{row.sub_no}".removesuffix("-0"), row.lon, row.lat)
        for row in points.itertuples()
    ]
    found: dict[tuple[str, str], tuple[float, float]] = {}
    for text, lon, lat in rows:
        street, number = re.fullmatch(r"(\S+) (\d+(?:-\d+)?)", text).groups()  # type: ignore[union-attr]
        found.setdefault((street, number), (float(lon), float(lat)))
    return found
