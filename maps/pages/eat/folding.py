"""Spellings that a search takes for one: marks, capitals, spaces, romanisation, initial consonants.

The browser does the same (`static/eat/folding.js`); a test compares the two.
"""

import re
import unicodedata
from typing import Final

_DROPPED: Final = re.compile("[\u0300-\u036f\u0640\u064b-\u065f\u0670\u200b-\u200f'’ʻʼ‘`‐‑-]")
_ALIKE: Final = str.maketrans({"đ": "d", "ı": "i", "ø": "o", "ł": "l", "ß": "s"})
_INITIALS: Final = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_INITIAL_SOUNDS: Final = (
    "g", "kk", "n", "d", "tt", "r", "m", "b", "pp", "s", "ss", "", "j", "jj", "ch", "k", "t", "p",
    "h",
)  # fmt: skip
_VOWELS: Final = (
    "a", "ae", "ya", "yae", "eo", "e", "yeo", "ye", "o", "wa", "wae", "oe", "yo", "u", "wo", "we",
    "wi", "yu", "eu", "ui", "i",
)  # fmt: skip
_FINALS: Final = (
    "", "k", "k", "k", "n", "n", "n", "t", "l", "k", "m", "l", "l", "l", "p", "l", "m", "p", "p",
    "t", "t", "ng", "t", "t", "k", "t", "p", "t",
)  # fmt: skip
# Sounds that romanisations spell in several ways.
_SOUNDS: Final = (
    ("ch", "j"), ("eo", "o"), ("eu", "u"), ("ae", "e"), ("oe", "e"), ("wo", "o"), ("gh", "g"),
    ("k", "g"), ("c", "g"), ("q", "g"), ("t", "d"), ("p", "b"), ("f", "b"), ("v", "b"),
    ("l", "r"), ("z", "j"), ("y", "i"),
)  # fmt: skip
_FIRST, _LAST = 0xAC00, 0xD7A3


def fold(text: str) -> str:
    """Write a text in small letters without marks; what is no letter or number is one space.

    Args:
        text: in any script.
    """
    bare = _DROPPED.sub("", unicodedata.normalize("NFKD", text.translate(_ALIKE).lower()))
    joined = unicodedata.normalize("NFC", bare).translate(_ALIKE)
    kept = (letter if unicodedata.category(letter)[0] in "LMN" else " " for letter in joined)
    return " ".join("".join(kept).split())


def squeeze(folded: str) -> str:
    """Remove the spaces of a folded text."""
    return folded.replace(" ", "")


def initials(text: str) -> str:
    """Take the initial consonants of Hangul syllables, such as ㅂㅌㄴ of 베트남."""
    syllables = (ord(letter) - _FIRST for letter in text if _FIRST <= ord(letter) <= _LAST)
    return "".join(_INITIALS[number // 588] for number in syllables)


def are_initials(text: str) -> bool:
    """Tell whether a text holds initial consonants and nothing else, at least two."""
    bare = text.replace(" ", "")
    return len(bare) > 1 and all(letter in _INITIALS for letter in bare)


def romanise(text: str) -> str:
    """Romanise each Hangul syllable by itself; what is no Hangul stays."""
    return "".join(map(_syllable, text))


def sounds(text: str) -> str:
    """Reduce a romanised text to sounds, so that spellings of one name are alike.

    Args:
        text: folded and squeezed.
    """
    for spelling, sound in _SOUNDS:
        text = text.replace(spelling, sound)
    return re.sub(r"(.)\1+", r"\1", text)


def distance_at_most_one(text: str, other: str) -> bool:
    """Tell whether one change makes two texts alike: a letter more, less, other or swapped."""
    if text == other:
        return True
    if abs(len(text) - len(other)) > 1:
        return False
    start = next((i for i, pair in enumerate(zip(text, other, strict=False)) if pair[0] != pair[1]),
                 min(len(text), len(other)))  # fmt: skip
    rest, left = text[start:], other[start:]
    swapped = rest[:2] == left[:2][::-1] and rest[2:] == left[2:]
    return rest[1:] == left[1:] or rest[1:] == left or rest == left[1:] or swapped


def letters(text: str) -> str:
    """Take Hangul syllables apart, so that one wrong vowel is one wrong letter."""
    return unicodedata.normalize("NFD", text)


def _syllable(letter: str) -> str:
    if not _FIRST <= ord(letter) <= _LAST:
        return letter
    number = ord(letter) - _FIRST
    return _INITIAL_SOUNDS[number // 588] + _VOWELS[number % 588 // 28] + _FINALS[number % 28]
