"""Why this move: which measure and rule a decision of a plan serves, and which rule stopped it from growing.

All are found by asking, not by reading the search. The decision is undone and the inequity worked out again;
the rules that this breaks are those that need it. Then it is made a little larger, and the rules that this
breaks are those that stopped it. What a plan would change along with the decision is changed too: the lines
that pay for staff, and sections that a school has no teachers left for. A plan typed by hand can be asked the
same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain
from typing import Any

from planner.case import Case
from planner.disclosure import safe_sentence
from planner.equity.evaluate import Evaluator
from planner.other_plans import KINDS, ROWS, Kind, OtherPlans
from planner.outcome import Outcome
from planner.plan import DollarLine, Limit, Move, Plan, StaffChange, rounded
from planner.plan_outcome import outcome_beside, outcome_of
from planner.policies.base import Finding
from planner.reporting_rows import findings_by_policy
from planner.said import (
    amount_words,
    fund_words,
    named_in,
    plain_words,
    pool_words,
    rule_words,
    tier_words,
    years_words,
)
from planner.verification.check import Check
from planner.verification.money import money_checks
from planner.verification.staff import COVERAGE, staff_checks

__all__ = ["KINDS", "Kind", "Reasons", "Served", "Stop", "Why", "why"]

CHANGE_WORDS = {
    "hire": "hire",
    "recruit": "hire for a stipend",
    "release": "release",
    "attrition": "departure that is not filled",
    "stipend_end": "end of the stipend",
}
NO_POINTS = 1e-6


@dataclass(frozen=True, slots=True)
class Served:
    """A measure of the objective, and the points that the decision wins on it; negative where it costs."""

    measure: str
    index: str
    weight: float
    points: float


@dataclass(frozen=True, slots=True)
class Stop:
    """A rule that a slightly larger decision, or the plan without it, would break.

    Parameters
    ----------
    policy
        Name of the policy in the scenario; empty for what always holds.
    where
        School, district, fund or staff concerned, in words.
    when
        School years, in words; empty where the rule spans years.
    rule, limit
        The rule in words, and the most or least it allows; the limit is empty where it may not be told.
    """

    policy: str
    where: str
    when: str
    rule: str
    limit: str = ""

    def __str__(self) -> str:
        place = ", ".join(filter(None, (self.where, self.when)))
        rule = ", ".join(filter(None, (self.rule, self.limit)))
        name = plain_words(self.policy) or "what always holds"
        return f"{name}{f' ({place})' if place else ''}: {rule}"


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
        Rules that a slightly larger decision would break.
    more
        What a slightly larger decision would win, were it allowed [points a unit: FTE, $1,000 or student].
    note
        What to make of it where no rule stops it.
    keeps
        Rules that would be broken without it.
    """

    kind: Kind
    decision: str
    serves: tuple[Served, ...]
    points: float
    stops: tuple[Stop, ...]
    more: float
    note: str = ""
    keeps: tuple[Stop, ...] = ()


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
        self._other = OtherPlans(plan, case)

    def why(self, kind: Kind, number: int) -> Why:
        """Return why a row of the plan is there."""
        without = self._other.without(kind, number)
        serves = self._served(self._judged(without))
        course = self._row(kind, number).course if kind == "limit" else ""
        larger = self._fitted(kind, self._other.larger(kind, number), course)
        won = sum(self._points) - sum(self._judged(larger))
        stops = tuple(self._newly_broken(kind, larger))
        keeps = tuple(self._newly_broken(kind, self._fitted(kind, without, course)))
        unit = self._other.step(kind) / (1_000.0 if kind == "dollars" else 1.0)
        points = sum(part.points for part in serves)
        more = rounded(won / unit, "points")
        note = self._note(more, stops)
        decision = self._words(self._row(kind, number))
        return Why(kind, decision, serves, rounded(points, "points"), stops, more, note, keeps)

    def all(self, kind: Kind, most: int | None = None) -> list[Why]:
        """Return why for each decision of a kind, the one that wins most first."""
        # What stops a decision takes several times as long to find as what it wins.
        found = [(self._wins(kind, number), number) for number in self.numbers(kind)]
        first = sorted(found, key=lambda each: (-each[0], self._words(self._row(kind, each[1]))))[:most]
        return [self.why(kind, number) for _, number in first]

    def _row(self, kind: Kind, number: int) -> Any:
        return getattr(self.plan, ROWS[kind])[number]

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
        outcome = self._outcome_of(plan)
        terms = self.case.scenario.objective.measures
        judged = self._evaluator.judge_terms(outcome, [(t.measure, t.index, t.weight) for t in terms])
        return [item.weight * item.points_after for item in judged]

    def _outcome_of(self, plan: Plan) -> Outcome:
        return self._outcome if plan is self.plan else outcome_beside(self._outcome, self.plan, plan)

    def _wins(self, kind: Kind, number: int) -> float:
        points = sum(self._judged(self._other.without(kind, number))) - sum(self._points)
        return rounded(points, "points")

    def _served(self, without: list[float]) -> tuple[Served, ...]:
        terms = self.case.scenario.objective.measures
        parts = [
            Served(term.measure.label, term.index.label, term.weight, rounded(gone - held, "points"))
            for term, gone, held in zip(terms, without, self._points, strict=True)
        ]
        return tuple(sorted(parts, key=lambda part: (-part.points, part.measure, part.index)))

    @staticmethod
    def _note(more: float, stops: tuple[Stop, ...]) -> str:
        if stops:
            return ""
        if more <= NO_POINTS:
            return "No rule stops it: more of it would win nothing on the chosen measures."
        return (
            "No single rule stops it: more of it alone would win points, but the staff or dollars for it win "
            "at least as much where the plan has them."
        )

    # What stops it, and what needs it ---------------------------------------------------------------------

    def _newly_broken(self, kind: Kind, other: Plan) -> Iterator[Stop]:
        """Yield the rules that hold in the plan and not in another one, a rule of several years once."""
        years: dict[Stop, list[str]] = defaultdict(list)
        for year, stop in self._each_newly_broken(kind, self._outcome_of(other)):
            years[stop] += [year] if year else []
        for stop, when in years.items():
            yield replace(stop, when=years_words(when, self.plan.years)) if when else stop

    def _each_newly_broken(self, kind: Kind, after: Outcome) -> Iterator[tuple[str, Stop]]:
        for finding in self._broken(after):
            if self._key(finding) not in self._broken_before:
                most = "at most" if finding.sense == "<=" else "at least"
                limit = f"{most} {amount_words(finding.limit, finding.unit)}"
                safe = safe_sentence(finding.rule)
                rule, limit = rule_words(named_in(safe, self._names)), limit if safe == finding.rule else ""
                yield finding.year, Stop(finding.policy, self._place(finding.where), "", rule, limit)
        for check in self._newly_failing(kind, after):
            yield check.year, Stop("", self._place(check.where), "", rule_words(check.rule))

    def _newly_failing(self, kind: Kind, after: Outcome) -> list[Check]:
        return [check for check in self._failing(kind, after) if self._key(check) not in self._failing_before]

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

    def _place(self, where: str) -> str:
        """Return where a rule holds: ``Oak Hill, novice math teacher`` or ``the district, Title I``."""
        first, _, rest = where.partition(" ")
        if first not in self._places:
            return rule_words(where)
        named = fund_words(rest) if rest in self.case.funds else rule_words(rest)
        return ", ".join(filter(None, (self._places[first], named)))

    @cached_property
    def _places(self) -> dict[str, str]:
        """What schools and districts are called, by their ids."""
        names = self.case.district_names
        districts = {name: "the district" if len(names) == 1 else f"district {name}" for name in names}
        return districts | self._names

    @staticmethod
    def _broken(outcome: Outcome) -> list[Finding]:
        found = chain.from_iterable(findings_by_policy(outcome).values())
        return [finding for finding in found if not finding.holds]

    @staticmethod
    def _failing(kind: Kind, outcome: Outcome) -> list[Check]:
        checks = [*staff_checks(outcome), *(money_checks(outcome) if kind != "limit" else ())]
        return [check for check in checks if not check.holds]

    def _fitted(self, kind: Kind, plan: Plan, course: str = "") -> Plan:
        """Cut sections that a school has no teachers left for, of another course than the one decided.

        Of several courses it is the one where the fewest rules mind.
        """
        if kind == "dollars":
            return plan
        short: dict[tuple[str, str], dict[str, float]] = defaultdict(dict)
        for check in self._newly_failing("limit", self._outcome_of(plan)):
            rule, _, field = check.rule.partition(": ")
            if rule == COVERAGE:
                short[check.where, field][check.year] = float(check.plan) - float(check.expected)  # type: ignore[arg-type]
        for (school, field), lacking in short.items():
            courses = [each for each in self._other.courses(school, field) if each != course]
            choices = [self._other.with_fewer_sections(plan, school, each, lacking) for each in courses]
            plan = min(choices, key=lambda choice: len(list(self._newly_broken(kind, choice))), default=plan)
        return plan

    # Words ------------------------------------------------------------------------------------------------

    def _words(self, row: Move | StaffChange | DollarLine | Limit) -> str:
        if isinstance(row, Move):
            paid = f" for ${row.stipend:,.0f} a year" if row.stipend else ""
            places = f"from {self._name(row.from_school)} to {self._name(row.to_school)}"
            return f"{row.year}: {_staff_words(row)} {places}{paid}"
        if isinstance(row, StaffChange):
            change = CHANGE_WORDS[row.change]
            return f"{row.year}: {change} of {_staff_words(row)} at {self._name(row.school_id)}"
        if isinstance(row, DollarLine):
            change = f"from ${row.before:,.0f} to ${row.after:,.0f}"
            what = f"{fund_words(row.fund)} on {plain_words(row.use)}"
            return f"{row.year}: {what} at {self._name(row.school_id)}, {change}"
        return f"{row.year}: at most {row.limit:.4g} students in {row.course}{tier_words(row.tier)}"

    def _name(self, school: str) -> str:
        return self._names.get(school, school)


def _staff_words(row: Move | StaffChange) -> str:
    """Return how many of which staff: ``2.15 FTE of experienced general teachers``."""
    return f"{row.fte:.3g} FTE of {pool_words(row.role, row.field, row.experience)}"
