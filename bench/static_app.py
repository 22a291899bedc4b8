"""The yardstick: an ASGI app that does nothing but send bytes it holds in memory."""

import json
import os
from pathlib import Path
from typing import Any

_FOLDER = Path(os.environ["BENCH_ANSWERS"])
_INDEX: dict[str, dict[str, str]] = json.loads((_FOLDER / "index.json").read_text())
_ANSWERS = {
    target: (entry["type"].encode(), (_FOLDER / entry["file"]).read_bytes())
    for target, entry in _INDEX.items()
}


async def app(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Answer every known target with its bytes."""
    if scope["type"] != "http":
        return
    query = scope["query_string"].decode()
    kind, body = _ANSWERS[scope["path"] + (f"?{query}" if query else "")]
    length = str(len(body)).encode()
    headers = [(b"content-type", kind), (b"content-length", length)]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})
