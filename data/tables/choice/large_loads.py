"""Classes of large load at the chosen sites."""

from __future__ import annotations

import pandas as pd

from siting.case.large_load_classes import class_ids

__all__ = ["classes_at"]


def classes_at(sites: pd.DataFrame, classes: pd.DataFrame) -> pd.DataFrame:
    """Classes that the sites name, and those of their states of which no county is known."""
    named = {identity for ids in class_ids(sites) for identity in ids}
    of_state = classes["state"].isin(sites["state"]) & (classes["is_by_county"] == 0)
    return classes[classes["class_id"].isin(named) | of_state].reset_index(drop=True)
