"""The same numbers under another study: a limit moved, another title."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from siting.case.case import Case
    from siting.study.study import Study

__all__ = ["restated"]


def restated(case: Case, study: Study) -> Case:
    """Return a case, and all that it makes, with a study that differs in nothing that a number comes from.

    Parameters
    ----------
    case : Case
        The numbers.
    study : Study
        Such as one with another limit, which the model reads from the study.
    """
    return dataclasses.replace(
        case,
        study=study,
        year_of=case.year_of and _Made(case.year_of, study),
        days_of=case.days_of and _Made(case.days_of, study),
        sites_of=case.sites_of and _Made(case.sites_of, study),
    )


@dataclasses.dataclass(frozen=True)
class _Made:
    """Makes what another case makes, with a study of its own."""

    make: Callable[..., Case]
    study: Study

    def __call__(self, *arguments: Any) -> Case:
        return dataclasses.replace(self.make(*arguments), study=self.study)
