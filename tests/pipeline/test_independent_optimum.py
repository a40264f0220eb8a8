"""On random small instances the planner's optimum is that of an independent statement of the program."""

from __future__ import annotations

import os
import typing
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from independent import optimum
from independent_federal import FEDERAL_RULES
from independent_indices import AMOUNTS, INDICES, Undefined
from independent_rules import CLASS_SIZE, RULES
from random_districts import random_question

from planner.district import load_district
from planner.equity.indices.base import INDICES as OWN_INDICES
from planner.equity.measures.base import MEASURES as OWN_MEASURES
from planner.optimize import Infeasible, solve
from planner.plan import Plan
from planner.policies.base import POLICIES as OWN_POLICIES
from planner.policies.class_size import Semantics
from planner.problems import InputProblems
from planner.scenario import resolve_scenario
from planner.verification import verify

# PIPELINE_SEEDS=1000 looks at more instances than an ordinary run has time for.
SEEDS = range(int(os.environ.get("PIPELINE_SEEDS", "80")))
MOST_SEEDS = 400
RELATIVE = 1e-6
# Figures of a plan are rounded (FTE to 1e-6), which moves an index by no more than this.
ROUNDED_INDEX = 1e-5
UNDEFINED, INFEASIBLE = "undefined", "infeasible"


def planned(folder: Path, question: dict[str, Any]) -> Plan | str:
    """Return the planner's plan, or why there is none; every plan is verified."""
    district = load_district(folder)
    try:
        plan = solve(district, resolve_scenario(question))
    except Infeasible:
        return INFEASIBLE
    except InputProblems as refused:
        # Rules that arithmetic shows to be impossible are refused before the search.
        return UNDEFINED if "not defined today" in str(refused) else INFEASIBLE
    failures = verify(plan, district).failures
    assert not failures, "\n".join(map(str, failures))
    return plan


def stated(folder: Path, question: dict[str, Any]) -> float | str:
    """Return the independent optimum [points], or why there is none."""
    try:
        found = optimum(folder, question)
    except Undefined:
        return UNDEFINED
    return INFEASIBLE if found is None else found


@pytest.mark.parametrize("seed", SEEDS)
def test_optimum_is_that_of_an_independent_statement(seed: int, tmp_path: Path) -> None:
    question = random_question(seed, tmp_path)
    expected, plan = stated(tmp_path, question), planned(tmp_path, question)
    if isinstance(expected, str) or isinstance(plan, str):
        assert plan == expected
    else:
        # The bound is written with six decimals.
        assert plan.summary.bound == pytest.approx(expected, rel=RELATIVE, abs=1e-6)
        room = 100 * sum(row.weight * ROUNDED_INDEX / (row.before or 1.0) for row in plan.indices)
        assert plan.summary.inequity_after == pytest.approx(expected, rel=RELATIVE, abs=room)


# What the instances cover -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def questions(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Path, dict[str, Any]]]:
    folders = [tmp_path_factory.mktemp(f"question{seed}") for seed in SEEDS]
    return [(folder, random_question(seed, folder)) for seed, folder in zip(SEEDS, folders, strict=True)]


def rules_of(questions: list[tuple[Path, dict[str, Any]]], kind: str) -> Iterator[dict[str, Any]]:
    return (question["policies"][kind] for _, question in questions if kind in question["policies"])


def test_every_policy_measure_and_index_is_stated_independently() -> None:
    assert set(OWN_POLICIES) == set(RULES) | set(FEDERAL_RULES)
    assert set(OWN_MEASURES) == set(AMOUNTS)
    assert set(OWN_INDICES) == set(INDICES)
    assert set(typing.get_args(Semantics)) == set(CLASS_SIZE)


def test_the_instances_ask_for_every_policy_measure_and_index(
    questions: list[tuple[Path, dict[str, Any]]],
) -> None:
    terms = [term for _, question in questions for term in question["objective"]["measures"]]
    assert {kind for _, question in questions for kind in question["policies"]} == set(RULES)
    assert {term["measure"] for term in terms} == set(AMOUNTS)
    assert {term["index"] for term in terms} == set(INDICES)
    assert {rule["semantics"] for rule in rules_of(questions, "class_size")} == set(CLASS_SIZE)


def test_every_policy_binds_in_some_instance(tmp_path: Path) -> None:
    """A rule that changed no optimum would be compared in vain."""
    binding: set[str] = set()
    for seed in range(MOST_SEEDS):
        if binding == set(RULES):
            break
        question = random_question(seed, tmp_path / str(seed))
        untried = sorted(set(question["policies"]) - binding)
        with_all = stated(tmp_path / str(seed), question) if untried else INFEASIBLE
        for kind in untried if isinstance(with_all, float) else []:
            others = {name: rule for name, rule in question["policies"].items() if name != kind}
            without_it = stated(tmp_path / str(seed), {**question, "policies": others})
            if with_all != pytest.approx(without_it, abs=1e-3):
                binding.add(kind)
    assert binding == set(RULES)


def test_most_instances_have_a_plan(questions: list[tuple[Path, dict[str, Any]]]) -> None:
    found = [stated(folder, question) for folder, question in questions]
    assert sum(isinstance(value, float) for value in found) > len(found) / 2
    assert {UNDEFINED, INFEASIBLE} <= set(found)
