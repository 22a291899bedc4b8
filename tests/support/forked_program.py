"""A program `atlas` for scripts, which runs in a fork of one process that has loaded the code.

To start Python and to load the code takes a command longer than most commands themselves. Run as a
script with the path of a socket: for each client (`forked_program_client.py`) it forks a child,
which takes over the client's arguments, folder, environment and standard streams.
"""

import json
import os
import shlex
import signal
import socket
import subprocess
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from pathlib import Path

CLIENT = Path(__file__).with_name("forked_program_client.py")
LOADED = ("atlas.command_line", "geo.pipeline.ingest", "geo.pipeline.build", "geo.serving.formats")


@contextmanager
def atlas_program(folder: Path) -> Iterator[None]:
    """Put a program `atlas` into a folder; it works as long as the block."""
    address = folder / "socket"
    program = folder / "atlas"
    words = shlex.join([sys.executable, "-SE", str(CLIENT), str(address)])
    program.write_text(f'#!/bin/sh\nexec {words} "$@"\n')
    program.chmod(0o755)
    project = Path(__file__).parents[2]
    with subprocess.Popen(
        [sys.executable, __file__, address],
        env={**os.environ, "PYTHONPATH": str(project)},
        stdout=subprocess.PIPE,
        text=True,
    ) as server:
        assert server.stdout.readline() == "ready\n"
        yield
        server.terminate()


def _serve(address: str) -> None:
    for module in LOADED:
        import_module(module)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # children that have ended are forgotten
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(address)
        listening.listen()
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        while True:
            client, _ = listening.accept()
            with client:
                if os.fork() == 0:
                    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                    _answer(client)


def _answer(client: socket.socket) -> None:
    """Run the command of a client, in the child; this never returns."""
    import atlas

    status = 70
    try:
        asked, streams, _, _ = socket.recv_fds(client, 1 << 20, 3)
        command = json.loads(asked)
        for number, stream in enumerate(streams):
            os.dup2(stream, number)
        os.chdir(command["folder"])
        os.environ.clear()
        os.environ.update(command["environment"])
        sys.argv = ["atlas", *command["words"]]
        atlas.main()
        status = 0
    except SystemExit as end:
        status = int(end.code or 0)
    finally:
        if status == 70:  # anything else that was raised
            traceback.print_exc()
        with suppress(BrokenPipeError):
            sys.stdout.flush()
        sys.stderr.flush()
        client.sendall(str(status).encode())
        os._exit(status)


if __name__ == "__main__":
    _serve(sys.argv[1])
