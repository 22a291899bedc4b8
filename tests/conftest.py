"""What every test has: as little computing time as possible.

On a machine of two cores, more threads of BLAS or Arrow wait for one another more than they help.
Set before NumPy is loaded; commands and services that tests start inherit it.
"""

import gc
import os

import pytest

from geo.core.garbage import SELDOM

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(name, "1")
gc.set_threshold(*SELDOM)


def pytest_configure(config: pytest.Config) -> None:
    """Let pytest-xdist take files as they come: those of few tests are long, and would be last."""
    config.option.loadscopereorder = False
