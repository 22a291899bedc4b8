"""What the planners' page can be asked."""

from dataclasses import dataclass, field
from typing import Any, ClassVar, Final

from geo.core.errors import BadParameterError
from geo.core.parameters import ChoiceParameter, Parameter
from geo.serving.analysis.profiles import FIGURES
from geo.serving.table_join.dong_dictionary import find_dong
from geo.snapshot.reader import Snapshot
from maps.pages.view_state import Plan
from maps.style.colours import CHOSEN
from maps.web.data_parameters import DataParameter

MOST: Final = len(CHOSEN)  # dong side by side; more lines and columns are not told apart


@dataclass(frozen=True)
class _DongToCompare(Parameter):
    name: str
    snapshot: Snapshot = field(repr=False)
    description: str = f"codes or names of dong to compare, at most {MOST}"
    default: tuple[str, ...] = Plan().dong
    repeatable: ClassVar[bool] = True

    @property
    def json_schema(self) -> dict[str, Any]:
        codes = self.snapshot.layers["dong"].columns["id"].to_pylist()
        member = {"type": "string", "enum": codes}
        return {"type": "array", "items": member, "minItems": 1, "maxItems": MOST}

    def parse(self, text: str) -> tuple[str, ...]:
        named = [part.strip() for part in text.split(",") if part.strip()]
        codes = tuple(dict.fromkeys(find_dong(self.snapshot, each) for each in named))
        if len(codes) > MOST:
            raise BadParameterError(self.name, text, f"at most {MOST} dong")
        return codes or self.default


@dataclass(frozen=True)
class DongToCompare(DataParameter):
    """Dong of today, by their codes or their names.

    Attributes:
        name: in the query.
    """

    name: str = "dong"

    def bind(self, snapshot: Snapshot) -> Parameter:
        """Take the snapshot that names the dong."""
        return _DongToCompare(self.name, snapshot)


def _figures(first: str) -> tuple[str, ...]:
    return (first, *(name for name in FIGURES if name != first))


INDICATOR: Final = ChoiceParameter(
    "indicator",
    ("foreign_share", "density"),  # rates: a count that is shaded makes large dong look full
    "what the maps of three censuses show",
)
SCALE: Final = ChoiceParameter(
    "scale",
    ("dong", "unit"),
    "dong of today, 2015 estimated where one was split; or units without estimates",
)
X: Final = ChoiceParameter("x", _figures(Plan().x), "figure of a profile from left to right")
Y: Final = ChoiceParameter("y", _figures(Plan().y), "figure of a profile from bottom to top")
PARAMETERS: Final = (DongToCompare(), INDICATOR, SCALE, X, Y)
