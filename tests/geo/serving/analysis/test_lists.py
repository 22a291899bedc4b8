"""The caveat that lists are no sample names them with their dates."""

import numpy as np
import pyarrow as pa

from geo.serving.analysis.sample import PointSample


class Layer:
    """Four businesses of two lists."""

    columns = {  # noqa: RUF012
        "registers": pa.chunked_array([[["a"], ["a", "storefronts"], ["storefronts"], ["a"]]]),
        "source_date": pa.chunked_array([["2024-05-31", "2026-09-09", "2026-06-30", "2025"]]),
        "provenance": pa.chunked_array([["observed"] * 4]),
    }

    def take(self, rows, names):
        """The columns of some rows."""
        return pa.table(self.columns).select(names).take(rows)


def sample(*rows):
    return PointSample(Layer(), np.array(rows), np.zeros((0, 2)), np.zeros((0, 2)), {})


def test_lists_counted_are_named_with_their_dates():
    (caveat,) = sample(0, 1, 2, 3).caveats
    assert "a (2024-05-31 to 2025), storefronts of SEMAS (상가정보) (2026-06-30); the" in caveat


def test_a_list_that_knows_none_alone_is_dated_by_what_it_shares():
    assert sample(1).lists == ["a (2026-09-09)", "storefronts of SEMAS (상가정보) (2026-09-09)"]
    assert sample(0).lists == ["a (2024-05-31)"]
