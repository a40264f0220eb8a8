"""Settings in words: every name and value from the declarations, none of them a path or a key."""

from __future__ import annotations

import re
from dataclasses import replace
from importlib.resources import as_file
from typing import Any

import pytest
from plans import worked_example

from planner.asked import Asked, asked_differently, settings_of
from planner.demo import riverbend
from planner.inheritance import load_scenario
from planner.plan import Plan
from planner.policies.base import POLICIES

BASE: dict[str, Any] = {
    "name": "One",
    "objective": {"measures": [{"measure": "dollars", "index": "range"}]},
    "policies": {
        "class_size": {"courses": {"K-3 core": {"max": 26}}},
        "hiring": {"candidates": {"teacher": 40}},
    },
}


def plan_of(policies: dict[str, Any], **more: Any) -> Plan:
    return replace(worked_example()[0], scenario={**BASE, "policies": policies, **more})


def row(rows: list[Asked], words: str) -> tuple[str, ...]:
    (found,) = [each.values for each in rows if each.words == words]
    return found


def test_limits_shares_money_and_choices_are_said_as_people_say_them() -> None:
    one = plan_of(BASE["policies"])
    other = plan_of(
        {
            "class_size": {"courses": {"K-3 core": {"max": 20, "high_need": {"max": 18}}}},
            "hiring": {"freeze": True},
            "stipends": {"eligible": "high_need", "tiers": [{"dollars": 5000}]},
            "hold_harmless": {"dollars_per_student": 0.975},
        }
    )
    rows = asked_differently([one, other])
    assert row(rows, "Class size, K-3 core: most students in a class") == ("26", "20")
    assert row(rows, "Class size, K-3 core, high-need schools: most students in a class") == ("–", "18")
    assert row(rows, "Hiring: hiring freeze") == ("no", "yes"), "the default, where the rule stands"
    assert row(rows, "Stipends, tier 1: stipend a year") == ("–", "$5,000")
    assert row(rows, "Stipends: schools that pay the stipend") == ("–", "high need")
    assert row(rows, "Hold harmless: least share of today's dollars per student") == ("–", "97.5%")
    assert row(rows, "Hiring, teacher: candidates a year") == ("40", "–")


def test_what_agrees_is_left_out_and_so_is_what_a_plan_is_called() -> None:
    one = plan_of(BASE["policies"])
    assert asked_differently([one, replace(one, scenario={**one.scenario, "name": "Two"})]) == []
    elsewhere = replace(one, district={**one.district, "name": "Elsewhere"})
    assert [each.words for each in asked_differently([one, elsewhere])] == ["Data set"]


def test_a_rule_without_settings_is_in_force_or_absent() -> None:
    rows = asked_differently([plan_of({"fund_rules": {}}), plan_of({})])
    assert rows == [Asked("Fund rules", ("in force", "–"))]


def test_two_rules_of_one_kind_are_told_apart() -> None:
    named = {"kind": "class_size", "courses": {"K-3 core": {"max": 22}}}
    rows = asked_differently([plan_of({"lower_grades": named}), plan_of({})])
    assert rows == [Asked("Class size (lower grades), K-3 core: most students in a class", ("22", "–"))]


@pytest.mark.parametrize("kind", sorted(POLICIES))
def test_no_setting_of_any_policy_reads_as_a_key(kind: str) -> None:
    fields = {name: 0.5 for name in POLICIES[kind].model_fields if name not in ("name", "source")}
    found = settings_of({**BASE, "policies": {kind: fields}})
    words = [setting.words for path, setting in found.items() if path[0] == "policies"]
    assert len(words) == len(set(words)) == len(fields)
    assert [each for each in words if re.search(r"[_{}>›]|^policies", each)] == []


def test_a_scenario_of_the_library_has_no_two_settings_of_one_name() -> None:
    with as_file(riverbend()) as folder:
        for file in sorted(folder.glob("*.yaml")):
            settings = settings_of(load_scenario(file).resolved())
            words = [setting.words for setting in settings.values()]
            assert len(words) == len(set(words)), file.name
