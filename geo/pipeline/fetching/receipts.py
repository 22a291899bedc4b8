"""Fetched files, their receipts, and what is unfinished."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import NoReturn

from geo.pipeline.fetching.publishers import FetchError


@dataclass(frozen=True)
class Receipt:
    """What was fetched, beside the file as FILE.receipt.json.

    Attributes:
        url: where from.
        fetched_at: when, UTC.
        sha256: of the file.
        size: bytes.
        licence: of the publisher.
        etag: by which the server names this state.
        modified: Last-Modified.
        disposition: Content-Disposition, in which publishers name the edition.
    """

    url: str
    fetched_at: str
    sha256: str
    size: int
    licence: str
    etag: str = ""
    modified: str = ""
    disposition: str = ""


def keep(target: Path, receipt: Receipt) -> None:
    """Put a file that has been checked in its place, and its receipt beside it."""
    text = json.dumps(asdict(receipt), ensure_ascii=False, indent=1)
    part_of(target).replace(target)
    state_of(target).unlink(missing_ok=True)
    unfinished = target.with_name(target.name + ".receipt.part")
    unfinished.write_text(text + "\n", encoding="utf-8")
    unfinished.replace(_receipt_file(target))


def drop(target: Path, problem: str) -> NoReturn:
    """Remove what did not arrive whole.

    Raises:
        FetchError: always, with the problem.
    """
    forget_part(target)
    raise FetchError(f"{target.name}: {problem}; nothing was loaded, fetch again later")


def forget_part(target: Path) -> None:
    """Remove an unfinished file and what is noted of it."""
    part_of(target).unlink(missing_ok=True)
    state_of(target).unlink(missing_ok=True)


def part_of(target: Path) -> Path:
    """Return where an unfinished file is kept."""
    return target.with_name(target.name + ".part")


def read_receipt(target: Path) -> Receipt | None:
    """Return the receipt of a file; None where there is none, or the file is not that one."""
    try:
        receipt = Receipt(**json.loads(_receipt_file(target).read_text(encoding="utf-8")))
        same = target.stat().st_size == receipt.size
    except (OSError, ValueError, TypeError):
        return None
    return receipt if same else None


def _receipt_file(target: Path) -> Path:
    return target.with_name(target.name + ".receipt.json")


def state_of(target: Path) -> Path:
    """Return where it is noted which state of a file an unfinished one is of."""
    return target.with_name(target.name + ".part.json")
