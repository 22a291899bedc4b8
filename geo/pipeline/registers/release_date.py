"""The date that publishers write into the names of their files."""

import re
from typing import Final

_RELEASE: Final = re.compile(r"(?<!\d)(20\d{2})[-_.]?(0[1-9]|1[0-2])[-_.]?([0-3]\d)?(?!\d)")


def release_of(file: str) -> str:
    """Return the month or day in a file name, "" where it has none."""
    match = _RELEASE.search(file)
    return "-".join(part for part in match.groups() if part) if match else ""
