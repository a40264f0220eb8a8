"""Whether a plan was made from these tables and the scenario it carries."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from planner.case import Case, checked_case
from planner.district import District
from planner.plan import Plan
from planner.plan_file import checksum_of
from planner.scenario import parse_scenario
from planner.verification.check import Check
from planner.yaml_file import YamlFile

NOT_THERE = "none"
RULE = "the plan was made from these tables"


def file_checks(plan: Plan) -> Iterator[Check]:
    """Yield whether a plan's file is as it was written; it tells of edits that change no figure too."""
    if plan.checksum:
        yield _same("the file is as it was written", plan.checksum, checksum_of(plan), "checksum")


def input_checks(plan: Plan, district: District) -> Iterator[Check]:
    """Yield whether each table is the one the plan was made from, by its SHA-256."""
    said = plan.provenance.get("fingerprints")
    fingerprints = said if isinstance(said, Mapping) else {}
    checks = [
        _same(RULE, fingerprints.get(name, NOT_THERE), district.fingerprints.get(name, NOT_THERE), name)
        for name in sorted({*map(str, fingerprints), *district.fingerprints})
    ]
    changed = [check for check in checks if not check.holds]
    yield from changed or [Check(RULE, "", "", True, None, "=", None, "", len(checks))]
    yield _same("district name", plan.district.get("name"), district.name)
    yield _same("school year of the data", plan.district.get("school_year"), district.facts.school_year)


def _same(rule: str, said: Any, right: str, where: str = "") -> Check:
    return Check(rule, where, "", said == right, str(said), "=", right, "")


def case_of(plan: Plan, district: District) -> Case:
    """Return the case that a plan's own scenario makes of a district.

    Raises
    ------
    InputProblems
        If the scenario does not read, does not fit the data, or is for other years than the plan says.
    """
    scenario = parse_scenario(YamlFile("scenario in the plan", dict(plan.scenario), {}))
    return checked_case(district, scenario)


def scenario_checks(plan: Plan, case: Case) -> Iterator[Check]:
    """Yield whether the plan's years and high-need schools are those of its scenario."""
    years, right = ", ".join(plan.years), ", ".join(case.years)
    yield Check("years of the scenario", "", "", years == right, years, "=", right, "")
    yield _same(
        "districts", _listed(plan.district.get("district_ids")), ", ".join(sorted(case.district_names))
    )
    said = plan.district.get("high_need")
    if isinstance(said, Mapping):
        high = [name for name, flag in zip(case.school_ids, case.high_need, strict=True) if flag]
        yield _same("high-need schools", _listed(said.get("schools")), ", ".join(sorted(high)))
        rule = case.scenario.high_need.model_dump(mode="json")
        yield _same("rule of high need", _settings(said.get("rule")), _settings(rule))


def _listed(names: Any) -> str:
    return ", ".join(map(str, names)) if isinstance(names, list | tuple) else str(names)


def _settings(rule: Any) -> str:
    return json.dumps(rule, sort_keys=True, default=str)
