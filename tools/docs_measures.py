"""MkDocs hook: write one page for each measure, with its picture, from the service's own answers.

The service is asked as a client would, so the pages say what it says. It needs a published
snapshot (`atlas build`) in `ATLAS_HOME`.
"""

import asyncio
import csv
import io
import json
import os
from collections.abc import AsyncIterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

from api.app import create_app
from api.service.settings import Settings

HOST = "http://localhost:8000"
INTRO = """# Measures

Each takes the filters of `businesses`, answers as JSON, GeoJSON, CSV or XLSX, and is drawn as PNG or PDF.

| measure | answers |
|---|---|
"""  # noqa: E501 a paragraph


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages and pictures of the measures.

    Args:
        files: what the site is made of.
        config: of the site.
    """
    # In a thread of its own: where the site is built, an event loop may be running already.
    with ThreadPoolExecutor(1) as pool:
        found = pool.submit(lambda: asyncio.run(_measure_files())).result()
    for path, content in found.items():
        files.append(File.generated(config, path, content=content))
    return files


async def _measure_files() -> dict[str, str | bytes]:
    app = create_app(Settings(home=Path(os.environ.get("ATLAS_HOME", "var"))))
    transport = httpx.ASGITransport(app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url=HOST) as client,
    ):
        return {path: content async for path, content in measure_files(client)}


async def measure_files(client: httpx.AsyncClient) -> AsyncIterator[tuple[str, str | bytes]]:
    """Yield path and content of each page and picture.

    Args:
        client: of the service.
    """
    measures = (await _get(client, "/analysis")).json()["measures"]
    rows = [f"| [{m['id']}]({m['id']}.md) | {m['title']} |\n" for m in measures]
    yield "measures/index.md", INTRO + "".join(rows)
    for measure in measures:
        name = measure["id"]
        answer = (await _get(client, f"/analysis/{name}")).json()
        korean = (await _get(client, f"/analysis/{name}?f=csv&lang=ko")).content
        header = next(csv.reader(io.StringIO(korean.decode("utf-8-sig"))))
        yield f"measures/{name}.md", measure_page(measure, answer, header)
        yield f"measures/{name}.png", (await _get(client, f"/maps/{name}.png")).content


async def _get(client: httpx.AsyncClient, path: str) -> httpx.Response:
    answer = await client.get(path, timeout=60)
    return answer.raise_for_status()


def measure_page(
    measure: Mapping[str, Any], answer: Mapping[str, Any], header: Sequence[str]
) -> str:
    """Write the page of a measure in Markdown.

    Args:
        measure: its entry in the list of measures.
        answer: what it answers when asked without parameters.
        header: of its Korean CSV.
    """
    name = measure["id"]
    own = [_parameter_row(key, value) for key, value in measure["parameters"].items()]
    table = ["| parameter | values, the default first |", "|---|---|", *own, ""] if own else []
    return "\n".join(
        [
            f"# {name}: {measure['title']}",
            "",
            f"![{measure['title']}]({name}.png)",
            "",
            answer["method"],
            "",
            *table,
            "```",
            f"curl '{HOST}/analysis/{name}'",
            f"curl -o {name}.xlsx '{HOST}/analysis/{name}?f=xlsx&lang=ko'",
            f"curl -o {name}.pdf '{HOST}/maps/{name}.pdf?lang=ko'",
            "```",
            "",
            *_first_row(answer["rows"]),
            "",
            "| column | Korean header | meaning |",
            "|---|---|---|",
            *map(_column_row, answer["columns"], header),
            "",
            "**What to know**",
            "",
            *(f"- {caveat}" for caveat in answer["caveats"]),
            "",
        ]
    )


def _first_row(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """Quote the first row; the data that come with the atlas may give none."""
    if not rows:
        return ["The data that come with the atlas give no row; the first note below says why."]
    row = json.dumps(rows[0], ensure_ascii=False, indent=1)
    return [f"The first of {len(rows):,} rows:", "", "```json", row, "```"]


def _column_row(column: Mapping[str, str], title: str) -> str:
    return f"| `{column['name']}` | {title} | {column['description']} |"


def _parameter_row(name: str, value: Any) -> str:
    values = value if isinstance(value, list) else [value]
    return f"| `{name}` | {', '.join(f'`{v}`' for v in values)} |"
