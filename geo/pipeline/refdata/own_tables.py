"""Tables that belong to one provider: described by its source and its layer, not once more here."""

import csv
from pathlib import Path
from typing import Any, Final

from geo.core.errors import ContractError
from geo.core.source import Spec
from geo.pipeline.provider import Provider, find_providers
from geo.pipeline.source_specs import find_spec
from geo.snapshot.schema.contracts import field_list, schema_of

_PLACE: Final = {
    "id": {"type": "string", "description": "Id of the feature"},
    "lon": {"type": "number", "description": "Longitude, degrees; empty where no point is known"},
    "lat": {"type": "number", "description": "Latitude, degrees; empty where no point is known"},
}
_TYPES: Final = {"list": "string", "date": "string"}  # a day may be a month or a year


def own_tables(folder: Path, described: set[str]) -> list[dict[str, Any]]:
    """Describe the tables of providers that no other description has.

    Args:
        folder: the data folder.
        described: paths that `datapackage.toml` describes.

    Returns:
        Resources with `fields`, `licences` and `sources` written out.

    Raises:
        ContractError: a column is neither a property of the layer nor described by the source.
    """
    return [
        _resource(folder, path, find_spec(name), provider)
        for name, provider in find_providers().items()
        for path in find_spec(name).files
        if path not in described and (folder / path).exists()
    ]


def _resource(folder: Path, path: str, spec: Spec, provider: Provider) -> dict[str, Any]:
    schema = schema_of(provider.layer, f"{spec.id}.toml")
    return {
        "name": Path(path).stem.replace("_", "-"),
        "path": path,
        "title": spec.title,
        "description": schema.description,
        "fields": _fields(folder / path, spec, provider.layer),
        "licences": [{"name": spec.licence.replace(" ", "-"), "path": spec.licence_url}],
        "sources": [{"title": spec.publisher, "path": spec.url}],
    }


def _fields(file: Path, spec: Spec, layer: str) -> list[dict[str, Any]]:
    known = {
        **_PLACE,
        **{
            field["name"]: {
                "type": _TYPES.get(field["type"], field["type"]),
                "description": field["description"],
            }
            for field in field_list(layer)
        },
        **{name: {"type": "string", "description": text} for name, text in spec.columns.items()},
    }
    with file.open(encoding="utf-8", newline="") as lines:
        header = next(csv.reader(lines), [])
    strange = [name for name in header if name not in known]
    if strange:
        raise ContractError(
            f"{file.name}: {', '.join(strange)}: no property of the layer {layer}; say what it "
            f"means under [columns] of {spec.id}.toml"
        )
    return [{"name": name, **known[name]} for name in header]
