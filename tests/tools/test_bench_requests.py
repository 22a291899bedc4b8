"""The requests of `bench.attacks` are those of the routes that there are."""

from bench.worst_requests import FILTER_BYTES, worst_requests
from geo.serving.analysis.measures import MEASURES


def test_every_measure_is_asked_for_as_a_workbook_and_as_a_picture():
    found = worst_requests()
    for name in MEASURES:
        for form in ("xlsx", "pdf", "png"):
            assert any(f"/{name}{end}" in said(found) for end in (f".{form}?", f"?f={form}&"))


def said(found):
    return " ".join(make(1)[:300].decode("latin-1") for make in found.values())


def test_no_two_questions_are_equal_and_the_long_filter_is_as_long_as_it_says():
    for name, make in worst_requests().items():
        if "packed" not in name and "does not fit" not in name:
            assert make(1) != make(2), name
    long = worst_requests()["filter of 27 kB"](1)
    assert FILTER_BYTES < len(long) < 1.1 * FILTER_BYTES
