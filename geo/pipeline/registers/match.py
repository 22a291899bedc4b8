"""The same business in several registers: found by name, distance, address and category together.

No single trait decides. A name counts after spaces, signs and legal forms are taken off; where two
names share no script, as 사마르칸트 and Самарканд, a telephone number at one door may stand for
them. At one door generic words (식당, 마트) make no difference. A door is a gu, a street and a
number, or a lot, whether a point of it is known or not. Two rows of one part of a register are
never one business.
"""

import re
from collections.abc import Callable
from typing import Any, Final, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
from rapidfuzz import fuzz
from rapidfuzz.process import cpdist

from geo.core.vocab import FOOD, FOOD_UNKNOWN
from geo.pipeline.geocoding.road_address import RoadAddress, parse_address
from geo.pipeline.registers.business_names import core_name, plain_name
from geo.pipeline.registers.candidate_pairs import candidate_pairs
from geo.pipeline.registers.decisions import NONE, Decisions, positions
from geo.pipeline.registers.row_groups import Groups

ALONE: Final = 92.0  # names this alike (0 to 100) need no more than to be near
TOGETHER: Final = 75.0  # names this alike need the same address or category as well
_HELD_LETTERS: Final = 3  # of a name that another at the same door holds
_LOT: Final = re.compile(r"([가-힣]+\d*동)\s*(산)?\s*(\d+)(?:-(\d+))?")
_NAMES: Final = ("name_ko", "name_en")  # lists in Korea often hold Latin names in the former
# Hangul, Latin, Han, Cyrillic, and letters of any other script.
_SCRIPTS: Final = (
    "[가-힣]", "[a-zà-ɏ]", "[㐀-鿿]", "[Ѐ-ӿ]", r"[^\W\d_a-zà-ɏЀ-ӿ㐀-鿿가-힣]",
)  # fmt: skip
_OF_CHAINS: Final = ("1", "080")  # how numbers begin that lead to no one shop


class Pairs(NamedTuple):
    """Rows that are one business, surest first; positions and a score each."""

    left: Any
    right: Any
    score: Any


class ComparedPairs(NamedTuple):
    """Rows near each other, and what they share.

    Attributes:
        left: positions.
        right: positions.
        name: how alike the names are, 0 to 100.
        address: whether both are at one door or lot.
        category: whether both have one trade.
        doors: whether both state a door, and these differ.
        same: whether these traits make them one business.
    """

    left: Any
    right: Any
    name: Any
    address: Any
    category: Any
    doors: Any
    same: Any


def same_business(rows: gpd.GeoDataFrame, decisions: Decisions = NONE) -> Any:
    """Label each row; rows with the same label are one business.

    The result does not depend on the order of the rows: pairs that staff decided come first, then
    those that are known, then pairs are taken best first, ties by id.

    Args:
        rows: indexed by id; `unit` (a list, or the part of a register that never names a
            business twice), `name_ko`, `name_en`, `category`, `gu_code`, `address`, `lot` (the
            address by lot), `phone` (as `geo.readers.normalize.phones` spells it), `located_by`,
            `same_as` (id of a row that is known to be the same business), and points in any CRS.
        decisions: what staff decided on pairs; it counts before everything else.

    Returns:
        Labels, in the order of the rows; the label of a group is the position of its first id
        among the sorted ids.
    """
    ordered = rows.sort_index()
    known = _known(ordered)
    others = ordered.drop(index=_said_twice(ordered, known))
    at = ordered.index.get_indexer(others.index)
    neighbours = match_rows(others, others)
    pairs = [*known, *zip(at[neighbours.left], at[neighbours.right], strict=True)]
    groups = Groups(list(ordered["unit"]), positions(decisions.apart, ordered.index))
    for left, right in positions(decisions.same, ordered.index):
        groups.join(left, right, decided=True)
    for left, right in pairs:
        groups.join(int(left), int(right))
    return pd.Series(groups.label, index=ordered.index).loc[rows.index].to_numpy()


def _known(rows: pd.DataFrame) -> list[tuple[int, int]]:
    """Return positions of rows and of those that they are known to equal."""
    other = rows.index.get_indexer(pd.Index(rows["same_as"]))
    return [(int(k), int(other[k])) for k in np.flatnonzero(other >= 0)]


def _said_twice(rows: pd.DataFrame, known: list[tuple[int, int]]) -> pd.Index:
    """Return the rows that a known pair makes superfluous: the other has the same name."""
    sides = [rows.iloc[[pair[side] for pair in known]] for side in (0, 1)]
    left, right = (plain_name(side["name_ko"]).to_numpy() for side in sides)
    superfluous: pd.Index = sides[1].index[left == right]
    return superfluous


def match_rows(left: gpd.GeoDataFrame, right: gpd.GeoDataFrame) -> Pairs:
    """Match rows of different units that are one business, by sorted ids on either side.

    Args:
        left: as for `same_business`.
        right: the same; where it is the same frame, each pair is given once.
    """
    pairs = compare_pairs(left, right, lambda block: block.same)
    # Among shops of one chain in one street, the address and the trade tell which is which.
    score = pairs.name + 10 * pairs.address + 5 * pairs.category
    best = np.lexsort((pairs.right, pairs.left, -score))
    return Pairs(pairs.left[best], pairs.right[best], score[best])


def compare_pairs(
    left: gpd.GeoDataFrame, right: gpd.GeoDataFrame, wanted: Callable[[ComparedPairs], Any]
) -> ComparedPairs:
    """Compare rows of different units that are near each other or at one door.

    Args:
        left: as for `match_rows`.
        right: the same.
        wanted: a mask of the pairs to return, asked for some pairs at a time: all pairs of a
            crowded door may be more than memory holds.
    """
    doors = _both(_doors, left, right)
    traits = _traits(left, right, doors)
    blocks = [_compared(traits, np.array([], np.int64), np.array([], np.int64))]
    for first, second in candidate_pairs(left, right, doors):
        block = _compared(traits, first, second)
        rows = np.flatnonzero(wanted(block))
        blocks.append(ComparedPairs(*(column[rows] for column in block)))
    return ComparedPairs(*(np.concatenate(columns) for columns in zip(*blocks, strict=True)))


def _both(read: Callable[[Any], Any], left: Any, right: Any) -> tuple[Any, Any]:
    """Read something of either side, once where both are the same frame."""
    ours = read(left)
    return ours, ours if left is right else read(right)


_Codes = tuple[Any, Any]  # of either side; equal texts have equal codes, missing ones -1


class _Traits(NamedTuple):
    """What is compared of all rows, read once.

    Attributes:
        names: of either side.
        spelled: names of either side as they are, both columns of a row together.
        doors: codes of street and number.
        lots: codes of lots.
        trades: codes of categories.
        food: for either side, which rows are food of a known kind, and of an unknown one.
        phones: codes of telephones that belong to one shop.
    """

    names: "tuple[_PlainNames, _PlainNames]"
    spelled: tuple[pd.Series, pd.Series]
    doors: _Codes
    lots: _Codes
    trades: _Codes
    food: tuple[_Codes, _Codes]
    phones: _Codes


def _traits(
    left: gpd.GeoDataFrame, right: gpd.GeoDataFrame, doors: tuple[pd.DataFrame, pd.DataFrame]
) -> _Traits:
    sides = [rows[["unit", "phone", *_NAMES]] for rows in (left, right)]
    telling = _telling(sides[0] if left is right else pd.concat(sides))
    phones = [rows["phone"].where(rows["phone"].isin(telling)) for rows in (left, right)]
    known, unknown = (
        tuple(rows["category"].isin(kinds).to_numpy() for rows in (left, right))
        for kinds in (FOOD, [FOOD_UNKNOWN])
    )
    return _Traits(
        _both(_PlainNames, left, right),
        (_spelled(left), _spelled(right)),
        _codes(doors[0]["door"], doors[1]["door"]),
        _codes(doors[0]["lot"], doors[1]["lot"]),
        _codes(left["category"], right["category"]),
        ((known[0], known[1]), (unknown[0], unknown[1])),
        _codes(*phones),
    )


class _PlainNames:
    """The plain names of rows, made when they are first asked for: most rows are near no other."""

    def __init__(self, rows: pd.DataFrame) -> None:
        """Begin without names."""
        self._rows, self._known = rows, np.zeros(len(rows), bool)
        self._columns = [np.full(len(rows), "", dtype=object) for _ in _NAMES]

    def at(self, positions: Any) -> list[Any]:
        """Return the names of rows, an array for each column."""
        new = np.unique(positions[~self._known[positions]])
        self._known[new] = True
        for name, column in zip(_NAMES, self._columns, strict=True):
            column[new] = plain_name(self._rows[name].iloc[new]).to_numpy(dtype=object)
        return [column[positions] for column in self._columns]


def _compared(traits: _Traits, first: Any, second: Any) -> ComparedPairs:
    names = traits.names[0].at(first), traits.names[1].at(second)
    name = _names_alike(*names)
    address = _equal(traits.doors, first, second) | _equal(traits.lots, first, second)
    category = _one_trade(traits, first, second)
    same = (name >= ALONE) | ((name >= TOGETHER) & (address | category))
    unsure = np.flatnonzero(address & category & ~same)
    same[unsure] = _called_alike(traits, first[unsure], second[unsure])
    mine, others = ([column[unsure] for column in side] for side in names)
    same[unsure] |= _one_core(mine, others)
    stated = (traits.doors[0][first] >= 0) & (traits.doors[1][second] >= 0)
    return ComparedPairs(first, second, name, address, category, stated & ~address, same)


def _names_alike(mine: list[Any], others: list[Any]) -> Any:
    """Return the best similarity of the names of two rows, 0 to 100, across their columns."""
    best = np.zeros(len(mine[0]))
    for name in mine:
        for other in others:
            best = np.maximum(best, _alike(name, other))
    return best


def _one_core(mine: list[Any], others: list[Any]) -> Any:
    """Return whether names are alike without generic words, or one holds the other."""
    mine, others = (list(map(_core, side)) for side in (mine, others))
    alike: Any = _names_alike(mine, others) >= ALONE
    for name in mine:
        for other in others:
            alike |= np.array(
                [min(len(a), len(b)) >= _HELD_LETTERS and (a in b or b in a)
                 for a, b in zip(name, other, strict=True)], bool,
            )  # fmt: skip
    return alike


def _core(names: Any) -> Any:
    codes, once = pd.factorize(names)
    return core_name(pd.Series(once, dtype="str")).to_numpy(dtype=object)[codes]


def _called_alike(traits: _Traits, first: Any, second: Any) -> Any:
    """Return whether two rows share a telephone and have names that cannot be compared.

    A number that one list gives to two shops says nothing, nor does one under which lists know two
    names in one script: two shops of one owner in one house stay two.
    """
    one_phone = np.flatnonzero(_equal(traits.phones, first, second))
    scripts = [
        _scripts(spelled.iloc[rows[one_phone]])
        for spelled, rows in zip(traits.spelled, (first, second), strict=True)
    ]
    apart = np.ones(len(one_phone), bool)
    for scripted, other in zip(*scripts, strict=True):
        apart &= ~(scripted & other)
    named = [np.any(equal, axis=0) for equal in scripts]
    called = np.zeros(len(first), bool)
    called[one_phone[apart & named[0] & named[1]]] = True
    return called


def _spelled(rows: pd.DataFrame) -> pd.Series:
    spelled: pd.Series = rows["name_ko"].fillna("") + " " + rows["name_en"].fillna("")
    return spelled


def _telling(rows: pd.DataFrame) -> pd.Series:
    """Return the telephones that belong to one shop."""
    phones = rows["phone"].fillna("")
    shared = rows[phones.duplicated(keep=False) & (phones != "")]
    shared = shared[~shared["phone"].str.startswith(_OF_CHAINS)]
    names = pd.concat([shared[["phone"]].assign(name=plain_name(shared[name])) for name in _NAMES])
    names = names[names["name"] != ""]
    scripted = pd.concat(
        [
            names[rows_of_script].assign(script=k)
            for k, rows_of_script in enumerate(_scripts(names["name"]))
        ]
    )
    many = scripted.groupby(["phone", "script"])["name"].nunique() > 1
    unclear = {phone for phone, _ in many.index[many]}
    unclear |= set(shared["phone"][shared[["unit", "phone"]].duplicated()])
    return shared["phone"][~shared["phone"].isin(unclear)]


def _scripts(names: pd.Series) -> list[Any]:
    """Return for each script which names have letters of it."""
    folded = names.str.casefold()
    return [folded.str.contains(script).to_numpy(bool) for script in _SCRIPTS]


def _alike(ours: Any, theirs: Any) -> Any:
    """Return the similarity of normalised names, 0 to 100; 0 where one is missing."""
    likeness = cpdist(ours, theirs, scorer=fuzz.ratio)
    return np.where((ours == "") | (theirs == ""), 0.0, likeness)


def _codes(left: pd.Series, right: pd.Series) -> _Codes:
    """Return a code for each text of either side; what is missing has none: -1."""
    texts = np.concatenate([left.astype(object), right.astype(object)])
    codes, _ = pd.factorize(texts)
    return codes[: len(left)], codes[len(left) :]


def _equal(codes: _Codes, first: Any, second: Any) -> Any:
    """Return whether two rows have the same text; what is missing equals nothing."""
    ours, theirs = codes[0][first], codes[1][second]
    return (ours == theirs) & (ours >= 0)


def _one_trade(traits: _Traits, first: Any, second: Any) -> Any:
    """Return whether two rows have one category, or food of unknown kind and one for food."""
    said, unsaid = traits.food
    return (
        _equal(traits.trades, first, second)
        | (unsaid[0][first] & said[1][second])
        | (said[0][first] & unsaid[1][second])
    )


def _doors(rows: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return `door` (gu, street and number) and `lot` (gu, legal dong and number) of each row."""
    gu = rows["gu_code"].astype("str") + " "
    address = rows["address"].astype("str")
    door = address.map(_door, na_action="ignore").astype("str")
    lot = rows["lot"].astype("str").fillna(address.where(door.isna()))
    return pd.DataFrame(
        {
            "door": gu + door,
            "lot": gu + lot.map(_lot, na_action="ignore").astype("str"),
        }
    )


def _door(address: str) -> str | None:
    read = parse_address(address)
    return f"{read.street} {read.number}-{read.sub}" if isinstance(read, RoadAddress) else None


def _lot(address: str) -> str | None:
    match = _LOT.search(address)
    return f"{match[1]} {match[2] or ''}{match[3]}-{match[4] or 0}" if match else None
