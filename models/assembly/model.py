"""A case, its components put together, and the same as arrays."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from siting.case.case import Array, Case
from siting.case.futures import CaseOfFutures
from siting.models.assembly.assembly import Assembly, Component
from siting.models.assembly.compilation import compile_assembly
from siting.models.assembly.stacked import FutureModel, Stacked, stack
from siting.models.assembly.standard_form import StandardForm


@dataclasses.dataclass(frozen=True)
class Model:
    """A model, ready to be solved.

    Parameters
    ----------
    case : Case
        Its numbers.
    assembly : Assembly
        Its components and ledgers.
    form : StandardForm
        The same, as arrays.
    """

    case: Case
    assembly: Assembly
    form: StandardForm

    def settle(self, values: Array) -> Array:
        """Let each component choose among plans that cost the same.

        Parameters
        ----------
        values : ndarray
            A plan, by column.
        """
        for part in self.assembly.parts:
            slack = self.form.row_upper - self.form.matrix @ values
            values = part.settle(values, slack, self.form.rows, self.form.columns)
        return values


@dataclasses.dataclass(frozen=True)
class ModelOfFutures(Model):
    """The models of some futures as one; its assembly is that of the future whose numbers stand for all.

    Parameters
    ----------
    parts : tuple of Model
        Each future's own.
    stacked : Stacked
        How they lie side by side.
    """

    parts: tuple[Model, ...]
    stacked: Stacked


def model_of(case: Case, components: Sequence[type[Component]], *, of_more: bool = False) -> Model:
    """Put a model together and turn it into arrays.

    Parameters
    ----------
    case : Case
        The numbers; of some sites only, where the model of these is wanted.
    components : sequence of component classes
        What it consists of. Of some sites of a study, those that the whole study needs: then its rows are
        those of the whole model that name these sites, and those that sites share.
    of_more : bool
        Whether other sites of the same model are put together elsewhere; see `compile_assembly`.

    Raises
    ------
    InfeasibleConstraintException
        If a row without variables cannot hold.
    """
    if isinstance(case, CaseOfFutures):
        return _of_futures(case, components, of_more)
    assembly = Assembly(case, components)
    return Model(case, assembly, compile_assembly(assembly, of_more=of_more))


def _of_futures(case: CaseOfFutures, components: Sequence[type[Component]], of_more: bool) -> ModelOfFutures:
    """Put each future together with the components that it has data for, and lay them side by side."""
    parts = tuple(
        model_of(outcome, [one for one in components if one.is_wanted(outcome)], of_more=of_more)
        for outcome in case.outcomes
    )
    later = {name for part in parts for kind in part.assembly.components for name in kind.decided_later(case.outcomes)}
    futures = [
        FutureModel(name, weight, part.form) for name, weight, part in zip(case.names, case.weights, parts, strict=True)
    ]
    stacked = stack(futures, later)
    return ModelOfFutures(case, parts[0].assembly, stacked.form, parts, stacked)
