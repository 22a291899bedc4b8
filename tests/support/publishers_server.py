"""A server on this machine that has the habits of the publishers of registers."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit


@dataclass
class Answer:
    """What is answered: headers, and the body or a part of it."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    cut_after: int | None = None


@dataclass
class Publishers:
    """The server: what it answers by path, and what it was asked.

    Attributes:
        url: its address.
        answers: by path, a function of the handler that answers.
        asked: method, path and headers of each request.
    """

    url: str
    answers: dict[str, Callable[["Handler"], Answer]] = field(default_factory=dict)
    asked: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)

    def file(self, path: str, body: bytes, **more: object) -> None:
        """Answer a path with a file: ranges, validators and cuts as servers have them."""
        cuts = list(more.pop("cuts", ()))  # type: ignore[call-overload]
        headers = {"ETag": f'"{len(body)}-{hash(body)}"', **more}

        def answer(handler: "Handler") -> Answer:
            if handler.headers.get("If-None-Match") == headers["ETag"]:
                return Answer(status=304, headers=dict(headers))
            wanted = handler.headers.get("Range", "")
            begin = int(wanted.removeprefix("bytes=").rstrip("-")) if wanted else 0
            if not wanted or handler.headers.get("If-Range") != headers["ETag"]:
                begin = 0
            place = {"Content-Range": f"bytes {begin}-{len(body) - 1}/{len(body)}"} if begin else {}
            cut = cuts.pop(0) if cuts else None
            return Answer(body[begin:], 206 if begin else 200, {**headers, **place}, cut)

        self.answers[path] = answer

    def count(self, path: str) -> int:
        """Count the requests for a path."""
        return sum(asked == path for _, asked, _ in self.asked)


class Handler(BaseHTTPRequestHandler):
    """Answers as the table of its server says."""

    protocol_version = "HTTP/1.1"
    publishers: Publishers

    def do_GET(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        self.sent = self.rfile.read(length).decode()
        path = urlsplit(self.path).path
        self.publishers.asked.append((self.command, path, dict(self.headers)))
        answer = self.publishers.answers.get(path, lambda _: Answer(status=404))(self)
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        if answer.cut_after is not None:
            self.send_header("Connection", "close")
            self.close_connection = True
        self.end_headers()
        if answer.status != 304:
            self.wfile.write(answer.body[: answer.cut_after])

    do_POST = do_GET  # noqa: N815

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


@contextmanager
def serving() -> Iterator[Publishers]:
    """Serve on a free port of this machine."""
    handler = type("Mine", (Handler,), {})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    publishers = Publishers(f"http://127.0.0.1:{server.server_port}")
    handler.publishers = publishers
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield publishers
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
