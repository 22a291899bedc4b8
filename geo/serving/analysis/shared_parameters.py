"""Parameters that several measures have."""

from typing import Final

from geo.core.parameters import BooleanParameter, ChoiceParameter, NumberParameter
from geo.core.vocab import BANDWIDTH_M, BANDWIDTHS_M
from geo.serving.analysis.cells import SCALES
from geo.serving.analysis.sample import SIMULATED

SCALE: Final = ChoiceParameter("scale", SCALES)
BANDWIDTH: Final = NumberParameter("bandwidth_m", BANDWIDTH_M, *BANDWIDTHS_M)
MIN_DENSITY: Final = NumberParameter("min_density", 0)
WITH: Final = ChoiceParameter(
    "with", (SIMULATED,), "count simulated businesses beside the observed ones", optional=True
)
DEMONSTRATION: Final = BooleanParameter(
    "demonstration",
    "give p-values and verdicts of mostly simulated businesses too; they are not real",
)
