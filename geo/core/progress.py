"""Progress of long steps, shown on the terminal or logged."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

LONG: Final = 100_000  # rows of a step that is logged
OnStep = Callable[[str], None]


class Notice(str):
    """A step that is always logged, because it may have to wait for another process."""

    __slots__ = ()


def plain_console(**options: Any) -> Console:
    """Make a console that prints text from any file as it is, without markup.

    Args:
        options: of Rich's `Console`.
    """
    return Console(markup=False, emoji=False, highlight=False, **options)


def one_line(text: str) -> str:
    """Join a text into one line, without characters that control a terminal."""
    words = " ".join(text.split())
    return "".join(character if character.isprintable() else "\ufffd" for character in words)


class Step(str):
    """A step and its progress; used as plain text, its name.

    Attributes:
        done: rows so far.
        total: rows in all, perhaps estimated; 0 where that is not known.
    """

    __slots__ = ("done", "total")
    done: int
    total: int

    def __new__(cls, name: str, done: int, total: int) -> "Step":
        """Make a step."""
        step = super().__new__(cls, name)
        step.done, step.total = done, total
        return step


@contextmanager
def show_progress() -> Iterator[OnStep]:
    """Show steps on standard error, so that output can be piped.

    A terminal shows a bar for each step that knows its rows. A log gets a line when a long one
    begins, and no more.
    """
    console = plain_console(stderr=True)
    if not console.is_terminal:
        yield _Log(console)
        return
    with bars_on(console) as step:
        yield step


@contextmanager
def bars_on(console: Console) -> Iterator[OnStep]:
    """Show steps in a terminal, a bar for each that knows its rows."""
    what = TextColumn("{task.description}", markup=False)
    columns = SpinnerColumn(), what, BarColumn(), TextColumn(_ROWS, markup=False)
    with Progress(*columns, TimeElapsedColumn(), console=console, refresh_per_second=5) as bars:
        yield _Bars(bars)


_ROWS: Final = "{task.fields[rows]}"


class _Log:
    def __init__(self, console: Console) -> None:
        self._console, self._begun = console, set[str]()

    def __call__(self, step: str) -> None:
        if isinstance(step, Notice):
            self._console.print(one_line(step), soft_wrap=True)
        elif isinstance(step, Step) and step.total >= LONG and step not in self._begun:
            self._begun.add(step)
            self._console.print(f"{step}: about {step.total:,} rows")


class _Bars:
    """A line for each step that knows its rows, which stays; the others share the last one."""

    def __init__(self, bars: Progress) -> None:
        self._bars = bars
        self._of: dict[str, Any] = {}
        self._other = bars.add_task("starting", total=None, rows="")

    def __call__(self, step: str) -> None:
        if not isinstance(step, Step):
            self._bars.update(self._other, description=f"{step} …", visible=True)
            return
        if step not in self._of:
            self._of[step] = self._bars.add_task(str(step), rows="")
        self._bars.update(self._other, visible=False)
        total = max(step.done, step.total)
        rows = f"{step.done:,} of {total:,} rows" if step.total else f"{step.done:,} rows"
        self._bars.update(
            self._of[step], completed=step.done, total=total if step.total else None, rows=rows
        )
