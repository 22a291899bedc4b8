"""Tokens of the staff: made once, shown once, kept as a hash."""

import hashlib
import re
import secrets
from typing import Final

from geo.core.errors import BadParameterError

NAME: Final = r"[a-z][a-z0-9._-]{0,40}"
_BYTES: Final = 32  # of chance: nobody can guess it, so a fast hash protects it well enough


def new_token(name: str) -> tuple[str, str]:
    """Make a token, and what settings hold of it: the name and the SHA-256.

    Raises:
        BadParameterError: the name is none that settings can hold.
    """
    if not re.fullmatch(NAME, name):
        raise BadParameterError("name", name, "small letters, digits, dot, dash; a letter first")
    secret = secrets.token_urlsafe(_BYTES)
    return secret, f"{name}:{hashlib.sha256(secret.encode()).hexdigest()}"
