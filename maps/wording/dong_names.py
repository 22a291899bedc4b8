"""The names of the dong, in the reader's language."""

import numpy as np

from geo.snapshot.reader import Snapshot
from maps.i18n import Words


def dong_names(snapshot: Snapshot, words: Words) -> dict[str, str]:
    """Map the code of each dong to its name in the reader's language, or else in the other.

    `maps.web.base_layers` has the same for one feature, but it loads what draws web pages.
    """
    layer = snapshot.layers["dong"]
    records = layer.records(np.arange(layer.count), ["id", "name_ko", "name_en"])
    first, second = ("name_ko", "name_en") if words.lang == "ko" else ("name_en", "name_ko")
    return {record["id"]: str(record[first] or record[second]) for record in records}
