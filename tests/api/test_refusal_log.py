"""Refusals are logged at once, then in one line a period, with addresses and counts."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from api.service import refusal_log
from api.service.refusal_log import RefusalLog


def lines(story, caplog, monkeypatch):
    """What is logged when a story runs; the end of a period is called by hand."""
    periods = []

    async def run():
        loop = asyncio.get_running_loop()
        monkeypatch.setattr(loop, "call_later", lambda _, end: periods.append(end), raising=False)
        story(RefusalLog(), lambda: periods.pop()())

    with ThreadPoolExecutor(1) as pool:  # a browser of other tests has a loop in this thread
        pool.submit(asyncio.run, run()).result()
    return [record.getMessage() for record in caplog.records]


def test_a_flood_is_two_lines(caplog, monkeypatch):
    def story(log, end_period):
        for number in range(1_000):
            log.note(503, "192.0.2.1" if number % 4 else "192.0.2.2")
        log.note(401, "192.0.2.3")
        end_period()
        end_period()
        log.note(429, "192.0.2.4")

    assert lines(story, caplog, monkeypatch) == [
        "refused 1 requests: 503 to 192.0.2.2 (1)",
        "refused 1000 requests: 503 to 192.0.2.1 (750), 503 to 192.0.2.2 (249), "
        "401 to 192.0.2.3 (1)",
        "refused 1 requests: 429 to 192.0.2.4 (1)",
    ]


def test_addresses_beyond_any_measure_are_counted_together(caplog, monkeypatch):
    monkeypatch.setattr(refusal_log, "_MOST_ADDRESSES", 3)

    def story(log, end_period):
        for number in range(10):
            log.note(503, f"192.0.2.{number}")
        end_period()

    assert lines(story, caplog, monkeypatch)[1].startswith("refused 9 requests: 503 to others (6)")
