"""Maintenance of effort: a district keeps up what it spends of its own and the state's money."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from pydantic import Field, model_validator

from planner.case import Case
from planner.district import Share, Strict
from planner.outcome import Outcome
from planner.policies.base import (
    MOST_CASES,
    POLICIES,
    Finding,
    Policy,
    Relaxation,
    from_to,
    in_dollars,
    many,
    percent,
)
from planner.policies.state_local import (
    StateLocalPolicy,
    fund_spending,
    state_local_dollars,
    state_local_expression,
    unknown_funds,
)
from planner.problems import Problem, nearest

STEP = 0.05
DOLLAR_STEP = 100_000.0
Basis = Literal["state_local", "local"]
LEAST = {"esea": 0.90, "idea": 1.00}
Amount = Annotated[float, Field(ge=0)]


class Comparison(Strict):
    """What was spent in the year that the first planned year is compared with, where it is not today's."""

    state_local: Amount | None = Field(default=None, description="state and local dollars of that year")
    local: Amount | None = Field(default=None, description="local dollars of that year")
    students: Annotated[float, Field(gt=0)] | None = Field(
        default=None, description="students of that year (of the group, for IDEA), for the tests per student"
    )


@POLICIES.register("maintenance_of_effort")
class MaintenanceOfEffort(StateLocalPolicy):
    """Spending at least a share of the comparison year's, in total or per student.

    ``standard: esea``: all state and local dollars, in total or per student, at least 90% of the year before
    (section 8521). ``standard: idea``: the dollars of `funds` (for special education), at least 100%, by any
    one of four tests: local dollars, state and local dollars, and either of them per student with a
    disability (34 CFR 300.203); each later year is compared with the most that an earlier year reached, as
    the rule on later years asks. `less` takes off what section 300.204 and 300.205 allow.

    A test in total and the same per student differ by a constant, since students do not change in a plan:
    meeting either is meeting the lower bar. Local against state and local is a choice between two cases, for
    each year and district.
    """

    kind: ClassVar[str] = "maintenance_of_effort"
    title: ClassVar[str] = "Maintenance of effort"
    default_source: ClassVar[str] = (
        "ESEA section 8521, 20 USC 7901; IDEA 34 CFR 300.203-300.205 (docs/domain.md 3.6)"
    )

    standard: Literal["esea", "idea"] = Field(
        default="esea", title="whose rule", description="whose rule it is"
    )
    min_share: Share | None = Field(
        default=None,
        title="least share kept",
        description="least share kept; 0.9 for esea and 1 for idea if not given",
    )
    funds: list[str] = Field(
        default_factory=list,
        title="funds that count",
        description="state and local funds that count; with idea, those for special education",
    )
    local: list[str] = Field(
        default_factory=list, title="funds that are local", description="which of these funds are local"
    )
    group: str = Field(
        default="disability",
        title="students counted",
        description="students of the tests per student, with idea",
    )
    comparison: dict[str, Comparison] = Field(
        default_factory=dict,
        title="comparison year",
        description="the comparison year by district_id; today's figures where not given",
    )
    less: Amount = Field(
        default=0.0,
        title="exceptions and adjustments",
        description="exceptions and adjustments that lower the bar [dollars a year]",
    )
    bases: dict[str, Basis] = Field(
        default_factory=dict,
        title="tests that are known",
        description="'local' or 'state_local' by year and district_id, where it is known",
    )

    @model_validator(mode="after")
    def _funds_fit(self) -> MaintenanceOfEffort:
        if self.standard == "idea" and not self.funds:
            raise ValueError("funds, the state and local funds that pay for special education")
        if self.standard == "esea" and (self.local or self.funds):
            raise ValueError(
                "funds and local only with standard: idea (esea counts all state and local dollars)"
            )
        if not set(self.local) <= set(self.funds):
            raise ValueError("local funds that are among funds")
        return self

    @property
    def share(self) -> float:
        """Least share of the comparison year's spending."""
        return LEAST[self.standard] if self.min_share is None else self.min_share

    def statement(self) -> str:
        """Return the rule in words."""
        what = "state and local dollars" if self.standard == "esea" else f"dollars of {', '.join(self.funds)}"
        alone = f" (or of {', '.join(self.local)} alone)" if self.local else ""
        per = "per student" if self.standard == "esea" else f"per student of the group {self.group}"
        less = f" less ${self.less:,.0f}" if self.less else ""
        known = "".join(
            f"; {key}: {basis.replace('_', ' and ')}" for key, basis in sorted(self.bases.items())
        )
        return (
            f"The district's {what}{alone}, in total or {per}, are at least {percent(self.share)} of the "
            f"comparison year's{less}{known}."
        )

    # What is compared -------------------------------------------------------------------------------------

    def _bases(self, case: Case, year: int, district: int) -> tuple[Basis, ...]:
        key = f"{case.years[year]} {case.district_names[district]}"
        if key in self.bases:
            return (self.bases[key],)
        return ("state_local", "local") if self.local else ("state_local",)

    def _places(self, case: Case) -> list[tuple[int, int]]:
        return list(itertools.product(range(len(case.years)), range(len(case.district_names))))

    def cases(self, case: Case) -> list[Policy]:  # type: ignore[override]
        """Return one variant for each choice of local, or state and local, by year and district."""
        places = self._places(case)
        choices = [self._bases(case, *place) for place in places]
        if math.prod(len(choice) for choice in choices) > MOST_CASES:
            return [self]
        keys = [f"{case.years[year]} {case.district_names[district]}" for year, district in places]
        if all(len(choice) == 1 for choice in choices):
            return [self]
        return [
            self.model_copy(update={"bases": dict(zip(keys, picked, strict=True))})
            for picked in itertools.product(*choices)
        ]

    def _earlier(self, year: int) -> list[int]:
        """Years that a year is compared with; -1 is the comparison year."""
        return [year - 1] if self.standard == "esea" else list(range(-1, year))

    def _bar(self, case: Case, basis: Basis, district: int) -> float:
        """Return the least dollars against the comparison year: the lower of total and per student."""
        given = self.comparison.get(case.district_names[district], Comparison())
        told = given.local if basis == "local" else given.state_local
        spent = told if told is not None else self._spent(Outcome(case, {}), basis, -1, district)
        now = self._students(case, district)
        ratio = min(1.0, now / given.students) if given.students and now else 1.0
        return self.share * spent * ratio - self.less

    def _students(self, case: Case, district: int) -> float:
        counts = case.students if self.standard == "esea" else case.groups.get(self.group, case.students)
        return float(np.nansum(counts[case.schools_of[district]]))

    def _funds(self, basis: Basis) -> list[str]:
        return self.local if basis == "local" else self.funds

    # The model --------------------------------------------------------------------------------------------

    def apply(self, model: Any) -> None:
        """Bound the district's spending from below; of state and local dollars where no case is known."""
        case = model.case
        for year, district in self._places(case):
            basis = self._bases(case, year, district)[0]
            spent = self._expression(model, basis, year, district)
            for earlier in self._earlier(year):
                if earlier < 0:
                    left = spent - self._bar(case, basis, district)
                else:
                    before = self._expression(model, basis, earlier, district)
                    left = spent - before * self.share + self.less
                # A bar that no decision can touch is a row only where it is broken.
                if left.terms or left.constant < 0:
                    compared = case.years[earlier] if earlier >= 0 else "comparison year"
                    key = (case.district_names[district], basis, year, compared)
                    model.require(self, key, left >= 0)

    def _expression(self, model: Any, basis: Basis, year: int, district: int) -> Any:
        case = model.case
        schools = case.schools_of[district]
        if self.standard == "esea":
            dollars = state_local_expression(model, year, self.federal)
            return model.sum(dollars[school] for school in schools)
        funds = self._funds(basis)
        placed = set(case.cells)
        fixed = sum(
            dollars
            for (school, fund, use), dollars in case.lines.items()
            if fund in funds
            and case.district_of[school] == district
            and (school, fund, use) not in placed
            and case.alive(fund, year)
        )
        cells = [(s, fund, use) for s in schools for fund, use in case.cells_by_school[s] if fund in funds]
        return model.sum([fixed, *(model.dollars(*cell, year) for cell in cells)])

    # The judgement ----------------------------------------------------------------------------------------

    def _spent(self, outcome: Outcome, basis: Basis, year: int, district: int) -> float:
        if self.standard == "idea":
            return fund_spending(outcome, year, self._funds(basis), district)
        dollars = state_local_dollars(outcome, year, self.federal)
        return float(dollars[outcome.case.schools_of[district]].sum())

    def check(self, outcome: Outcome) -> Iterator[Finding]:
        """Take each test in turn: the rule holds in a year if one of them does."""
        case = outcome.case
        for year, district in self._places(case):
            by_basis = [
                self._finding(outcome, basis, year, district) for basis in self._bases(case, year, district)
            ]
            yield max(by_basis, key=lambda finding: finding.slack)

    def _finding(self, outcome: Outcome, basis: Basis, year: int, district: int) -> Finding:
        case = outcome.case
        bars = [
            self._bar(case, basis, district)
            if earlier < 0
            else self.share * self._spent(outcome, basis, earlier, district) - self.less
            for earlier in self._earlier(year)
        ]
        actual = self._spent(outcome, basis, year, district)
        words = "local dollars" if basis == "local" else "state and local dollars"
        where, label = case.district_names[district], case.years[year]
        return Finding(
            self.name, f"{words} of the district", where, label, actual, ">=", max(bars), "dollars"
        )

    # Its price and its problems ---------------------------------------------------------------------------

    def unit_of(self, key: str) -> str:
        """Return the unit of what is taken off the bar."""
        return "dollars"

    def steps(self) -> list[Relaxation]:
        """Five percentage points of the share kept, or $100,000 off the bar."""
        less = max(0.0, round(self.share - STEP, 9))
        more = self.less + DOLLAR_STEP
        return [
            self.relaxed(from_to("the share of spending kept", self.share, less), min_share=less),
            self.relaxed(from_to("what may be taken off the bar", self.less, more, in_dollars), less=more),
        ]

    def problems(self, case: Case) -> Iterable[Problem]:
        """Yield funds, groups and districts that the data does not have, and more cases than can be tried."""
        yield from super().problems(case)
        where = f"policies.{self.name}"
        yield from unknown_funds(case, self.funds, f"{where}.funds")
        for fund in self.funds:
            if fund in self.federal:
                yield Problem(f"{where}.funds", f"the federal fund '{fund}'", "state and local funds")
        if self.standard == "idea" and self.group not in case.groups:
            yield Problem(
                f"{where}.group", f"'{self.group}'", "a student group", nearest(self.group, case.groups)
            )
        for district in self.comparison:
            if district not in case.district_names:
                hint = nearest(district, case.district_names)
                yield Problem(f"{where}.comparison", f"'{district}'", "a district_id", hint)
        count = math.prod(len(self._bases(case, *place)) for place in self._places(case))
        if count > MOST_CASES:
            hint = "name the basis by year and district_id"
            yield Problem(f"{where}.bases", f"{many(count)} choices", f"at most {MOST_CASES}", hint)
