"""Answers in memory."""

from api.answer_store import LARGEST_BYTES, AnswerStore


def test_an_answer_is_found_again():
    store = AnswerStore()
    store.keep("a", b"1")
    assert store.find("a") == b"1"
    assert store.find("b") is None


def test_the_answer_not_asked_for_longest_gives_way():
    store = AnswerStore(most_bytes=10)
    store.keep("a", b"12345")
    store.keep("b", b"12345")
    store.find("a")
    store.keep("c", b"1")
    assert [store.find(key) for key in "abc"] == [b"12345", None, b"1"]


def test_room_is_given_back():
    store = AnswerStore(most_bytes=10)
    for key in range(100):
        store.keep(key, b"1234567")
    store.keep("last", b"123")
    assert store.find(99) == b"1234567"
    assert store.find("last") == b"123"


def test_an_answer_kept_twice_counts_once():
    store = AnswerStore(most_bytes=10)
    for _ in range(5):
        store.keep("a", b"1234567")
    assert store.find("a") == b"1234567"


def test_a_huge_answer_is_not_kept():
    store = AnswerStore()
    store.keep("a", bytes(LARGEST_BYTES + 1))
    assert store.find("a") is None
