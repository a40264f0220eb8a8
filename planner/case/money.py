"""Money of a case: planned funds, uses, today's lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any

import numpy as np

from planner.case.staffing import Staffing
from planner.district import POSITIONS_USE, STAFF_USE, STIPENDS_USE, District, Fund, Use
from planner.problems import Problem, nearest, raise_all
from planner.scenario import Scenario
from planner.wording import Defect
from planner.yaml_file import judged


class Money(Staffing):
    """Planned funds and uses under the scenario, and today's budget lines."""

    def __init__(self, district: District, scenario: Scenario) -> None:
        super().__init__(district, scenario)
        problems: list[Problem] = []
        self.funds: dict[str, Fund] = _overridden(
            district.facts.funds, scenario.funds, Fund, "funds", problems
        )
        self.uses: dict[str, Use] = _overridden(district.facts.uses, scenario.uses, Use, "uses", problems)
        raise_all(problems)

    @cached_property
    def planned_funds(self) -> list[str]:
        """Funds the scenario may place, sorted."""
        return sorted(self.funds)

    @cached_property
    def lines(self) -> dict[tuple[int, str, str], float]:
        """Today's spending by school, fund and use [dollars a year]."""
        budget = self.district.budget
        schools = [self.school_index[school] for school in budget["school_id"].tolist()]
        keys = zip(schools, budget["fund"].tolist(), budget["use"].tolist(), strict=True)
        return dict(zip(keys, budget["dollars"].astype(float).tolist(), strict=True))

    @cached_property
    def fixed_dollars(self) -> np.ndarray:
        """Budget lines of funds that are not planned, but for pay, by school [dollars a year].

        Positions are pay, and staff are counted with their pay whatever fund it is on.
        """
        fixed = np.zeros(len(self.school_ids))
        for (school, fund, use), dollars in self.lines.items():
            if fund not in self.funds and use not in (STAFF_USE, POSITIONS_USE):
                fixed[school] += dollars
        return fixed

    @cached_property
    def use_names(self) -> list[str]:
        """Uses that a dollar can be placed on, sorted: every use but today's pay."""
        planned = {use for _, fund, use in self.lines if fund in self.funds}
        names = set(self.uses) | planned | {POSITIONS_USE, STIPENDS_USE}
        return sorted(names - {STAFF_USE})

    def allowed_uses(self, fund: str) -> list[str]:
        """Uses a planned fund may pay, sorted."""
        uses = self.funds[fund].uses
        return self.use_names if uses == "all" else sorted(set(uses) - {STAFF_USE})

    @cached_property
    def known_uses(self) -> list[str]:
        """Every use that a dollar is or can be placed on, sorted."""
        return sorted({*self.use_names, *(use for _, _, use in self.lines)})

    @cached_property
    def cells(self) -> list[tuple[int, str, str]]:
        """Every (school, planned fund, use) that can carry dollars: allowed ones, and today's lines."""
        lines = {key for key in self.lines if key[1] in self.funds and key[2] != STAFF_USE}
        return sorted(lines | self._allowed)

    @cached_property
    def _allowed(self) -> set[tuple[int, str, str]]:
        """Every (school, planned fund, use) that the fund's own terms allow."""
        found = set()
        for fund in self.planned_funds:
            eligible = np.flatnonzero(self.eligible(self.funds[fund].schools)).tolist()
            found |= {(school, fund, use) for school in eligible for use in self.allowed_uses(fund)}
        return found

    @cached_property
    def cells_by_use(self) -> dict[tuple[int, str], list[str]]:
        """Planned funds that can carry dollars for each (school, use)."""
        by_use: dict[tuple[int, str], list[str]] = {}
        for school, fund, use in self.cells:
            by_use.setdefault((school, use), []).append(fund)
        return by_use

    @cached_property
    def cells_by_school(self) -> list[list[tuple[str, str]]]:
        """Every (planned fund, use) that can carry dollars, school by school."""
        by_school: list[list[tuple[str, str]]] = [[] for _ in self.school_ids]
        for school, fund, use in self.cells:
            by_school[school].append((fund, use))
        return by_school

    @cached_property
    def cells_by_line(self) -> dict[tuple[str, str], list[tuple[int, int]]]:
        """Number in `cells`, and school, of every cell of a (planned fund, use)."""
        by_line: dict[tuple[str, str], list[tuple[int, int]]] = {}
        for number, (school, fund, use) in enumerate(self.cells):
            by_line.setdefault((fund, use), []).append((number, school))
        return by_line

    def may_spend(self, school: int, fund: str, use: str) -> bool:
        """Whether a planned fund allows a use at a school."""
        return (school, fund, use) in self._allowed

    def alive(self, fund: str, year: int) -> bool:
        """Whether a fund may still be spent in a year."""
        last = self.funds[fund].last_year if fund in self.funds else None
        return last is None or self.years[year] <= last

    def today_dollars(self, school: int, fund: str, use: str, year: int) -> float:
        """Today's line of a planned fund as it would run on in a year: 0 once the fund has ended."""
        return self.lines.get((school, fund, use), 0.0) if self.alive(fund, year) else 0.0

    def fund_dollars(self, fund: str, district: int) -> float:
        """A planned fund's dollars a year in a district."""
        dollars = self.funds[fund].dollars
        return float(
            dollars.get(self.district_names[district], 0.0) if isinstance(dollars, dict) else dollars
        )

    def staff_lines(self, fund: str, district: int) -> float:
        """Today's pay carried by a planned fund in a district [dollars a year]."""
        return self._staff_lines.get((fund, district), 0.0)

    @cached_property
    def _staff_lines(self) -> dict[tuple[str, int], float]:
        found: dict[tuple[str, int], float] = {}
        districts = self.district_of.tolist()
        for (school, fund, use), dollars in self.lines.items():
            if use == STAFF_USE:
                place = (fund, districts[school])
                found[place] = found.get(place, 0.0) + dollars
        return found

    def lapsed_pay(self, school: int, year: int) -> float:
        """Today's pay on planned funds that have ended by a year: some other fund must carry it [dollars]."""
        return sum(
            self.lines.get((school, fund, STAFF_USE), 0.0)
            for fund in self.planned_funds
            if not self.alive(fund, year)
        )

    @cached_property
    def use_limits(self) -> dict[tuple[int, str], float]:
        """Most useful dollars a year by school and use; today's spending where that is already more."""
        limits = {}
        for use, spec in self.uses.items():
            if spec.max_dollars_per_target_student is None:
                continue
            for school in range(len(self.school_ids)):
                today = sum(self.lines.get((school, fund, use), 0.0) for fund in self.planned_funds)
                useful = spec.max_dollars_per_target_student * self.groups[spec.target][school]
                limits[school, use] = max(today, 0.0 if np.isnan(useful) else float(useful))
        return limits


def _overridden[M: (Fund, Use)](
    own: dict[str, M],
    changes: dict[str, dict[str, Any] | None],
    model: type[M],
    where: str,
    problems: list[Problem],
) -> dict[str, M]:
    merged = dict(own)
    for name, change in changes.items():
        if change is None:
            if name not in own:
                problems.append(
                    Problem(f"{where}.{name}", f"'{name}'", "a name of the data", nearest(name, own))
                )
            merged.pop(name, None)
            continue
        base = own[name].model_dump(exclude_defaults=True) if name in own else {}
        entry, defects = judged(model, {**base, **change})
        # What a change to an entry of the data need not say, a new entry must; or its name is misspelt.
        hint = "" if name in own else nearest(name, own)
        problems += _defective(f"{where}.{name}", defects, hint)
        if entry is not None:
            merged[name] = entry
    return dict(sorted(merged.items()))


def _defective(where: str, defects: Iterable[Defect], hint: str) -> Iterator[Problem]:
    for defect in defects:
        place = ".".join([where, *map(str, defect.path)])
        yield Problem(place, defect.found, defect.expected, defect.hint or hint)
