"""Declarations found by their folder: one module declares one layer, measure, register or page.

The name of the module is the name of what it declares (`food_streets.py` declares `food-streets`),
so nothing else lists it. A mistake is an error that names the file, the field, the value and what
is allowed.
"""

import importlib
import pkgutil
import re
import traceback
from collections.abc import Container, Iterable, Iterator
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from geo.core.errors import GeoError

T = TypeVar("T")


class DeclarationError(GeoError):
    """A declaration has a mistake: the message names the file, the field and what is allowed."""


class Declaration(BaseModel):
    """Base of what is declared: every field is checked, and no other field may be given."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


def declared_names(folder: Path, attribute: str) -> tuple[str, ...]:
    """List the names that the modules of a folder declare, without importing them.

    Args:
        folder: of the modules.
        attribute: the name that a module gives to its declaration.
    """
    begins = re.compile(rf"^{attribute}\b", re.MULTILINE)
    declaring = (
        file for file in folder.glob("[a-z]*.py") if begins.search(file.read_text("utf-8"))
    )
    return tuple(sorted(_name_of(file.stem) for file in declaring))


def find_declarations(package: str, attribute: str, kind: type[T]) -> dict[str, T]:
    """Find the declaration in each module of a package, by the name of the module.

    Args:
        package: dotted name; each of its modules declares one thing.
        attribute: the name that the module gives to its declaration.
        kind: the class of the declaration.

    Raises:
        DeclarationError: a module cannot be imported, or declares nothing of that class.
    """
    found = {}
    for name, module in import_modules(package):
        if not hasattr(module, attribute):
            raise DeclarationError(f"{_file(module)}: {attribute} is missing: a {kind.__name__}")
        found[_name_of(name)] = require_kind(module, attribute, kind)
    return found


def find_optional(
    package: str, attribute: str, kind: type[T], besides: Container[str] = ()
) -> dict[str, T]:
    """Find the declaration in the modules of a package that have one, by the module's name.

    Args:
        package: dotted name.
        attribute: the name that a module gives to its declaration.
        kind: the class of the declaration.
        besides: modules that are passed over.

    Raises:
        DeclarationError: as `find_declarations`, but a module may declare nothing.
    """
    return {
        _name_of(name): require_kind(module, attribute, kind)
        for name, module in import_modules(package, besides)
        if hasattr(module, attribute)
    }


def require_kind(module: Any, attribute: str, kind: type[T]) -> T:
    """Return the declaration of a module.

    Raises:
        DeclarationError: it is of another class.
    """
    value = getattr(module, attribute)
    if not isinstance(value, kind):
        raise not_allowed(_file(module), attribute, value, f"a {kind.__name__}")
    return value


def import_modules(package: str, besides: Container[str] = ()) -> Iterator[tuple[str, Any]]:
    """Import each module of a package but some, in the order of their names.

    Raises:
        DeclarationError: a module cannot be imported; a field that is not allowed is named.
    """
    folder = importlib.import_module(package)
    names = (module.name for module in pkgutil.iter_modules(folder.__path__))
    for name in sorted(name for name in names if name not in besides):
        yield name, import_declaring(f"{package}.{name}")


def import_declaring(module: str) -> Any:
    """Import a module that declares something.

    Raises:
        DeclarationError: as `import_modules`.
    """
    file = module.replace(".", "/") + ".py"
    try:
        return importlib.import_module(module)
    except ValidationError as error:
        raise invalid(file, error) from error
    except (GeoError, *_MISTAKES) as error:
        raise DeclarationError(f"{file}{_line(error, file)}: {_text(error)}") from error


def not_allowed(
    where: str, field: str, value: object, allowed: str | Iterable[str]
) -> DeclarationError:
    """Build the error for a value of a declaration that is not allowed.

    Args:
        where: the file of the declaration.
        field: its field.
        value: what was given.
        allowed: what would have been accepted.
    """
    texts = allowed if isinstance(allowed, str) else ", ".join(allowed)
    return DeclarationError(f"{where}: {field}={value!r} is not allowed; allowed: {texts}")


_MISTAKES = (
    AttributeError,
    ImportError,
    LookupError,
    NameError,
    SyntaxError,
    TypeError,
    ValueError,
)


def invalid(file: str, error: ValidationError) -> DeclarationError:
    """Build the error for a declaration that pydantic refuses, with its first mistake.

    Args:
        file: of the declaration.
        error: what pydantic says.
    """
    first = error.errors()[0]
    field = ".".join(map(str, first["loc"])) or error.title
    if first["type"] == "missing":
        return DeclarationError(f"{file}: {field} is missing in {error.title}")
    return not_allowed(file, field, first["input"], _allowed(first, error.title))


def _allowed(first: Any, model: str) -> str:
    if first["type"] == "extra_forbidden":
        return f"the fields of {model}: {', '.join(_fields_of(model))}"
    context = first.get("ctx", {})
    return str(context.get("expected", context.get("error", first["msg"])))


def _fields_of(model: str) -> list[str]:
    kinds = [kind for kind in Declaration.__subclasses__() if kind.__name__ == model]
    return [name for kind in kinds for name in kind.model_fields]


def _text(error: Exception) -> str:
    return str(error) if isinstance(error, GeoError) else f"{type(error).__name__}: {error}"


def _line(error: Exception, file: str) -> str:
    """Return the line of the declaration at which an error came up, as ":12"."""
    if isinstance(error, SyntaxError):
        return f":{error.lineno}"
    frames = traceback.extract_tb(error.__traceback__)
    lines = [frame.lineno for frame in frames if frame.filename.endswith(file)]
    return f":{lines[-1]}" if lines else ""


def _file(module: Any) -> str:
    return f"{module.__name__.replace('.', '/')}.py"


def _name_of(module: str) -> str:
    return module.replace("_", "-")
