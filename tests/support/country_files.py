"""Files of the register of shops as a publisher issues them, with what goes wrong in such files."""

import zipfile
from itertools import cycle
from pathlib import Path

_SEA, _SEOUL = (b"125.0", b"36.0"), (b"126.978", b"37.5665")
_EVERY = 97  # one row in so many has one kind of damage


def country_files(clean: list[Path], folder: Path) -> list[Path]:
    """Damage some rows of generated files, and pack them as a publisher does.

    The first file is in CP949, the second half of the files is in a zip. The first row of each
    file also occurs in the one behind it.

    Args:
        clean: CSV files in UTF-8, every cell quoted.
        folder: where the files go.
    """
    every, before = [], b""
    for file in clean:
        header, *rows = file.read_bytes().splitlines(keepends=True)
        text = header + before + b"".join(map(_damaged, rows, cycle(range(_EVERY))))
        every.append(folder / file.name)
        every[-1].write_bytes(text)
        before = rows[0]
    korean = every[0].read_bytes().decode("utf-8", "ignore").encode("cp949")
    every[0].write_bytes(korean)
    half = len(every) // 2
    archive = folder / "나머지_202606.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as package:
        for file in every[half:]:
            package.write(file, file.name)
            file.unlink()
    return [*every[:half], archive]


def _damaged(row: bytes, place: int) -> bytes:
    cells = row.rstrip(b"\n").split(b",")
    if place == 1:  # once more, under another name
        return row + _joined([cells[0], b'"other name"', *cells[2:]])
    if place == 2:
        return _joined([*cells[:-2], b'""', b'""'])
    if place in (3, 4):
        return _joined([*cells[:-2], *(_SEA if place == 3 else _SEOUL)])
    if place in (5, 6):
        return _joined([*cells[:-1], b'"NaN"' if place == 5 else '"모름"'.encode()])
    if place == 7:
        return _joined(cells[:-1])
    if place == 8:
        return _joined([cells[0], b'"\xff\xff"', *cells[2:]])
    return row


def _joined(cells: list[bytes]) -> bytes:
    return b",".join(cells) + b"\n"
