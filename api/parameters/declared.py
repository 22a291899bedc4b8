"""Parameters that FastAPI parses, checks and describes from one declaration each."""

from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final, Generic, TypeVar

from fastapi import Depends, Query, Request
from fastapi.dependencies.models import Dependant
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from api.http.query_string import given_parameters
from api.parameters.language import LANG
from geo.core.errors import BadParameterError
from geo.core.parameter_values import one_of
from geo.snapshot.layer import Layer
from geo.snapshot.reader import Snapshot

Schema = dict[str, Any]
Describe = Callable[[Snapshot, Sequence[Layer]], list[Schema]]
T = TypeVar("T")

INSTEAD: Final = "format of the answer, in place of the Accept header"
NOT_ALLOWED: Final = "not_allowed"  # type of a validation error whose context is `allowed`


@dataclass(frozen=True)
class ParsedParameter:
    """How one parameter of a query is parsed, and what OpenAPI says of it.

    Attributes:
        parse: makes a value of a name and a text, or raises a BadParameterError.
        schema: its schema in the OpenAPI document, valid in 3.0 and 3.1.
    """

    parse: Callable[[str, str], Any]
    schema: Mapping[str, Any]

    def __get_pydantic_core_schema__(self, _source: Any, _handler: Any) -> CoreSchema:
        """Parse with our own function."""
        return core_schema.no_info_plain_validator_function(self._value)

    def __get_pydantic_json_schema__(self, _schema: CoreSchema, _handler: Any) -> Schema:
        """Describe as declared."""
        return dict(self.schema)

    def _value(self, text: str) -> Any:
        try:
            return self.parse("", text)
        except BadParameterError as error:
            allowed = error.choices or error.allowed
            raise PydanticCustomError(NOT_ALLOWED, "not allowed", {"allowed": allowed}) from error


def choice_of(values: Iterable[str]) -> ParsedParameter:
    """Declare a choice from a closed list of texts."""
    allowed = tuple(values)
    return ParsedParameter(
        lambda name, text: one_of(name, text, allowed), {"type": "string", "enum": list(allowed)}
    )


def as_described(schema: Mapping[str, Any]) -> ParsedParameter:
    """Declare a parameter that takes any text: the handler checks it."""
    return ParsedParameter(lambda _, text: text, schema)


@dataclass(frozen=True)
class DataParameters(Generic[T]):
    """A dependency whose parameters depend on the data: it reads them, and it describes them.

    Attributes:
        describe: makes the OpenAPI parameters from a snapshot and the layers asked about.
        read: reads the request; a bare handler reads it by itself.
    """

    describe: Describe
    read: Callable[[Request], Awaitable[T]] | None = None

    async def __call__(self, request: Request) -> T:
        """Read the request, as a dependency of FastAPI."""
        if self.read is None:
            raise NotImplementedError("a bare handler reads its parameters by itself")
        return await self.read(request)


def dependants(dependant: Dependant) -> Iterator[Dependant]:
    """Go through a dependency and all that it depends on."""
    yield dependant
    for inner in dependant.dependencies:
        yield from dependants(inner)


async def only_declared(request: Request) -> dict[str, str]:
    """Read the parameters of a request, each of which its route declares.

    Raises:
        BadParameterError: a parameter is unknown, repeated, or is not UTF-8.
    """
    return given_parameters(request, request.scope["route"].query_names)


Declared = Annotated[dict[str, str], Depends(only_declared)]
JsonOnly = Annotated[str | None, Query(description="format of the answer"), choice_of(["json"])]
_FORMS = choice_of(["json", "html"])
PageForm = Annotated[str | None, Query(description=INSTEAD), _FORMS]
_LANG = Query(description=LANG.description)
Lang = Annotated[str | None, _LANG, choice_of(LANG.values)]
# Pages forgive people a language that there is not and forms empty fields: they check both.
PageLang = Annotated[str | None, _LANG, as_described(LANG.json_schema)]
HomeForm = Annotated[str | None, Query(description=INSTEAD), as_described(_FORMS.schema)]
