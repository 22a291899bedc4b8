"""Write a FlatGeobuf file from rows on standard input: `python flatgeobuf_file.py OPTIONS`.

A process of its own, because GDAL keeps Python's lock while it makes the index (20 s for 2.6
million features): inside the service nobody else would be answered.
"""

import json
import sys
from typing import Any


def main(options: dict[str, Any]) -> None:
    """Write the rows, an Arrow stream, with the options of `pyogrio.write_arrow`."""
    # pyogrio takes along what it finds of these; nothing here is a frame, and it is half the time.
    sys.modules.update(dict.fromkeys(("geopandas", "pandas")))  # type: ignore[arg-type]
    import pyarrow as pa
    from pyogrio import write_arrow

    write_arrow(pa.ipc.open_stream(sys.stdin.buffer), **options)


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
