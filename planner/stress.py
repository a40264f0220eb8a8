"""How well a plan stands up: judged again and searched again when the figures turn out otherwise.

Each trial changes what the plan took for granted: enrolment, the response to stipends, the weights of student
need, the dollars of a fund. The plan is judged as it is, and a new plan is searched for. What the new plans
keep is sure; what they reverse depends on the figures.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd

from planner.case import Case
from planner.district import District
from planner.equity.evaluate import inequity
from planner.merging import apply_edit
from planner.optimize import Infeasible, OutOfTime, solve
from planner.plan import Plan, rounded
from planner.plan_outcome import outcome_of
from planner.problems import Problem, raise_all
from planner.reporting_equity import judge
from planner.reporting_rows import findings_by_policy
from planner.said import fund_words, plain_words, pool_words, tier_words
from planner.scenario import Scenario, resolve_scenario
from planner.verification.money import money_checks
from planner.verification.staff import staff_checks

Verdict = Literal["stays", "depends", "flips"]
# Shares of the trials in which a decision is met again, in the same direction and at least half as large.
SURE, UNLIKELY = 0.8, 0.2
HALF = 0.5
RESPONSES = ("low", "high")
# Below these a difference between two plans is none [FTE, dollars, students per section].
NOTABLE = {"staff": 0.05, "dollars": 1_000.0, "limit": 0.5}


@dataclass(frozen=True, slots=True)
class Trial:
    """One way in which the figures may turn out.

    Parameters
    ----------
    name
        Such as ``enrolment 3``.
    what
        What is changed, in words.
    inequity_of_plan
        Inequity if the plan is carried out as it is [points of today's index under the trial]; None where the
        plan cannot be judged.
    inequity_of_best
        Least inequity that could be had, had one known [points]; None where no plan keeps the rules.
    broken
        Policies and rules that always hold which the plan would break.
    status
        Status of the new search, or ``infeasible``.
    """

    name: str
    what: str
    inequity_of_plan: float | None
    inequity_of_best: float | None
    broken: tuple[str, ...]
    status: str

    @property
    def regret(self) -> float | None:
        """Points that knowing would have won; None where the plan as it is would break rules."""
        if self.inequity_of_plan is None or self.inequity_of_best is None or self.broken:
            return None
        return rounded(self.inequity_of_plan - self.inequity_of_best, "points")


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision of the plan, and how often the plans of the trials take it too.

    Parameters
    ----------
    kind
        ``staff`` (net FTE of a school and pool), ``dollars`` (a line's change) or ``limit``.
    what
        The decision in words.
    size
        How large it is [FTE, dollars a year, students per section].
    low, high
        Smallest and largest of the trials.
    kept
        Share of the trials that take it, in the same direction and at least half as large.
    verdict
        ``stays`` from 80% of the trials, ``flips`` up to 20%, else ``depends``.
    """

    kind: str
    what: str
    size: float
    low: float
    high: float
    kept: float
    verdict: Verdict


@dataclass(frozen=True)
class Stress:
    """What became of a plan."""

    plan: Plan
    trials: tuple[Trial, ...]
    decisions: tuple[Decision, ...]
    seed: int

    def share_that(self, verdict: Verdict) -> float:
        """Return the share of the plan's decisions with a verdict; 0 where it has none."""
        count = sum(decision.verdict == verdict for decision in self.decisions)
        return count / len(self.decisions) if self.decisions else 0.0


@dataclass(frozen=True)
class Question:
    """A district and scenario under a trial."""

    name: str
    what: str
    district: District
    scenario: Scenario


def stress(
    district: District,
    scenario: Scenario,
    *,
    draws: int = 5,
    enrolment_error: float = 0.03,
    fund_cut: float = 0.10,
    seed: int = 1,
) -> Stress:
    """Return how the plan of a scenario stands up to other figures.

    Parameters
    ----------
    district, scenario
        The question that the plan answers.
    draws
        How many times enrolment is drawn, and how many times the need weights.
    enrolment_error
        Standard deviation of a school's enrolment, as a share of it; grade-span forecasts one year ahead miss
        by a few percent.
    fund_cut
        Share that each planned fund loses, one fund a trial.
    seed
        The same seed gives the same trials.

    Raises
    ------
    InputProblems, Infeasible, OutOfTime
        As `planner.optimize.solve`, for the scenario itself.
    """
    _check(draws, enrolment_error, fund_cut)
    plan = solve(district, scenario)
    trials: list[Trial] = []
    found: list[Plan] = []
    for question in questions(district, scenario, draws, enrolment_error, fund_cut, seed):
        trial, best = _tried(plan, question)
        trials.append(trial)
        found += [] if best is None else [best]
    return Stress(plan, tuple(trials), tuple(_decisions(plan, found)), seed)


def _check(draws: int, enrolment_error: float, fund_cut: float) -> None:
    problems = [Problem("draws", f"{draws}", "from 0 to 1,000")] if not 0 <= draws <= 1000 else []
    for name, share in (
        ("enrolment_error (--enrolment-error)", enrolment_error),
        ("fund_cut (--fund-cut)", fund_cut),
    ):
        if not 0 <= share <= 1:
            problems.append(Problem(name, f"{share:g}", "a share from 0 to 1"))
    raise_all(problems)


# What may turn out otherwise --------------------------------------------------------------------------------


def questions(
    district: District,
    scenario: Scenario,
    draws: int,
    enrolment_error: float,
    fund_cut: float,
    seed: int,
) -> Iterator[Question]:
    """Yield every trial of a stress test, in order."""
    # Each kind of trial draws from a stream of its own: more draws of one leave the others as they are.
    enrolment, weights = (np.random.default_rng([seed, stream]) for stream in (1, 2))
    for number in range(1, draws + 1):
        other = with_enrolment(district, enrolment.normal(1.0, enrolment_error, len(district.schools)))
        what = f"enrolment off by {enrolment_error:.0%} (standard deviation), school by school"
        yield Question(f"enrolment {number}", what, other, scenario)
    for number in range(1, draws + 1):
        factors = weights.uniform(0.5, 1.5, len(district.facts.need_weights))
        other = with_need_weights(district, factors)
        if other is not district:
            listed = ", ".join(f"{group} {weight:g}" for group, weight in other.facts.need_weights.items())
            yield Question(f"need weights {number}", f"need weights {listed}", other, scenario)
    yield from _responses(district, scenario)
    yield from _cuts(district, scenario, fund_cut)


def _responses(district: District, scenario: Scenario) -> Iterator[Question]:
    data = scenario.resolved()
    for name, policy in sorted(scenario.policies.items()):
        if policy.kind != "stipends":
            continue
        for response in RESPONSES:
            if response != getattr(policy, "response", ""):
                edited = apply_edit(data, ("policies", name, "response"), response)
                what = f"the response to stipends is {response}"
                yield Question(f"stipend response {response}", what, district, resolve_scenario(edited))


def _cuts(district: District, scenario: Scenario, cut: float) -> Iterator[Question]:
    """Cut what a fund has left over today's lines and, where that is not enough, the lines too."""
    case = Case(district, scenario)
    data = scenario.resolved()
    for name, fund in case.funds.items():
        dollars = (
            {key: value * (1 - cut) for key, value in fund.dollars.items()}
            if isinstance(fund.dollars, dict)
            else fund.dollars * (1 - cut)
        )
        edited = apply_edit(data, ("funds", name, "dollars"), dollars)
        scaled = _with_lines_within(district, name, case, cut)
        fund_name = fund_words(name)
        what = f"{fund_name} has {cut:.0%} fewer dollars"
        yield Question(f"{fund_name} cut", what, scaled, resolve_scenario(edited))


def _with_lines_within(district: District, fund: str, case: Case, cut: float) -> District:
    """Scale a fund's lines down where they would be more than it then has: the rest cannot be spent."""
    budget = district.budget.copy()
    for number, schools in enumerate(case.schools_of):
        ids = [case.school_ids[school] for school in schools]
        held = (budget["fund"] == fund) & budget["school_id"].isin(ids)
        spent, limit = float(budget.loc[held, "dollars"].sum()), case.fund_dollars(fund, number) * (1 - cut)
        if spent > limit:
            budget.loc[held, "dollars"] = budget.loc[held, "dollars"] * (limit / spent)
    return replace(district, tables={**district.tables, "budget": budget})


def with_enrolment(district: District, factors: np.ndarray) -> District:
    """Return the district with each school's students, of every group and course, times a factor."""
    by_school = dict(zip(district.schools["school_id"], np.maximum(factors, 0.0), strict=True))
    tables: dict[str, pd.DataFrame] = dict(district.tables)
    for name in ("enrollment", "courses"):
        table = district.tables[name].copy()
        if len(table):
            table["students"] = table["students"] * table["school_id"].map(by_school)
            tables[name] = table
    return replace(district, tables=tables)


def with_need_weights(district: District, factors: np.ndarray) -> District:
    """Return the district with its need weights times factors, in order of group."""
    weights: Mapping[str, float] = district.facts.need_weights
    if not weights:
        return district
    changed = {
        group: round(weight * float(factor), 4)
        for (group, weight), factor in zip(sorted(weights.items()), factors, strict=True)
    }
    return replace(district, facts=district.facts.model_copy(update={"need_weights": changed}))


# The plan under a trial -------------------------------------------------------------------------------------


def _tried(plan: Plan, question: Question) -> tuple[Trial, Plan | None]:
    """Judge the plan under a trial and search for the plan one would make, had one known."""
    case = Case(question.district, question.scenario)
    outcome = outcome_of(plan, case)
    held = rounded(inequity(judge(outcome)), "points")
    checks = [*staff_checks(outcome), *money_checks(outcome)]
    always = [check.rule.split(":")[0] for check in checks if not check.holds]
    rules = [name for name, found in findings_by_policy(outcome).items() if not all(f.holds for f in found)]
    broken = tuple(dict.fromkeys([*rules, *always]))
    best, status = _searched(question)
    reached = None if best is None else best.summary.inequity_after
    if reached is not None and not broken:
        # The plan itself is an answer; a search that stops at a gap may end with a worse one.
        reached = min(reached, held)
    return Trial(question.name, question.what, held, reached, broken, status), best


def _searched(question: Question) -> tuple[Plan | None, str]:
    try:
        best = solve(question.district, question.scenario)
    except Infeasible:
        return None, "infeasible"
    except OutOfTime:
        return None, "out of time"
    return best, best.status


# Which decisions stay ---------------------------------------------------------------------------------------


def _decisions(plan: Plan, others: list[Plan]) -> Iterator[Decision]:
    """Yield the plan's decisions, the largest of each kind first."""
    if not others:
        return
    names = {row.school_id: row.school_name for row in plan.schools}
    for kind, decided in (("staff", _staff), ("dollars", _dollars), ("limit", _limits)):
        own = {key: size for key, size in decided(plan).items() if abs(size) >= NOTABLE[kind]}
        found = [decided(other) for other in others]
        rows = [
            _decision(kind, _what(kind, key, names), size, [other.get(key, 0.0) for other in found])
            for key, size in own.items()
        ]
        yield from sorted(rows, key=lambda row: (-abs(row.size), row.what))


def _decision(kind: str, what: str, size: float, found: list[float]) -> Decision:
    if kind == "limit":
        kept = sum(abs(other - size) <= NOTABLE[kind] for other in found) / len(found)
    else:
        kept = sum(other * size > 0 and abs(other) >= HALF * abs(size) for other in found) / len(found)
    verdict: Verdict = "stays" if kept >= SURE else "flips" if kept <= UNLIKELY else "depends"
    low, high = rounded(min(found), "FTE"), rounded(max(found), "FTE")
    return Decision(kind, what, rounded(size, "FTE"), low, high, rounded(kept, "index"), verdict)


Key = tuple[str, ...]


def _what(kind: str, key: Key, names: Mapping[str, str]) -> str:
    """Return a decision in words: ``2026-27: experienced math teachers at Oak Hill``."""
    year, *rest = key
    if kind == "limit":
        course, tier = rest
        return f"{year}: students in {course}{tier_words(tier)}"
    school, *what = rest
    who = plain_words(what[0]) if kind == "dollars" else pool_words(*what)
    return f"{year}: {who} at {names.get(school, school)}"


def _staff(plan: Plan) -> dict[Key, float]:
    """Net FTE that each school gains of a pool in a year: who goes where is a detail of travel."""
    net: dict[Key, float] = {}
    for move in plan.moves:
        pool = (move.role, move.field, move.experience)
        for school, sign in ((move.from_school, -1.0), (move.to_school, 1.0)):
            key = (move.year, school, *pool)
            net[key] = net.get(key, 0.0) + sign * move.fte
    signs = {"hire": 1.0, "recruit": 1.0, "release": -1.0, "attrition": -1.0}
    for change in plan.staff_changes:
        key = (change.year, change.school_id, change.role, change.field, change.experience)
        net[key] = net.get(key, 0.0) + signs.get(change.change, 0.0) * change.fte
    return net


def _dollars(plan: Plan) -> dict[Key, float]:
    """Change of the dollars on each use at a school: which fund pays is a detail of accounting."""
    changes: dict[Key, float] = {}
    for line in plan.dollars:
        key = (line.year, line.school_id, line.use)
        changes[key] = changes.get(key, 0.0) + line.after - line.before
    return changes


def _limits(plan: Plan) -> dict[Key, float]:
    return {(row.year, row.course, row.tier): row.limit for row in plan.limits if row.free}
