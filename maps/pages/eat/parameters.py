"""Parameters of the visitors' page.

Their addresses are printed, scanned and passed on: a value that there is not, or no longer, is
left out instead of refused.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from geo.core.parameters import Parameter
from maps.pages.eat.search import MOST_LETTERS
from maps.pages.eat.spots import HALAL_ORDER, TASKS

_MOST_PASSED: Final = 100_000  # nobody turns over so many results


@dataclass(frozen=True)
class FreeText(Parameter):
    """Any text, without the space around it.

    Attributes:
        name: in the query.
        example: a value.
        description: what it means.
        default: the value of a request that does not give it, or gives an empty one.
        most: characters that are read; None for all.
    """

    name: str
    example: str
    description: str
    default: str | None = None
    most: int | None = None

    @property
    def json_schema(self) -> dict[str, Any]:
        """Its example."""
        return {"type": "string", "example": self.example}

    def parse(self, text: str) -> str | None:
        """Read the text as far as it is read."""
        return text.strip()[: self.most] or self.default


@dataclass(frozen=True)
class ResultOffset(Parameter):
    """How many results to pass over: none, where that is not a whole number.

    Attributes:
        name: in the query.
        description: what it means.
    """

    name: str
    description: str = "results to pass over"
    default: int = 0

    @property
    def json_schema(self) -> dict[str, Any]:
        """Its example."""
        return {"type": "string", "example": "20"}

    def parse(self, text: str) -> int:
        """Read a whole number, or none."""
        return min(int(text), _MOST_PASSED) if text.isascii() and text.isdecimal() else 0


def _one_or_all(name: str, codes: Sequence[str], what: str) -> FreeText:
    return FreeText(name, codes[0], f"{what}: {', '.join(codes)}; any other asks for all")


# Read by the script alone, which knows what the browser has saved.
SAVED: Final = FreeText("saved", "1", "`1` for the places that the browser has saved")
PARAMETERS: Final[Sequence[Parameter]] = (
    FreeText("q", "phở", "words to search for", "", MOST_LETTERS),
    _one_or_all("task", TASKS, "what it is for"),
    FreeText("cuisine", "vn", "country or region of the kitchen"),
    _one_or_all("halal", HALAL_ORDER, "halal class"),
    FreeText("speaks", "vi", "language that a desk speaks"),
    ResultOffset("start"),
    FreeText("near", "gate", "code of the corner that minutes are counted from"),
    SAVED,
)
