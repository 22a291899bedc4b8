"""Helpers for data frames."""

import pandas as pd


def list_column(index: pd.Index, *members: str) -> pd.Series:
    """Make a column that holds the same list in every row."""
    return pd.Series([members] * len(index), index=index, dtype=object)
