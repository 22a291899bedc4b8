"""What each layer must hold, as the modules of `geo.snapshot.schema.layers` declare it."""

from collections.abc import Mapping
from typing import Any, Final

from geo.core.declarations import find_declarations, not_allowed
from geo.snapshot.schema.columns import Column
from geo.snapshot.schema.declaration import LayerSchema

LAYERS: Final[Mapping[str, LayerSchema]] = find_declarations(
    "geo.snapshot.schema.layers", "LAYER", LayerSchema
)
CONTRACTS: Final[Mapping[str, Mapping[str, Column]]] = {
    name: layer.fields for name, layer in LAYERS.items()
}
GEOMETRY: Final[Mapping[str, str]] = {name: layer.geometry for name, layer in LAYERS.items()}


def schema_of(layer_id: str, declared_in: str) -> LayerSchema:
    """Return the schema of a layer that another declaration names.

    Args:
        layer_id: as it is named there.
        declared_in: the file that names it.

    Raises:
        DeclarationError: there is no such layer.
    """
    if layer_id not in LAYERS:
        raise not_allowed(declared_in, "layer", layer_id, LAYERS)
    return LAYERS[layer_id]


def field_list(layer_id: str) -> list[dict[str, Any]]:
    """List the fields of a layer as plain data: name, type, description, allowed values."""
    return [
        {
            "name": name,
            "type": column.kind,
            "description": column.description,
            "nullable": column.nullable,
            "allowed": list(column.allowed),
            "title": column.title or name,
        }
        for name, column in CONTRACTS[layer_id].items()
    ]
