"""A provider: the source of a layer that needs no register and no other layer."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas as gpd

from geo.core.declarations import Declaration, find_optional, not_allowed
from geo.core.errors import SourceChangedError
from geo.core.source import SourceFeatures
from geo.pipeline.geocoding.area_join import dong_if_placed
from geo.snapshot.schema.contracts import LAYERS, schema_of


class Provider(Declaration):
    """What a module of `geo.pipeline.sources` declares to fill a layer.

    Attributes:
        layer: id of the layer.
        read: reads its rows from the project's `data` folder; a layer with `dong_code` gets it
            from the point of each row.
    """

    layer: str
    read: Callable[[Path], SourceFeatures]


def read_providers(
    providers: Mapping[str, Provider], data: Path, dong: gpd.GeoDataFrame
) -> tuple[SourceFeatures, ...]:
    """Read the layer of each provider, in the order of their names.

    Args:
        providers: as `find_providers` gives them.
        data: the project's `data` folder.
        dong: outlines of the dong, for layers that say in which one a feature lies.

    Raises:
        GeoError: a table has a mistake, or is one of another layer.
    """
    return tuple(_read(name, provider, data, dong) for name, provider in providers.items())


def find_providers() -> dict[str, Provider]:
    """Find the providers, by the name of their module.

    Raises:
        DeclarationError: a declaration has a mistake, or names a layer that there is not.
    """
    found = find_optional("geo.pipeline.sources", "PROVIDER", Provider)
    for name, provider in found.items():
        schema_of(provider.layer, _file(name))
    return found


def _read(name: str, provider: Provider, data: Path, dong: gpd.GeoDataFrame) -> SourceFeatures:
    features = _rows(_file(name), provider, data)
    if features.layer != provider.layer:
        raise not_allowed(_file(name), "layer of its reading", features.layer, provider.layer)
    if "dong_code" not in LAYERS[provider.layer].fields or "dong_code" in features.frame:
        return features
    codes: Any = dong_if_placed(features.frame, dong)
    return replace(features, frame=features.frame.assign(dong_code=codes))


def _rows(file: str, provider: Provider, data: Path) -> SourceFeatures:
    try:
        return provider.read(data)
    except KeyError as error:
        raise SourceChangedError(f"{file}: its table has no {error}") from error


def _file(name: str) -> str:
    return f"geo/pipeline/sources/{name.replace('-', '_')}.py"
