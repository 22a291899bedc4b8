"""A register after a new release: compared with the one before, and as the snapshot stores it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from geo.pipeline.disclosure.operator_listings import no_listings, states_operators, with_listing
from geo.pipeline.geocoding.geocode import GU_DIGITS, GeocodingReference
from geo.pipeline.registers.covered_areas import covered_areas
from geo.pipeline.registers.register import Difference, Register, difference
from geo.pipeline.registers.release import Release, Source
from geo.pipeline.registers.release_date import release_of
from geo.pipeline.registers.two_releases import with_earlier


def compare_with_earlier(
    before: Register | None, release: pd.DataFrame, ground: GeocodingReference
) -> Difference:
    """Compare a release with the earlier rows of its area; the rest of the register stays.

    Rows of a part, or of an area, that the register did not have before are new to the atlas;
    nothing tells whether they opened.

    Args:
        before: the register as it was loaded before; None for the first load.
        release: geocoded records, indexed by feature id.
        ground: the area of the release.
    """
    if before is None:
        return difference(None, release)
    asked = ground.holds(before.frame) | before.frame.index.isin(release.index)
    compared = difference(replace(before, frame=before.frame[asked]), release)
    whole = pd.concat([compared.frame, before.frame[~asked]]).sort_index()
    listed = compared.changes["id"]
    known = _known_before(before, release.loc[compared.new], ground)
    changes = compared.changes[~listed.isin(compared.new) | listed.isin(known)]
    return replace(compared, frame=whole, changes=changes.reset_index(drop=True))


def _known_before(before: Register, new: pd.DataFrame, ground: GeocodingReference) -> pd.Index:
    """Return the ids of new rows of parts and areas that the register had before."""
    parts = set(before.frame["part"].fillna(""))
    rows = new[new["part"].fillna("").isin(parts)]
    gu = tuple(code for code in before.covers if code.isdigit() and len(code) == GU_DIGITS)
    dong = tuple(code for code in before.covers if code.isdigit() and len(code) > GU_DIGITS)
    if not gu and not dong:  # it lists single places, wherever they are
        return rows.index
    inside = [replace(ground, area=codes).holds(rows) for codes in (gu, dong) if codes]
    return rows.index[pd.concat(inside, axis=1).any(axis=1)]


def update_register(
    source: Source,
    ground: GeocodingReference,
    release: Release,
    before: Register | None,
    compared: Difference,
) -> Register:
    """Build the register as the snapshot will store it.

    Args:
        source: the register.
        ground: the area of the release.
        release: its geocoded records.
        before: the register as it was loaded before; None for the first load.
        compared: the release beside it.
    """
    files = _parts_by_file(release)
    unchanged, rejects = _files_still_in_force(before, files), release.rejects
    quarantine = rejects
    if before is not None:
        old = before.quarantine
        quarantine = pd.concat([old[old["file"].isin(unchanged)], rejects])
    about: dict[str, Any] = {
        "source": source.spec.public(),
        "release": max((release_of(file) for file in files), default=""),
        "covers": covered_areas(source, ground, before, rows=len(release.frame)),
        "files": dict(sorted({**unchanged, **files}.items())),
        "rows": len(compared.frame),
    }
    changes = compared.changes
    if before is not None and changes.empty:
        changes = before.changes
    ordered = quarantine.sort_values(["file", "row", "reason"], ignore_index=True)
    past = before.past if before else no_listings()
    if len(past) or states_operators(compared.frame):
        past = with_listing(past, compared.frame, about["release"])
    register = Register(source.id, about, compared.frame, ordered, changes, past=past)
    return with_earlier(register, before, has_changed=not compared.changes.empty)


def _parts_by_file(release: Release) -> dict[str, list[str]]:
    """Map each file of a release to the parts of the register that it holds."""
    return {
        str(file): sorted(set(rows["part"].dropna()))
        for file, rows in release.frame.groupby("file")
    }


def _files_still_in_force(
    before: Register | None, files: Mapping[str, list[str]]
) -> dict[str, list[str]]:
    """List the files of earlier loads with a part that the new files lack."""
    if before is None:
        return {}
    renewed = {part for parts in files.values() for part in parts}
    return {
        file: parts
        for file, parts in before.about["files"].items()
        if file not in files and not set(parts) <= renewed
    }
