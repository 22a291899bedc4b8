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
    pairs = compare_pairs(left, right)
    # Among shops of one chain in one street, the address and the trade tell which is which.
    score = pairs.name + 10 * pairs.address + 5 * pairs.category
    best = np.lexsort((pairs.right, pairs.left, -score))
    best = best[pairs.same[best]]
    return Pairs(pairs.left[best], pairs.right[best], score[best])


def compare_pairs(left: gpd.GeoDataFrame, right: gpd.GeoDataFrame) -> ComparedPairs:
    """Compare rows of different units that are near each other or at one door.

    Args:
        left: as for `match_rows`.
        right: the same.
    """
    doors = _both(_doors, left, right)
    first, second = candidate_pairs(left, right, doors)
    near = _used(left, first), _used(right, second)  # most rows are near no other
    names = _plain_names(near[0].rows), _plain_names(near[1].rows)
    named = near[0].at, near[1].at
    name = _names_alike(names, *named)
    address = _one_door(*doors, first, second)
    category = _one_trade(left["category"], right["category"], first, second)
    same = (name >= ALONE) | ((name >= TOGETHER) & (address | category))
    unsure = np.flatnonzero(address & category & ~same)
    some = first[unsure], second[unsure]
    same[unsure] = _called_alike(left, right, *some)
    same[unsure] |= _one_core(names, named[0][unsure], named[1][unsure])
    stated = (
        (doors[0]["door"].notna().to_numpy()[first]) & (doors[1]["door"].notna().to_numpy()[second])
    )
    return ComparedPairs(first, second, name, address, category, stated & ~address, same)


def _both(read: Callable[[Any], Any], left: Any, right: Any) -> tuple[Any, Any]:
    """Read something of either side, once where both are the same frame."""
    ours = read(left)
    return ours, ours if left is right else read(right)


class _Used(NamedTuple):
    """Rows that are in a pair, and for each pair the position among them."""

    rows: pd.DataFrame
    at: Any


def _used(rows: pd.DataFrame, positions: Any) -> _Used:
    found, at = np.unique(positions, return_inverse=True)
    return _Used(rows.iloc[found], at)


_Names = tuple[list[pd.Series], list[pd.Series]]  # plain, of the columns of either side


def _plain_names(rows: pd.DataFrame) -> list[pd.Series]:
    return [plain_name(rows[name]) for name in _NAMES]


def _names_alike(names: _Names, first: Any, second: Any) -> Any:
    """Return the best similarity of the names of two rows, 0 to 100, across their columns."""
    mine, others = ([column.to_numpy(dtype=object) for column in side] for side in names)
    pairs = [(name[first], other[second]) for name in mine for other in others]
    likeness: Any = np.max([_alike(name, other) for name, other in pairs], axis=0)
    return likeness


def _one_core(names: _Names, first: Any, second: Any) -> Any:
    """Return whether names are alike without generic words, or one holds the other."""
    mine, others = ([core_name(column) for column in side] for side in names)
    alike: Any = _names_alike((mine, others), first, second) >= ALONE
    for name in (column.to_numpy(dtype=object)[first] for column in mine):
        for other in (column.to_numpy(dtype=object)[second] for column in others):
            alike |= np.array(
                [min(len(a), len(b)) >= _HELD_LETTERS and (a in b or b in a)
                 for a, b in zip(name, other, strict=True)], bool,
            )  # fmt: skip
    return alike


def _called_alike(left: pd.DataFrame, right: pd.DataFrame, first: Any, second: Any) -> Any:
    """Return whether two rows share a telephone and have names that cannot be compared.

    A number that one list gives to two shops says nothing, nor does one under which lists know two
    names in one script: two shops of one owner in one house stay two.
    """
    sides = [rows[["unit", "phone", *_NAMES]] for rows in (left, right)]
    telling = _telling(sides[0] if left is right else pd.concat(sides))
    ours, theirs = (rows["phone"].where(rows["phone"].isin(telling)) for rows in (left, right))
    one_phone = np.flatnonzero(_equal(ours, theirs, first, second))
    scripts = [
        _scripts(rows["name_ko"].fillna("") + " " + rows["name_en"].fillna(""))
        for rows in (left.iloc[first[one_phone]], right.iloc[second[one_phone]])
    ]
    apart = np.ones(len(one_phone), bool)
    for scripted, other in zip(*scripts, strict=True):
        apart &= ~(scripted & other)
    named = [np.any(equal, axis=0) for equal in scripts]
    called = np.zeros(len(first), bool)
    called[one_phone[apart & named[0] & named[1]]] = True
    return called


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


def _equal(left: pd.Series, right: pd.Series, first: Any, second: Any) -> Any:
    """Return whether two rows have the same text; what is missing equals nothing."""
    codes, _ = pd.factorize(np.concatenate([left.astype(object), right.astype(object)]))
    ours, theirs = codes[: len(left)][first], codes[len(left) :][second]
    return (ours == theirs) & (ours >= 0)


def _one_trade(left: pd.Series, right: pd.Series, first: Any, second: Any) -> Any:
    """Return whether two rows have one category, or food of unknown kind and one for food."""
    same = _equal(left, right, first, second)
    unsaid = [(side == FOOD_UNKNOWN).to_numpy() for side in (left, right)]
    said = [side.isin(FOOD).to_numpy() for side in (left, right)]
    return same | (unsaid[0][first] & said[1][second]) | (said[0][first] & unsaid[1][second])


def _one_door(left: pd.DataFrame, right: pd.DataFrame, first: Any, second: Any) -> Any:
    """Return whether two rows are at one door, by street and number or by lot."""
    return _equal(left["door"], right["door"], first, second) | _equal(
        left["lot"], right["lot"], first, second
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
