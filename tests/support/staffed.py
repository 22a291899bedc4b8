"""Two of the staff, and the settings of a service that knows them."""

import hashlib
from pathlib import Path

from api.service.settings import Settings

TOKENS = {"kim": "k" * 43, "lee": "l" * 43}


def settings(home: Path) -> Settings:
    told = [
        f"{name}:{hashlib.sha256(token.encode()).hexdigest()}" for name, token in TOKENS.items()
    ]
    return Settings(home=home, staff_tokens=",".join(told))
