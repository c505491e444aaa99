"""A case, its components put together, and the same as arrays."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from siting.case.case import Array, Case
from siting.models.assembly.assembly import Assembly, Component
from siting.models.assembly.compilation import compile_assembly
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
    assembly = Assembly(case, components)
    return Model(case, assembly, compile_assembly(assembly, of_more=of_more))
