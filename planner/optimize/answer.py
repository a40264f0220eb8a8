"""From the search's numbers to a plan in domain words.

Decisions are rounded once, written as rows, read back from those rows, and every reported figure is then
worked out from them by the equity library: nothing but the bound is taken from the solver.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from itertools import groupby
from typing import Any

import numpy as np

from planner.case import Case
from planner.equity.evaluate import Evaluator, Judgement, inequity
from planner.optimize.collecting import collection_paused
from planner.optimize.model import AllocationModel
from planner.optimize.moves import Flow, miles_between, route
from planner.optimize.solution import Solution
from planner.optimize.solver import highs_version
from planner.outcome import Key, Outcome
from planner.plan import (
    DECIMALS,
    FORMAT_VERSION,
    ImputedRow,
    IndexRow,
    Move,
    Plan,
    StaffChange,
    Summary,
    rounded_together,
)
from planner.plan_outcome import Decided, decided_class_sizes, outcome_of
from planner.reporting_equity import index_rows, judge, statistic_rows
from planner.reporting_rows import (
    class_size_rows,
    class_size_warnings,
    dollar_rows,
    fund_rows,
    gap_of,
    limit_rows,
    policy_rows,
    rounded,
    school_rows,
    summary_of,
)

Values = dict[str, dict[tuple[Any, ...], float]]
CHANGES = ("hire", "recruit", "release", "attrition", "stipend_end")
GAP_DECIMALS = 6
PACKAGE = "resource-reallocation-planner"


@dataclass(frozen=True, slots=True)
class KeyFigures:
    """What a plan comes to, before its details are worked out: every figure as the plan itself has it.

    Parameters
    ----------
    indices
        Those that the scenario asked to lower, and no others.
    """

    name: str
    years: tuple[str, ...]
    status: str
    summary: Summary
    indices: tuple[IndexRow, ...]


class Written:
    """A solution written down as decisions; figures are worked out from these when they are asked for.

    Parameters
    ----------
    model
        The solved model.
    solution
        What the search found; it must hold a plan.
    """

    def __init__(self, model: AllocationModel, solution: Solution) -> None:
        self.model = model
        self.solution = solution
        self.case = model.case
        self.decided = _rows(self.case, _decisions(model, solution.values))

    @cached_property
    def outcome(self) -> Outcome:
        """What the decisions leave each school with."""
        return outcome_of(self.decided, self.case)

    def key_figures(self) -> KeyFigures:
        """Return the plan's key figures, by the same formulas as the plan's, in a fraction of its time."""
        terms = [(t.measure, t.index, t.weight) for t in self.case.scenario.objective.measures]
        judgements = Evaluator(self.case).judge_terms(self.outcome, terms)
        return KeyFigures(
            name=self.case.scenario.name,
            years=tuple(self.case.years),
            status=self.solution.status.value,
            summary=self._summary(judgements),
            indices=index_rows(judgements),
        )

    @collection_paused()
    def plan(self, made_at: str = "") -> Plan:
        """Return the whole plan; `made_at` is a time stamp to write into it, no part of its identity."""
        case, outcome = self.case, self.outcome
        judgements = judge(outcome)
        sizes = class_size_rows(outcome)
        return Plan(
            scenario=case.scenario.resolved(),
            district=_district(case),
            years=tuple(case.years),
            status=self.solution.status.value,
            summary=self._summary(judgements),
            moves=self.decided.moves,
            staff_changes=self.decided.staff_changes,
            class_sizes=sizes,
            limits=self.decided.limits,
            dollars=self.decided.dollars,
            schools=school_rows(outcome),
            funds=fund_rows(outcome),
            indices=index_rows(judgements),
            statistics=statistic_rows(outcome),
            policies=policy_rows(outcome),
            imputed=_imputed(case),
            warnings=(*_policy_warnings(case), *class_size_warnings(sizes)),
            provenance=_provenance(self.model, self.solution),
            made_at=made_at,
        )

    def _summary(self, judgements: list[Judgement]) -> Summary:
        bound = self.solution.bound
        gap = round(gap_of(inequity(judgements), bound), GAP_DECIMALS)
        return summary_of(self.outcome, self.decided.moves, judgements, bound, gap)


def plan_of(model: AllocationModel, solution: Solution, made_at: str) -> Plan:
    """Return the plan that a solution of the model describes.

    Parameters
    ----------
    model
        The solved model.
    solution
        What the search found; it must hold a plan.
    made_at
        Time stamp to write into the plan; no part of its identity.
    """
    return Written(model, solution).plan(made_at)


def _decisions(model: AllocationModel, values: np.ndarray) -> Values:
    """Values by family and key, in each family's own unit; dollars and sections as totals."""
    found: Values = defaultdict(dict)
    amounts = values.tolist()
    families = {"leave", "join", *CHANGES}
    for amount, column in zip(amounts, model.columns, strict=False):
        if column.family in families:
            found[column.family][column.key] = max(0.0, amount) * column.unit
    for family in ("sections", "dollars"):
        for key, expression in model.named(family):
            total = expression.constant + sum(c * amounts[column] for column, c in expression.terms.items())
            found[family][key] = max(0.0, total)
    return found


def _rows(case: Case, values: Values) -> Decided:
    flows = route(case, values["leave"], values["join"])
    moves = tuple(
        sorted(_moves(case, flows), key=lambda m: (m.year, m.from_school, m.to_school, m.role, m.field))
    )
    changes = tuple(_staff_changes(case, values))
    sections = {key: rounded(value, "sections") for key, value in values["sections"].items()}
    dollars = _dollars(case, values["dollars"])
    without_limits = Outcome(case, {"sections": sections, "dollars": dollars})
    return Decided(
        moves=moves,
        staff_changes=changes,
        class_sizes=decided_class_sizes(case, sections),
        limits=limit_rows(Outcome(case, {"ratio": _ratios(without_limits)})),
        dollars=dollar_rows(without_limits),
    )


def _dollars(case: Case, values: Mapping[Key, float]) -> dict[Key, float]:
    """Round lines so that what each fund adds in a year and district is right to the cent."""
    accounts: dict[tuple[Any, ...], list[Key]] = defaultdict(list)
    for key in values:
        school, fund, _, year = key
        accounts[year, fund, case.district_of[school]].append(key)
    found: dict[Key, float] = {}
    for keys in accounts.values():
        today = [case.today_dollars(*key) for key in keys]
        changes = [values[key] - line for key, line in zip(keys, today, strict=True)]
        for key, line, change in zip(keys, today, rounded_together(changes, "dollars"), strict=True):
            found[key] = max(0.0, rounded(rounded(line, "dollars") + change, "dollars"))
    return found


def _moves(case: Case, flows: list[Flow]) -> list[Move]:
    stipends = [0.0, *case.stipend_tiers]
    moves = []
    for flow, fte in zip(flows, _flows_rounded(flows), strict=True):
        if fte > 0:
            pool, miles = case.pools[flow.pool], miles_between(case, flow.origin, flow.target)
            places = (case.years[flow.year], case.school_ids[flow.origin], case.school_ids[flow.target])
            far = None if miles is None else round(miles, DECIMALS["miles"])
            moves.append(Move(*places, *pool, fte, far, stipends[flow.tier]))
    return sorted(
        moves, key=lambda move: (move.year, move.from_school, move.to_school, move.field, move.experience)
    )


def _flows_rounded(flows: Iterable[Flow]) -> list[float]:
    """Round moves, which come year by year, so that a year's sum is right to its last decimal [FTE]."""
    years = groupby(flows, key=lambda flow: flow.year)
    return [fte for _, own in years for fte in rounded_together([flow.fte for flow in own], "FTE")]


def _staff_changes(case: Case, values: Values) -> list[StaffChange]:
    stipends = [0.0, *case.stipend_tiers]
    changes = []
    for family in CHANGES:
        found = values[family]
        for key, fte in zip(found, rounded_together(found.values(), "FTE"), strict=True):
            if fte > 0:
                school, pool, tier, year = (*key[:2], key[2] if len(key) == 4 else 0, key[-1])
                place = (case.years[year], case.school_ids[school], *case.pools[pool])
                changes.append(StaffChange(*place, family, fte, stipends[tier]))
    return sorted(
        changes, key=lambda row: (row.year, row.school_id, row.role, row.field, row.experience, row.change)
    )


def _ratios(outcome: Outcome) -> dict[tuple[Any, ...], float]:
    """The tightest free class-size limits that the sections keep, as sections per student."""
    ratios: dict[tuple[Any, ...], float] = {}
    for policy in outcome.case.policies_of("class_size"):
        ratios |= policy.tightest(outcome)  # type: ignore[attr-defined]
    return ratios


def _district(case: Case) -> dict[str, Any]:
    return {
        "name": case.district.name,
        "school_year": case.district.facts.school_year,
        "district_ids": list(case.district_names),
        "high_need": {
            "rule": case.scenario.high_need.model_dump(mode="json"),
            "schools": sorted(
                school for school, high in zip(case.school_ids, case.high_need, strict=True) if high
            ),
        },
        "novice": "the pools that the data set calls novice",
    }


def _imputed(case: Case) -> tuple[ImputedRow, ...]:
    return tuple(
        ImputedRow(
            row.table,
            row.column,
            row.rows if isinstance(row.rows, str) else ", ".join(row.rows),
            row.method,
            row.note,
        )
        for row in case.district.facts.imputed
    )


def _policy_warnings(case: Case) -> tuple[str, ...]:
    return tuple(warning for policy in case.scenario.policies.values() for warning in policy.warnings(case))


def _provenance(model: AllocationModel, solution: Solution) -> dict[str, Any]:
    case = model.case
    return {
        "format": FORMAT_VERSION,
        "planner": version(PACKAGE),
        "pulp": version("pulp"),
        "highs": highs_version(),
        "fingerprints": dict(sorted(case.district.fingerprints.items())),
        "columns": len(model.columns),
        "rows": len(model.rows),
        "settled": list(solution.settled),
        "solver": case.scenario.solver.model_dump(mode="json"),
    }
