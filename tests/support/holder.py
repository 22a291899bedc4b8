"""Takes the turn in a home, with a scratch folder, says so, and keeps it until it is ended."""

import signal
import sys
from pathlib import Path

from geo.snapshot.home_lock import lock_home, make_scratch_folder

if __name__ == "__main__":
    signal.alarm(60)  # a holder that is forgotten ends
    home = Path(sys.argv[1])
    with lock_home(home):
        (make_scratch_folder(home) / "half.parquet").write_bytes(b"half")
        sys.stdout.write("mine\n")
        sys.stdout.flush()
        signal.pause()
