"""Seconds from a publication and from a rollback until two services answer from it, while asked.

    python -m bench.store HOME   # a home with two snapshots or more

The store is moto's server on this machine, or what ATLAS_STORE names.
"""

import os
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import httpx

sys.path.append(str(Path(__file__).parents[1] / "tests" / "support"))

from buckets import BUCKET, moto_bucket  # type: ignore[import-not-found]
from published import copy_home, switch  # type: ignore[import-not-found]
from served_process import served  # type: ignore[import-not-found]

from geo.snapshot.history import list_snapshots
from geo.snapshot.reader import open_snapshot
from geo.store.bucket import Bucket
from geo.store.maintenance import roll_back_store
from geo.store.upload import upload_current

ITEMS = "/collections/businesses/items?limit=10"


def main(source: Path) -> None:
    """Measure five rounds and print them."""
    folder = Path(tempfile.mkdtemp())
    home = copy_home(source, folder / "publisher")
    new, old = list_snapshots(home)[:2]
    versions = {each.id: open_snapshot(each.folder).version for each in (new, old)}
    with ExitStack() as stack:
        os.environ |= stack.enter_context(moto_bucket(folder / "moto.log"))
        os.environ["ATLAS_STORE"] = f"s3://{BUCKET}/bench"
        bucket = Bucket(os.environ["ATLAS_STORE"])
        switch(home, old.folder)
        upload_current(home, bucket)
        addresses = [
            stack.enter_context(served(folder / name, folder / f"{name}.log")).address
            for name in ("a", "b")
        ]
        _until_all(addresses, versions[old.id])
        statuses, over = Counter[str](), threading.Event()
        asking = threading.Thread(target=_ask, args=(addresses, statuses, over))
        asking.start()
        switch(home, new.folder)
        for _ in range(5):
            _report(
                "publication", lambda: upload_current(home, bucket), addresses, versions[new.id]
            )
            _report(
                "rollback", lambda: roll_back_store(bucket, old.id), addresses, versions[old.id]
            )
        over.set()
        asking.join()
    print(dict(statuses))


def _report(what: str, change: Callable[[], object], addresses: list[str], wanted: str) -> None:
    started = time.monotonic()
    change()
    changed = time.monotonic()
    _until_all(addresses, wanted)
    seen = time.monotonic()
    print(f"{what}: {changed - started:.2f} s to change, {seen - changed:.2f} s until both answer")


def _until_all(addresses: list[str], wanted: str) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        told = [httpx.get(f"{address}/health/ready").json() for address in addresses]
        if all(each.get("snapshot") == wanted for each in told):
            return
        time.sleep(0.05)
    raise TimeoutError(wanted)


def _ask(addresses: list[str], statuses: Counter[str], over: threading.Event) -> None:
    with httpx.Client() as client:
        while not over.is_set():
            for address in addresses:
                statuses[_status(client, address)] += 1


def _status(client: httpx.Client, address: str) -> str:
    try:
        return str(client.get(address + ITEMS).status_code)
    except httpx.TransportError as error:
        return type(error).__name__


if __name__ == "__main__":
    main(Path(sys.argv[1]))
