"""What every server is asked, in its own spelling."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count, repeat
from typing import Final

_TENTH: Final = "126.7895{n:06d},37.3285,126.7911,37.3298"  # holds about a tenth of the businesses
_ALL: Final = "124.5{n:06d},33,132,39"
_CQL2: Final = "category%20IN%20('restaurant','cafe')%20AND%20foreign_run=true"


@dataclass(frozen=True)
class Question:
    """One piece of work.

    Attributes:
        name: for the table.
        query: what follows `/items`; `{n}` stands where no two requests are alike.
        of_static: the share of the static server's answers a second to reach.
        of_peers: how many times the answers of each peer to reach; None: no goal was set.
        layer: the collection.
    """

    name: str
    query: str
    of_static: float
    of_peers: float | None = None
    layer: str = "businesses"


@dataclass(frozen=True)
class Server:
    """One that is asked.

    Attributes:
        name: for the table.
        port: on the loopback address.
        collection: its path of a collection; `{layer}` stands for the layer.
    """

    name: str
    port: int
    collection: str

    def targets(self, question: Question) -> Iterator[str]:
        """The requests of a question, one after the other."""
        path = f"{self.collection.format(layer=question.layer)}/items"
        if "{n" not in question.query:
            return repeat(path + question.query)
        return (path + question.query.format(n=n) for n in count())


AGAIN: Final = (
    Question("all businesses", "?limit=10000", 0.8, 50),
    Question("box, about a tenth", f"?limit=10000&bbox={_TENTH.format(n=0)}", 0.5),
    Question("category filter", "?limit=10000&category=restaurant", 0.5),
    Question("CQL2 filter", f"?limit=10000&filter={_CQL2}", 0.5),
    Question("one feature", "/samarkand", 0.5),
    Question("25 dong", "?limit=10000", 0.5, layer="dong"),
)
NEW: Final = (
    Question("all businesses", f"?limit=10000&bbox={_ALL}", 0.8, 50),
    Question("box, about a tenth", f"?limit=10000&bbox={_TENTH}", 0.5),
    Question("category filter", f"?limit=10000&category=restaurant&bbox={_ALL}", 0.5),
    Question("CQL2 filter", f"?limit=10000&filter={_CQL2}&bbox={_ALL}", 0.5),
)
