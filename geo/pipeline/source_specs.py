"""Find the description of a source by its name, in whichever folder it is."""

from functools import cache
from pathlib import Path
from typing import Final

import geo.readers.normalize
from geo.core.errors import SourceChangedError
from geo.core.source import Spec, load_spec

_HERE: Final = Path(__file__).parent
FOLDERS: Final = (
    _HERE / "sources",
    _HERE / "adapters",
    Path(geo.readers.normalize.__file__).parent,
)


def spec_files() -> list[Path]:
    """List the TOML file of every source, sorted by name."""
    return sorted(
        (file for folder in FOLDERS for file in folder.glob("*.toml")), key=lambda p: p.stem
    )


@cache
def find_spec(name: str) -> Spec:
    """Find the description of a source by its name.

    Raises:
        SourceChangedError: no source has that name, or its TOML file has a mistake.
    """
    files = {file.stem: file for file in spec_files()}
    if name not in files:
        raise SourceChangedError(f"source {name!r} has no TOML file; there are {', '.join(files)}")
    return load_spec(str(files[name]), name)
