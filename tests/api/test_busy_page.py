"""A full queue as people meet it: a page, with the time to wait in its header."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import httpx
from fastapi import FastAPI

from api.http import errors
from api.service.settings import Settings
from api.service.work_queue import BusyError


def ask(app: FastAPI, headers: dict[str, str]) -> httpx.Response:
    async def asked() -> httpx.Response:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://atlas") as client:
            return await client.get("/busy", headers=headers)

    with ThreadPoolExecutor(1) as pool:  # a browser of other tests has a loop in this thread
        return pool.submit(lambda: asyncio.run(asked())).result()


def test_a_full_queue_is_a_page_for_people_and_json_for_machines():
    app = FastAPI()
    app.state.settings = Settings()
    errors.register(app)

    @app.get("/busy")
    async def busy():
        raise BusyError

    page = ask(app, {"Accept": "text/html", "Accept-Language": "ko"})
    assert (page.status_code, page.headers["retry-after"]) == (503, "5")
    assert page.headers["content-type"].startswith("text/html")
    assert '<html lang="ko"' in page.text
    machine = ask(app, {"Accept": "application/json"})
    assert (machine.status_code, machine.headers["retry-after"]) == (503, "5")
    assert machine.headers["content-type"] == "application/problem+json"
