"""The same business in several registers: found by name, distance, address and category together.

No single trait decides. A name counts after spaces, signs and legal forms are taken off; where two
names share no script, as 사마르칸트 and Самарканд, a telephone number at one door may stand for
them. At one door generic words (식당, 마트) make no difference. A door is a gu, a street and a
number, or a lot, whether a point of it is known or not. Two rows of one part of a register are
never one business.
"""

from collections.abc import Callable
from typing import Any, Final, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
from rapidfuzz import fuzz
from rapidfuzz.process import cpdist

from geo.pipeline.registers.business_names import core_name, plain_name
from geo.pipeline.registers.candidate_pairs import candidate_pairs
from geo.pipeline.registers.decisions import NONE, Decisions, positions
from geo.pipeline.registers.pair_traits import PairTraits, doors_of, of_both
from geo.pipeline.registers.row_groups import Groups

ALONE: Final = 92.0  # names this alike (0 to 100) need no more than to be near
TOGETHER: Final = 75.0  # names this alike need the same address or category as well
_HELD_LETTERS: Final = 3  # of a name that another at the same door holds


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
    doors = of_both(doors_of, left, right)
    traits = PairTraits.read(left, right, doors)
    blocks = [_compared(traits, np.array([], np.int64), np.array([], np.int64))]
    for first, second in candidate_pairs(left, right, doors):
        block = _compared(traits, first, second)
        rows = np.flatnonzero(wanted(block))
        blocks.append(ComparedPairs(*(column[rows] for column in block)))
    return ComparedPairs(*(np.concatenate(columns) for columns in zip(*blocks, strict=True)))


def _compared(traits: PairTraits, first: Any, second: Any) -> ComparedPairs:
    names = traits.names[0].at(first), traits.names[1].at(second)
    name = _names_alike(*names)
    address = traits.one_address(first, second)
    category = traits.one_trade(first, second)
    same = (name >= ALONE) | ((name >= TOGETHER) & (address | category))
    unsure = np.flatnonzero(address & category & ~same)
    same[unsure] = traits.called_alike(first[unsure], second[unsure])
    mine, others = ([column[unsure] for column in side] for side in names)
    same[unsure] |= _one_core(mine, others)
    stated = traits.doors_stated(first, second)
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


def _alike(ours: Any, theirs: Any) -> Any:
    """Return the similarity of normalised names, 0 to 100; 0 where one is missing."""
    likeness = cpdist(ours, theirs, scorer=fuzz.ratio)
    return np.where((ours == "") | (theirs == ""), 0.0, likeness)
