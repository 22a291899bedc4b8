"""The declaration of a layer: what it is called, its geometry, and what its fields mean."""

import re
from collections.abc import Mapping
from typing import Final, Literal

from pydantic import Field, InstanceOf, field_validator

from geo.core.declarations import Declaration
from geo.snapshot.schema.columns import Column

# What the query of a collection, or the form of a feature, means by these names.
RESERVED: Final = (
    "bbox", "bbox-crs", "crs", "datetime", "f", "filter", "filter-crs", "filter-lang", "geometry",
    "id", "lang", "limit", "offset", "properties", "skipGeometry", "sortby", "type",
)  # fmt: skip
EVERYWHERE: Final = ("provenance", "source", "source_date", "accuracy_m")


class LayerSchema(Declaration):
    """What a layer holds; the name of its module is its id.

    Attributes:
        title: for lists of layers, in English.
        description: what its features are, in a sentence or two.
        geometry: kind of all geometries; Any where a feature may have none, otherwise a point.
        fields: its columns in their order, with what they mean; see `columns`.
    """

    title: str = Field(min_length=1)
    description: str = Field(min_length=1)
    geometry: Literal["Point", "LineString", "Polygon", "Any"]
    fields: Mapping[str, InstanceOf[Column]]

    @field_validator("fields")
    @classmethod
    def _check_fields(cls, fields: Mapping[str, Column]) -> Mapping[str, Column]:
        for name in fields:
            if name in RESERVED or not re.fullmatch(r"[a-z][a-z0-9_]*", name):
                raise ValueError(
                    f"names of small letters, digits and _; {name!r} is none, or a parameter"
                )
        lacking = [name for name in EVERYWHERE if name not in fields]
        if lacking:
            raise ValueError(f"fields with {', '.join(lacking)}, as `**TRUTH` has them")
        return fields
