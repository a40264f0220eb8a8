"""Plans that differ from a plan in one decision: without it, and with a little more of it.

What a plan would change along with the decision is changed too: the lines that pay for staff, in the year of
the decision and in later ones.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Literal

from planner.case import Case, Pool
from planner.district import POSITIONS_USE, STIPENDS_USE
from planner.plan import ClassSize, DollarLine, Limit, Move, Plan, StaffChange

Kind = Literal["move", "staff", "dollars", "limit"]
KINDS: tuple[Kind, ...] = ("move", "staff", "dollars", "limit")
# How much larger a decision is made to see what stops it, above every tolerance [FTE, dollars, students];
# in a plan of whole steps, a whole one.
STEP = {"move": 0.05, "staff": 0.05, "dollars": 1_000.0, "limit": 0.25}
# What a change of positions pays for, and which way.
PAYS_POSITION = {"hire": 1.0, "recruit": 1.0, "release": -1.0}
PAYS_STIPEND = {"recruit": 1.0, "stipend_end": -1.0}
ROWS: dict[Kind, str] = {"move": "moves", "staff": "staff_changes", "dollars": "dollars", "limit": "limits"}


class OtherPlans:
    """Makes the plans that differ from one plan in a decision.

    Parameters
    ----------
    plan, case
        The plan and the case it was made for.
    """

    def __init__(self, plan: Plan, case: Case) -> None:
        self.plan, self.case = plan, case

    def without(self, kind: Kind, number: int) -> Plan:
        """Return the plan without a row of it, all else as it is."""
        return self._with(kind, number, undone=True)

    def larger(self, kind: Kind, number: int) -> Plan:
        """Return the plan with one step more of a row."""
        return self._with(kind, number, undone=False)

    def step(self, kind: Kind) -> float:
        """Return how much larger a decision is made [FTE, dollars, students]."""
        whole = self.case.scenario.fte_step if kind in ("move", "staff") else None
        return whole or STEP[kind]

    def _with(self, kind: Kind, number: int, undone: bool) -> Plan:
        rows = list(getattr(self.plan, ROWS[kind]))
        row = rows[number]
        if kind == "limit":
            return self._with_limit(row, undone)
        if kind == "dollars":
            rows[number] = replace(row, after=row.before if undone else self._further(row))
            return replace(self.plan, dollars=tuple(rows))
        change = -row.fte if undone else self.step(kind)
        rows[number] = replace(row, fte=row.fte + change)
        if row.fte + change <= 0:
            rows.pop(number)
        changes: dict[str, Any] = {ROWS[kind]: tuple(rows)}
        return self._charged(replace(self.plan, **changes), row, change)

    @staticmethod
    def _further(line: DollarLine) -> float:
        """Return a line's dollars a step further the way that the plan moved them."""
        step = STEP["dollars"] if line.after >= line.before else -STEP["dollars"]
        return max(0.0, line.after + step)

    def _charged(self, plan: Plan, row: Move | StaffChange, change: float) -> Plan:
        """Let the lines that pay for staff of this kind at the school follow them, in later years too."""
        target = row.to_school if isinstance(row, Move) else row.school_id
        lines = [*plan.dollars]
        for use, dollars in self._costs(row, change):
            for year in plan.years[plan.years.index(row.year) :]:
                self._pay(lines, (target, year, use), dollars)
        return replace(plan, dollars=tuple(lines))

    def _costs(self, row: Move | StaffChange, change: float) -> Iterator[tuple[str, float]]:
        """Yield the uses that pay for staff, and what a change of so many costs each [dollars a year]."""
        kind = row.change if isinstance(row, StaffChange) else ""
        if dollars := PAYS_STIPEND.get(kind, 0.0 if kind else 1.0) * self._stipend(row.stipend):
            yield STIPENDS_USE, dollars * change
        if isinstance(row, StaffChange) and kind in PAYS_POSITION:
            school = self.case.school_index[row.school_id]
            pool = self.case.pool_index[Pool(row.role, row.field, row.experience)]
            yield POSITIONS_USE, PAYS_POSITION[kind] * float(self.case.average_pay[school, pool]) * change

    def _pay(self, lines: list[DollarLine], place: tuple[str, str, str], dollars: float) -> None:
        """Add dollars to the line whose fund has most left; take them from one line after another."""
        paying = [n for n, line in enumerate(lines) if (line.school_id, line.year, line.use) == place]
        for number in sorted(paying, key=lambda n: (-self._left(lines[n]), -lines[n].after, n)):
            paid = max(dollars, -lines[number].after)
            lines[number] = replace(lines[number], after=lines[number].after + paid)
            dollars -= paid

    def _left(self, line: DollarLine) -> float:
        """Return what a line's fund has left in its year, and in later ones if it carries over [dollars]."""
        district = self.case.district_names[self.case.district_of[self.case.school_index[line.school_id]]]
        carries = self.case.funds[line.fund].carry_over
        return min(
            (
                row.unspent
                for row in self.plan.funds
                if (row.fund, row.district_id) == (line.fund, district)
                and (row.year == line.year or (carries and row.year > line.year))
                and self.case.alive(row.fund, self.plan.years.index(row.year))
            ),
            default=0.0,
        )

    def _stipend(self, dollars: float) -> float:
        return float(self.case.stipends.cost_per_fte(dollars)) if dollars and self.case.stipends else 0.0

    def courses(self, school: str, field: str) -> list[str]:
        """Return the courses of a field at a school whose sections the plan decides."""
        number = self.case.school_index[school]
        return [
            course
            for (place, course), block in self.case.blocks.items()
            if (place, block.field) == (number, field) and course in self.case.decided_courses
        ]

    def with_fewer_sections(self, plan: Plan, school: str, course: str, lacking: Mapping[str, float]) -> Plan:
        """Return a plan with sections of a course cut, by year, for want of so many teachers [FTE]."""
        per_fte = self.case.blocks[self.case.school_index[school], course].sections_per_fte
        whole = self.case.scenario.section_step
        rows = [*plan.class_sizes]
        for number, row in enumerate(rows):
            if (row.school_id, row.course) == (school, course) and row.year in lacking:
                fewer = lacking[row.year] * per_fte
                fewer = math.ceil(fewer / whole) * whole if whole else fewer
                rows[number] = replace(row, sections_after=max(0.0, row.sections_after - fewer))
        return replace(plan, class_sizes=tuple(rows))

    def _with_limit(self, limit: Limit, undone: bool) -> Plan:
        """Give the courses that a limit binds today's sections, or those of a limit a little lower."""
        bound = self._bound_schools(limit)
        rows = [
            self._other_sections(row, limit, undone)
            if row.decided and (row.year, row.course) == (limit.year, limit.course) and row.school_id in bound
            else row
            for row in self.plan.class_sizes
        ]
        return replace(self.plan, class_sizes=tuple(rows))

    def _bound_schools(self, limit: Limit) -> set[str]:
        policy = self.case.scenario.policies[limit.policy]
        return {
            self.case.school_ids[rule.block.school]
            for rule in policy.rules(self.case)  # type: ignore[attr-defined]
            if rule.block.course == limit.course and rule.tier == limit.tier
        }

    @staticmethod
    def _other_sections(row: ClassSize, limit: Limit, undone: bool) -> ClassSize:
        if undone:
            return replace(row, sections_after=row.sections_before)
        needed = row.students / max(1.0, limit.limit - STEP["limit"])
        return replace(row, sections_after=max(row.sections_after, needed))
