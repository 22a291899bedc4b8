"""Errors of the atlas."""

from collections.abc import Mapping, Sequence
from typing import Any, Self


class GeoError(Exception):
    """Base of every error of this package; the message names the value and what to do."""

    def __reduce__(self) -> Any:
        """Pickle it as it is: what makes one takes other arguments than the message."""
        return type(self)._restored, (self.args, self.__dict__)

    @classmethod
    def _restored(cls, args: tuple[Any, ...], state: Mapping[str, Any]) -> Self:
        error = cls.__new__(cls, *args)
        error.__dict__.update(state)
        return error


class MissingCRSError(GeoError):
    """A layer came without a coordinate reference system."""


class SourceChangedError(GeoError):
    """A source no longer looks as its TOML file describes it."""


class ContractError(GeoError):
    """A layer breaks its contract: a column, type, value or id is not allowed."""


class PlacementError(GeoError):
    """A point lies in no dong, in two, or where it cannot be."""


class SnapshotError(GeoError):
    """A snapshot is missing, incomplete or altered."""


class StoreError(GeoError):
    """A store cannot be used as it is set: unreachable, misnamed, or without what it needs."""


class StoreConflictError(GeoError):
    """Somebody else changed the store meanwhile; what was current there stays so."""


class ProtectedError(GeoError):
    """A request names a protected property.

    Attributes:
        name: the property.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(
            f"{name} is protected: it says who runs a business. No filter, order or count may name "
            "it; the measure `operators` tells how many there are in fixed areas"
        )


class StaffOnlyError(GeoError):
    """Somebody without a token asked for what is for staff.

    Attributes:
        name: the parameter that asks for it.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__("names of businesses that opened or closed are for staff: send a token")


class BadParameterError(GeoError):
    """A caller asked for something that the data cannot answer.

    Attributes:
        name: the parameter.
        value: what was given.
        allowed: what would have been accepted, for people to read.
        choices: the same as single values, where they can be listed.
    """

    def __init__(self, name: str, value: object, allowed: str | Sequence[str]) -> None:
        self.name = name
        self.value = value
        self.choices = () if isinstance(allowed, str) else tuple(allowed)
        self.allowed = allowed if isinstance(allowed, str) else ", ".join(allowed)
        super().__init__(f"{name}={value!r} is not allowed; allowed: {self.allowed}")
