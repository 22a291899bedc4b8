"""Answers in memory."""

from api.service.response_cache import LARGEST_BYTES, Answer, AnswerStore

BIG = 1_000_000


def answer(size):
    return Answer(200, [], (bytes(size),), '""')


def test_an_answer_is_found_again():
    store, one = AnswerStore(), answer(1)
    store.keep("a", one)
    assert store.find("a") is one
    assert store.find("b") is None


def test_the_answer_not_asked_for_longest_gives_way():
    store = AnswerStore(most_bytes=2 * BIG + 10_000)
    store.keep("a", answer(BIG))
    store.keep("b", answer(BIG))
    store.find("a")
    store.keep("c", answer(BIG // 2))
    assert [store.find(key) is not None for key in "abc"] == [True, False, True]


def test_room_is_given_back():
    store = AnswerStore(most_bytes=BIG)
    for key in range(100):
        store.keep(key, answer(BIG * 7 // 10))
    store.keep("last", answer(BIG * 2 // 10))
    assert store.find(99) is not None
    assert store.find("last") is not None


def test_an_answer_kept_twice_counts_once():
    store = AnswerStore(most_bytes=BIG)
    for _ in range(5):
        store.keep("a", answer(BIG * 7 // 10))
    assert store.find("a") is not None


def test_many_tiny_answers_count_by_more_than_their_bodies():
    store = AnswerStore(most_bytes=BIG)
    for key in range(10_000):
        store.keep(key, answer(1))
    assert sum(store.find(key) is not None for key in range(10_000)) < 1_000


def test_a_huge_answer_is_not_kept():
    store = AnswerStore()
    store.keep("a", answer(LARGEST_BYTES + 1))
    assert store.find("a") is None


def test_long_questions_count():
    store = AnswerStore(most_bytes=BIG)
    for number in range(100):
        store.keep(("/items", f"{number}".rjust(60_000)), answer(1))
    assert sum(store.find(("/items", f"{n}".rjust(60_000))) is not None for n in range(100)) == 16


def test_headers_count():
    store = AnswerStore(most_bytes=BIG)
    for number in range(100):
        store.keep(number, Answer(200, [(b"x", bytes(60_000))], (), '""'))
    assert sum(store.find(number) is not None for number in range(100)) == 16


def test_a_view_on_what_the_snapshot_holds_takes_no_room():
    store, held = AnswerStore(most_bytes=BIG), bytes(10 * BIG)
    store.keep("a", Answer(200, [], (b"head", memoryview(held)), '""'))
    assert store.find("a") is not None


def test_a_view_on_anything_else_counts():
    store, new = AnswerStore(most_bytes=BIG), memoryview(bytearray(10 * BIG))
    store.keep("a", Answer(200, [], (b"head", new), '""'))
    assert store.find("a") is None


def test_it_is_known_which_questions_come_again():
    store = AnswerStore()
    assert not store.was_asked_before("a")
    assert store.was_asked_before("a")
    assert not store.was_asked_before("b")
