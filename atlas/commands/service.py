"""Serve the current snapshot, make tokens for staff, and answer notes of visitors."""

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from atlas.counts import AsJson, print_counts
from atlas.folders import home_folder
from atlas.store import open_store
from geo.core.errors import GeoError
from geo.core.progress import one_line, plain_console

commands = typer.Typer()


@commands.command()
def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(envvar="PORT", min=0, max=65535)] = 8000,
    workers: Annotated[int, typer.Option(help="Processes that share one snapshot.", min=1)] = 1,
) -> None:
    """Serve the current snapshot; a newer one is taken up while it runs."""
    gc.disable()  # nothing that is imported is garbage
    from api.service.listening import PortTakenError, require_free, worker_environment

    try:
        require_free(host, port)
    except PortTakenError as taken:
        print(f"atlas: {one_line(str(taken))}", file=sys.stderr)
        raise typer.Exit(2) from taken
    with worker_environment(home_folder()), _followed_store():
        _serve(host, port, workers)


@contextmanager
def _followed_store() -> Iterator[None]:
    """Keep the home at what the store says is current, where one is set."""
    store = open_store()
    if store is None:
        yield
        return
    from geo.store.follower import Follower

    follower = Follower(store, home_folder())
    if not (home_folder() / "current").exists():
        follower.look()  # a new server has nothing else to begin with
    follower.start()
    try:
        yield
    finally:
        follower.stop()


def _serve(host: str, port: int, workers: int) -> None:
    import uvicorn
    from pydantic import ValidationError

    from api.app import create_app
    from api.http.h11_protocol import OPTIONS
    from api.service.settings import Settings

    gc.freeze()  # no collection looks at what is imported
    try:
        create_app(Settings())  # what is wrong is said here, once
        gc.collect()  # its snapshot may be pruned once the workers have a newer one
        gc.enable()
    except ValidationError as error:
        problem = error.errors()[0]
        name = "_".join(["ATLAS", *map(str, problem["loc"])]).upper()
        raise GeoError(f"{name}: {problem['msg']}") from error
    plain_console().print(
        f"Ansan Atlas: http://{'localhost' if host == '127.0.0.1' else host}:{port}/"
    )
    uvicorn.run(
        "api.app:app_of_environment",
        factory=True,
        workers=workers,
        host=host,
        port=port,
        **OPTIONS,
    )


@commands.command()
def token(
    name: Annotated[str, typer.Argument(help="Who it is for: small letters and digits.")],
) -> None:
    """Make a token with which one of the staff sees what is protected; it is shown once."""
    from api.service.staff_tokens import new_token

    secret, entry = new_token(name)
    print(f"for {name}, shown only now: {secret}")
    print(f"add to ATLAS_STAFF_TOKENS: {entry}")


@commands.command()
def notes(
    answer: Annotated[
        str | None, typer.Option(metavar="ID", help="Answer the notes on a place.")
    ] = None,
    verified_on: Annotated[
        str, typer.Option(help="Day on which it was found as the atlas says: 2026-11-27.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """List what visitors say of places, or answer it: older notes no longer count."""
    from api.service.visitor_notes import NoteStore, read_day

    store = NoteStore(home_folder())
    if answer is not None:
        store.require_notes(answer)
        store.answer(answer, read_day(verified_on), "atlas notes")
    found = store.per_spot()
    for note in () if as_json else found:
        counts = f"there {note.yes}, closed {note.closed}, wrong {note.wrong}"
        print(f"{one_line(note.spot)}: {counts}, last {note.last}")
    plain = [note.plain() for note in found]
    print_counts(as_json, {"notes": plain} if as_json else {"places with notes": len(found)}, [])
