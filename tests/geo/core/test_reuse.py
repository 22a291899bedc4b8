"""Results are computed once for the same inputs and code; a damaged file counts for nothing."""

import pytest

from geo.core import reuse
from geo.core.reuse import FILE, reuse_results, reused


@pytest.fixture
def asked(tmp_path):
    """Ask for a result in a block of its own; the value, and whether it was computed."""

    def ask(given: bytes) -> tuple[list[str], bool]:
        computed = []
        with reuse_results(tmp_path / FILE) as results:
            value = reused("letters", [given], lambda: computed.append(1) or list(given.decode()))
        if results.changed:
            (tmp_path / FILE).write_bytes(results.dump())
        return value, bool(computed)

    return ask


def test_a_result_is_computed_once_for_the_same_inputs(asked):
    assert asked(b"ab") == (["a", "b"], True)
    assert asked(b"ab") == (["a", "b"], False)
    assert asked(b"ac") == (["a", "c"], True)
    assert asked(b"ab") == (["a", "b"], True)  # the last one alone is held


def test_inputs_are_told_apart_where_one_ends(tmp_path):
    with reuse_results(tmp_path / FILE):
        assert reused("place", [b"a", b"bc"], lambda: "first") == "first"
        assert reused("place", [b"ab", b"c"], lambda: "second") == "second"


def test_another_code_computes_again(asked, monkeypatch):
    asked(b"ab")
    monkeypatch.setattr(reuse, "_code_digest", lambda: "another")
    assert asked(b"ab") == (["a", "b"], True)


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b'{"code": 1}', b'{"results": {"letters": 1}}']
)
def test_a_damaged_file_counts_for_nothing(asked, tmp_path, content):
    asked(b"ab")
    (tmp_path / FILE).write_bytes(content)
    assert asked(b"ab") == (["a", "b"], True)


def test_outside_of_a_home_everything_is_computed():
    computed = []
    for _ in range(2):
        reused("letters", [b"ab"], lambda: computed.append(1))
    assert len(computed) == 2
