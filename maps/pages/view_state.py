"""View states: the parameters of map pages, frozen, so that a view can key a cache."""

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from geo.serving.analysis.sample import SIMULATED
from maps.pages.declared.density import BANDWIDTH, BY, MIN_DENSITY
from maps.pages.declared.food_streets import EVERY
from maps.pages.declared.residents import INDICATOR, YEAR

FOOD: Final = ("bakery", "cafe", "pub", "restaurant")  # what the visitors' map opens on


BESIDE: Final = "beside"  # of real businesses and of those with simulated ones


@dataclass(frozen=True)
class FoodStreets:
    """The view of the visitors' map.

    Attributes:
        category: categories to show; empty for all.
        cuisine: countries (ISO alpha-2) or regions of the food; empty for all.
        halal: halal classes; empty for all.
        simulated: also draw the simulated businesses, marked as such.
        place: id of the business whose popup is open.
        whole: write the whole list, for readers without scripts and for printing.
    """

    category: tuple[str, ...] = ()
    cuisine: tuple[str, ...] = ()
    halal: tuple[str, ...] = ()
    simulated: bool = False
    place: str | None = None
    whole: bool = False


@dataclass(frozen=True)
class Density:
    """The view of businesses per area.

    Attributes:
        by: hex (H3 cells), dong or kernel.
        category: categories counted; empty for all.
        foreign_run: count only those that are (not) run by foreigners; None for all.
        min_density: hide what lies below, per hectare (hex, kernel) or per square km (dong).
        bandwidth_m: standard deviation of the kernel, metres.
        with_simulated: count simulated businesses too (`with=simulated`).
    """

    by: str = BY.values[0]
    category: tuple[str, ...] = ()
    foreign_run: bool | None = None
    min_density: float = MIN_DENSITY.default
    bandwidth_m: float = BANDWIDTH.default
    with_simulated: bool = False


@dataclass(frozen=True)
class Residents:
    """The view of residents of the 25 dong.

    Attributes:
        year: census year.
        indicator: what the map shows.
    """

    year: int = YEAR.default
    indicator: str = INDICATOR.values[0]


@dataclass(frozen=True)
class Cards:
    """The view of a popup of the visitors' map.

    Attributes:
        ids: businesses and centres, each by its id.
    """

    ids: tuple[str, ...]


@dataclass(frozen=True)
class Eat:
    """The view of the visitors' page.

    Attributes:
        q: what is searched for, as it was typed.
        task: one of the six tasks; None for any.
        cuisine: country or region of the food; None for any.
        halal: halal class; None for any.
        speaks: language that a desk speaks; None for any.
        start: how many results come before the first one shown.
        near: code of the corner that minutes are counted from; None for exit 1.
    """

    q: str = ""
    task: str | None = None
    cuisine: str | None = None
    halal: str | None = None
    speaks: str | None = None
    start: int = 0
    near: str | None = None


@dataclass(frozen=True)
class EatCard:
    """The page of one place, desk or helpline.

    Attributes:
        id: feature id.
    """

    id: str


@dataclass(frozen=True)
class Plan:
    """The view of the planners' page.

    Attributes:
        dong: codes of the dong that are compared, at most five.
        indicator: what the maps of three censuses show: foreign_share or density.
        scale: dong, or unit for what can be compared without estimates.
        x: figure of a profile, from left to right.
        y: figure of a profile, from bottom to top.
    """

    dong: tuple[str, ...] = ("4127354500",)
    indicator: str = "foreign_share"
    scale: str = "dong"
    x: str = "foreign_share"
    y: str = "one_person_share"


@dataclass(frozen=True)
class Analyse:
    """The view of the analysts' page.

    Attributes:
        question: where, unusual, made-of, together, reach, compare, changed or disagree.
        kind: what is counted: all, a category, halal, or a kitchen.
        against: what it is compared with; None for nothing.
        within: city, zone, or the code of a dong.
        scale: hex, grid or dong.
        simulated: true where simulated businesses count, too; beside where both are drawn.
        place: code of the dong that is described.
        unit: id of the unit that is selected; "" for none.
        to: where question=reach walks to: centres, language-CODE, or a category.
        minutes: of that walk.
        classes: of the maps: round, equal, quantile, jenks or own.
        breaks: upper bounds of own classes, as typed.
        area: areas that question=compare describes, at most four.
        register: whose two releases question=changed compares; all for what each opened and closed.
    """

    question: str = "where"
    kind: str = "all"
    against: str | None = None
    within: str = "city"
    scale: str = "hex"
    simulated: str = "false"
    place: str = "4127354500"
    unit: str = ""
    to: str = "centres"
    minutes: int = 10
    classes: str = "round"
    breaks: str = ""
    area: tuple[str, ...] = ("dong:4127354500", "street:food-street-2023")
    register: str = "all"

    @property
    def counts_simulated(self) -> bool:
        """Whether simulated businesses count, too."""
        return self.simulated == "true"

    @property
    def is_beside(self) -> bool:
        """Whether real businesses alone and those with simulated ones are drawn side by side."""
        return self.simulated == BESIDE and self.question == "where"


@dataclass(frozen=True)
class Declared:
    """The view of a page whose parameters are in its declaration.

    Attributes:
        name: of the page.
        values: its parameters and their values.
    """

    name: str
    values: tuple[tuple[str, str | float], ...]


DEFAULT_FOOD_STREETS: Final = FoodStreets(category=FOOD)  # of an address that asks for nothing
View = FoodStreets | Density | Residents | Cards | Eat | EatCard | Plan | Analyse | Declared


def query_string(view: FoodStreets | Density | Residents | Plan | Analyse, **more: str) -> str:
    """Encode a view as a query string, defaults left out, so that one view has one address.

    Args:
        view: what the page shows.
        more: parameters to add, or to put in place of the view's.
    """
    if view == DEFAULT_FOOD_STREETS:
        return urlencode(more, safe=",")
    plain = vars(type(view)())
    parameters = dict(
        _pair(name, value) for name, value in vars(view).items() if value != plain[name]
    )
    if not parameters and isinstance(view, FoodStreets):
        parameters = {"category": EVERY}
    return urlencode({**parameters, **more}, safe=",")


def _pair(name: str, value: object) -> tuple[str, str]:
    """Convert a property of a view to parameter and value: Python reserves the name `with`."""
    return ("with", SIMULATED) if name == "with_simulated" else (name, _value_text(value))


def _value_text(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return ",".join(value)
    return f"{value:g}" if isinstance(value, float) else str(value)
