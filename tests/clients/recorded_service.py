"""The service on a port, with every request written down: a program with port, home and file."""

import sys
from pathlib import Path

import uvicorn

from api.app import create_app
from api.http.h11_protocol import OPTIONS
from api.service.settings import Settings


def main(port: int, home: Path, log: Path) -> None:
    service = create_app(Settings(home=home))

    async def recorded(scope, receive, send):
        if scope["type"] == "http":
            # As it came: the path of `scope` has been decoded.
            target = scope["raw_path"].decode() + "?" + scope["query_string"].decode()
            with log.open("a") as file:
                file.write(target + "\n")
        await service(scope, receive, send)

    uvicorn.run(recorded, port=port, **OPTIONS)


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]))
