"""What every test has: as little computing time as possible.

On a machine of two cores, more threads of BLAS or Arrow wait for one another more than they help.
Set before NumPy is loaded; commands and services that tests start inherit it.
"""

import gc
import os
import sys

import pytest
from buckets import moto_bucket
from fastapi import Request

from api.service import work_queue
from api.service.current_snapshot import serving
from api.service.helper_task import Place, packed_outcome, packed_task
from geo.core.garbage import SELDOM

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(name, "1")
# Workers, services and commands compile the 600 modules once, and not each of them anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False  # nor the 300 files of tests for every run
gc.set_threshold(*SELDOM)
FIRST = ("tests/notebooks/", "tests/tools/")


def pytest_configure(config: pytest.Config) -> None:
    """Let pytest-xdist take files as they come: those of few tests are long, and would be last."""
    config.option.loadscopereorder = False


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the notebooks, which would be last and long, and beside them without a build.

    The first worker builds the home that most of the tests read; the other need not wait for it.
    """
    items.sort(key=lambda item: not item.nodeid.startswith(FIRST))


def pytest_collection_finish() -> None:
    """Let no collection of garbage look at the modules and the 8,600 tests, which stay."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def sendable_work():
    """Services in the process of the tests do their work in threads; helpers could do it too.

    A service that is started by the command line sends functions and results from process to
    process, so all of them have to be such as can be pickled.
    """
    done = work_queue._done

    async def checked(request, kind, function):
        is_sent = kind in work_queue.LANES and isinstance(request, Request)
        if is_sent:
            packed_task(serving(request), Place("", staff=False), function)
        result = await done(request, kind, function)
        if is_sent:
            packed_outcome(value=result)
        return result

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(work_queue, "_done", checked)
        yield


@pytest.fixture(scope="session")
def moto(tmp_path_factory):
    """The environment of clients of a bucket on this machine; started for the first that asks."""
    with moto_bucket(tmp_path_factory.mktemp("moto") / "log") as environment:
        yield environment
