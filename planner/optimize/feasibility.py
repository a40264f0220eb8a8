"""Whether some of a scenario's policies can hold together, with what always holds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from planner.case import Case
from planner.district import District
from planner.optimize.building import build
from planner.optimize.cases import combinations
from planner.optimize.linear import Linear
from planner.optimize.model import AllocationModel
from planner.optimize.single_rows import FREE
from planner.optimize.solution import Status
from planner.optimize.solver import Session
from planner.scenario import Scenario


def without(scenario: Scenario, policies: Iterable[str]) -> Scenario:
    """Return the scenario without some policies."""
    gone = set(policies)
    kept = {name: policy for name, policy in scenario.policies.items() if name not in gone}
    return scenario.model_copy(update={"policies": kept})


def models_of(case: Case) -> Iterator[AllocationModel]:
    """Yield the model of each combination of cases that the policies leave to choose; mostly one."""
    for chosen in combinations(case):
        yield build(case, chosen)


def is_feasible(district: District, scenario: Scenario) -> bool:
    """Tell whether any plan keeps all the rules of a scenario."""
    return any(_holds(_session(model)) for model in models_of(Case(district, scenario)))


def _session(model: AllocationModel) -> Session:
    return Session(model.program, model.case.scenario.solver.time_limit_seconds, gap=1.0)


def _holds(session: Session) -> bool:
    return session.minimise(Linear()) not in (Status.INFEASIBLE, Status.LOST)


class Trials:
    """Answers whether policies can hold together, each set asked once.

    A policy can be waived in two ways: its entry is taken out of the scenario, or its rows are freed while
    the decisions that it opens (positions to fill, stipends to pay) stay. A set can hold where it does in
    either way; so one policy more never makes room, and dropping one never takes room away.

    Parameters
    ----------
    district, scenario
        The question that has no plan.
    """

    def __init__(self, district: District, scenario: Scenario) -> None:
        self.district, self.scenario = district, scenario
        self.names = sorted(scenario.policies)
        self._case = Case(district, scenario)
        self._programs = [(model, _session(model)) for model in models_of(self._case)]
        self._known: dict[frozenset[str], bool] = {}

    def hold(self, policies: Iterable[str]) -> bool:
        """Tell whether the policies can hold together."""
        kept = frozenset(policies)
        if kept not in self._known:
            waived = [name for name in self.names if name not in kept]
            self._known[kept] = self._with_freed_rows(waived) or self._with_entries_gone(waived)
        return self._known[kept]

    def _with_freed_rows(self, waived: list[str]) -> bool:
        return any(self._freed(model, session, waived) for model, session in self._programs)

    def _freed(self, model: AllocationModel, session: Session, waived: list[str]) -> bool:
        rows = [row for name in waived for _, row in model.owned(name)]
        program = model.program
        session.change_rows(dict.fromkeys(rows, FREE))
        found = _holds(session)
        session.change_rows({row: (program.row_lower[row], program.row_upper[row]) for row in rows})
        return found

    def _with_entries_gone(self, waived: list[str]) -> bool:
        """Ask without the entries; only where they shape what may be decided does this differ."""
        scenario = without(self.scenario, waived)
        same = all(np.array_equal(*pair) for pair in zip(*map(_shape, self._cases(scenario)), strict=True))
        return bool(waived) and not same and is_feasible(self.district, scenario)

    def _cases(self, scenario: Scenario) -> tuple[Case, Case]:
        return self._case, Case(self.district, scenario)


def _shape(case: Case) -> tuple[np.ndarray, ...]:
    """Where staff may join, where they are paid for it, and how many positions may be filled."""
    return case.joinable, case.paid_join, case.hire_limits
