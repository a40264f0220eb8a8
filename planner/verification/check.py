"""What a verification is made of: a row for each rule, with the plan's number and the right one."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from planner.disclosure import SMALL, is_small, safe_sentence
from planner.policies.base import RELATIVE_TOLERANCE, TOLERANCE, Finding
from planner.problems import Problem

type Shown = float | str | None
# Where a rule was judged, and in which school year (empty where it spans years).
type Place = tuple[str, str]

# Figures are worked out from the file's own rounded decisions: two units of the last decimal is agreement.
AGREEMENT = {
    "FTE": 2e-6,
    "sections": 2e-6,
    "dollars": 0.02,
    "miles": 0.2,
    "points": 2e-6,
    "share": 2e-9,
    "index": 2e-9,
    "statistic": 2e-9,
    "students": 2e-3,
    "students per section": 2e-3,
    "schools": 0.0,
}
OTHER_AGREEMENT = 2e-6


@dataclass(frozen=True, slots=True)
class Check:
    """One rule at one place, or at all places where it holds.

    Parameters
    ----------
    rule
        The rule in words.
    where
        School, fund, pool or file; of a rule that holds everywhere, the place nearest to the limit.
    year
        School year; empty where the rule spans years.
    holds
        Whether the plan keeps the rule.
    plan
        The plan's number.
    sense
        ``=``, ``<=`` or ``>=``.
    expected
        The number worked out again, or the limit.
    unit
        Unit of both.
    places
        How many places were judged.
    """

    rule: str
    where: str
    year: str
    holds: bool
    plan: Shown
    sense: str
    expected: Shown
    unit: str
    places: int = 1

    def __str__(self) -> str:
        place = ", ".join(part for part in (self.where, self.year) if part)
        numbers = f"the plan has {_words(self.plan)}, expected {_sign(self.sense)}{_words(self.expected)}"
        return f"{self.rule}{f' ({place})' if place else ''}: {numbers}{f' {self.unit}' if self.unit else ''}"

    def told(self) -> Check:
        """Return the check as it may leave the district: counts of 1 to 9 students are withheld."""
        plan, expected = (self._told(value) for value in (self.plan, self.expected))
        return replace(self, rule=safe_sentence(self.rule), plan=plan, expected=expected)

    def _told(self, value: Shown) -> Shown:
        if self.unit == "students" and isinstance(value, int | float) and is_small(value):
            return SMALL
        return value


@dataclass(frozen=True)
class Verification:
    """Every check of a plan.

    Parameters
    ----------
    checks
        What was judged, in the order of the rules.
    """

    checks: tuple[Check, ...]

    @property
    def holds(self) -> bool:
        """Whether the plan keeps every rule and reports every figure right."""
        return not self.failures

    @property
    def failures(self) -> tuple[Check, ...]:
        """The checks that fail."""
        return tuple(check for check in self.checks if not check.holds)


def of_problem(rule: str, problem: Problem) -> Check:
    """Return the failing check of an input problem."""
    return Check(rule, problem.where, "", False, problem.found, "=", problem.expected, "")


def of_findings(rule: str, findings: Iterable[Finding]) -> Iterator[Check]:
    """Yield every broken finding; where none is, the one nearest to its limit, with how many were judged."""
    found = list(findings)
    broken = [finding for finding in found if not finding.holds]
    shown = broken or sorted(found, key=_share_left)[:1]
    for finding in shown:
        yield Check(
            f"{rule}: {finding.rule}" if finding.rule else rule,
            finding.where,
            finding.year,
            bool(finding.holds),
            float(finding.actual),
            finding.sense,
            float(finding.limit),
            finding.unit,
            1 if broken else len(found),
        )
    if not found:
        yield Check(rule, "", "", True, None, "=", None, "", 0)


def _share_left(finding: Finding) -> float:
    """Slack in tolerances, so that a policy's FTE and dollars can be ranked together."""
    if not math.isfinite(finding.slack):
        return finding.slack
    return finding.slack / (TOLERANCE.get(finding.unit, 1e-6) + RELATIVE_TOLERANCE * abs(finding.limit))


def at_most(rule: str, place: Place, actual: float, limit: float, unit: str) -> Finding:
    """Return the judgement that a figure is at most a limit."""
    return Finding("", rule, *place, float(actual), "<=", float(limit), unit)


def at_least(rule: str, place: Place, actual: float, limit: float, unit: str) -> Finding:
    """Return the judgement that a figure is at least a limit."""
    return Finding("", rule, *place, float(actual), ">=", float(limit), unit)


def equal(rule: str, place: Place, actual: float, expected: float, unit: str) -> Iterator[Finding]:
    """Yield both sides of an equation."""
    yield at_most(rule, place, actual, expected, unit)
    yield at_least(rule, place, actual, expected, unit)


def agrees(plan: Shown | bool, fresh: Shown | bool, unit: str) -> bool:
    """Tell whether a reported value is the one worked out again, to the rounding of the file."""
    if _is_number(plan) and _is_number(fresh):
        return abs(float(plan) - float(fresh)) <= AGREEMENT.get(unit, OTHER_AGREEMENT)  # type: ignore[arg-type]
    return type(plan) is type(fresh) and plan == fresh


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _words(value: Shown) -> str:
    if value is None:
        return "nothing"
    return value if isinstance(value, str) else f"{value:,.6f}".rstrip("0").rstrip(".")


def _sign(sense: str) -> str:
    return {"<=": "at most ", ">=": "at least "}.get(sense, "")
