"""Objects of a bucket by obstore, with conditional writes and errors that say what to do.

A folder (`file://`) is a bucket as well; its conditional write is a kernel lock and a comparison,
because obstore has none for files.
"""

import fcntl
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from types import ModuleType
from typing import Any, BinaryIO, Final
from urllib.parse import unquote, urlsplit

from geo.core.errors import StoreConflictError, StoreError

SCHEMES: Final = ("s3", "gs", "az", "file")
PIECE: Final = 32 * 2**20  # bytes of one request for a large object
_RETRIES: Final = {"max_retries": 2, "retry_timeout": timedelta(seconds=15)}

Version = Mapping[str, str]  # of an object's content, as a store names it


class MissingObjectError(StoreError):
    """An object is not in the store."""


class AccessDeniedError(StoreError):
    """The store refuses this reader or writer."""


class Bucket:
    """A bucket, and the prefix below which all objects of the atlas are.

    Attributes:
        address: such as s3://bucket/prefix.
    """

    def __init__(self, address: str) -> None:
        """Open it; nothing is asked of it yet.

        Raises:
            StoreError: the address is none, or obstore is not installed.
        """
        self.address = check_address(address)
        self._obstore = _import_obstore()
        self._folder = _folder_of(self.address)
        with self._errors("open"):
            self._store = _open(self.address)

    def read(self, name: str) -> tuple[bytes, Version]:
        """Read a small object.

        Raises:
            MissingObjectError: there is none.
            StoreError: it cannot be read.
        """
        with self._errors(name):
            found = self._obstore.get(self._store, name)
            return bytes(found.bytes()), _version(found.meta)

    def version(self, name: str) -> Version:
        """Ask which version of an object there is.

        Raises:
            MissingObjectError: there is none.
            StoreError: the store cannot be reached.
        """
        with self._errors(name):
            return _version(self._obstore.head(self._store, name))

    def download(self, name: str, to: BinaryIO) -> None:
        """Download an object piece by piece.

        Raises:
            StoreError: it is missing or cannot be read.
            OSError: the file cannot be written.
        """
        with self._errors(name):
            size = self._obstore.head(self._store, name)["size"]
        for start in range(0, size, PIECE):
            with self._errors(name):
                end = min(start + PIECE, size)
                piece = self._obstore.get_range(self._store, name, start=start, end=end)
            to.write(piece)  # outside: a disk that is full is no fault of the store

    def write(self, name: str, content: bytes | Path) -> None:
        """Write an object whatever was there.

        Raises:
            StoreError: it cannot be written.
        """
        with self._errors(name):
            self._obstore.put(self._store, name, content)

    def swap(self, name: str, content: bytes, seen: Version | None) -> Version:
        """Write an object if it is still the version that was seen; None: if there is none.

        Raises:
            StoreConflictError: somebody else wrote it meanwhile.
            StoreError: it cannot be written, or the store has no conditional writes.
        """
        if self._folder is not None:
            return self._swap_file(self._folder, name, content, seen)
        return self._put_if(name, content, seen)

    def sizes(self, prefix: str) -> dict[str, int]:
        """List the objects below a prefix with their bytes."""
        with self._errors(prefix):
            found = self._obstore.list(self._store, prefix=prefix)
            return {each["path"]: each["size"] for batch in found for each in batch}

    def remove(self, names: Sequence[str]) -> None:
        """Remove objects."""
        with self._errors(names[0] if names else ""):
            if names:
                self._obstore.delete(self._store, list(names))

    def close_to_others(self, prefix: str) -> None:
        """Close what is below a prefix to other users, where the store is a folder."""
        if self._folder is not None:
            folder = self._folder / prefix
            folder.mkdir(mode=0o700, exist_ok=True)
            folder.chmod(0o700)

    def _put_if(self, name: str, content: bytes, seen: Version | None) -> Version:
        with self._errors(name):
            mode: Any = "create" if seen is None else dict(seen)
            return _version(self._obstore.put(self._store, name, content, mode=mode))

    def _swap_file(self, folder: Path, name: str, content: bytes, seen: Version | None) -> Version:
        with _lock(folder):
            if seen is not None and self.version(name) != seen:
                raise _conflict(self.address)
            if seen is None:
                return self._put_if(name, content, None)
            self.write(name, content)
            return self.version(name)

    @contextmanager
    def _errors(self, name: str) -> Iterator[None]:
        """Translate what obstore raises into sentences; never with its debugging output."""
        kinds = self._obstore.exceptions
        try:
            yield
        except (kinds.AlreadyExistsError, kinds.PreconditionError) as error:
            raise _conflict(self.address) from error
        except (kinds.PermissionDeniedError, kinds.UnauthenticatedError, PermissionError) as error:
            raise _denied(self.address, name) from error
        except (kinds.NotFoundError, FileNotFoundError) as error:
            raise _missing(self.address, name, error) from error
        except (NotImplementedError, kinds.NotSupportedError) as error:
            raise without_conditions(self.address) from error
        except (kinds.BaseError, OSError, ValueError) as error:
            if "Permission denied" in str(error):  # of a folder
                raise _denied(self.address, name) from error
            why = str(error).partition("\n")[0].rpartition(" - ")[2][:200]
            raise StoreError(f"the store {self.address} cannot be reached: {why}") from error


def check_address(address: str) -> str:
    """Return the address of a store without a slash at its end.

    Raises:
        StoreError: it is not one, or it has credentials in it.
    """
    parts = urlsplit(address)
    plain = not (parts.query or parts.fragment or "@" in parts.netloc)
    named = parts.path.startswith("/") if parts.scheme == "file" else bool(parts.netloc)
    if parts.scheme not in SCHEMES or not plain or not named:
        raise StoreError(
            "ATLAS_STORE must be such as s3://bucket/prefix, gs://bucket/prefix, "
            "az://container/prefix or file:///folder; credentials belong into the variables "
            "of the provider"
        )
    return address.rstrip("/")


def without_conditions(address: str) -> StoreError:
    """Make the error for a store that cannot compare before it writes."""
    return StoreError(
        f"the store {address} has no conditional writes (If-Match, If-None-Match), without which "
        "two publishers would overwrite each other: nothing was uploaded; use another store"
    )


def _conflict(address: str) -> StoreConflictError:
    return StoreConflictError(
        f"somebody else changed {address} meanwhile: what they published stays current; look at "
        "it, then run the command again"
    )


def _denied(address: str, name: str) -> AccessDeniedError:
    return AccessDeniedError(f"the store {address} refuses access to {name}: check its credentials")


def _missing(address: str, name: str, error: Exception) -> StoreError:
    if "NoSuchBucket" in str(error) or "ContainerNotFound" in str(error):
        return StoreError(f"there is no bucket of the name in {address}: check ATLAS_STORE")
    return MissingObjectError(f"the store {address} has no {name}")


def _import_obstore() -> ModuleType:
    try:
        import obstore
        import obstore.exceptions
    except ModuleNotFoundError as error:
        raise StoreError(
            "ATLAS_STORE needs the extra `store`, which is not installed here: "
            "pip install 'ansan-atlas[store]'"
        ) from error
    return obstore


def _folder_of(address: str) -> Path | None:
    parts = urlsplit(address)
    if parts.scheme != "file":
        return None
    folder = Path(unquote(parts.path))
    if not folder.is_dir():
        raise StoreError(f"there is no folder {folder}: make it, or check ATLAS_STORE")
    return folder


def _open(address: str) -> Any:
    from obstore.store import from_url

    if address.startswith("file:"):
        return from_url(address)
    client: Any = {"connect_timeout": "5s", "timeout": "120s"}
    if os.environ.get("AWS_ALLOW_HTTP", "").lower() in ("1", "true"):
        client["allow_http"] = True  # options of ours replace those of the environment
    return from_url(address, client_options=client, retry_config=_RETRIES)  # type: ignore[call-overload]


def _version(meta: Mapping[str, Any]) -> Version:
    return {key: meta[key] for key in ("e_tag", "version") if meta.get(key)}


@contextmanager
def _lock(folder: Path) -> Iterator[None]:
    with (folder / ".lock").open("ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
