"""Mapping files: how the columns of somebody's table become the records of a register."""

import re
import tomllib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, field_validator

from geo.core.errors import BadParameterError, GeoError, SourceChangedError
from geo.core.source import Spec
from geo.core.vocab import CATEGORIES, HALAL
from geo.pipeline.adapters.records import RECORD
from geo.readers.layout import Layout

DERIVED: Final = "derived"
ADDRESS: Final = "address"  # a column that holds road addresses or lot addresses, row by row
STATUS: Final = ("open", "closed")
# Columns that a mapping may fill; the others come from the file as a whole.
FILLED: Final = (*(set(RECORD) - {"key", "part", "row", "code", "claims"}), ADDRESS)
LOCATING: Final = (ADDRESS, "address_road", "address_jibun", "x")
# What values a column may have, where that is a closed list.
CLOSED: Final = {
    "category": CATEGORIES,
    "halal": HALAL,
    "status": STATUS,
    "foreign_run": ("true", "false"),
}
_FOLDER: Final = Path(__file__).with_name("mappings")
_TEMPLATE: Final = _FOLDER / "template.toml"
# Columns about people, not businesses: never taken, whatever a mapping calls them.
PERSON: Final = re.compile(
    r"^(?:대표자?|사업주|사업자|점주|업주|운영자|소유자|임차인|임대인)\s*(?:명|성명|이름)?$"
    r"|성명|생년월일|(?:주민|외국인)\s*등록\s*번호|여권\s*번호"
)
_CODE: Final = re.compile(r"[a-z]{2}|[a-z]+(?:-[a-z]+)+|foreign")


class MappingError(GeoError):
    """A mapping file is not as it must be."""


def _listed(value: object) -> object:
    return (value,) if isinstance(value, str) else value


Headers = Annotated[tuple[str, ...], BeforeValidator(_listed)]


class Mapping(BaseModel):
    """How one kind of table is read.

    Attributes:
        id: of the register; part of the ids of its features.
        attribution_ko: the attribution for pages in Korean; "" for the same as in English.
        crs: reference system of x and y; "" for tables without coordinates.
        accuracy_m: how far off its own points may be, metres.
        part: name of what a file holds of the register; a newer file of a part replaces it.
        sheet: of a workbook, where not all of them are to be read.
        skip: rows of the spreadsheet above the header, where it is not found by itself.
        header_rows: 1 or 2, where that is not found by itself.
        complete: whether the table holds every business of the zone.
        key: columns whose cells together are the id of a row, or "derived": from name and address.
        columns: headers that a column of a record may have in the file, the first found counts.
        required: columns of a record that the file must have, beside `name_ko`.
        constants: values where the file has no such column, or an empty cell.
        lookup: spellings to values of the atlas, per column; "" says that there is no value.
        default: values of spellings that `lookup` does not have; without one the row is set aside.
        protected: headers of the file that are never taken, only counted.
        example: rows as published and what they must become.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    title: str = Field(min_length=1)
    publisher: str = Field(min_length=1)
    url: str
    licence: str = Field(min_length=1)
    licence_url: str
    attribution: str = Field(min_length=1)
    attribution_ko: str = ""
    crs: str = ""
    accuracy_m: float = Field(default=20.0, gt=0)
    part: str = "all"
    sheet: str = ""
    skip: Annotated[int, Field(ge=0, lt=1000)] | None = None
    header_rows: Literal[1, 2] | None = None
    complete: bool = False
    key: tuple[str, ...] | Literal["derived"] = DERIVED
    columns: dict[str, Headers]
    required: tuple[str, ...] = ()
    constants: dict[str, str] = Field(default_factory=dict)
    lookup: dict[str, dict[str, str]] = Field(default_factory=dict)
    default: dict[str, str] = Field(default_factory=dict)
    protected: tuple[str, ...] = ()
    example: tuple[dict[str, dict[str, object]], ...] = ()

    @field_validator("columns")
    @classmethod
    def _check_columns(cls, columns: dict[str, Headers]) -> dict[str, Headers]:
        _check_names(columns)
        for name, headers in columns.items():
            about = next((name for name in headers if PERSON.search(name)), None)
            if about:
                raise ValueError(f"{name} = {about!r} is about a person and is never taken")
        if "name_ko" not in columns:
            raise ValueError("name_ko is missing: every business needs its name")
        return columns

    @field_validator("constants", "default")
    @classmethod
    def _check_values(cls, values: dict[str, str]) -> dict[str, str]:
        _check_names(values)
        for name, value in values.items():
            _check_value(name, value)
        return values

    @field_validator("lookup")
    @classmethod
    def _check_lookup(cls, lookup: dict[str, dict[str, str]]) -> dict[str, dict[str, str]]:
        _check_names(lookup)
        for name, table in lookup.items():
            for value in table.values():
                _check_value(name, value)
        return lookup

    def spec(self) -> Spec:
        """Build the source that manifest and pages name for the register."""
        fields = self.model_dump(
            include={"id", "title", "publisher", "url", "licence", "licence_url", "attribution"}
        )
        return Spec(
            **fields,
            attribution_ko=self.attribution_ko or self.attribution,
            retrieved="as loaded",
            crs=self.crs,
            encoding="",
            files=(),
            accuracy_m=self.accuracy_m,
            rows={},
        )

    def layout(self) -> Layout:
        """Return where the header of the table is, as far as the mapping says it."""
        return Layout(self.sheet, self.skip, self.header_rows)

    def headers(self, file: str, header: Sequence[str]) -> dict[str, str]:
        """Find the header of each column that the file has.

        Raises:
            SourceChangedError: a required column or a column of the key is missing, or nothing
                says where a business is.
        """
        by_column = {
            name: next(name for name in accepted if name in header)
            for name, accepted in self.columns.items()
            if any(name in header for name in accepted)
        }
        for name in {"name_ko": None, **dict.fromkeys(self.required)}:
            if name not in by_column:
                accepted = ", ".join(self.columns.get(name, ()))
                self._missing(file, header, f"no column for {name} (accepted: {accepted})")
        if self.key != DERIVED and not set(self.key) <= set(header):
            absent = ", ".join(name for name in self.key if name not in header)
            self._missing(file, header, f"no column {absent}, which `key` names")
        if not any(name in by_column for name in LOCATING) and "_geometry" not in header:
            wanted = ", ".join(
                locating for name in LOCATING for locating in self.columns.get(name, ())
            )
            self._missing(file, header, f"no address and no coordinates (accepted: {wanted})")
        return by_column

    def _missing(self, file: str, header: Sequence[str], what: str) -> None:
        raise SourceChangedError(
            f"{file}: {what}; it has {', '.join(header)}: change [columns] of mapping {self.id}"
        )


def _check_names(columns: Iterable[str]) -> None:
    strange = sorted(set(columns) - set(FILLED))
    if strange:
        raise ValueError(f"{strange[0]} is not a column of a record; those are {sorted(FILLED)}")


def _check_value(name: str, value: str) -> None:
    allowed = CLOSED.get(name)
    if value and allowed and value not in allowed:
        raise ValueError(f"{name} = {value!r} is not one of {', '.join(allowed)}")
    if value and name in {"cuisine", "operator_nationality"} and not _CODE.fullmatch(value):
        raise ValueError(f"{name} = {value!r} is not a country (ISO 3166 alpha-2) or region")


def mapping_template() -> str:
    """Return a commented mapping file to start from."""
    return _TEMPLATE.read_text("utf-8")


def mapping_text(name: str) -> str:
    """Return a ready mapping as it is in its file; the template where none is named.

    Raises:
        BadParameterError: no such mapping.
    """
    if not name:
        return mapping_template()
    if name not in ready_mappings():
        raise BadParameterError("name", name, ready_mappings())
    return (_FOLDER / f"{name}.toml").read_text("utf-8")


def ready_mappings() -> tuple[str, ...]:
    """List the names of the mappings that come with the atlas."""
    return tuple(sorted(file.stem for file in _FOLDER.glob("*.toml") if file != _TEMPLATE))


def load_mapping(name_or_path: str) -> Mapping:
    """Load a mapping by the name of a ready one, or from a file.

    Raises:
        MappingError: there is none, or it is not as it must be; the message names the key.
    """
    ready = name_or_path in ready_mappings()
    path = _FOLDER / f"{name_or_path}.toml" if ready else Path(name_or_path)
    try:
        return Mapping.model_validate(tomllib.loads(path.read_bytes().decode("utf-8-sig")))
    except OSError as error:
        known = ", ".join(ready_mappings())
        raise MappingError(
            f"{name_or_path}: no such mapping file ({error.strerror}); ready ones are {known}"
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise MappingError(f"{path.name}: not TOML in UTF-8: {error}") from error
    except ValidationError as error:
        raise MappingError(f"{path.name}: {_first(error)}") from error


def _first(error: ValidationError) -> str:
    """Format the first error of a mapping, with its key in front."""
    first = error.errors()[0]
    key = ".".join(str(step) for step in first["loc"] if step != "literal['derived']")
    if first["type"] == "extra_forbidden":
        return f"{key} is no key of a mapping; those are {', '.join(Mapping.model_fields)}"
    if first["type"] == "missing":
        return f"{key} is missing"
    return f"{key}: {first['msg'].removeprefix('Value error, ')}"
