"""The search for spots: by name in any script, address, telephone, or by what a word means.

The browser does the same (`static/eat/search.js`); a test compares the two, query by query.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from maps.pages.eat.concepts import Tags, concepts
from maps.pages.eat.folding import (
    are_initials,
    distance_at_most_one,
    fold,
    initials,
    letters,
    romanise,
    sounds,
    squeeze,
)
from maps.pages.eat.spots import Spot

_PHONE: Final = re.compile(r"\+?[0-9 ().-]{3,}")
MOST_LETTERS: Final = 80  # characters of a query that are read
_TOGETHER: Final = 4  # words of a concept
_NO_SPACES: Final = "\u0e00"  # scripts from here on often write words together
WHOLE, START, INSIDE, STREET, TAG, FIRST_LETTERS, HEARD, NEARLY = 100, 80, 60, 50, 70, 55, 40, 30


@dataclass(frozen=True)
class Term:
    """A part of a query that a spot must meet.

    Attributes:
        text: folded and squeezed.
        tags: what it means; None where it is no word of the table.
    """

    text: str
    tags: Tags | None = None


@dataclass(frozen=True)
class Spelled:
    """The texts of a spot in which a query is looked for."""

    spot: Spot

    @cached_property
    def _folded(self) -> list[str]:
        """Names in every language, folded."""
        return [fold(name) for name in (self.spot.ko, self.spot.en, *self.spot.other_names)]

    @cached_property
    def names(self) -> list[str]:
        """Names, folded and squeezed."""
        return [squeeze(name) for name in self._folded if name]

    @cached_property
    def words(self) -> list[str]:
        """Names and their words, taken apart in letters, long enough to be mistyped."""
        found = [word for name in self._folded for word in (*name.split(), squeeze(name))]
        return [word for word in map(letters, found) if len(word) > 3]

    @cached_property
    def address(self) -> str:
        """Address, folded and squeezed."""
        return squeeze(fold(self.spot.address))

    @cached_property
    def heard(self) -> list[str]:
        """Names and address by their sounds."""
        return [sounds(romanise(text)) for text in (*self.names, self.address) if text]

    @cached_property
    def initials(self) -> str:
        """Initial consonants of the Korean name."""
        return initials(self.spot.ko)

    @cached_property
    def phone(self) -> str:
        """Digits of the telephone."""
        return re.sub(r"[^0-9]", "", self.spot.phone)


class Index:
    """Spots made ready to be searched.

    Args:
        spots: nearest first; of equal matches the nearer comes first.
    """

    def __init__(self, spots: Sequence[Spot]) -> None:
        self._spelled = [Spelled(spot) for spot in spots]

    def find(self, query: str) -> list[Spot]:
        """List what meets a query, best first; an empty query is met by everything.

        Args:
            query: as it was typed.
        """
        query = query[:MOST_LETTERS].strip()
        digits = re.sub(r"[^0-9]", "", query)
        if _PHONE.fullmatch(query) and len(digits) > 2:
            national = re.sub("^(?:0082|82)0?", "0", digits) if len(digits) > 8 else digits
            return [spelled.spot for spelled in self._spelled if national in spelled.phone]
        if are_initials(query):
            return self._by_initials(squeeze(query))
        if not (whole := squeeze(fold(query))):
            return [spelled.spot for spelled in self._spelled]
        terms = read_terms(query)
        return self._ranked(terms, whole, nearly=False) or self._ranked(terms, whole, nearly=True)

    def _ranked(self, terms: Sequence[Term], whole: str, *, nearly: bool) -> list[Spot]:
        meant = [_meant(term, nearly=nearly) for term in terms]
        scores = [_score(spelled, terms, meant, whole, nearly=nearly) for spelled in self._spelled]
        order = sorted(range(len(scores)), key=lambda row: -scores[row])
        return [self._spelled[row].spot for row in order if scores[row]]

    def _by_initials(self, query: str) -> list[Spot]:
        worth = _worth(TAG, lambda word: initials(word) == query)
        scores = [
            max(
                INSIDE * (query in spelled.initials),
                WHOLE * (query == spelled.initials),
                max((worth.get(tag, 0) for tag in spelled.spot.tags), default=0),
            )
            for spelled in self._spelled
        ]
        order = sorted(range(len(scores)), key=lambda row: -scores[row])
        return [self._spelled[row].spot for row in order if scores[row]]


def read_terms(query: str) -> list[Term]:
    """Read a query as terms: the longest words of the table, and what is left of it.

    Args:
        query: as it was typed.
    """
    words, terms, start = fold(query).split(), list[Term](), 0
    while start < len(words):
        size = next(
            (n for n in range(_TOGETHER, 1, -1)
             if start + n <= len(words) and "".join(words[start : start + n]) in concepts()), 1,
        )  # fmt: skip
        terms += _parts("".join(words[start : start + size]))
        start += size
    asked = [term for term in terms if term.tags != ("-",)]
    return asked or terms


def _parts(word: str) -> list[Term]:
    """Read one word, or the words of which it is written without spaces."""
    if word in concepts():
        return [Term(word, concepts()[word])]
    if min(word) < _NO_SPACES:
        return [Term(word)]
    parts, rest = list[Term](), word
    while rest:
        known = next((rest[:n] for n in range(len(rest), 0, -1) if rest[:n] in concepts()), None)
        if known is None:
            return [Term(word)]
        parts.append(Term(known, concepts()[known]))
        rest = rest[len(known) :]
    return parts


def _meant(term: Term, *, nearly: bool) -> Mapping[str, int]:
    """Tags that a term may mean, with what each is worth."""
    if term.tags is not None:
        return {tag: TAG - 5 * place for place, tag in enumerate(term.tags)}
    shortest = 2 if min(term.text) >= _NO_SPACES else 3
    if not nearly:
        return _worth(
            FIRST_LETTERS,
            lambda word: len(term.text) >= shortest and word.startswith(term.text),
        )
    typed = letters(term.text)
    return _worth(
        NEARLY,
        lambda word: (
            len(typed) > 3 and len(word) > 1 and distance_at_most_one(typed, letters(word))
        ),
    )


def _worth(most: int, fits: Callable[[str], bool]) -> dict[str, int]:
    """Tags of the words that fit, the first tag of a word worth most."""
    worth: dict[str, int] = {}
    for word, tags in concepts().items():
        if fits(word):
            for place, tag in enumerate(tags):
                worth[tag] = max(worth.get(tag, 0), most - 5 * place)
    return worth


def _score(
    spelled: Spelled,
    terms: Sequence[Term],
    meant: Sequence[Mapping[str, int]],
    whole: str,
    *,
    nearly: bool,
) -> int:
    scores = [_score_term(spelled, *pair, nearly=nearly) for pair in zip(terms, meant, strict=True)]
    all_met = sum(scores) if all(scores) else 0
    name = _score_name(spelled, whole)
    if name == INSIDE and all(term.tags for term in terms):
        name = 0  # 비자 is no part of 소비자
    at_end = whole[-1].isdigit() and spelled.address.endswith(whole)
    return all_met + 3 * max(name, WHOLE if at_end else 0)


def _score_name(spelled: Spelled, text: str) -> int:
    if text in spelled.names:
        return WHOLE
    if any(name.startswith(text) for name in spelled.names):
        return START
    return INSIDE if any(text in name for name in spelled.names) else 0


def _score_term(spelled: Spelled, term: Term, meant: Mapping[str, int], *, nearly: bool) -> int:
    by_tag = max((meant.get(tag, 0) for tag in spelled.spot.tags), default=0)
    if term.tags == ("-",):
        return TAG
    if nearly and term.tags is None:
        return max(by_tag, _score_nearly(spelled, term.text))
    by_name = _score_name(spelled, term.text)
    if term.tags is not None and by_name < START:
        by_name = 0
    by_street = STREET if term.tags is None and term.text in spelled.address else 0
    return max(by_tag, by_name, by_street, _score_heard(spelled, term))


def _score_heard(spelled: Spelled, term: Term) -> int:
    """Compare sounds: a Latin spelling of a Korean name, or a Korean one of a Latin name."""
    if term.tags is not None or min(term.text) < "a":
        return 0
    text = sounds(romanise(term.text))
    if len(text) < 4 or not text.isascii():
        return 0
    return HEARD if any(text in heard for heard in spelled.heard) else 0


def _score_nearly(spelled: Spelled, text: str) -> int:
    typed = letters(text)
    if len(typed) < 4:
        return _score_name(spelled, text) or STREET * (text in spelled.address)
    close = any(distance_at_most_one(typed, word) for word in spelled.words)
    exact = (
        _score_name(spelled, text)
        or STREET * (text in spelled.address)
        or _score_heard(spelled, Term(text))
    )
    return exact or (NEARLY if close else 0)
