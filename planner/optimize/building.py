"""A case as a linear program: decisions, what always holds, and each policy's rows."""

from __future__ import annotations

from collections.abc import Mapping

from planner.case import Case
from planner.optimize.collecting import collection_paused
from planner.optimize.conservation import add_conservation
from planner.optimize.decisions import add_decisions
from planner.optimize.model import AllocationModel
from planner.policies.base import Policy


@collection_paused()
def build(case: Case, chosen: Mapping[str, Policy] | None = None) -> AllocationModel:
    """Return the model of a case.

    Parameters
    ----------
    case
        The district and scenario.
    chosen
        For policies that are a choice between cases, the case whose rows are added, by policy name.
    """
    model = AllocationModel(case)
    add_decisions(model)
    add_conservation(model)
    for name, policy in case.scenario.policies.items():
        (chosen or {}).get(name, policy).apply(model)
    return model
