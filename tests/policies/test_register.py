"""Nothing untested: every policy has its examples, property, golden rows, words, source and step."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

import pytest
from checking import case_of
from policy_examples import EXAMPLES, SEVERAL, two_pools
from pydantic import BaseModel

from planner.policies.base import POLICIES, Policy

HERE = Path(__file__).parent
HAND = re.compile(r"\d")
# Variants whose every number is evidence or a yes and no, so that no natural step eases them.
NO_STEP = {
    "stipends": "the shares of a supply curve are what is known of teachers, not a rule to be eased",
    "stipends_vacancies": "as the other",
}


def parsed(kind: str) -> ast.Module:
    """Return the tests of a policy, which stand in a file of its name."""
    return ast.parse((HERE / f"test_{kind}.py").read_text(encoding="utf-8"))


def functions(tree: ast.Module) -> list[ast.FunctionDef]:
    return [
        node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    ]


def is_property(test: ast.FunctionDef) -> bool:
    """Tell whether a test draws its cases from Hypothesis."""
    called = [mark.func for mark in test.decorator_list if isinstance(mark, ast.Call)]
    return any(isinstance(func, ast.Name) and func.id == "given" for func in called)


def calls(test: ast.FunctionDef, name: str) -> bool:
    return any(isinstance(node, ast.Name) and node.id == name for node in ast.walk(test))


def policy_of(name: str) -> Policy:
    return EXAMPLES[name].scenario().policies[EXAMPLES[name].kind]


def numbers_in(value: Any, key: str = "") -> list[tuple[str, float]]:
    """Return the settings of a policy that are numbers, with their keys."""
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return []
    if isinstance(value, BaseModel):
        value = {name: getattr(value, name) for name in value.model_fields_set}
    if isinstance(value, dict):
        return [found for name, inner in value.items() for found in numbers_in(inner, str(name))]
    if isinstance(value, list | tuple):
        return [found for inner in value for found in numbers_in(inner, key)]
    return [(key, float(value))]


def said(number: float) -> list[str]:
    """Return the ways in which a sentence may give a number."""
    return [f"{number:g}", f"{number:,.0f}", f"{round(100 * number, 6):g}%"]


@pytest.mark.parametrize("kind", list(POLICIES))
def test_has_an_example(kind: str) -> None:
    assert kind in {example.kind for example in EXAMPLES.values()}


@pytest.mark.parametrize("kind", list(POLICIES))
def test_is_worked_by_hand(kind: str) -> None:
    """Some test that is no property writes the arithmetic in its docstring."""
    plain = [test for test in functions(parsed(kind)) if not is_property(test)]
    assert any(HAND.search(ast.get_docstring(test) or "") for test in plain)


@pytest.mark.parametrize("kind", list(POLICIES))
def test_has_a_property(kind: str) -> None:
    """Some property solves random districts and some test tampers with a plan."""
    tests = functions(parsed(kind))
    assert any(is_property(test) for test in tests)
    assert any(calls(test, "assert_breaks") for test in tests)


@pytest.mark.parametrize("name", EXAMPLES)
def test_statement_gives_its_numbers(name: str) -> None:
    statement = policy_of(name).statement()
    words = set(re.findall(r"[\d.,]+%?", statement))
    plain = {word.strip(".,") for word in words}
    for key, number in numbers_in(policy_of(name)):
        assert plain & set(said(number)), f"{key} {number:g} is not in: {statement}"
    assert statement.endswith(".")
    assert statement[0].isupper()


@pytest.mark.parametrize("kind", list(POLICIES))
def test_has_an_example_with_several_of_everything(kind: str) -> None:
    assert kind in {example.kind for example in SEVERAL.values()}


@pytest.mark.parametrize("kind", list(POLICIES))
def test_names_its_source(kind: str) -> None:
    policy = POLICIES[kind]
    assert policy.default_source.strip()
    assert policy.title.strip()
    assert (policy.__doc__ or "").strip()


@pytest.mark.parametrize("name", EXAMPLES)
def test_can_be_eased(name: str) -> None:
    """Each step is another policy of the same name, said in words, or there is a reason why there is none."""
    policy = policy_of(name)
    steps = policy.steps()
    assert bool(steps) != (name in NO_STEP), NO_STEP.get(name, "no step and no reason")
    for step in steps:
        # "Raising the limit of K-3 core from 20 to 21 students" would lower the index.
        assert step.words.split()[0].endswith("ing")
        assert step.policy != policy
        assert step.policy.name == policy.name
        data = {key: value for key, value in step.policy.as_data().items() if key != "kind"}
        assert type(policy).model_validate({**data, "name": policy.name}) == step.policy


@pytest.mark.parametrize(
    ("kind", "settings", "changes"),
    [
        ("hold_harmless", {"dollars_per_student": 0.95}, [{"dollars_per_student": 0.94}]),
        ("hold_harmless", {"fte_per_student": 0.9}, [{"fte_per_student": 0.89}]),
        ("measure_floor", {"measure": "teachers", "at_least": 0.1}, [{"at_least": 0.095}]),
        ("measure_floor", {"measure": "teachers", "share_of_today": 0.9}, [{"share_of_today": 0.85}]),
        ("novice_share", {"max_share": 0.5}, [{"max_share": 0.55}]),
        ("novice_share", {"max_share": 1.0, "relative_to_district": 1.2}, [{"relative_to_district": 1.3}]),
        ("plan_limit", {"max_moves": 1.5}, [{"max_moves": 6.5}]),
        ("plan_limit", {"max_dollars": 60_000}, [{"max_dollars": 160_000}]),
        ("reallocation_limit", {"max_share": 0.995}, [{"max_share": 1.0}]),
        ("reallocation_limit", {"max_share": 1.0, "max_dollars": 50_000}, [{"max_dollars": 150_000}]),
        ("transfers", {"max_share_of_district": 0.04}, [{"max_share_of_district": 0.05}]),
    ],
)
def test_only_what_is_set_and_binds_is_eased(
    kind: str, settings: dict[str, Any], changes: list[dict[str, Any]]
) -> None:
    policy = POLICIES[kind].model_validate(settings)
    assert [step.policy.as_data() for step in policy.steps()] == [
        POLICIES[kind].model_validate(settings | change).as_data() for change in changes
    ]


@pytest.mark.parametrize("name", EXAMPLES)
def test_examples_fit_their_district(name: str) -> None:
    assert case_of(two_pools(), EXAMPLES[name].scenario())
