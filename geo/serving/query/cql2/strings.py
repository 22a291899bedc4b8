"""Text without regard to case (CASEI) or accents (ACCENTI), and text that is like a pattern.

Columns are folded by Arrow; only the values that hold one of the letters for which Arrow has no
rule are folded one by one, which in Korean data are few.
"""

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache, partial
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

# Marks of Latin, Greek and Cyrillic, but for those that strike a sign through, as in ≠. Vowel signs
# of Thai or Hindi and the voicing of Japanese are marks for Unicode too, but make other letters.
_MARKS: Final = (
    (0x0300, 0x0333),
    (0x0339, 0x036F),
    (0x1AB0, 0x1AFF),
    (0x1DC0, 0x1DFF),
    (0xFE20, 0xFE2F),
)
_IS_MARK: Final = frozenset(chr(code) for a, b in _MARKS for code in range(a, b + 1))
# Letters with a stroke or joined do not come apart; their plain spelling is that of CLDR.
_STROKED: Final = (
    "ØO øo ĐD đd ŁL łl ĦH ħh ŦT ŧt ƀb ƁB ŊN ŋn ıi ȷj ĸq ŒOE œoe ÆAE æae ÐD ðd ÞTH þth ẞSS ßss"
)
_PLAIN: Final = {ord(pair[0]): pair[1:] for pair in _STROKED.split()}
# What can hold an accent, and jamo, which are composed on the way.
_ACCENTED: Final = (
    "[\u00c0-\u024f\u0370-\u052f\u1100-\u11ff\u1e00-\u1fff"
    + "".join(f"{chr(a)}-{chr(b)}" for a, b in _MARKS)
    + "]"
)
_SIMPLE: Final = re.compile(r"(%*)((?:\\[%_\\]|[^%_])*+)(%*)", re.DOTALL)
_PIECE: Final = re.compile(r"\\[%_\\]|.", re.DOTALL)
_WORD: Final = re.compile(r"[A-Za-z0-9\x80-\U0010ffff]")
_WILD: Final = {"%": ".*", "_": "."}
_CASED: Final = range(0x80, 0x1_E944)  # beyond ASCII, up to the last letter that has a case


def normalise(text: str) -> str:
    """Normalise a text to NFC, as in the layers, in which equal texts are equal bytes."""
    return unicodedata.normalize("NFC", text)


def fold_case(text: str) -> str:
    """Fold the case of a text (CASEI): Unicode's full case folding."""
    return normalise(text.casefold())


def fold_accents(text: str) -> str:
    """Fold the accents of a text (ACCENTI): drop marks, and spell strokes and ligatures plainly."""
    apart = unicodedata.normalize("NFD", text)
    return normalise(
        "".join(letter for letter in apart if letter not in _IS_MARK).translate(_PLAIN)
    )


def fold_case_of_column(column: Any) -> Any:
    """Fold the case of every value of an Arrow array (CASEI)."""
    return _fold_column(column, pc.utf8_lower, _unlike_lower(), fold_case)


def fold_accents_of_column(column: Any) -> Any:
    """Fold the accents of every value of an Arrow array (ACCENTI)."""
    return _fold_column(column, lambda texts: texts, _ACCENTED, fold_accents)


# By the name of the function: of one text, and of a column.
FOLDS: Final[dict[str, tuple[Callable[[str], str], Callable[[Any], Any]]]] = {
    "casei": (fold_case, fold_case_of_column),
    "accenti": (fold_accents, fold_accents_of_column),
}


def _fold_column(
    column: Any, usual: Callable[[Any], Any], letters: str, rewrite: Callable[[str], str]
) -> Any:
    """Fold texts as Arrow does; those that hold one of the letters are folded singly."""
    if isinstance(column, pa.ChunkedArray):
        chunks = [_fold_column(chunk, usual, letters, rewrite) for chunk in column.chunks]
        return pa.chunked_array(chunks, column.type)
    matches = pc.fill_null(pc.match_substring_regex(column, letters), fill_value=False)
    texts = column.filter(matches).to_pylist()
    if not texts:
        return usual(column)
    rewritten = pa.array([rewrite(text) for text in texts], column.type)
    return pc.replace_with_mask(usual(column), matches, rewritten)


@lru_cache
def _unlike_lower() -> str:
    """Build a pattern of the letters whose folding differs from Arrow's lower case."""
    letters = [chr(code) for code in _CASED if not 0xD800 <= code < 0xE000]
    lower = pc.utf8_lower(pa.array(letters)).to_pylist()
    unlike = (a for a, b in zip(letters, lower, strict=True) if fold_case(a) != b)
    return f"[{''.join(unlike)}]"


def compile_like(pattern: str) -> Callable[[Any], Any]:
    r"""Compile a LIKE pattern to a function on Arrow arrays of texts.

    Args:
        pattern: % stands for any text, _ for one character; \%, \_ and \\ for themselves. Any
            other backslash is one.
    """
    simple = _SIMPLE.fullmatch(pattern)
    if simple is None:  # Arrow's own LIKE reads some escapes in another way
        expression = "".join(map(_expression, _PIECE.findall(pattern)))
        return partial(pc.match_substring_regex, pattern=rf"(?s)\A{expression}\z")
    before, core, after = simple.groups()
    text = "".join(piece[-1] for piece in _PIECE.findall(core))
    if before and after:
        return partial(pc.match_substring, pattern=text)
    if before or after:
        return partial(pc.ends_with if before else pc.starts_with, pattern=text)
    return lambda texts: pc.equal(texts, pa.scalar(text))


def _expression(piece: str) -> str:
    """Convert a piece of a LIKE pattern to a regular expression of RE2."""
    if piece in _WILD:
        return _WILD[piece]
    letter = piece[-1]
    if _WORD.fullmatch(letter):
        return letter
    return r"\x00" if letter == "\0" else f"\\{letter}"
