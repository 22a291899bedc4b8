"""Build the layers from the committed data, and regenerate that data."""

import typer

from atlas.counts import AsJson, print_counts
from atlas.folders import data_folder, home_folder
from geo.core.progress import show_progress
from geo.pipeline.printed_tables import account_table, count_table

commands = typer.Typer()


@commands.command()
def build(as_json: AsJson = False) -> None:
    """Rebuild every layer from `data/` and publish the result."""
    from geo.pipeline.build import account, build

    with show_progress() as step:
        done = build(data_folder(), home_folder(), step)
    accounts = [account(features) for features in done.all_features]
    print_counts(
        as_json,
        {"snapshot": done.folder.name, "layers": dict(done.counts), "accounts": accounts},
        [account_table(accounts), count_table(done.counts)],
    )


@commands.command()
def shapes(as_json: AsJson = False) -> None:
    """Regenerate `data/shapes` and `data/tables` from their sources."""
    from geo.pipeline.refdata import regenerate

    rows = regenerate(data_folder())
    print_counts(as_json, {"files": rows}, [count_table(rows, "file", "rows")])
