"""Numbers of clean energy: what part of what a grid delivers was not made without carbon."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from siting.case.case import Field
from siting.data.kinds.number import worked_out
from siting.data.kinds.statement import Statement

__all__ = ["STATED"]


def _follows(fields: Mapping[str, Field]) -> dict[str, Field]:
    """What is not carbon-free today falls with the grid's carbon, as the key figure has it."""
    today = 1 - fields["grid.grid_cfe_fraction"].values
    share = np.clip(today[:, None, :] * fields["grid.carbon_path_ratio"].values[:, :, None], 0.0, 1.0)
    return {"clean_energy.grid_burnt_fraction": Field(("site", "period", "hour"), share)}


STATED = Statement(
    fields={
        "clean_energy.grid_burnt_fraction": worked_out(
            "site",
            "period",
            "hour",
            inputs=(
                "authority_carbon.carbon_free_fraction",
                "series_grid.carbon_free_fraction",
                "carbon_path.carbon_ratio",
            ),
            neutral=None,
        ),
    },
    follows=_follows,
)
