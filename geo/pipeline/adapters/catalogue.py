"""All registers, as the modules of this folder declare them."""

from collections.abc import Mapping
from typing import Final

from geo.core.declarations import find_optional
from geo.pipeline.adapters.adapter import RegisterAdapter

ADAPTERS: Final[Mapping[str, RegisterAdapter]] = find_optional(
    "geo.pipeline.adapters", "ADAPTER", RegisterAdapter, besides=("catalogue",)
)
# The source in `data/` that is a copy of a register, by the register.
COPIES: Final[Mapping[str, str]] = {
    name: adapter.copy_in_data for name, adapter in ADAPTERS.items() if adapter.copy_in_data
}
