"""Ways to go on from a view: tasks, the rail of filters, and what to ask where nothing is found."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import urlencode

from maps.i18n import Words
from maps.pages.eat.labels import count_tags, label, own_country
from maps.pages.eat.search import Index, read_terms
from maps.pages.eat.spots import HALAL_ORDER, TASKS, Directory
from maps.pages.view_state import Eat

FILTERS: Final[Mapping[str, str]] = {"task": "t", "cuisine": "c", "halal": "h", "speaks": "l"}
# What the rail sorts the places of a task by; kitchens where nothing else is said.
RAILS: Final[Mapping[str, str]] = {
    "halal": "halal", "visa": "speaks", "health": "speaks", "money": "speaks",
}  # fmt: skip
_OF_KITCHENS: Final = ("eat", "groceries")


@dataclass(frozen=True)
class Choice:
    """A way to go on from here.

    Attributes:
        code: task, cuisine, halal class or language.
        label: its word.
        count: how many it finds.
        query: the query that asks for it, or that no longer does where it is in use.
        in_use: whether it is in use.
        spoken: how many of them speak the reader's language.
    """

    code: str
    label: str
    count: int
    query: str
    in_use: bool = False
    spoken: int = 0


@dataclass(frozen=True)
class Rail:
    """The filters of a view.

    Attributes:
        filter: cuisine, halal or speaks.
        choices: the reader's own first; halal classes in their order, zeros among them.
    """

    filter: str
    choices: list[Choice]


def query_of(view: Eat, lang: str, **more: Any) -> str:
    """Encode a view as a query string, what it does not ask for left out.

    Args:
        view: search and filters.
        lang: the reader's language.
        more: parts to change; a change begins with the first result.
    """
    changed = replace(view, **{"start": 0, **more})
    parts = {name: value for name, value in vars(changed).items() if value}
    return urlencode({**parts, "lang": lang})


def tasks(directory: Directory, view: Eat, words: Words) -> list[Choice]:
    """Offer the six tasks with their counts."""
    return [_task(directory, task, view, words) for task in TASKS]


def _task(directory: Directory, task: str, view: Eat, words: Words) -> Choice:
    spots = directory.tagged(f"t:{task}")
    spoken = sum(f"l:{words.lang}" in spot.tags for spot in spots)
    in_use = view.task == task
    query = query_of(Eat(near=view.near, task=None if in_use else task), words.lang)
    return Choice(task, words.coded("task", task), len(spots), query, in_use, spoken)


def rail(directory: Directory, view: Eat, words: Words) -> Rail:
    """Offer the filters that sort the places of a task, each with its count."""
    asked = view.task or ("halal" if view.halal else "eat")
    name = RAILS.get(asked, "cuisine")
    task = asked if name == "speaks" or asked in _OF_KITCHENS else "eat"
    spots = directory.spots if name == "halal" else directory.tagged(f"t:{task}")
    counts = count_tags(spots, FILTERS[name])
    codes = HALAL_ORDER if name == "halal" else _in_order(counts, _own(name, words.lang))
    within = None if name == "halal" else task
    offered = [_filter((name, code), counts.get(code, 0), within, view, words) for code in codes]
    return Rail(name, offered)


def _own(name: str, lang: str) -> str | None:
    return own_country(lang) if name == "cuisine" else lang


def _in_order(counts: Mapping[str, int], own: str | None) -> list[str]:
    return sorted(counts, key=lambda code: (code != own, -counts[code], code))


def _filter(
    choice: tuple[str, str], count: int, task: str | None, view: Eat, words: Words
) -> Choice:
    name, code = choice
    in_use = getattr(view, name) == code
    without = Eat(task="halal" if name == "halal" else task, near=view.near)
    added: dict[str, Any] = {"task": task, name: code}
    wanted = without if in_use else replace(without, **added)
    said = label(f"{FILTERS[name]}:{code}", words)
    return Choice(code, said, count, query_of(wanted, words.lang), in_use)


def instead(index: Index, view: Eat, lang: str) -> list[Choice]:
    """Offer what each word of a search finds by itself, where all together find nothing."""
    terms = read_terms(view.q) if view.q else []
    offers = []
    for term in terms if len(terms) > 1 or view.task or view.cuisine or view.halal else []:
        count = len(index.find(term.text))
        if count:
            offers.append(Choice("", term.text, count, query_of(Eat(q=term.text), lang)))
    return offers
