"""How a component's test solves its cases: to the optimum, and through a folder."""

from __future__ import annotations

import numpy as np
import pytest
from tiny import Solve, quick, through_a_folder

from siting.case.case import Case
from siting.plan.plan import Plan


@pytest.fixture(scope="module")
def solved(tmp_path_factory: pytest.TempPathFactory) -> Solve:
    """A solve to the optimum whose plan adds up.

    The first plan of each component is read back from a folder, where it is number by number as it was. What comes back
    is of the names, axes and sizes of a case, of which `tests/faults/test_round_trip.py` has every variant.
    """
    is_first = True

    def run(case: Case) -> Plan:
        nonlocal is_first
        plan = quick(case)
        plan.audit().raise_for_residuals()
        if not is_first:
            return plan
        is_first = False
        again = through_a_folder(plan, tmp_path_factory.mktemp("plan"))
        assert_same_numbers(again, plan)
        return again

    return run


def assert_same_numbers(one: Plan, other: Plan) -> None:
    """All that tables, key figures and the audit follow from."""
    assert one.case.study == other.case.study
    assert one.case.axes == other.case.axes
    assert one.search == other.search
    assert one.solution.terms.equals(other.solution.terms)
    for ours, theirs in (
        (one.case.fields, other.case.fields),
        (one.solution.decisions, other.solution.decisions),
        (one.solution.values, other.solution.values),
    ):
        assert set(ours) == set(theirs)
        for name, field in ours.items():
            assert field.axes == theirs[name].axes, name
            np.testing.assert_array_equal(field.values, theirs[name].values, err_msg=name)
