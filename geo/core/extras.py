"""Extras: what is only installed where it is needed, and what to do where it is missing."""

from collections.abc import Mapping
from typing import Final

# Modules that the core does not need, by the extra of pyproject.toml that installs them.
MODULES: Final[Mapping[str, tuple[str, ...]]] = {
    "build": (
        "geopandas",
        "osmium",
        "pandas",
        "pyogrio",
        "rapidfuzz",
    ),
    "pictures": (
        "fpdf",
        "matplotlib",
        "PIL",
        "pylopdf_fonts_ko",
        "scipy",
        "uharfbuzz",
        "zstandard",
    ),
    "country": ("geoarrow", "sedonadb"),
    "postgis": ("adbc_driver_manager", "adbc_driver_postgresql"),
    "store": ("obstore",),
}


def remedy(error: ModuleNotFoundError) -> str | None:
    """Name the extra that a missing module belongs to, and how to install it.

    Args:
        error: of an import.

    Returns:
        A sentence for people; None where the module belongs to no extra.
    """
    module = (error.name or "").partition(".")[0]
    for extra, modules in MODULES.items():
        if module in modules:
            return (
                f"this needs the extra `{extra}`, which is not installed here: "
                f"pip install 'ansan-atlas[{extra}]'"
            )
    return None
