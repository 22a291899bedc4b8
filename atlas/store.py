"""The store that commands publish to and follow: `ATLAS_STORE`."""

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from geo.store.bucket import Bucket


def open_store() -> "Bucket | None":
    """Open the store of `ATLAS_STORE`; None where none is set.

    Raises:
        StoreError: the address is none, or the extra is missing.
    """
    address = os.environ.get("ATLAS_STORE", "")
    if not address:
        return None
    from geo.store.bucket import Bucket

    return Bucket(address)
