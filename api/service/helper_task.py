"""A task for a helper process, as bytes: a function with its arguments, and what came of it.

What belongs to a snapshot goes as a name: the helper has the same snapshot open.
"""

import io
import pickle
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from api.service.current_snapshot import CurrentSnapshot

Name = tuple[str, ...]
_WHOLE, _DATA, _LAYER = "current", "snapshot", "layer"


@dataclass(frozen=True)
class Place:
    """Which snapshot a task is about.

    Attributes:
        id: of the snapshot.
        staff: whether it is the one for staff.
    """

    id: str
    staff: bool


def packed_task(held: CurrentSnapshot, place: Place, function: Callable[[], Any]) -> bytes:
    """Write a task.

    Args:
        held: what answers the request.
        place: the same for the helper.
        function: with its arguments (`functools.partial`); every part of it can be pickled.
    """
    stream = io.BytesIO()
    pickler = _Pickler(stream, pickle.HIGHEST_PROTOCOL)
    pickler.names = _names(held)
    pickle.dump(place, stream)
    pickler.dump(function)
    return stream.getvalue()


def read_task(
    task: bytes, opened: Callable[[Place], CurrentSnapshot]
) -> tuple[Place, Callable[[], Any]]:
    """Read a task; only ever one that our own service has written.

    Args:
        task: as `packed_task` wrote it.
        opened: what serves from a place.
    """
    stream = io.BytesIO(task)
    place: Place = pickle.load(stream)  # noqa: S301 - over a pipe that nobody else holds
    unpickler = _Unpickler(stream)
    unpickler.held = opened(place)
    return place, unpickler.load()


def packed_outcome(*, value: Any = None, error: BaseException | None = None) -> bytes:
    """Write what came of a task: a value, or an error with the place where it arose."""
    if error is not None:
        error.add_note("".join(traceback.format_exception(error)))
        error.__traceback__ = error.__cause__ = error.__context__ = None
    return pickle.dumps((value, error), pickle.HIGHEST_PROTOCOL)


def read_outcome(outcome: bytes) -> Any:
    """Read what came of a task, and raise what it raised."""
    value, error = pickle.loads(outcome)  # noqa: S301 - over a pipe that nobody else holds
    if error is not None:
        raise error
    return value


def _names(held: CurrentSnapshot) -> Mapping[int, Name]:
    """The names of what belongs to a snapshot, by identity."""
    layers = {id(layer): (_LAYER, name) for name, layer in held.snapshot.layers.items()}
    return {**layers, id(held): (_WHOLE,), id(held.snapshot): (_DATA,)}


class _Pickler(pickle.Pickler):
    names: Mapping[int, Name]

    def persistent_id(self, obj: Any) -> Name | None:
        return self.names.get(id(obj))


class _Unpickler(pickle.Unpickler):
    held: CurrentSnapshot

    def persistent_load(self, name: Name) -> Any:
        if name[0] == _LAYER:
            return self.held.snapshot.layers[name[1]]
        return self.held if name[0] == _WHOLE else self.held.snapshot
