from .case.case import Case
from .data.prepare import prepare
from .models.assembly.rule import Rule
from .optimise.conflict.explanation import explain
from .optimise.own_rules import with_own_rules
from .optimise.solve import solve
from .plan.plan import Plan
from .problems import InputError, Problem
from .results.folder import load
from .results.writing import write
from .scenarios.alternatives.alternatives import alternatives
from .scenarios.futures.futures import futures
from .scenarios.futures.planned import plan_for_futures
from .scenarios.policy.policy import policy
from .scenarios.sweep.sweep import sweep
from .study.loading import load_study, studies
from .study.study import Study
from .version import __version__

__all__ = [
    "Case",
    "InputError",
    "Plan",
    "Problem",
    "Rule",
    "Study",
    "__version__",
    "alternatives",
    "explain",
    "futures",
    "load",
    "load_study",
    "plan_for_futures",
    "policy",
    "prepare",
    "solve",
    "studies",
    "sweep",
    "with_own_rules",
    "write",
]
