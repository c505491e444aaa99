"""What marks a number or a choice as a limit: which way it binds, and the value at which it binds nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["LimitMark"]


@dataclass(frozen=True)
class LimitMark:
    """Stands in the annotation of a study's field, or beside a number of a case, that holds a plan back.

    Parameters
    ----------
    sense : {"most", "least", "rule"}
        Whether it is a most, a least, or a rule that is kept or not.
    loosest : float, bool, tuple or None
        The value with which it holds back nothing; None where that is to state none.
    stated_by : str
        The study's field that states it, where it is not the first input of the number.
    """

    sense: Literal["most", "least", "rule"]
    loosest: float | bool | tuple[()] | None = None
    stated_by: str = ""
