"""Supplement, not supplant: state and local dollars go out by a rule that never reads Title I status."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, ClassVar, Literal

import numpy as np
from pydantic import Field

from planner.case import Case
from planner.district import STIPENDS_USE, Share
from planner.outcome import Outcome
from planner.policies.base import POLICIES, Finding, Relaxation, from_to, percent
from planner.policies.state_local import StateLocalPolicy
from planner.problems import Problem

STEP = 0.05
TITLE_I = "title_i"


@POLICIES.register("supplement_not_supplant")
class SupplementNotSupplant(StateLocalPolicy):
    """Each Title I school gets all the state and local dollars it would get without Title I.

    ESEA section 1118(b) asks for a neutral *method*, not for a comparison of costs. What a plan alone can
    show is judged by `check`: no planned state or local fund is open to Title I schools only, none is closed
    to every one of them, no stipend on state and local money is tied to the status, and, with
    ``method: weighted_students``, the planned state and local dollars follow weighted students (the first of
    the two methods that the Department of Education works through) within `tolerance`.

    Whether the plan as a whole reads Title I status needs another search with the flags permuted: see
    `planner.optimize.neutrality`. An objective that counts federal dollars usually does read it, since it
    makes up with local money for what Title I does not reach; a formula does not.
    """

    kind: ClassVar[str] = "supplement_not_supplant"
    title: ClassVar[str] = "Supplement, not supplant"
    default_source: ClassVar[str] = "ESEA section 1118(b), 20 USC 6321(b) (docs/domain.md 3.5)"

    method: Literal["any", "weighted_students"] = Field(
        default="any",
        title="how dollars go out",
        description="how planned state and local dollars go out; any method, or by weighted students",
    )
    tolerance: Share = Field(
        default=0.05,
        title="most difference between schools",
        description="how far a school's dollars per weighted student may be from the district's",
    )

    def statement(self) -> str:
        """Return the rule in words."""
        text = "State and local dollars go to schools by a rule that never reads Title I status"
        if self.method == "weighted_students":
            text += (
                f"; those that are planned follow weighted students, within {percent(self.tolerance)} of the "
                "district's dollars per weighted student"
            )
        return text + "."

    # The model --------------------------------------------------------------------------------------------

    def apply(self, model: Any) -> None:
        """Tie planned state and local dollars to weighted students; any other method adds no row."""
        case = model.case
        if self.method == "any":
            return
        for year in range(len(case.years)):
            for schools in case.schools_of:
                spent = {school: self._planned(model, school, year) for school in schools}
                each = model.sum(spent.values()) / float(case.weighted_students[schools].sum())
                for school in schools:
                    if not (spent[school].terms or each.terms):
                        continue
                    own = float(case.weighted_students[school])
                    most, least = each * (own * (1 + self.tolerance)), each * (own * (1 - self.tolerance))
                    model.require(self, (school, "most", year), spent[school] <= most)
                    model.require(self, (school, "least", year), spent[school] >= least)

    def _planned(self, model: Any, school: int, year: int) -> Any:
        cells = [cell for cell in model.case.cells_by_school[school] if cell[0] not in self.federal]
        return model.sum(model.dollars(school, fund, use, year) for fund, use in cells)

    # The judgement ----------------------------------------------------------------------------------------

    def check(self, outcome: Outcome) -> Iterator[Finding]:
        """Count what reads Title I status, and compare planned dollars with weighted students."""
        readers = list(self.readers(outcome.case))
        rule = "funds, stipends and rules of state and local money that read Title I status"
        yield Finding(self.name, rule, "", "", float(len(readers)), "<=", 0.0, "rules")
        if self.method == "weighted_students":
            for year in range(len(outcome.case.years)):
                yield from self._check_year(outcome, year)

    def _check_year(self, outcome: Outcome, year: int) -> Iterator[Finding]:
        case, label = outcome.case, outcome.case.years[year]
        spent = np.zeros(len(case.school_ids))
        for school, fund, use in case.cells:
            if fund not in self.federal:
                spent[school] += outcome.dollars(school, fund, use, year)
        for schools in case.schools_of:
            each = float(spent[schools].sum() / case.weighted_students[schools].sum())
            for school in schools:
                due, where = each * float(case.weighted_students[school]), case.school_ids[school]
                for sense, limit in (("<=", due * (1 + self.tolerance)), (">=", due * (1 - self.tolerance))):
                    words = "planned state and local dollars, by weighted students"
                    actual = float(spent[school])
                    yield Finding(
                        self.name,
                        words,
                        where,
                        label,
                        actual,
                        "<=" if sense == "<=" else ">=",
                        limit,
                        "dollars",
                    )

    def readers(self, case: Case) -> Iterator[str]:
        """Yield, in words, what ties state and local money to Title I status."""
        if not case.title_i.any():
            return
        local = [fund for fund in case.planned_funds if fund not in self.federal]
        for fund in local:
            if case.funds[fund].schools == TITLE_I:
                yield f"the fund {fund} is open to Title I schools only"
            elif not (case.eligible(case.funds[fund].schools) & case.title_i).any():
                yield f"the fund {fund} is closed to every Title I school"
        for policy in case.policies_of("stipends"):
            if getattr(policy, "eligible", "") == TITLE_I and any(
                fund in local and use == STIPENDS_USE for _, fund, use in case.cells
            ):
                yield f"{policy.name} pays Title I schools only, and state or local funds may pay it"

    # Its price and its problems ---------------------------------------------------------------------------

    def steps(self) -> list[Relaxation]:
        """Five percentage points of the tolerance, where the method has one."""
        if self.method == "any" or self.tolerance >= 1:
            return []
        more = min(1.0, round(self.tolerance + STEP, 9))
        words = from_to("how far dollars may be from weighted students", self.tolerance, more)
        return [self.relaxed(words, tolerance=more)]

    def problems(self, case: Case) -> Iterable[Problem]:
        """Yield what breaks the rule whatever is planned."""
        yield from super().problems(case)
        for words in self.readers(case):
            expected = "state and local money that does not read Title I status"
            yield Problem(f"policies.{self.name}", words, expected)

    def warnings(self, case: Case) -> Iterable[str]:
        """Yield how the funds were read, and what a plan alone cannot show."""
        yield from super().warnings(case)
        if self.method == "any":
            yield (
                f"{self.name}: whether this plan's state and local dollars would be the same without Title I "
                "is not known from the plan; it takes another search with the Title I schools permuted."
            )
