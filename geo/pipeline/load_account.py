"""Where the rows of a register went, as the command prints it."""

from dataclasses import dataclass

from geo.core.errors import ContractError


@dataclass(frozen=True)
class Account:
    """Where the rows of the files went; the sum is exact."""

    read: int
    new: int
    changed: int
    unchanged: int
    merged: int
    outside: int
    set_aside: int

    def __post_init__(self) -> None:
        """Refuse an account that does not add up.

        Raises:
            ContractError: the parts are not the whole.
        """
        parts = (self.new, self.changed, self.unchanged, self.merged, self.outside, self.set_aside)
        if self.read != sum(parts):
            raise ContractError(f"the account does not add up: {self}")
