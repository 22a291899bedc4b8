"""A small city, made by hand, and what tests read out of pages and maps.

`small_city.json` has two dong of 0.02 by 0.02 degrees side by side: Westdong (1,000 residents, 400
foreign in 2025) and Eastdong (2,000 residents, 100 foreign). In Westdong lie the zone and one
street; of its businesses alpha and beta share a house, the hostile one is named like an attack and
two are simulated. Of gamma only the neighbourhood is known.
"""

import json
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from published import committed_home

from geo.core.crs import STORE
from geo.snapshot.publish import publish
from geo.snapshot.reader import Snapshot, open_current
from geo.snapshot.schema.contracts import CONTRACTS
from geo.snapshot.schema.validate import conform

HERE = Path(__file__).parent
KNOWN = {
    "provenance": "observed",
    "source": "test",
    "source_date": "2026-05-31",
    "accuracy_m": 15.0,
}
ABOUT = {
    "sources": {
        "test": {
            "title": "Test",
            "publisher": "Nobody",
            "url": "https://example.org",
            "licence": "CC BY 4.0",
            "licence_url": "https://example.org/by",
            "attribution": "Test data",
            "attribution_ko": "시험 자료",
        }
    },
    "classes": {
        "residents": {
            "foreign_share": [0.1, 0.2, 0.3, 0.4, 0.5],
            "foreign": [100.0, 200.0, 300.0, 400.0, 500.0],
            "domestic": [500.0, 1000.0, 1500.0, 1900.0, 2000.0],
            "density": [200.0, 400.0, 600.0, 800.0, 1000.0],
            "change": [-3.0, -0.5, 2.0, 5.0, 10.0],
        },
        "dong": {"establishments_per_km2": [10.0, 20.0, 30.0, 40.0, 50.0]},
    },
    "ground": [],
    "stations": [
        {
            "id": "ansan-station",
            "name_ko": "안산역",
            "name_en": "Ansan Station",
            "lines": ["4"],
            "lon": 126.7887,
            "lat": 37.327,
            "accuracy_m": 200.0,
        }
    ],
    "coverage": {
        "businesses": [
            {"source": "test", "complete": True, "outline": None, "sectors": [], "categories": []}
        ]
    },
    "city": {
        "foreign": {"value": 100519, "year": "2025"},
        "countries": {"value": 114, "year": "2025"},
        "foreign_run_businesses": {"value": 395, "year": "2022"},
    },
    "zone": {"businesses": 5, "foreign_run": 1, "observed": 3, "simulated": 2},
}


@pytest.fixture(scope="session")
def small(tmp_path_factory) -> Snapshot:
    home = tmp_path_factory.mktemp("small")
    rows = json.loads((HERE / "small_city.json").read_text(encoding="utf-8"))
    layers = {name: conform(name, _frame(name, given)) for name, given in rows.items()}
    accounts = [{"layer": name, "source": "test"} for name in layers]
    publish(layers, {"accounts": accounts, **ABOUT}, home)
    return open_current(home)


@pytest.fixture(scope="session")
def real(tmp_path_factory) -> Snapshot:
    """The committed data, built."""
    return open_current(committed_home(tmp_path_factory))


def _frame(layer: str, rows: list[dict]) -> gpd.GeoDataFrame:
    """Rows with every column of the contract; what is not given is null."""
    lists = {name: () for name, column in CONTRACTS[layer].items() if column.kind == "list"}
    plain = {**dict.fromkeys(CONTRACTS[layer]), **KNOWN, **lists}
    plain |= {"registers": ["places"], "for_visitors": True} if layer == "businesses" else {}
    plain |= {"definition": "census"} if layer == "residents" else {}
    records = [plain | {k: row[k] for k in row.keys() - {"id", "geometry"}} for row in rows]
    shapes = gpd.GeoSeries.from_wkt([row["geometry"] for row in rows], crs=STORE)
    frame = gpd.GeoDataFrame(records, geometry=shapes.values, index=[row["id"] for row in rows])
    for name, column in CONTRACTS[layer].items():
        if column.kind in ("number", "integer"):
            frame[name] = pd.to_numeric(frame[name])
    return frame


@dataclass
class Document(HTMLParser):
    """A page as tests look at it.

    Attributes:
        elements: every start tag with its attributes, in order.
        texts: text by the tag that holds it, as (tag, attributes, text).
    """

    elements: list[tuple[str, dict[str, str | None]]] = field(default_factory=list)
    texts: list[tuple[str, dict[str, str | None], str]] = field(default_factory=list)

    def __post_init__(self):
        super().__init__(convert_charrefs=True)
        self._open = [("", {})]

    @classmethod
    def of(cls, html):
        document = cls()
        document.feed(html)
        return document

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in ("meta", "link", "input", "br", "img", "path", "rect", "circle"):
            self._open.append((tag, dict(attrs)))

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        while len(self._open) > 1 and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data):
        if data.strip():
            self.texts.append((*self._open[-1], data))

    def all(self, tag, **attrs):
        """Attributes of every such element that has these attributes."""
        return [
            have
            for name, have in self.elements
            if name == tag and all(have.get(k.replace("_", "-")) == v for k, v in attrs.items())
        ]

    def classed(self, name):
        """Attributes of every element of a class."""
        return [have for _, have in self.elements if name in (have.get("class") or "").split()]

    def text(self, tag):
        """The texts that stand directly in such elements."""
        return [text.strip() for name, _, text in self.texts if name == tag]

    def data(self, element_id):
        """The JSON in a script element."""
        return json.loads(
            next(text for _, attrs, text in self.texts if attrs.get("id") == element_id)
        )


@pytest.fixture(scope="session")
def parse():
    return Document.of


@pytest.fixture(scope="session")
def held():
    """What a map holds: its features by id, each with the pane it is drawn in."""

    def look(chart):
        found = {}
        for layer in chart._children.values():
            for item in getattr(layer, "data", {}).get("features", []):
                found[item["id"]] = {**item, "pane": layer.options.get("pane")}
        return found

    return look
