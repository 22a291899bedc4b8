"""Make pairs.csv: real twins and non-twins of the places and the storefronts in `data/tables`.

Run from the root of the project: `python tests/data/twins/make_pairs.py`.
"""

import csv
from pathlib import Path

import numpy as np
from rapidfuzz import fuzz

from geo.core.crs import to_metric
from geo.pipeline.areas import read_areas
from geo.pipeline.geocoding.gazetteer import Gazetteer
from geo.pipeline.registers.business_names import plain_name
from geo.pipeline.registers.reference_layers import References
from geo.pipeline.sources import places, storefronts, streets

REACH_M = 80.0
OTHERS = 2  # of each place, the storefronts nearby whose names are most like its own
DATA = Path("data")


def main() -> None:
    """Write the pairs, ordered by place and storefront."""
    areas = read_areas(DATA, References())
    gu = areas.frame("gu")
    named = places.read_places(
        DATA, Gazetteer(streets.read_lines(DATA), areas.legal_dong, gu)
    ).frame
    shops = storefronts.read_storefronts(DATA, gu).frame
    linked = named[named["same_as"].isin(shops.index)]
    spots, doors = to_metric(linked).geometry, to_metric(shops).geometry
    names = plain_name(shops["name_ko"]).to_numpy(dtype=object)
    rows = []
    for place, name in zip(linked.index, plain_name(linked["name_ko"]), strict=True):
        twin = linked.at[place, "same_as"]
        own = shops.index.get_loc(twin)
        rows.append((place, twin, "same"))
        near = np.flatnonzero(doors.distance(spots[place]).to_numpy() <= REACH_M)
        others = [k for k in near if k != own and names[k] not in (name, names[own])]
        likest = sorted(others, key=lambda k: (-fuzz.ratio(name, names[k]), shops.index[k]))
        rows += [(place, shops.index[k], "not same") for k in likest[:OTHERS]]
    with Path(__file__).with_name("pairs.csv").open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([("place", "storefront", "label"), *sorted(rows)])


if __name__ == "__main__":
    main()
