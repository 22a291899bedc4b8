"""Settings of the service, read from `ATLAS_*` environment variables."""

import re
from pathlib import Path
from typing import Final

from pydantic import field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

# These characters only, because the tiles' host becomes part of a Content-Security-Policy.
_TILES: Final = re.compile(r"(https?://[\w.:{}-]+)?/[\w./:{}?&=@%+~-]*", re.ASCII)
_ADDRESS: Final = re.compile(r"https?://(\[[0-9a-fA-F:]+\]|[\w.-]+)(:\d+)?(/[\w./~%-]*)?", re.ASCII)


class Settings(BaseSettings):
    """How this deployment differs from the default.

    Attributes:
        home: folder with the snapshots (`current` points to the one that is served).
        public_url: base of every link where a proxy stands in front; by default the address
            that the server is bound to. The Host header is never used: anybody can write it.
        basemap_url: tiles under the maps, with {z}, {x} and {y}; none by default.
        basemap_attribution: what the tiles' licence asks to be shown.
    """

    model_config = SettingsConfigDict(env_prefix="ATLAS_", env_ignore_empty=True, frozen=True)

    home: Path = Path("var")
    public_url: str | None = None
    basemap_url: str | None = None
    basemap_attribution: str | None = None

    @field_validator("public_url")
    @classmethod
    def _is_an_address(cls, url: str | None) -> str | None:
        if url is not None and not _ADDRESS.fullmatch(url):
            raise ValueError("ATLAS_PUBLIC_URL must be an address such as https://atlas.example")
        return url and url.rstrip("/")

    @field_validator("basemap_url")
    @classmethod
    def _is_a_tile_address(cls, url: str | None) -> str | None:
        named = all(part in (url or "") for part in ("{z}", "{x}", "{y}"))
        if url is not None and not (named and _TILES.fullmatch(url)):
            raise ValueError(
                "ATLAS_BASEMAP_URL must be such as https://tiles.example/{z}/{x}/{y}.png"
            )
        return url

    @model_validator(mode="after")
    def _tiles_are_attributed(self) -> "Settings":
        if self.basemap_url and not self.basemap_attribution:
            raise ValueError("ATLAS_BASEMAP_URL needs ATLAS_BASEMAP_ATTRIBUTION beside it")
        return self
