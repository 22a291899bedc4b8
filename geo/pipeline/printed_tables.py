"""Counts of the commands as tables for a terminal."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    import pandas as pd

    from geo.pipeline.ingest import IngestResult
    from geo.pipeline.inspection.inspection import Inspection
    from geo.pipeline.registers.compare import Comparison
    from geo.pipeline.registers.turnover import Turnover
    from geo.snapshot.history import StoredSnapshot

KINDS: Final = ("opened", "closed", "moved", "renamed")


def account_table(accounts: list[dict[str, Any]]) -> Table:
    """Tabulate where the rows of each source went."""
    table = Table("layer", "source", "read", "published", "merged", "set aside", title="Rows")
    for entry in accounts:
        rejects = (
            "; ".join(f"{part['count']} ({part['reason']})" for part in entry["set_aside"]) or "0"
        )
        table.add_row(
            entry["layer"],
            entry["source"],
            *(f"{entry[name]:,}" for name in ("read", "published", "merged")),
            rejects,
        )
    return table


def ingest_tables(done: "IngestResult") -> list[Table]:
    """Tabulate where the rows of a load went, and further counts where there are any."""
    tables = [count_table(asdict(done.account), "rows", "count")]
    return tables + [
        count_table(counts, what, "rows") for what, counts in done.details.items() if counts
    ]


def snapshot_table(found: "list[StoredSnapshot]") -> Table:
    """Tabulate the snapshots of a home, newest first."""
    table = Table("", "id", "made", "registers", "MB")
    for entry in found:
        releases = (f"{name} {release}".strip() for name, release in entry.releases.items())
        table.add_row(
            "current" if entry.is_current else "",
            entry.id[:12],
            f"{entry.made:%Y-%m-%d %H:%M}",
            entry.problem or ", ".join(releases) or "none",
            f"{entry.size / 1e6:,.1f}",
        )
    return table


def compare_tables(found: "Comparison") -> list[Table]:
    """Tabulate the loaded lists, and each pair of them."""
    lists = Table("list", "rows", "open here, closed elsewhere", "share", "checked at the door")
    for entry in found.lists:
        share = f"{100 * entry.closed_elsewhere / entry.rows:.1f} %" if entry.rows else "–"
        lists.add_row(
            entry.id, f"{entry.rows:,}", f"{entry.closed_elsewhere:,}", share, f"{entry.verified:,}"
        )
    pairs = Table("lists", "in both", "only in the first", "only in the second", "they differ in")
    for pair in found.pairs:
        differ = ", ".join(f"{name} {count:,}" for name, count in pair.differ.items()) or "nothing"
        counts = (f"{entry:,}" for entry in (pair.both, pair.only_left, pair.only_right))
        pairs.add_row(f"{pair.left} · {pair.right}", *counts, differ)
    return [lists, pairs] if found.pairs else [lists]


def changes_table(changes: "pd.DataFrame") -> Table:
    """Tabulate how many businesses opened, closed, moved and were renamed, by month and dong."""
    table = Table("month", "dong", *KINDS, title="Changes of the last load of each register")
    counts = changes.groupby(["month", "dong", "kind"]).size().unstack(fill_value=0)
    for place, row in counts.reindex(columns=list(KINDS), fill_value=0).iterrows():
        month, dong = place if isinstance(place, tuple) else (place, "")
        table.add_row(
            str(month) or "–", Text(str(dong)) or "–", *(f"{row[kind]:,}" for kind in KINDS)
        )
    return table


def turnover_tables(found: "Turnover") -> list[Table]:
    """Tabulate openings, closings and survival by the licences of a register."""
    title = f"{found.register}: {found.businesses:,} licences until {found.until}"
    years = Table("year", "open on 1 January", "opened", "closed", "rates", title=title)
    for year in found.years:
        rates = " / ".join(
            "–" if rate is None else f"{100 * rate:.1f} %"
            for rate in (year.opening_rate, year.closing_rate)
        )
        numbers = (f"{count:,}" for count in (year.at_start, year.opened, year.closed))
        years.add_row(str(year.year), *numbers, rates)
    survival = Table("after years", "still open", "95 % interval", "of", title="Kaplan-Meier")
    for point in found.survival:
        interval = f"{100 * point.low:.1f}–{100 * point.high:.1f} %"
        share = f"{100 * point.share:.1f} %"
        survival.add_row(f"{point.years:g}", share, interval, f"{point.at_risk:,}")
    return [years, survival]


def inspection_tables(found: "Inspection") -> list[Table]:
    """Tabulate the columns of a file, and all its values that nothing knows."""
    title = f"{found.name}: {found.rows:,} rows, header in row {found.header_row}"
    about = [found.encoding, found.crs.crs, f"{found.broken} broken" if found.broken else ""]
    columns = Table("column", "is", "kind", "filled", "distinct", "samples", title=title)
    columns.caption = ", ".join(filter(None, about))
    roles = {header: role for role, header in found.roles.items()}
    for column in found.columns:
        columns.add_row(
            Text(column.header),
            roles.get(column.header, ""),
            column.kind,
            f"{column.filled:,}",
            f"{len(column.values):,}",
            Text(" | ".join(column.samples)),
        )
    return [columns, *_choices(found), *_unknown_values(found)]


def _choices(found: "Inspection") -> Iterator[Table]:
    for column in found.columns:
        if column.kind == "choice":
            table = Table("value", "rows", title=Text(column.header))
            for value, count in column.values.most_common():
                table.add_row(Text(value), f"{count:,}")
            yield table


def _unknown_values(found: "Inspection") -> Iterator[Table]:
    if any(found.unknown.values()):
        table = Table("column", "value that nothing knows", "rows")
        for role, unknown in found.unknown.items():
            for value, count in unknown.items():
                table.add_row(role, Text(value), f"{count:,}")
        yield table


def count_table(counts: Mapping[str, int], what: str = "layer", number: str = "features") -> Table:
    """Tabulate counts by name."""
    table = Table(what, number)
    for name, count in counts.items():
        table.add_row(name, f"{count:,}")
    return table
