"""What the analysts' page can be asked."""

from dataclasses import dataclass, replace
from typing import Any, Final

from geo.core.errors import BadParameterError
from geo.core.parameters import ChoiceParameter, Parameter
from geo.core.vocab import CATEGORIES, KINDS
from geo.serving.analysis.area_parameter import AreasParameter
from geo.serving.analysis.cells import SCALES
from geo.serving.analysis.reach import CENTRES, DESK_LANGUAGES, MINUTES
from geo.serving.analysis.releases import compared_registers
from geo.serving.class_choice import BREAKS, CLASSES
from geo.snapshot.reader import Snapshot
from maps.pages.view_state import BESIDE, Analyse
from maps.web.data_parameters import DataParameter

SPEAKING: Final = "language-"  # before the code of a language that a desk speaks
TARGETS: Final = (CENTRES, *(f"{SPEAKING}{code}" for code in DESK_LANGUAGES), *CATEGORIES)
CITY: Final = "city"
ZONE: Final = "zone"
COMPARE: Final = "compare"
DISAGREE: Final = "disagree"
REACH: Final = "reach"
EVERY: Final = Analyse().register  # registers together
_LONGEST_UNIT: Final = 40


@dataclass(frozen=True)
class DongChoice(DataParameter):
    """One of the dong of today by its code, or one of some words.

    Attributes:
        name: in the query.
        description: what it means.
        words: beside the codes.
        default: one of both.
    """

    name: str
    description: str
    words: tuple[str, ...]
    default: str

    def bind(self, snapshot: Snapshot) -> ChoiceParameter:
        """Take the codes of the dong."""
        codes = snapshot.layers["dong"].columns["id"].to_pylist()
        others = [value for value in (*self.words, *codes) if value != self.default]
        return ChoiceParameter(self.name, (self.default, *others), self.description)


@dataclass(frozen=True)
class RegisterChoice(DataParameter):
    """A register with two releases, or all registers.

    Attributes:
        name: in the query.
        description: what it means.
    """

    name: str = "register"
    description: str = "register whose last two releases question=changed compares; all for none"

    def bind(self, snapshot: Snapshot) -> ChoiceParameter:
        """Take the ids of the registers with two releases."""
        ids = [found["register"] for found in compared_registers(snapshot)]
        return ChoiceParameter(self.name, (EVERY, *ids), self.description)


@dataclass(frozen=True)
class UnitId(Parameter):
    """The id of a unit; one that there is not selects nothing.

    Attributes:
        name: in the query.
        description: what it means.
        default: no unit.
    """

    name: str = "unit"
    description: str = "unit that is selected"
    default: str = ""

    @property
    def json_schema(self) -> dict[str, Any]:
        """A short text."""
        return {"type": "string", "maxLength": _LONGEST_UNIT}

    def parse(self, text: str) -> str:
        """Check that a text is no longer than an id."""
        if len(text) > _LONGEST_UNIT:
            raise BadParameterError(self.name, text, "the id of a unit")
        return text


QUESTION: Final = ChoiceParameter(
    "question",
    ("where", "unusual", "made-of", "together", REACH, COMPARE, "changed", DISAGREE),
    "what is asked",
)
# Questions that are asked of chosen businesses; the others are asked of the lists as a whole.
CLASSED: Final = ("where", "made-of", REACH, "changed")  # questions whose maps have classes
QUESTIONS_OF_BUSINESSES: Final = ("where", "unusual", "made-of", "together", COMPARE, DISAGREE)
KIND: Final = ChoiceParameter(
    "kind", KINDS, "what is counted: all, a category, halal food or a kitchen"
)
AGAINST: Final = ChoiceParameter("against", KINDS, "what it is compared with", optional=True)
SCALE: Final = ChoiceParameter(
    "scale", SCALES, "on what it is counted; with question=unusual hex or grid"
)
SIMULATED_TOO: Final = ChoiceParameter(
    "simulated",
    ("false", "true", BESIDE),
    "count simulated businesses, too; beside draws both with question=where",
)
PARAMETERS: Final = (
    QUESTION,
    KIND,
    AGAINST,
    DongChoice("within", "where", (CITY, ZONE), CITY),
    SCALE,
    SIMULATED_TOO,
    DongChoice("place", "dong that question=made-of describes", (), Analyse().place),
    UnitId(),
    ChoiceParameter("to", TARGETS, "where question=reach walks to: desks, or a category of shops"),
    replace(CLASSES, description=f"classes of the maps with question={', '.join(CLASSED)}"),
    BREAKS,
    replace(MINUTES, description="of the walk that question=reach takes"),
    AreasParameter(default=Analyse().area),
    RegisterChoice(),
)
