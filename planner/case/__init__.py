"""One district under one scenario: the index sets and today's figures, as arrays.

The model, the plan, the policies and `verify` all read the same case, so they cannot disagree about what
today is. Nothing here decides anything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Any

import numpy as np

from planner.case.money import Money
from planner.case.sets import HIGH_NEED, CourseBlock, Pool
from planner.district import PAY_USES, POSITIONS_USE, STIPENDS_USE, District
from planner.policies.base import Policy
from planner.problems import Problem, nearest, raise_all
from planner.scenario import Scenario

# What a case works out once and every scenario of the district shares; then what depends on who is high-need,
# and on the funds and uses too.
OF_DISTRICT = (
    *(
        "groups",
        "students",
        "weighted_students",
        "district_names",
        "district_of",
        "schools_of",
        "coordinates",
    ),
    *(
        "level_of",
        "level_cell",
        "title_i",
        "pools",
        "pool_index",
        "in_field",
        "_pool_of_row",
        "_staff_cells",
        "fte",
        "vacancies",
    ),
    *("pay", "average_pay", "teacher_pools", "blocks", "courses", "lines", "_staff_lines"),
)
OF_NEED = ("high_need",)
OF_MONEY = (
    "planned_funds",
    "fixed_dollars",
    "use_names",
    "_allowed",
    "cells",
    "cells_by_use",
    "cells_by_school",
    "cells_by_line",
    "use_limits",
    "_of_today",
)

__all__ = ["HIGH_NEED", "Case", "CourseBlock", "Pool", "checked_case"]


class Case(Money):
    """Index sets and today's figures of a district under a scenario.

    Schools, pools, funds, uses and years are numbered from 0; schools in the district's canonical order.

    Parameters
    ----------
    district
        The checked data set.
    scenario
        The resolved scenario.

    Raises
    ------
    InputProblems
        Everything in the scenario that does not fit the data.
    """

    def under(self, scenario: Scenario) -> Case:
        """Return the case of the same district under another scenario, what is the district's own not redone.

        Raises
        ------
        InputProblems
            As for a new case.
        """
        other = Case(self.district, scenario)
        kept = set(OF_DISTRICT)
        if scenario.high_need == self.scenario.high_need:
            kept |= set(OF_NEED)
            if (other.funds, other.uses) == (self.funds, self.uses):
                kept |= set(OF_MONEY)
        other.__dict__.update({name: value for name, value in self.__dict__.items() if name in kept})
        return other

    def once[R](self, key: tuple[str, ...], work: Callable[[], R]) -> R:
        """Return what `work` gives, worked out the first time only.

        For figures that follow from today's resources alone: every scenario of the district with the same
        high-need schools, funds and uses shares them.
        """
        if key not in self._of_today:
            self._of_today[key] = work()
        found: R = self._of_today[key]
        return found

    @cached_property
    def _of_today(self) -> dict[tuple[str, ...], Any]:
        return {}

    # Policies that shape the decisions ----------------------------------------------------------------------

    def policies_of(self, kind: str) -> list[Policy]:
        """Policies of a kind, by name."""
        return [policy for policy in self.scenario.policies.values() if policy.kind == kind]

    @cached_property
    def stipends(self) -> Any:
        """The scenario's `stipends` policy, or None."""
        return next(iter(self.policies_of("stipends")), None)

    @cached_property
    def stipend_tiers(self) -> list[float]:
        """Stipend of each paid tier, rising [dollars a year per FTE]."""
        return [tier.dollars for tier in self.stipends.tiers] if self.stipends else []

    @cached_property
    def hiring(self) -> Any:
        """The scenario's `hiring` policy, or None."""
        return next(iter(self.policies_of("hiring")), None)

    @cached_property
    def joinable(self) -> np.ndarray:
        """Whether staff of a pool may transfer into a school: teachers, where every policy lets them."""
        allowed = np.zeros_like(self.fte, dtype=bool)
        allowed[:, self.teacher_pools] = True
        for policy in self.scenario.policies.values():
            allowed &= policy.may_join(self)
        return allowed

    @cached_property
    def paid_join(self) -> np.ndarray:
        """Whether staff of a pool who transfer into a school are paid a stipend."""
        return self.stipends.pays(self) if self.stipends else np.zeros_like(self.fte, dtype=bool)

    @cached_property
    def hire_limits(self) -> np.ndarray:
        """Most positions that may be filled by school and pool [FTE]; vacancies where no policy says more."""
        can_pay = np.array(
            [bool(self.cells_by_use.get((s, POSITIONS_USE))) for s in range(len(self.school_ids))]
        )
        limits = self.hiring.limits(self) if self.hiring else self.vacancies
        return np.where(can_pay[:, None], limits, 0.0)

    def carried_pay(self, school: int, year: int) -> float:
        """Pay that `positions` must carry whatever is hired: today's lines, and pay on ended funds."""
        lines = sum(self.lines.get((school, fund, POSITIONS_USE), 0.0) for fund in self.planned_funds)
        return lines + self.lapsed_pay(school, year)

    def carried_stipends(self, school: int, year: int) -> float:
        """Today's stipends on planned funds that have not ended [dollars a year]."""
        return sum(self.today_dollars(school, fund, STIPENDS_USE, year) for fund in self.planned_funds)

    # Problems ---------------------------------------------------------------------------------------------

    def problems(self) -> list[Problem]:
        """Return what in the scenario does not fit the data, from every part of it."""
        problems = [*self._group_problems(), *self._year_problems()]
        for position, term in enumerate(self.scenario.objective.measures):
            where = f"objective.measures.{position}"
            problems += [*term.measure.problems(self, where), *term.index.problems(self, where)]
        for policy in self.scenario.policies.values():
            problems += policy.problems(self)
        return problems + list(self._use_problems()) + list(self._fund_problems())

    def _fund_problems(self) -> Iterable[Problem]:
        spent: dict[tuple[str, int], float] = {}
        districts = self.district_of.tolist()
        for (school, fund, _), dollars in self.lines.items():
            spent[fund, districts[school]] = spent.get((fund, districts[school]), 0.0) + dollars
        for (school, fund, use), dollars in self.lines.items():
            if fund in self.planned_funds and dollars < 0:
                where = f"budget, school {self.school_ids[school]}, fund {fund}, use {use}"
                expected = "at least 0, for a plan may place it (set a reversal against the line it corrects)"
                yield Problem(where, f"{dollars:,.2f} dollars", expected)
        for fund in self.planned_funds:
            for number, district in enumerate(self.district_names):
                today = spent.get((fund, number), 0.0)
                limit = self.fund_dollars(fund, number)
                if today > limit + 1:
                    found = f"{limit:,.0f} dollars a year, and lines of {today:,.0f} in the table budget"
                    expected = "a fund that covers today's lines"
                    where = (
                        f"funds.{fund}" if self.scenario.funds.get(fund) else f"district.yaml, funds.{fund}"
                    )
                    yield Problem(f"{where}, district {district}", found, expected)

    def _group_problems(self) -> Iterable[Problem]:
        by = self.scenario.high_need.by
        uses_tier = any("high_need" in str(policy.as_data()) for policy in self.scenario.policies.values())
        if by not in self.groups and (uses_tier or "by" in self.scenario.high_need.model_fields_set):
            yield Problem("high_need.by", f"'{by}'", "a student group of the data", nearest(by, self.groups))

    def _year_problems(self) -> Iterable[Problem]:
        today = self.district.facts.school_year
        if self.years[0] < today:
            yield Problem("years", self.years[0], f"{today}, the year of the data, or a later one")

    def _use_problems(self) -> Iterable[Problem]:
        """Yield what the scenario's changes to funds and uses name and the data do not have."""
        known = {*self.use_names, *PAY_USES}
        for name, fund in self.funds.items():
            uses = [] if fund.uses == "all" else fund.uses
            for use in [*uses, *(use for aside in fund.set_asides for use in aside.uses)]:
                if use not in known:
                    yield Problem(f"funds.{name}", f"use '{use}'", "a use of the data", nearest(use, known))
            named = fund.schools if isinstance(fund.schools, list) else []
            yield from _unknown(f"funds.{name}.schools", "school", named, self.school_ids)
            if isinstance(fund.dollars, dict):
                yield from _unknown(f"funds.{name}.dollars", "district", fund.dollars, self.district_names)
            elif len(self.district_names) > 1:
                found, expected = "one amount for several districts", "an amount for each district_id"
                yield Problem(f"funds.{name}.dollars", found, expected)
        for name, spec in self.uses.items():
            yield from _unknown(f"uses.{name}.target", "student group", [spec.target], self.groups)


def _unknown(where: str, kind: str, names: Iterable[str], known: Iterable[str]) -> Iterable[Problem]:
    for name in names:
        if name not in known:
            yield Problem(where, f"{kind} '{name}'", f"a {kind} of the data", nearest(name, known))


def checked_case(district: District, scenario: Scenario) -> Case:
    """Build a case and raise `InputProblems` with everything that does not fit."""
    case = Case(district, scenario)
    raise_all(case.problems())
    return case
