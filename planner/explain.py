"""Why this move: which measure and rule a decision of a plan serves, and which rule stopped it from growing.

All are found by asking, not by reading the search. The decision is undone and the inequity worked out again;
the rules that this breaks are those that need it. Then it is made a little larger, and the rules that this
breaks are those that stopped it. A plan typed by hand can be asked the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain
from typing import Any, Literal

from planner.case import Case
from planner.disclosure import told
from planner.district import POSITIONS_USE, STIPENDS_USE
from planner.equity.evaluate import Evaluator
from planner.outcome import Outcome
from planner.plan import ClassSize, DollarLine, Limit, Move, Plan, StaffChange, rounded
from planner.plan_outcome import outcome_of
from planner.policies.base import Finding
from planner.reporting_rows import findings_by_policy
from planner.verification.check import Check
from planner.verification.money import money_checks
from planner.verification.staff import staff_checks

Kind = Literal["move", "staff", "dollars", "limit"]
KINDS: tuple[Kind, ...] = ("move", "staff", "dollars", "limit")
# How much larger a decision is made to see what stops it, above every tolerance [FTE, dollars, students].
STEP = {"move": 0.05, "staff": 0.05, "dollars": 1_000.0, "limit": 0.25}
NO_POINTS = 1e-6
ROWS: dict[Kind, str] = {"move": "moves", "staff": "staff_changes", "dollars": "dollars", "limit": "limits"}


@dataclass(frozen=True, slots=True)
class Served:
    """A measure of the objective, and the points that the decision wins on it; negative where it costs."""

    measure: str
    index: str
    weight: float
    points: float


@dataclass(frozen=True, slots=True)
class Why:
    """Why a decision is in the plan, and why it is no larger.

    Parameters
    ----------
    decision
        The decision in words.
    serves
        What it wins on each chosen measure, most first: how much worse the index would be without it, all
        else in the plan as it is [points].
    points
        All of that together.
    stops
        Rules that a slightly larger decision would break, in words.
    more
        What a slightly larger decision would win, were it allowed [points a unit: FTE, $1,000 or student].
    note
        What to make of it where no rule stops it.
    keeps
        Rules that would be broken without it, in words.
    """

    kind: Kind
    decision: str
    serves: tuple[Served, ...]
    points: float
    stops: tuple[str, ...]
    more: float
    note: str = ""
    keeps: tuple[str, ...] = ()


def why(plan: Plan, case: Case, kind: Kind, number: int) -> Why:
    """Return why a decision of a plan is there.

    Parameters
    ----------
    plan, case
        The plan and the case it was made for (`planner.verification.inputs.case_of`).
    kind
        ``move``, ``staff`` (a hire or another change of positions), ``dollars`` or ``limit``.
    number
        Which row of that table of the plan, from 0.

    Raises
    ------
    IndexError
        If the plan has no such row.
    """
    return Reasons(plan, case).why(kind, number)


class Reasons:
    """Answers why for one plan, what all answers share worked out once.

    Parameters
    ----------
    plan, case
        The plan and the case it was made for.
    """

    def __init__(self, plan: Plan, case: Case) -> None:
        self.plan, self.case = plan, case
        self._evaluator = Evaluator(case)
        self._names = {row.school_id: row.school_name for row in plan.schools}
        self._outcome = outcome_of(plan, case)
        self._points = self._judged(plan)

    def why(self, kind: Kind, number: int) -> Why:
        """Return why a row of the plan is there."""
        row = getattr(self.plan, ROWS[kind])[number]
        without = self._with(kind, number, undone=True)
        serves = self._served(self._judged(without))
        larger = self._with(kind, number, undone=False)
        won = sum(self._points) - sum(self._judged(larger))
        stops = tuple(self._newly_broken(kind, larger))
        keeps = tuple(self._newly_broken(kind, without))
        unit = STEP[kind] / (1_000.0 if kind == "dollars" else 1.0)
        points = sum(part.points for part in serves)
        more = rounded(won / unit, "points")
        note = self._note(more, stops)
        return Why(kind, self._words(row), serves, rounded(points, "points"), stops, more, note, keeps)

    def all(self, kind: Kind, most: int | None = None) -> list[Why]:
        """Return why for each decision of a kind, the one that wins most first."""
        found = [self.why(kind, number) for number in self.numbers(kind)]
        return sorted(found, key=lambda each: (-each.points, each.decision))[:most]

    def numbers(self, kind: Kind) -> list[int]:
        """Return the rows of a kind that decide anything: lines that change, limits that the plan set."""
        rows = getattr(self.plan, ROWS[kind])
        if kind == "dollars":
            return [number for number, row in enumerate(rows) if row.before != row.after]
        if kind == "limit":
            return [number for number, row in enumerate(rows) if row.free]
        return list(range(len(rows)))

    # What it wins -----------------------------------------------------------------------------------------

    def _judged(self, plan: Plan) -> list[float]:
        """Points of each term of the objective."""
        outcome = self._outcome if plan is self.plan else outcome_of(plan, self.case)
        terms = self.case.scenario.objective.measures
        judged = self._evaluator.judge_terms(outcome, [(t.measure, t.index, t.weight) for t in terms])
        return [item.weight * item.points_after for item in judged]

    def _served(self, without: list[float]) -> tuple[Served, ...]:
        terms = self.case.scenario.objective.measures
        parts = [
            Served(term.measure.label, term.index.label, term.weight, rounded(gone - held, "points"))
            for term, gone, held in zip(terms, without, self._points, strict=True)
        ]
        return tuple(sorted(parts, key=lambda part: (-part.points, part.measure, part.index)))

    @staticmethod
    def _note(more: float, stops: tuple[str, ...]) -> str:
        if stops:
            return ""
        if more <= NO_POINTS:
            return "No rule stops it: more of it would win nothing on the chosen measures."
        return (
            "No single rule stops it: more of it alone would win points, but the staff or dollars for it win "
            "at least as much where the plan has them."
        )

    # What stops it, and what needs it ---------------------------------------------------------------------

    def _newly_broken(self, kind: Kind, other: Plan) -> Iterator[str]:
        """Yield the rules that hold in the plan and not in another one."""
        after = outcome_of(other, self.case)
        for finding in self._broken(after):
            if self._key(finding) not in self._broken_before:
                place = self._place(finding)
                most = "at most" if finding.sense == "<=" else "at least"
                limit = f", {most} {finding.limit:,.6g} {finding.unit}"
                yield f"{finding.policy} ({place}): {told(finding.rule, limit)}"
        for check in self._failing(kind, after):
            if self._key(check) not in self._failing_before:
                place = self._place(check)
                yield f"what always holds ({place}): {check.rule}"

    @cached_property
    def _broken_before(self) -> set[tuple[str, ...]]:
        return {self._key(finding) for finding in self._broken(self._outcome)}

    @cached_property
    def _failing_before(self) -> set[tuple[str, ...]]:
        return {self._key(check) for check in self._failing("dollars", self._outcome)}

    @staticmethod
    def _key(found: Finding | Check) -> tuple[str, ...]:
        """Return what tells a rule at a place in a year from all others."""
        if isinstance(found, Check):
            return found.rule, found.where, found.year
        return found.policy, found.where, found.year, found.sense

    def _place(self, found: Finding | Check) -> str:
        """Return where and when, a school by its name: ``Oak Hill teacher/math/novice, 2026-27``."""
        school, _, rest = found.where.partition(" ")
        where = " ".join(filter(None, (self._names.get(school, school), rest)))
        return ", ".join(filter(None, (where, found.year)))

    @staticmethod
    def _broken(outcome: Outcome) -> list[Finding]:
        found = chain.from_iterable(findings_by_policy(outcome).values())
        return [finding for finding in found if not finding.holds]

    @staticmethod
    def _failing(kind: Kind, outcome: Outcome) -> list[Check]:
        checks = [*staff_checks(outcome), *(money_checks(outcome) if kind != "limit" else ())]
        return [check for check in checks if not check.holds]

    # The plan without it, and with more of it -------------------------------------------------------------

    def _with(self, kind: Kind, number: int, undone: bool) -> Plan:
        rows = list(getattr(self.plan, ROWS[kind]))
        row = rows[number]
        if kind == "limit":
            return self._with_limit(row, undone)
        if kind == "dollars":
            rows[number] = replace(row, after=row.before if undone else self._further(row))
            return replace(self.plan, dollars=tuple(rows))
        change = -row.fte if undone else STEP[kind]
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
        """Let the largest line that pays for staff of this kind at the school follow them."""
        target = row.to_school if isinstance(row, Move) else row.school_id
        uses = [(STIPENDS_USE, self._stipend(row.stipend) * change)]
        if isinstance(row, StaffChange) and row.change in ("hire", "recruit"):
            school = self.case.school_index[target]
            pool = next(
                p for p, own in enumerate(self.case.pools) if own == (row.role, row.field, row.experience)
            )
            uses.append((POSITIONS_USE, float(self.case.average_pay[school, pool]) * change))
        for use, dollars in uses:
            lines = [
                (line.after, number)
                for number, line in enumerate(plan.dollars)
                if (line.school_id, line.year, line.use) == (target, row.year, use)
            ]
            if dollars and lines:
                after, number = max(lines)
                paid = [*plan.dollars]
                paid[number] = replace(paid[number], after=max(0.0, after + dollars))
                plan = replace(plan, dollars=tuple(paid))
        return plan

    def _stipend(self, dollars: float) -> float:
        return float(self.case.stipends.cost_per_fte(dollars)) if dollars and self.case.stipends else 0.0

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

    # Words ------------------------------------------------------------------------------------------------

    def _words(self, row: Move | StaffChange | DollarLine | Limit) -> str:
        if isinstance(row, Move):
            paid = f" for ${row.stipend:,.0f} a year" if row.stipend else ""
            who = f"{row.fte:.4g} {row.experience} {row.field} {row.role}"
            places = f"from {self._name(row.from_school)} to {self._name(row.to_school)}"
            return f"{row.year}: {who} {places}{paid}"
        if isinstance(row, StaffChange):
            who = f"{row.fte:.4g} {row.experience} {row.field} {row.role}"
            return f"{row.year}: {row.change.replace('_', ' ')} of {who} at {self._name(row.school_id)}"
        if isinstance(row, DollarLine):
            change = f"from ${row.before:,.0f} to ${row.after:,.0f}"
            return f"{row.year}: {row.fund} on {row.use} at {self._name(row.school_id)}, {change}"
        return f"{row.year}: at most {row.limit:.4g} students in {row.course} ({row.tier})"

    def _name(self, school: str) -> str:
        return self._names.get(school, school)
