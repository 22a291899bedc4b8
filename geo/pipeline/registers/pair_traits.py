"""What two rows are compared by: names, door or lot, category, telephone; read once of each row."""

import re
from collections.abc import Callable
from typing import Any, Final, NamedTuple, Self, TypeVar

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.core.vocab import FOOD, FOOD_UNKNOWN
from geo.pipeline.geocoding.road_address import RoadAddress, parse_address
from geo.pipeline.registers.business_names import plain_name
from geo.pipeline.registers.candidate_pairs import Doors

_NAMES: Final = ("name_ko", "name_en")  # lists in Korea often hold Latin names in the former
_LOT: Final = re.compile(r"([가-힣]+\d*동)\s*(산)?\s*(\d+)(?:-(\d+))?")
# Hangul, Latin, Han, Cyrillic, and letters of any other script.
_SCRIPTS: Final = (
    "[가-힣]", "[a-zà-ɏ]", "[㐀-鿿]", "[Ѐ-ӿ]", r"[^\W\d_a-zà-ɏЀ-ӿ㐀-鿿가-힣]",
)  # fmt: skip
_OF_CHAINS: Final = ("1", "080")  # how numbers begin that lead to no one shop

_T = TypeVar("_T")
_Codes = tuple[Any, Any]  # of either side; equal texts have equal codes, missing ones -1


class PlainNames:
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


class PairTraits(NamedTuple):
    """What is compared of the rows of two sides.

    Its methods take positions, of the left and of the right, and return a mask.

    Attributes:
        names: of either side.
        spelled: names of either side as they are, both columns of a row together.
        doors: codes of street and number.
        lots: codes of lots.
        trades: codes of categories.
        food: for either side, which rows are food of a known kind, and of an unknown one.
        phones: codes of telephones that belong to one shop.
    """

    names: tuple[PlainNames, PlainNames]
    spelled: tuple[pd.Series, pd.Series]
    doors: _Codes
    lots: _Codes
    trades: _Codes
    food: tuple[_Codes, _Codes]
    phones: _Codes

    @classmethod
    def read(cls, left: gpd.GeoDataFrame, right: gpd.GeoDataFrame, doors: Doors) -> Self:
        """Read the traits of all rows.

        Args:
            left: columns as for `geo.pipeline.registers.match.same_business`.
            right: the same, maybe the same frame.
            doors: of either side, as `doors_of` returns them.
        """
        sides = [rows[["unit", "phone", *_NAMES]] for rows in (left, right)]
        telling = _telling(sides[0] if left is right else pd.concat(sides))
        phones = [rows["phone"].where(rows["phone"].isin(telling)) for rows in (left, right)]
        known, unknown = (
            tuple(rows["category"].isin(kinds).to_numpy() for rows in (left, right))
            for kinds in (FOOD, [FOOD_UNKNOWN])
        )
        return cls(
            of_both(PlainNames, left, right),
            (_spelled(left), _spelled(right)),
            _codes(doors[0]["door"], doors[1]["door"]),
            _codes(doors[0]["lot"], doors[1]["lot"]),
            _codes(left["category"], right["category"]),
            ((known[0], known[1]), (unknown[0], unknown[1])),
            _codes(*phones),
        )

    def one_address(self, first: Any, second: Any) -> Any:
        """Return whether two rows have the same door, or the same lot."""
        return _equal(self.doors, first, second) | _equal(self.lots, first, second)

    def doors_stated(self, first: Any, second: Any) -> Any:
        """Return whether both rows state a door."""
        return (self.doors[0][first] >= 0) & (self.doors[1][second] >= 0)

    def one_trade(self, first: Any, second: Any) -> Any:
        """Return whether two rows have one category, or food of unknown kind and one for food."""
        said, unsaid = self.food
        return (
            _equal(self.trades, first, second)
            | (unsaid[0][first] & said[1][second])
            | (said[0][first] & unsaid[1][second])
        )

    def called_alike(self, first: Any, second: Any) -> Any:
        """Return whether two rows share a telephone and have names that cannot be compared.

        A number that one list gives to two shops says nothing, nor does one under which lists know
        two names in one script: two shops of one owner in one house stay two.
        """
        one_phone = np.flatnonzero(_equal(self.phones, first, second))
        scripts = [
            _scripts(spelled.iloc[rows[one_phone]])
            for spelled, rows in zip(self.spelled, (first, second), strict=True)
        ]
        apart = np.ones(len(one_phone), bool)
        for scripted, other in zip(*scripts, strict=True):
            apart &= ~(scripted & other)
        named = [np.any(equal, axis=0) for equal in scripts]
        called = np.zeros(len(first), bool)
        called[one_phone[apart & named[0] & named[1]]] = True
        return called


def of_both(read: Callable[[Any], _T], left: Any, right: Any) -> tuple[_T, _T]:
    """Read something of either side, once where both are the same frame."""
    ours = read(left)
    return ours, ours if left is right else read(right)


def doors_of(rows: gpd.GeoDataFrame) -> pd.DataFrame:
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


def _codes(left: pd.Series, right: pd.Series) -> _Codes:
    """Return a code for each text of either side; what is missing has none: -1."""
    texts = np.concatenate([left.astype(object), right.astype(object)])
    codes, _ = pd.factorize(texts)
    return codes[: len(left)], codes[len(left) :]


def _equal(codes: _Codes, first: Any, second: Any) -> Any:
    """Return whether two rows have the same text; what is missing equals nothing."""
    ours, theirs = codes[0][first], codes[1][second]
    return (ours == theirs) & (ours >= 0)
