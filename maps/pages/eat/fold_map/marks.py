"""Marks of the fold map: numbers that would overlap share one mark, which names them all."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

from maps.pages.eat.fold_map.sheet import Sheet, mark_size

SIZE: Final = 6.5  # points
GAP: Final = 0.3  # millimetres between two marks


@dataclass(frozen=True)
class PaperMark:
    """A mark on paper.

    Attributes:
        numbers: in rising order.
        x: middle, millimetres.
        y: likewise.
        width: millimetres.
        height: millimetres.
    """

    numbers: tuple[int, ...]
    x: float
    y: float
    width: float
    height: float

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Its edges: left, top, right, bottom, millimetres."""
        half, tall = self.width / 2, self.height / 2
        return self.x - half, self.y - tall, self.x + half, self.y + tall

    @property
    def text(self) -> str:
        """Its numbers, three and more in a row as a range."""
        return shortened(self.numbers)

    def overlaps(self, other: "PaperMark") -> bool:
        """Tell whether two marks would touch."""
        return (
            abs(self.x - other.x) < (self.width + other.width) / 2 + GAP
            and abs(self.y - other.y) < (self.height + other.height) / 2 + GAP
        )


def merge(sheet: Sheet, numbered: Sequence[tuple[int, tuple[float, float]]]) -> list[PaperMark]:
    """Merge marks until none touches another.

    Args:
        sheet: measures the texts.
        numbered: numbers with their points, millimetres.
    """
    marks = [_mark(sheet, [(number, at)]) for number, at in numbered]
    members = {mark.numbers: [pair] for mark, pair in zip(marks, numbered, strict=True)}
    while touching := _first_touching(marks):
        inside = [pair for mark in touching for pair in members[mark.numbers]]
        merged = _mark(sheet, inside)
        members[merged.numbers] = inside
        marks = [mark for mark in marks if mark not in touching] + [merged]
    return sorted(marks, key=lambda mark: mark.numbers)


def _first_touching(marks: Sequence[PaperMark]) -> tuple[PaperMark, PaperMark] | None:
    return next((pair for pair in combinations(marks, 2) if pair[0].overlaps(pair[1])), None)


def shortened(numbers: Sequence[int]) -> str:
    """Write rising numbers, three and more in a row as a range: 3–5, 9."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    parts = [f"{run[0]}–{run[-1]}" if len(run) > 2 else ", ".join(map(str, run)) for run in runs]
    return ", ".join(parts)


def _mark(sheet: Sheet, inside: Sequence[tuple[int, tuple[float, float]]]) -> PaperMark:
    numbers = tuple(sorted(number for number, _ in inside))
    width, height = mark_size(sheet, shortened(numbers), SIZE)
    x = sum(at[0] for _, at in inside) / len(inside)
    y = sum(at[1] for _, at in inside) / len(inside)
    return PaperMark(numbers, x, y, width, height)
