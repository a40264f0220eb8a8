"""Why no plan keeps all the rules: what cannot hold together, and the least change that makes room."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import yaml

from planner.asked import Setting, settings_of, value_words
from planner.case import Case
from planner.disclosure import told
from planner.district import District
from planner.merging import difference, leaves
from planner.optimize.answer import plan_of
from planner.optimize.building import build
from planner.optimize.easing import Ease, make_room
from planner.optimize.feasibility import Trials, is_feasible, without
from planner.optimize.model import ALWAYS
from planner.optimize.shortfall import least_broken
from planner.optimize.smallest import Clash, smallest_clash
from planner.optimize.solution import Solution, Status
from planner.plan_outcome import outcome_of
from planner.policies.base import Finding
from planner.problems import InputProblems
from planner.said import amount_words, named_in, plain_words, rule_words
from planner.scenario import Scenario
from planner.yaml_file import dotted

MOST_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Conflict:
    """The fewest policies that cannot hold together: without any one of them the rest can.

    Parameters
    ----------
    policies
        Their names; empty where not even what always holds can be kept.
    sentence
        The finding in words.
    broken
        Where the rules must be broken if they are broken as little as possible, in their own units.
    least_change
        The least change of the scenario that makes room, in words and natural units; empty where no step of
        any policy does.
    patch
        The same change by dotted path, as the `set` of a change file has it.
    drops
        Whether the patch takes whole policies away, because no step of them is enough.
    proven_smallest
        Whether no set of fewer policies clashes; if not, the search for one was stopped.
    """

    policies: tuple[str, ...]
    sentence: str
    broken: tuple[Finding, ...] = ()
    least_change: str = ""
    patch: Mapping[str, Any] = field(default_factory=dict)
    drops: bool = False
    proven_smallest: bool = True

    def patch_yaml(self) -> str:
        """Return the patch as the text of a change file; a child scenario lists it under `changes`."""
        change = {"name": "Room for a plan", "description": self.least_change, "set": dict(self.patch)}
        return yaml.safe_dump(change, sort_keys=False, allow_unicode=True, width=100)

    def as_data(self) -> dict[str, Any]:
        """Return the conflict as plain data."""
        return {
            "policies": list(self.policies),
            "proven_smallest": self.proven_smallest,
            "sentence": self.sentence,
            "broken": [broken_words(finding) for finding in self.broken],
            "least_change": self.least_change,
            "patch": dict(self.patch),
        }


def explain_conflict(district: District, scenario: Scenario) -> Conflict:
    """Return a smallest set of policies that cannot hold together, and the least change that makes room.

    What is returned has no plan, and without any one of its policies the rest has: that is tried, not
    inferred. That no fewer policies clash is proven where the search for fewer came to its end.

    Raises
    ------
    ValueError
        If the scenario has a plan.
    """
    trials = Trials(district, scenario)
    if trials.hold(trials.names):
        raise ValueError(f"the scenario '{scenario.name}' has a plan: nothing is in conflict")
    clash = smallest_clash(trials)
    broken = _broken(district, scenario, clash.policies)
    sentence = _sentence(clash, broken)
    room = make_room(district, scenario, clash.policies)
    if room is not None:
        words, patch, drops = _words(scenario, room.changes), _patch(scenario, room.scenario), False
    else:
        gone = _dropped(district, scenario, clash.policies)
        words = f"take out {_names(gone)}" if gone else ""
        patch = dict.fromkeys(map(_entry, gone))
        drops = bool(gone)
    return Conflict(clash.policies, sentence, broken, words, patch, drops, clash.proven_smallest)


def _entry(policy: str) -> str:
    return dotted(("policies", policy))


# What is broken ---------------------------------------------------------------------------------------------


def _broken(district: District, scenario: Scenario, policies: tuple[str, ...]) -> tuple[Finding, ...]:
    """Judge the plan that breaks the conflicting policies as little as possible."""
    case = Case(district, scenario.model_copy(update={"fte_step": None, "section_step": None}))
    model = build(case)
    for name in sorted(scenario.policies.keys() - set(policies)):
        for _, row in model.owned(name):
            model.program.row_lower[row], model.program.row_upper[row] = -float("inf"), float("inf")
    point = least_broken(model, policies or [ALWAYS])
    if point is None or not policies:
        return ()
    try:
        outcome = outcome_of(plan_of(model, Solution(Status.STOPPED, point, 0.0, 0.0, 0.0), ""), case)
    except InputProblems:
        return ()
    findings = [f for name in policies for f in scenario.policies[name].check(outcome) if not f.holds]
    worst_first = sorted(findings, key=lambda f: (f.unit, f.slack, f.policy, f.where, f.year))
    names = _school_names(district)
    return tuple(
        replace(
            finding,
            where=names.get(finding.where, finding.where),
            rule=named_in(finding.rule, names),
        )
        for finding in worst_first
    )


def _school_names(district: District) -> dict[str, str]:
    """Return each school's name by its id, with the id where another school has that name too."""
    schools = district.schools
    shared = schools["school_name"].duplicated(keep=False)
    rows = zip(schools["school_id"], schools["school_name"], shared, strict=True)
    return {school: f"{name} ({school})" if twice else name for school, name, twice in rows}


def broken_words(finding: Finding) -> str:
    """Return a broken rule in words: ``minimum staffing, Oak Hill, 2026-27: teacher staff: 1 FTE short``."""
    place = ", ".join(part for part in (finding.where, finding.year) if part)
    return (
        f"{plain_words(finding.policy)}, {place}: {rule_words(told(finding.rule, f': {_missing(finding)}'))}"
    )


def _missing(finding: Finding) -> str:
    size = -finding.slack
    amount = (
        f"{100 * size:.3g} percentage points" if finding.unit == "share" else amount_words(size, finding.unit)
    )
    return f"{amount} {'short' if finding.sense == '>=' else 'too much'}"


def _sentence(clash: Clash, broken: Iterable[Finding]) -> str:
    shown = [broken_words(finding) for finding in broken]
    more = f"; and {len(shown) - MOST_SHOWN} more" if len(shown) > MOST_SHOWN else ""
    detail = f" Broken as little as possible: {'; '.join(shown[:MOST_SHOWN])}{more}." if shown else ""
    if not clash.policies:
        return (
            "Not even what always holds can be kept, whatever the policies: some pay or spending that must "
            "be carried has no fund that may carry it, or not enough of one."
        )
    names = _names(clash.policies)
    if len(clash.policies) == 1:
        return f"The policy {names} cannot be kept with the staff and dollars there are.{detail}"
    fewer = "No fewer policies clash." if clash.proven_smallest else "Fewer may clash: not all were tried."
    return f"The policies {names} cannot hold together; without any one of them the rest can. {fewer}{detail}"


def _names(policies: Sequence[str]) -> str:
    *first, last = map(plain_words, policies)
    return f"{', '.join(first)} and {last}" if first else last


# What makes room --------------------------------------------------------------------------------------------


def _words(scenario: Scenario, changes: Iterable[Ease]) -> str:
    known = settings_of(scenario.resolved())
    return "; ".join(_change_words(known.get(ease.path), ease) for ease in changes)


def _change_words(setting: Setting | None, ease: Ease) -> str:
    """Return a change by what the setting is called; by its path where the scenario leaves it out."""
    part = setting.part if setting else None
    after = ease.value(ease.steps) if ease.unit else ease.after
    words = f"{setting.words}," if setting else dotted(ease.path)
    size = f" ({ease.words()})" if ease.unit else ""
    return f"{words} from {value_words(ease.before, part)} to {value_words(after, part)}{size}"


def _patch(before: Scenario, after: Scenario) -> dict[str, Any]:
    """Return what turns one scenario into the other, by dotted path."""
    return {dotted(path): value for path, value in leaves(difference(before.resolved(), after.resolved()))}


def _dropped(district: District, scenario: Scenario, policies: tuple[str, ...]) -> tuple[str, ...]:
    """Return the fewest of the first conflicting policies whose absence makes room, or nothing."""
    for name in policies:
        if is_feasible(district, without(scenario, [name])):
            return (name,)
    return policies if is_feasible(district, without(scenario, policies)) and policies else ()


__all__ = ["Conflict", "broken_words", "explain_conflict"]
