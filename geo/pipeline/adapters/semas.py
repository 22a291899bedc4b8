"""The national register of shops (소상공인시장진흥공단 상가(상권)정보): each row an open business.

Headers and the scheme of categories changed in 2023, and people pass reduced copies on; all are
read. The register says nothing about owners, nationality or halal food, so neither do its records.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, TypeVar

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from geo.core.errors import SourceChangedError
from geo.core.source import load_spec
from geo.pipeline.adapters.adapter import RegisterAdapter
from geo.pipeline.adapters.records import ParsedRecords, no_rows, records
from geo.pipeline.adapters.semas_kinds import Kind, distinct, kinds
from geo.readers.normalize.names import clean
from geo.readers.normalize.spellings import fold_spelling
from geo.readers.table import ROW, Table

SPEC = load_spec(__file__, "semas")
NO_KEY: Final = "it has no 상가업소번호"
BAD_KEY: Final = "its 상가업소번호 is no id; a spreadsheet may have rounded it"
NO_NAME: Final = "it has no name"
CUT: Final = "its name is cut in the middle of a character"
NO_CATEGORY: Final = "it has no category"
UNKNOWN: Final = "its category is unknown: "
NO_NUMBER: Final = "its 경도 or 위도 is no number"
REDUCED: Final = "reduced"
_What = TypeVar("_What")
_LOST: Final = "\ufffd"  # stands for bytes that are no text
_ID: Final = r"^[0-9A-Za-z_-]+$"
_ROUNDED: Final = r"^\d+[eE][+-]?\d+$"
_NUMBER: Final = r"^-?\d+(\.\d*)?([eE][+-]?\d+)?$"
_NO_VALUE: Final = r"(?i)^([+-]?(nan|inf|infinity|∞)|null|none)?$"
# A number or letter alone, as most cells hold it: 101, 2, 2.0, B1, 2~3.
_BARE: Final = r"^([0-9A-Za-z][0-9A-Za-z~,\-]*)(?:\.0)?$"
_BELOW: Final = r"^(?:지하|지|[Bb]|-)\s*(\d+)(?:\.0)?\s*층?$"
_DOUBLED: Final = r"^(?:세종특별자치시\s+){2,}"


def parse_register(table: Table) -> Iterator[ParsedRecords]:
    """Parse the records of one file of shops.

    Raises:
        SourceChangedError: the file lacks a column.
    """
    headers = _headers(table)
    for batch in table.batches:
        cells = {
            role: pd.Series(batch.column(header), dtype="str") for role, header in headers.items()
        }
        yield _parsed_records(
            table.name, pd.DataFrame(cells), batch.column(ROW).to_numpy(), headers
        )


def _headers(table: Table) -> dict[str, str]:
    """Find the header of every column that is read, by role."""
    written = {"".join(header.split()): header for header in table.header}
    headers: dict[str, str] = {}
    for alias, role in SPEC.lookup["columns"].items():
        if alias in written:
            headers.setdefault(role, written[alias])
    both = [["x"], ["y"]] if headers.keys() & {"x", "y"} else []
    for roles in [*SPEC.numbers["required"], *both]:
        if not headers.keys() & set(roles):
            accepted = [alias for alias, role in SPEC.lookup["columns"].items() if role in roles]
            raise SourceChangedError(
                f"{table.name}: no column {' or '.join(accepted)}; it has {', '.join(table.header)}"
            )
    return headers


def _parsed_records(
    file: str, cells: pd.DataFrame, rows: Any, headers: Mapping[str, str]
) -> ParsedRecords:
    row_kinds, which = kinds(cells)
    key, name = cells["key"].str.strip(), _name(cells)
    category = _per_row([kind.category for kind in row_kinds], which)
    code = _per_row([kind.code for kind in row_kinds], which)
    x, y, unread = _points(cells)
    reason = _reasons(key, name, category, code).mask(unread, NO_NUMBER)
    usable = reason.isna().to_numpy()
    made = records(
        key=key,
        row=rows,
        name_ko=name,
        category=category,
        code=code,
        cuisine=_cuisines(row_kinds, which),
        halal="unknown",
        address_detail=_once(_details, cells, ("building", "floor", "room"))["detail"],
        x=x,
        y=y,
        status="open",
        **_addresses(cells),
        **_once(_areas, cells, ("province", "gu", "dong", "dong8", "legal")),
    )
    return ParsedRecords(
        file=file,
        frame=made if usable.all() else made[usable],
        rejects=_rejects(cells[~usable], rows[~usable], reason[~usable], headers),
        crs=SPEC.crs if "x" in headers else "",
        codes=_counted(row_kinds, which[usable], lambda kind: [(kind.code, kind.category)]),
        unknown=_counted(row_kinds, which, Kind.reported),
        decided=_counted(row_kinds, which, lambda kind: [kind.decided]),
    )


def _counted(
    row_kinds: Sequence[Kind], which: Any, what: Callable[[Kind], Iterable[_What]]
) -> Counter[_What]:
    """Count rows by a property of their kinds."""
    counts = np.bincount(which, minlength=len(row_kinds)).tolist()
    done: Counter[_What] = Counter()
    for kind, count in zip(row_kinds, counts, strict=True):
        for each in what(kind):
            done[each] += count
    return +done


def _reasons(key: pd.Series, name: pd.Series, category: pd.Series, code: pd.Series) -> pd.Series:
    """Return why rows cannot be used, null where they can; the first reason counts."""
    bad = ~key.str.match(_ID) | key.str.match(_ROUNDED)
    return (
        (UNKNOWN + code)
        .where(category == "")
        .mask((category == "") & (code == ""), NO_CATEGORY)
        .mask(name.str.contains(_LOST, regex=False).fillna(value=False), CUT)
        .mask(name.isna(), NO_NAME)
        .mask(bad, BAD_KEY)
        .mask(key == "", NO_KEY)
    )


def _per_row(values: Sequence[str], which: Any) -> pd.Series:
    return pd.Series(pa.array(values, pa.string()).take(pa.array(which)), dtype="str")


def _cuisines(row_kinds: Sequence[Kind], which: Any) -> Any:
    lists = np.empty(len(row_kinds), dtype=object)
    for place, kind in enumerate(row_kinds):  # at once, NumPy would take tuples for a second axis
        lists[place] = kind.cuisine
    return lists[which]


def _column(cells: pd.DataFrame, role: str) -> pd.Series:
    """Return the clean cells of a column; null where a cell is empty or the column is missing."""
    if role in cells:
        return clean(cells[role])
    return pd.Series(np.nan, index=cells.index, dtype="str")


def _name(cells: pd.DataFrame) -> pd.Series:
    """Join name and branch; a branch that already ends the name is not repeated."""
    name, branch = _column(cells, "name"), _column(cells, "branch")
    both = name.notna() & branch.notna()
    joined = [
        own_name
        if fold_spelling(own_name).endswith(fold_spelling(other))
        else f"{own_name} {other}"
        for own_name, other in zip(name[both], branch[both], strict=True)
    ]
    return name.mask(both, pd.Series(joined, index=name.index[both], dtype="str"))


def _addresses(cells: pd.DataFrame) -> dict[str, pd.Series]:
    return {
        f"address_{role}": _replaced(_column(cells, role), _DOUBLED, "세종특별자치시 ")
        for role in ("road", "jibun")
    }


def _once(
    make: Callable[[pd.DataFrame], dict[str, pd.Series]], cells: pd.DataFrame, roles: Sequence[str]
) -> dict[str, pd.Series]:
    """Compute columns once for each combination of cells that many rows share."""
    few, which = distinct(cells, roles)
    return {name: values.iloc[which].set_axis(cells.index) for name, values in make(few).items()}


def _details(cells: pd.DataFrame) -> dict[str, pd.Series]:
    """Format building, floor and room: "101동 지하 1층 3호"."""
    floor = _replaced(_column(cells, "floor"), _BELOW, r"지하 \1층")
    floor = floor.where(floor != "지", "지하")
    units = (_column(cells, "building"), "동"), (floor, "층"), (_column(cells, "room"), "호")
    parts = [
        pa.array(_replaced(texts, _BARE, rf"\1{unit}"), pa.string(), from_pandas=True)
        for texts, unit in units
    ]
    joined = pc.binary_join_element_wise(*parts, " ", null_handling="replace")
    return {"detail": clean(pd.Series(joined, index=cells.index, dtype="str"))}


def _replaced(texts: pd.Series, pattern: str, by: str) -> pd.Series:
    done = pc.replace_substring_regex(pa.array(texts, pa.string(), from_pandas=True), pattern, by)
    return pd.Series(done, index=texts.index, dtype="str")


def _areas(cells: pd.DataFrame) -> dict[str, pd.Series]:
    """Return the part, and the codes of gu, dong and legal dong that rows claim."""
    province, legal = _code(cells, "province", 2), _code(cells, "legal", 10)
    of_kostat = SPEC.lookup["dong_of_kostat"]
    gu = _code(cells, "gu", 5).replace({kostat[:5]: dong[:5] for kostat, dong in of_kostat.items()})
    whole = _code(cells, "dong", 10)
    dong = whole.fillna(_of_eight_digits(cells, gu.fillna(legal.str[:5])))
    return {
        "part": province.fillna(gu.fillna(whole).fillna(legal).str[:2]).fillna(REDUCED),
        "gu_code": gu.fillna(dong.fillna(legal).str[:5]),
        "dong_claimed": dong,
        "legal_claimed": legal,
    }


def _of_eight_digits(cells: pd.DataFrame, gu: pd.Series) -> pd.Series:
    """Decode an 8-digit dong code of the ministry or of Statistics Korea (Ansan only).

    Where both number a province alike, the gu that the row names decides; without one the code
    says nothing.
    """
    short = _code(cells, "dong8", 8).fillna(_code(cells, "dong", 8))
    ministry = short.str[:2].isin(SPEC.numbers["provinces_of_ministry"]) | (short.str[:5] == gu)
    return (
        short.map(SPEC.lookup["dong_of_kostat"])
        .astype("str")
        .fillna((short + "00").where(ministry.fillna(value=False)))
    )


def _code(cells: pd.DataFrame, role: str, digits: int) -> pd.Series:
    """Return codes of so many digits, null for other cells; other programs append ".0"."""
    if role not in cells:
        return pd.Series(np.nan, index=cells.index, dtype="str")
    texts = _replaced(cells[role], r"^\s+|(\.0)?\s*$", "")
    return texts.where(texts.str.match(rf"^\d{{{digits}}}$"))


def _points(cells: pd.DataFrame) -> tuple[Any, Any, Any]:
    """Return longitude, latitude (NaN without a point), and which rows hold no numbers."""
    x, odd_x = _numbers(cells, "x")
    y, odd_y = _numbers(cells, "y")
    nowhere = ~np.isfinite(x) | ~np.isfinite(y) | ((x == 0) & (y == 0))
    return np.where(nowhere, np.nan, x), np.where(nowhere, np.nan, y), odd_x | odd_y


def _numbers(cells: pd.DataFrame, role: str) -> tuple[Any, Any]:
    if role not in cells:
        return np.full(len(cells), np.nan), np.zeros(len(cells), dtype=bool)
    texts = pc.utf8_trim_whitespace(pa.array(cells[role], pa.string()))
    numeric = pc.match_substring_regex(texts, _NUMBER)
    empty = pc.match_substring_regex(texts, _NO_VALUE)
    values = pc.cast(pc.if_else(numeric, texts, None), pa.float64())
    return values.to_numpy(zero_copy_only=False), ~pc.or_(numeric, empty).to_numpy(
        zero_copy_only=False
    )


def _rejects(
    cells: pd.DataFrame, rows: Any, reason: pd.Series, headers: Mapping[str, str]
) -> pd.DataFrame:
    if cells.empty:
        return no_rows()
    shown = [
        "; ".join(f"{headers[str(role)]}={cell}" for role, cell in row.items() if cell)
        for row in cells.to_dict("records")
    ]
    return pd.DataFrame({"row": rows, "reason": reason.to_numpy(), "text": shown})


ADAPTER: Final = RegisterAdapter(
    spec=SPEC,
    parse=parse_register,
    complete_in="area",
    copy_in_data="storefronts",
    whole_country=True,
)
