"""Settings of the service, read from `ATLAS_*` environment variables."""

import re
from ipaddress import ip_network
from pathlib import Path
from typing import Final

from pydantic import Field, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from api.service.staff_tokens import NAME
from geo.store.bucket import check_address

# These characters only, because the tiles' host becomes part of a Content-Security-Policy.
_TILES: Final = re.compile(r"(https?://[\w.:{}-]+)?/[\w./:{}?&=@%+~-]*", re.ASCII)
_ADDRESS: Final = re.compile(r"https?://(\[[0-9a-fA-F:]+\]|[\w.-]+)(:\d+)?(/[\w./~%-]*)?", re.ASCII)
_TOKEN: Final = re.compile(rf"{NAME}:[0-9a-f]{{64}}", re.ASCII)


class Settings(BaseSettings):
    """How this deployment differs from the default.

    Attributes:
        home: folder with the snapshots (`current` points to the one that is served).
        public_url: base of every link where a proxy stands in front, with the path below which
            the service is reached, if there is one; by default the address
            that the server is bound to. The Host header is never used: anybody can write it.
        basemap_url: tiles under the maps, with {z}, {x} and {y}; none by default.
        basemap_attribution: what the tiles' licence asks to be shown.
        staff_tokens: who may see what is protected: names with the SHA-256 of their tokens, as
            `atlas token` prints them, joined by commas.
        trusted_proxies: addresses or networks of proxies, joined by commas, whose X-Forwarded-For
            says who asks; by default nobody's does, for anybody can write it.
        access_log: file in which every request has a line, "-" for standard output, "none" for
            nowhere. `atlas serve` writes to standard output where nothing is set.
        connections_per_address: most open connections of one address, but for trusted proxies; by
            default a quarter of all that may be open.
        drain_seconds: from SIGTERM, and `/health/ready` saying so, to the end of listening.
        store: bucket that machines share, to publish to and to follow, such as s3://bucket/prefix;
            credentials are in the variables of its provider.
        audit_log: file in which their questions are noted; by default `audit/audit.log` in `home`.
    """

    model_config = SettingsConfigDict(env_prefix="ATLAS_", env_ignore_empty=True, frozen=True)

    home: Path = Path("var")
    public_url: str | None = None
    basemap_url: str | None = None
    basemap_attribution: str | None = None
    staff_tokens: str = Field(default="", repr=False)
    trusted_proxies: str = ""
    access_log: str = "none"
    connections_per_address: int | None = Field(default=None, ge=1)
    drain_seconds: float = Field(default=2.0, ge=0, le=60)
    store: str | None = None
    audit_log: Path | None = None

    @field_validator("public_url")
    @classmethod
    def _is_an_address(cls, url: str | None) -> str | None:
        if url is not None and not _ADDRESS.fullmatch(url):
            raise ValueError("ATLAS_PUBLIC_URL must be an address such as https://atlas.example")
        return url and url.rstrip("/")

    @field_validator("store")
    @classmethod
    def _is_a_store(cls, address: str | None) -> str | None:
        return address and check_address(address)

    @field_validator("trusted_proxies")
    @classmethod
    def _are_networks(cls, text: str) -> str:
        try:
            networks = [str(ip_network(part.strip())) for part in text.split(",") if part.strip()]
        except ValueError as error:
            raise ValueError(
                "ATLAS_TRUSTED_PROXIES must be such as 127.0.0.1,10.0.0.0/8"
            ) from error
        return ",".join(networks)

    @field_validator("staff_tokens")
    @classmethod
    def _are_tokens(cls, text: str) -> str:
        parts = [part.strip() for part in text.split(",") if part.strip()]
        names = [part.partition(":")[0] for part in parts]
        if not all(_TOKEN.fullmatch(part) for part in parts) or len(set(names)) < len(names):
            raise ValueError(
                "ATLAS_STAFF_TOKENS must be such as kim:<64 hexadecimal digits>,lee:<…>, each "
                "name once; `atlas token kim` makes one"
            )
        return ",".join(parts)

    @property
    def staff(self) -> dict[str, bytes]:
        """SHA-256 of the token of each of the staff, by name."""
        parts = [part.partition(":") for part in self.staff_tokens.split(",") if part]
        return {name: bytes.fromhex(digest) for name, _, digest in parts}

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
