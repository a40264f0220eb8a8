"""Whether a plan's state and local dollars read Title I status: permute the flags and search again."""

from __future__ import annotations

import random
from collections.abc import Iterator

import numpy as np

from planner.case import checked_case
from planner.district import District, make_district
from planner.optimize import solve
from planner.plan_outcome import outcome_of
from planner.policies.base import Finding
from planner.policies.state_local import state_local_dollars
from planner.policies.supplement_not_supplant import SupplementNotSupplant
from planner.scenario import Scenario

POLICY = SupplementNotSupplant.kind


def title_i_findings(
    district: District, scenario: Scenario, permutations: int = 1, seed: int = 1
) -> tuple[Finding, ...]:
    """Judge supplement-not-supplant by its test: whether state and local dollars change with the flags.

    Parameters
    ----------
    district
        The checked data set, with a column `title_i` in the table `schools`.
    scenario
        The resolved scenario; its `supplement_not_supplant` policy says which funds are federal.
    permutations
        How many times the flags are dealt out anew, each inside its own district.
    seed
        Of the dealing; the same seed deals the same.

    Returns
    -------
    tuple of Finding
        For each dealing, year and school, how far its state and local dollars are from the plan's own; the
        limit is 0, to the rounding of a plan.

    Raises
    ------
    Infeasible
        If no plan keeps all the rules under some dealing.
    """
    policy = scenario.policies.get(POLICY)
    federal = policy.federal if isinstance(policy, SupplementNotSupplant) else SupplementNotSupplant().federal
    own = _dollars(district, scenario, federal)
    deal = random.Random(seed)  # noqa: S311 - a repeatable shuffle, not a secret
    found: list[Finding] = []
    for number in range(1, permutations + 1):
        other = _dollars(_dealt(district, deal), scenario, federal)
        found += _compared(own, other, policy.name if policy else POLICY, number)
    return tuple(found)


def _dollars(district: District, scenario: Scenario, federal: list[str]) -> dict[tuple[str, str], float]:
    case = checked_case(district, scenario)
    outcome = outcome_of(solve(district, scenario), case)
    found: dict[tuple[str, str], float] = {}
    for year, label in enumerate(case.years):
        dollars = state_local_dollars(outcome, year, federal)
        found |= {(label, school): float(d) for school, d in zip(case.school_ids, dollars, strict=True)}
    return found


def _dealt(district: District, deal: random.Random) -> District:
    """Return the district with its Title I flags dealt out anew among each district's schools."""
    schools = district.schools.sort_values("school_id").reset_index(drop=True)
    flags = schools["title_i"].to_numpy(copy=True)
    for name in sorted(set(schools["district_id"])):
        places = np.flatnonzero((schools["district_id"] == name).to_numpy())
        flags[places] = deal.sample(flags[places].tolist(), len(places))
    schools["title_i"] = schools["title_i"].__class__(flags, dtype=schools["title_i"].dtype)
    return make_district(district.facts, {**district.tables, "schools": schools})


def _compared(
    own: dict[tuple[str, str], float], other: dict[tuple[str, str], float], name: str, number: int
) -> Iterator[Finding]:
    for (year, school), dollars in sorted(own.items()):
        rule = f"change of state and local dollars when Title I flags are dealt out anew ({number})"
        yield Finding(name, rule, school, year, abs(other[year, school] - dollars), "<=", 0.0, "dollars")
