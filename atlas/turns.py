"""Options of commands that change a home: whether to wait for others, and who asks."""

from typing import Annotated

import typer

NoWait = Annotated[
    bool, typer.Option("--no-wait", help="Refuse, rather than wait, while somebody else loads.")
]
By = Annotated[str, typer.Option(help="Who loads, named to those who wait or are refused.")]
