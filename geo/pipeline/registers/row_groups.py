"""Groups of rows that are one business, joined pair by pair."""

from collections.abc import Iterable, Sequence


class Groups:
    """Rows in groups; at first each row is a group.

    Attributes:
        label: the group of each row: the position of its first one.
    """

    def __init__(self, units: Sequence[str], apart: Iterable[tuple[int, int]]) -> None:
        """Begin with a group for each row.

        Args:
            units: of the rows; a group never holds two rows of one unit, as a unit lists a
                business once.
            apart: pairs of rows that staff decided are not the same.
        """
        self.label = list(range(len(units)))
        self._units = [{unit} for unit in units]
        self._rows = [[row] for row in self.label]
        self._apart: dict[int, set[int]] = {}
        for left, right in apart:
            self._apart.setdefault(left, set()).add(right)
            self._apart.setdefault(right, set()).add(left)

    def join(self, left: int, right: int, *, decided: bool = False) -> None:
        """Join the groups of two rows, unless that would join rows that are not the same.

        Args:
            left: position of a row.
            right: position of another.
            decided: staff decided that they are the same, whatever their units.
        """
        low, high = sorted((self.label[left], self.label[right]))
        if low == high or (not decided and self._units[low] & self._units[high]):
            return
        if self._parted(low, high):
            return
        for row in self._rows[high]:
            self.label[row] = low
        self._rows[low] += self._rows[high]
        self._units[low] |= self._units[high]

    def _parted(self, low: int, high: int) -> bool:
        held = self._rows[low]
        return any(not self._apart.get(row, set()).isdisjoint(held) for row in self._rows[high])
