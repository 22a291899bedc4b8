"""From sources to a published snapshot; reads like a table of contents."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from geo.core.errors import ContractError
from geo.core.garbage import collect_seldom
from geo.core.geometry import to_stored_geometry
from geo.core.source import SourceFeatures
from geo.pipeline.areas import Areas, fixed_areas, read_areas
from geo.pipeline.country.layer import more_businesses
from geo.pipeline.operators import OperatorTables, protect_operators
from geo.pipeline.points import read_guides, read_points
from geo.pipeline.registers.change_tables import change_tables
from geo.pipeline.registers.covered_areas import covered_outlines
from geo.pipeline.registers.loaded_data import LoadedData, load_from_snapshot
from geo.pipeline.registers.register import Register
from geo.pipeline.source_specs import find_spec
from geo.pipeline.sources import (
    boundaries,
    census,
    city,
    corners,
    rails,
    series,
    simulated,
    stations,
)
from geo.pipeline.sources.coverage import coverage_of_layers
from geo.pipeline.sources.editions import read_overlaps
from geo.snapshot.home_lock import lock_home
from geo.snapshot.publish import Table, publish
from geo.snapshot.schema.contracts import CONTRACTS
from geo.snapshot.schema.validate import conform
from geo.statistics.class_breaks import class_bounds


@dataclass(frozen=True)
class PublishedSnapshot:
    """What a build has done.

    Attributes:
        folder: the snapshot.
        all_features: what each source gave, in the order of reading.
        counts: features by layer.
    """

    folder: Path
    all_features: tuple[SourceFeatures, ...]
    counts: Mapping[str, int]


@dataclass(frozen=True)
class SnapshotDraft:
    """All layers, checked, and not yet published.

    Attributes:
        layers: frames by collection id.
        about: what the manifest says beside them.
        tables: the registers as the snapshot carries them, by file name.
        all_features: what each source gave, in the order of reading.
        into: rows of lists that went into another row, and the id under which they stand.
        beyond: the register with rows in other cities, which join the layer as it is written.
        protected: who runs businesses, where a register says it.
    """

    layers: Mapping[str, gpd.GeoDataFrame]
    about: Mapping[str, Any]
    tables: Mapping[str, pd.DataFrame | bytes | Path]
    all_features: tuple[SourceFeatures, ...]
    into: Mapping[str, str]
    beyond: Register | None
    protected: OperatorTables | None


def build(
    data: Path, home: Path, on_step: Callable[[str], None] = lambda _: None
) -> PublishedSnapshot:
    """Read every source and loaded register, check, geocode, and publish a snapshot.

    Args:
        data: the project's `data` folder.
        home: where snapshots live.
        on_step: told what happens next, for people who wait.

    Raises:
        GeoError: a source, a row or a layer is not as it must be; nothing is published.
    """
    with lock_home(home, on_step):
        return publish_all(compose_snapshot(data, load_from_snapshot(home), on_step), home, on_step)


@collect_seldom()
def compose_snapshot(
    data: Path, loaded: LoadedData, on_step: Callable[[str], None]
) -> SnapshotDraft:
    """Compose everything that a snapshot is to contain.

    Args:
        data: the project's `data` folder.
        loaded: registers and references beyond it.
        on_step: told what happens next.

    Raises:
        GeoError: as `build`.
    """
    on_step("reading sources")
    areas = read_areas(data, loaded.references)
    on_step("placing businesses and centres")
    guides = read_guides(data, areas)
    points, into = read_points(data, areas, loaded)
    all_features = (*areas.all_features, *guides, *points)
    on_step("checking layers")
    layers = _layers(all_features)
    on_step("protecting who runs what")
    kept_apart = protect_operators(loaded.registers, into, layers["businesses"], fixed_areas(areas))
    accounts = list(map(account, all_features))
    about = {
        **_about(all_features, layers, loaded),
        "stations": stations.read_stations(data),
        "rails": rails.read_rails(data),
        "city": city.read_city(data),
        "surveys": series.read_surveys(data),
        "corners": corners.read_corners(data),
        "coverage": coverage_of_layers(data, accounts, _covered(all_features, areas, loaded)),
        "concordance": series.read_concordance(data),
        "editions": read_overlaps(data),
        "protected": kept_apart.about if kept_apart else {},
    }
    tables = {**loaded.tables(), **change_tables(loaded.registers, areas.frame("dong"))}
    return SnapshotDraft(layers, about, tables, all_features, into, loaded.beyond, kept_apart)


def _covered(
    all_features: tuple[SourceFeatures, ...], areas: Areas, loaded: LoadedData
) -> Mapping[str, shapely.Geometry | None]:
    """Map each source that is complete somewhere to the outline in which it is."""
    gap = any(features.source == simulated.SPEC.id and features.read for features in all_features)
    whole = dict.fromkeys((boundaries.SPEC.id, census.SPEC.id))
    return {**whole, **covered_outlines(loaded.registers, areas, gap=gap)}


@collect_seldom()
def publish_all(
    what: SnapshotDraft, home: Path, on_step: Callable[[str], None]
) -> PublishedSnapshot:
    """Write a snapshot and make it the current one.

    Raises:
        SnapshotError: it cannot be written; the one before stays current.
    """
    with lock_home(home, on_step):
        return _published(what, home, on_step)


def _published(
    what: SnapshotDraft, home: Path, on_step: Callable[[str], None]
) -> PublishedSnapshot:
    on_step("writing the snapshot")
    more = {"businesses": more_businesses(what.beyond)} if what.beyond else {}
    tables: dict[str, Table] = {**what.tables}
    if what.protected:
        tables |= what.protected.files
    folder = publish(what.layers, what.about, home, tables=tables, more=more, on_layer=on_step)
    counts = {name: len(frame) for name, frame in what.layers.items()}
    for name, layer in more.items():
        counts[name] += layer.count
    return PublishedSnapshot(folder, what.all_features, counts)


def _layers(all_features: tuple[SourceFeatures, ...]) -> dict[str, gpd.GeoDataFrame]:
    """Concatenate the readings of each layer, checked against its contract."""
    layers: dict[str, gpd.GeoDataFrame] = {}
    for layer in dict.fromkeys(features.layer for features in all_features):
        parts = [features for features in all_features if features.layer == layer]
        _check_account(parts)
        _check_properties(layer, parts)
        together = gpd.GeoDataFrame(
            pd.concat([to_stored_geometry(features.frame) for features in parts])
        )
        layers[layer] = conform(layer, together)
    return layers


def _check_account(all_features: list[SourceFeatures]) -> None:
    """Check that every row read is published, merged or set aside with a reason."""
    for features in all_features:
        left = sum(len(part.ids) for part in features.exclusions)
        if features.read != len(features.frame) + features.merged + left:
            raise ContractError(
                f"{features.source}: {features.read} rows read, but {len(features.frame)} "
                f"published, {features.merged} merged and {left} set aside"
            )


def _check_properties(layer: str, all_features: list[SourceFeatures]) -> None:
    """Check that each provider of a layer has its properties, before they are joined.

    Joined first, a property that one provider has would be null for the others, unnoticed.
    """
    wanted = CONTRACTS[layer].keys()
    for features in all_features:
        given = set(features.frame.columns) - {"geometry"}
        lacking, strange = sorted(wanted - given), sorted(given - wanted)
        if lacking or strange:
            wrong = f"lacks {', '.join(lacking)}" if lacking else f"has {', '.join(strange)}"
            raise ContractError(
                f"layer {layer}: its provider {features.source} {wrong}; it must give each of "
                f"{', '.join(wanted)}, empty where it does not know, and no other"
            )


def _about(
    all_features: tuple[SourceFeatures, ...],
    layers: Mapping[str, gpd.GeoDataFrame],
    loaded: LoadedData,
) -> dict[str, Any]:
    known = loaded.sources()
    used = [features.source for features in all_features if features.source not in known]
    own = {
        name: find_spec(name).public()
        for name in (*used, stations.SPEC.id, rails.SPEC.id, city.SPEC.id, series.SPEC.id)
    }
    every = layers["businesses"]
    businesses = every[every["in_zone"].fillna(value=False)]
    return {
        "sources": {**own, **known},
        **loaded.about(),
        "accounts": [account(features) for features in all_features],
        "classes": class_bounds(layers),
        "zone": {
            "businesses": len(businesses),
            "foreign_run": int(businesses["foreign_run"].sum()),
            "observed": int((businesses["provenance"] == "observed").sum()),
            "simulated": int((businesses["provenance"] == "simulated").sum()),
        },
    }


def account(features: SourceFeatures) -> dict[str, Any]:
    """Account for the rows of a source."""
    return {
        "layer": features.layer,
        "source": features.source,
        "read": features.read,
        "published": len(features.frame),
        "merged": features.merged,
        "set_aside": [
            {"reason": exclusion.reason, "count": len(exclusion.ids), "ids": list(exclusion.ids)}
            for exclusion in features.exclusions
        ],
    }
