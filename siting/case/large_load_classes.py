"""The classes of large load that a site names."""

from __future__ import annotations

import pandas as pd

__all__ = ["class_ids"]


def class_ids(sites: pd.DataFrame) -> list[list[str]]:
    """Ids of the classes that each site names, which its table need not."""
    if "large_load_class_ids" not in sites:
        return [[] for _ in range(len(sites))]
    return [str(ids).split() for ids in sites["large_load_class_ids"].fillna("")]
