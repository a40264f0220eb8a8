"""The JSON Schema of scenario files accepts what the planner accepts, and refuses what it refuses."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator
from test_scenario import POLICY_EXAMPLES

from planner.equity.indices.base import INDICES
from planner.equity.measures.base import MEASURES
from planner.inheritance import load_scenario
from planner.policies.base import POLICIES
from planner.problems import InputProblems
from planner.schema import change_schema, scenario_schema
from planner.yaml_file import read_yaml

SCENARIOS = Path(__file__).parent.parent / "scenarios"
TERM = "{measure: teachers, index: shortfall}"
HEAD = f"name: X\nobjective: {{measures: [{TERM}]}}\n"
BASE = HEAD + (
    "fte_step: 0.5\nyears: [2026-27]\nsolver: {gap: 0.1}\nfunds: {esser: {dollars: 5}}\n"
    "policies:\n  transfers: {max_share_per_school: 0.1}\n"
    "  moves: {kind: transfers, voluntary: true}\n"
    "  class_size: {courses: {K-3 core: {max: 20}, 4-5 core: {max: 25}}}\n"
)
CHILD = "name: C\nextends: base.yaml\n"


def terms(*given: str) -> str:
    return f"name: X\nobjective:\n  measures: [{', '.join(given)}]\n"


GOOD = [
    HEAD,
    HEAD + "description: ''\ndistrict: ../data\n",
    HEAD + "years: [2026-27, 2027-28]\nfte_step: 0.5\nsection_step: 1\n",
    HEAD + "high_need: {by: disability, top_share: 0.2, within: district}\n",
    HEAD + "solver: {time_limit_seconds: 5, gap: 0}\n",
    HEAD + "policies: {}\nfunds: {}\nuses: {}\n",
    HEAD + "funds: {esser: ~, general: {dollars: 5, uses: all}, title_i: {schools: [a], uses: [b]}}\n",
    HEAD
    + "funds: {state: {dollars: {d1: 5}, set_asides: [{uses: [a], min_share: 0.2}], last_year: 2027-28}}\n",
    HEAD + "uses: {tutoring: {cost: 5, target: all}, coaching: ~}\n",
    HEAD
    + "policies: {transfers: {}, other: {kind: transfers, voluntary: true}, hiring: {kind: transfers}}\n",
    HEAD + "policies: {measure_floor: {measure: teachers, at_least: 1}}\n",
    HEAD + "policies: {measure_floor: {measure: {measure: support, use: tutoring}, share_of_today: 1}}\n",
    HEAD + "policies: {stipends: {tiers: [{dollars: 5, share: ~}]}}\n",
    terms("{measure: dollars, costing: average, index: gap, group: low_income, within: level, weight: 1}"),
    terms("{measure: sections, courses: [K-3 core], index: tail, alpha: 0.1, target: 2}"),
    terms("{measure: teachers, index: range, floor_only: true, target: ~}"),
    f"name: X\nobjective: {{measures: [{TERM}], then: [least_cost]}}\n",
    f"name: X\nobjective: {{measures: [{TERM}], then: []}}\n",
    *(
        HEAD + yaml.safe_dump({"policies": {kind: entry}})
        for kind, entry in ((kind, POLICY_EXAMPLES.get(kind, {})) for kind in POLICIES)
    ),
    CHILD,
    CHILD + "changes: [changes/a.yaml]\n",
    HEAD + "changes: [changes/a.yaml]\n",
    CHILD + "policies: {transfers: ~, class_size: {courses: {K-3 core: {max: 18}, 4-5 core: ~}}}\n",
    CHILD + "policies: {moves: {volunteer_share: 0.1}}\n",
    CHILD + "policies: {transfers: {max_share_per_school: ~, voluntary: true}}\n",
    CHILD + "fte_step: ~\nyears: ~\nsolver: {gap: ~}\nfunds: {esser: {dollars: ~}, general: ~}\n",
    CHILD + "solver: ~\n",
    CHILD + "policies: ~\n",
    CHILD + "objective: {then: [fewest_moves]}\n",
]

BAD = [
    "name: X\n",
    f"objective: {{measures: [{TERM}]}}\n",
    f"name: ''\nobjective: {{measures: [{TERM}]}}\n",
    HEAD + "polices: {}\n",
    HEAD + "extend: base.yaml\n",
    HEAD + "years: 2026-27\n",
    HEAD + "years: [2026]\n",
    HEAD + "fte_step: 0\n",
    HEAD + "fte_step: '1'\n",
    HEAD + "fte_step: true\n",
    HEAD + "fte_step: ~\n",
    HEAD + "policies: ~\n",
    HEAD + "solver: {gap: 2}\n",
    HEAD + "high_need: {within: school}\n",
    HEAD + "funds: {esser: 5}\n",
    HEAD + "funds: {esser: {dollars: -1}}\n",
    HEAD + "funds: {esser: {dollar: 1}}\n",
    HEAD + "funds: {esser: {last_year: ~}}\n",
    HEAD + "funds: {esser: {set_asides: [{uses: []}]}}\n",
    HEAD + "uses: {tutoring: {cost: 0}}\n",
    HEAD + "policies: {trasfers: {}}\n",
    HEAD + "policies: {transfers: ~}\n",
    HEAD + "policies: {transfers: 5}\n",
    HEAD + "policies: {transfers: {voluntery: true}}\n",
    HEAD + "policies: {transfers: {max_share_per_school: 10}}\n",
    HEAD + "policies: {transfers: {name: x}}\n",
    HEAD + "policies: {transfers: {kind: hiring, voluntary: true}}\n",
    HEAD + "policies: {other: {}}\n",
    HEAD + "policies: {other: {kind: other}}\n",
    HEAD + "policies: {other: {kind: transfers, freeze: true}}\n",
    HEAD + "policies: {class_size: {}}\n",
    HEAD + "policies: {class_size: {courses: {}}}\n",
    HEAD + "policies: {class_size: {courses: {a: {max: 20, high_need: {mx: 5}}}}}\n",
    HEAD + "policies: {class_size: {semantics: average, courses: {a: {max: 20}}}}\n",
    HEAD + "policies: {stipends: {tiers: []}}\n",
    HEAD + "policies: {stipends: {tiers: [{dollars: ~}]}}\n",
    HEAD + "policies: {measure_floor: {measure: sections, at_least: 1}}\n",
    HEAD + "policies: {measure_floor: {measure: {measure: teachers, use: a}, at_least: 1}}\n",
    "name: X\nobjective: {measures: []}\n",
    "name: X\nobjective: {}\n",
    terms("teachers"),
    terms("{measure: teachers}"),
    terms("{measure: teacher, index: gini}"),
    terms("{measure: teachers, index: gap}"),
    terms("{measure: teachers, index: gini, group: all}"),
    terms("{measure: sections, index: gini}"),
    terms("{measure: teachers, index: gini, courses: [a]}"),
    terms("{measure: teachers, index: gini, weight: 0}"),
    f"name: X\nobjective: {{measures: [{TERM}], then: [cheapest]}}\n",
    "extends: base.yaml\n",
    "name: C\nextends: /base.yaml\n",
    "name: C\nextends: C:/base.yaml\n",
    "name: C\nextends: base.txt\n",
    "name: C\nextends: [base.yaml]\n",
    "name: C\nextends: ~\n",
    CHILD + "changes: changes/a.yaml\n",
    CHILD + "changes: [changes/a.yaml, changes/a.yaml]\n",
    CHILD + "policies: {class_size: {courses: {K-3 core: {max: -1}}}}\n",
    CHILD + "policies: {transfers: {volunary: true}}\n",
    CHILD + "policies: {stipends: {tiers: [{dolars: 5}]}}\n",
    CHILD + "objective: {measures: [{measure: teachers, index: gap}]}\n",
]

# What the planner alone can tell: sums, bounds of one key by another, and what a parent holds.
BEYOND_A_SCHEMA = [
    terms("{measure: teachers, index: gini, weight: 0.4}"),
    HEAD + "years: [2026-27, 2028-29]\n",
    HEAD + "policies: {class_size: {courses: {a: {max: 20, min: 22, free: true}}}}\n",
    HEAD + "policies: {novice_share: {}}\n",
    CHILD + "policies: {stipends: ~}\n",
    CHILD + "policies: {novelty: {voluntary: true}}\n",
    "name: C\nextends: none.yaml\n",
]

VALIDATOR = Draft202012Validator(scenario_schema())


def verdicts(folder: Path, text: str) -> tuple[bool, bool]:
    """Return whether the schema accepts a file, and whether the planner does."""
    (folder / "changes").mkdir()
    (folder / "base.yaml").write_text(BASE)
    (folder / "changes" / "a.yaml").write_text("name: A\nset: {high_need.top_share: 0.3}\n")
    path = folder / "scenario.yaml"
    path.write_text(text)
    try:
        load_scenario(path)
    except InputProblems:
        accepted = False
    else:
        accepted = True
    return VALIDATOR.is_valid(read_yaml(path).data), accepted


def test_the_schemas_are_schemas() -> None:
    Draft202012Validator.check_schema(scenario_schema())
    Draft202012Validator.check_schema(change_schema())


@pytest.mark.parametrize("text", GOOD)
def test_both_accept(tmp_path: Path, text: str) -> None:
    assert verdicts(tmp_path, text) == (True, True)


@pytest.mark.parametrize("text", BAD)
def test_both_refuse(tmp_path: Path, text: str) -> None:
    assert verdicts(tmp_path, text) == (False, False)


@pytest.mark.parametrize("text", BEYOND_A_SCHEMA)
def test_the_planner_alone_refuses(tmp_path: Path, text: str) -> None:
    assert verdicts(tmp_path, text) == (True, False)


@pytest.mark.parametrize("path", sorted(SCENARIOS.glob("*/*.yaml")), ids=lambda path: str(path.name))
def test_the_scenarios_that_come_with_the_planner(path: Path) -> None:
    assert list(VALIDATOR.iter_errors(read_yaml(path).data)) == []
    load_scenario(path)


CHANGES: list[tuple[Any, bool]] = [
    ({"name": "A", "set": {"fte_step": 1}}, True),
    ({"name": "A", "description": "d", "author": "a", "reference": "r", "set": {}}, True),
    ({"name": "A", "set": {"policies.transfers.voluntary": True, "policies": {"hiring": None}}}, True),
    ({"name": "A", "set": {"policies": {"class_size": {"courses": {"a": {"max": 20}}}}}}, True),
    ({"set": {"fte_step": 1}}, False),
    ({"name": "A"}, False),
    ({"name": "A", "sets": {}, "set": {}}, False),
    ({"name": "A", "set": {"fte_stp": 1}}, False),
    ({"name": "A", "set": {"name": "B"}}, False),
    ({"name": "A", "set": {"extends": "b.yaml"}}, False),
    ({"name": "A", "set": {"policies": {"transfers": {"voluntery": True}}}}, False),
]


@pytest.mark.parametrize(("data", "fits"), CHANGES)
def test_changes(tmp_path: Path, data: Any, fits: bool) -> None:
    assert Draft202012Validator(change_schema()).is_valid(data) == fits
    (tmp_path / "base.yaml").write_text(BASE + "  hiring: {}\n")
    (tmp_path / "a.yaml").write_text(yaml.safe_dump(data))
    (tmp_path / "child.yaml").write_text(CHILD + "changes: [a.yaml]\n")
    try:
        load_scenario(tmp_path / "child.yaml")
    except InputProblems:
        assert not fits
    else:
        assert fits


@pytest.mark.parametrize("path", sorted(SCENARIOS.glob("*/changes/*.yaml")), ids=lambda path: str(path.name))
def test_the_changes_that_come_with_the_planner(path: Path) -> None:
    assert list(Draft202012Validator(change_schema()).iter_errors(read_yaml(path).data)) == []


def test_editors_are_told_every_kind_and_what_it_is_for() -> None:
    whole = scenario_schema()["$defs"]["whole"]["properties"]
    policies = whole["policies"]["properties"]
    assert sorted(policies) == POLICIES.names()
    assert all(policies[kind]["description"] for kind in policies)
    item = whole["objective"]["properties"]["measures"]["items"]
    assert item["properties"]["measure"]["enum"] == MEASURES.names()
    assert item["properties"]["index"]["enum"] == INDICES.names()
    for kind in POLICIES:
        entry = scenario_schema()["$defs"][f"whole_{kind}"]
        assert entry["title"] == POLICIES[kind].title
        assert entry["description"]
        assert "name" not in entry["properties"]


def test_the_schema_is_the_same_each_time() -> None:
    assert scenario_schema() == scenario_schema()
