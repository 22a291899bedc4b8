"""Settings of the service, read from `ATLAS_*` environment variables."""

from pathlib import Path

from pydantic import AnyHttpUrl, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """How this deployment differs from the default.

    Attributes:
        home: folder with the snapshots (`current` points to the one that is served).
        public_url: base of every link where a proxy stands in front; by default the address
            that the server is bound to. The Host header is never used: anybody can write it.
        basemap_url: tiles under the maps, with {z}, {x} and {y}; none by default.
        basemap_attribution: what the tiles' licence asks to be shown.
    """

    model_config = SettingsConfigDict(env_prefix="ATLAS_", frozen=True)

    home: Path = Path("var")
    public_url: AnyHttpUrl | None = None
    basemap_url: str | None = None
    basemap_attribution: str | None = None

    @model_validator(mode="after")
    def _tiles_are_attributed(self) -> "Settings":
        if self.basemap_url and not self.basemap_attribution:
            raise ValueError("ATLAS_BASEMAP_URL needs ATLAS_BASEMAP_ATTRIBUTION beside it")
        return self
