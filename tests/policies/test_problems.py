"""What a policy says of names that the data does not have and of settings that say nothing: all at once."""

from __future__ import annotations

from typing import Any

import pytest
from checking import case_of, district_of, scenario_of
from districts import two_schools
from policy_examples import two_pools

from planner.optimize.cases import combinations
from planner.policies.rank_and_serve import RankAndServe
from planner.problems import InputProblems

UNKNOWN = "999999999991", "999999999992"
SCHOOLS = [f"'{school}'" for school in UNKNOWN]
TYPOS = ["tutorin", "coachin"]
TIER = {"dollars": 5000, "share": 0.1}
FREE = {"max": 20, "free": True}
COURSE = {"K-3 core": {"max": 22}}


@pytest.mark.parametrize(
    ("kind", "settings", "said"),
    [
        (
            "class_size",
            {"courses": {"K-3 cor": {"max": 20}, "4-5 cor": {"max": 20}}},
            ["'4-5 core'", "'K-3 core'"],
        ),
        ("class_size", {"courses": COURSE, "exclude_schools": list(UNKNOWN)}, SCHOOLS),
        ("class_size", {"courses": COURSE, "waivers": dict.fromkeys(UNKNOWN, 24)}, SCHOOLS),
        ("comparability", {"instructional": ["teachr", "counselr"]}, ["'teacher'", "'counselor'"]),
        ("comparability", {"excluded": ["teachr", "counselr"]}, ["'teacher'", "'counselor'"]),
        ("comparability", {"federal": ["loca", "generl"]}, ["'local'", "'general'"]),
        (
            "fund_rules",
            {"funds": {"gant": {"uses": ["tutoring"]}, "generl": {"uses": []}}},
            ["'grant'", "'general'"],
        ),
        ("fund_rules", {"funds": {"grant": {"uses": TYPOS}}}, ["'tutoring'", "'coaching'"]),
        (
            "fund_rules",
            {"funds": {"grant": {"caps": [{"uses": ["coachin"], "max_share": 1}]}}},
            ["'coaching'"],
        ),
        (
            "fund_rules",
            {"funds": {"grant": {"set_asides": [{"uses": [use], "min_share": 0.1} for use in TYPOS]}}},
            ["'tutoring'", "'coaching'"],
        ),
        ("fund_rules", {"funds": {"grant": {"schools": list(UNKNOWN)}}}, SCHOOLS),
        ("hiring", {"candidates": {"teachr": 1, "counselr": 1}}, ["'teacher'", "'counselor'"]),
        (
            "maintenance_of_effort",
            {"standard": "idea", "funds": ["loca", "generl"]},
            ["'local'", "'general'"],
        ),
        (
            "maintenance_of_effort",
            {"standard": "idea", "funds": ["local"], "group": "lowincome"},
            ["'low_income'"],
        ),
        ("maintenance_of_equity", {"staff": ["teachr", "counselr"]}, ["'teacher'", "'counselor'"]),
        ("maintenance_of_equity", {"exempt_districts": ["06", "07"]}, ["'06'", "'07'"]),
        ("maintenance_of_equity", {"federal": ["loca", "generl"]}, ["'local'", "'general'"]),
        ("maintenance_of_equity", {"high_poverty": {"by": "lowincome"}}, ["'low_income'"]),
        ("maintenance_of_equity", {"totals": {"dolars": "cut", "staf": "cut"}}, ["'dollars'", "'staff'"]),
        (
            "minimum_staffing",
            {"roles": {"teachr": {"per_school": 1}, "counselr": {"per_school": 1}}},
            ["'teacher'", "'counselor'"],
        ),
        ("minimum_staffing", {"roles": {"teacher": {"schools": dict.fromkeys(UNKNOWN, 1)}}}, SCHOOLS),
        ("rank_and_serve", {"fund": "grant", "cut_offs": {"06": 1, "07": 1}}, ["'06'", "'07'"]),
        ("rank_and_serve", {"fund": "gant", "poverty": "lowincome"}, ["'grant'", "'low_income'"]),
        ("stipends", {"eligible": list(UNKNOWN), "tiers": [TIER]}, SCHOOLS),
        ("transfers", {"protected_pools": ["teachr", "counselr"]}, ["'teachr'", "'counselr'"]),
        ("transfers", {"protected_schools": list(UNKNOWN)}, SCHOOLS),
    ],
)
def test_every_unknown_name_is_told(kind: str, settings: dict[str, Any], said: list[str]) -> None:
    with pytest.raises(InputProblems) as error:
        case_of(two_pools(), scenario_of(policies={kind: settings}))
    assert all(f"policies.{kind}" in str(problem) for problem in error.value.problems)
    assert not [name for name in said if name not in str(error.value)], str(error.value)


@pytest.mark.parametrize(
    ("kind", "settings", "expected"),
    [
        (
            "class_size",
            {"semantics": "every_class", "courses": {"K-3 core": {"max": 22, "high_need": FREE}}},
            "no free limits with every_class",
        ),
        (
            "class_size",
            {
                "semantics": "share_of_classes",
                "otherwise_max": 24,
                "courses": {**COURSE, "4-5 core": {"max": 20, "high_need": {"max": 24}}},
            },
            "otherwise_max above every limit",
        ),
        ("hold_harmless", {}, "dollars_per_student or fte_per_student"),
        ("measure_floor", {"measure": "teachers"}, "at_least, at_most or share_of_today"),
        ("measure_floor", {"measure": "teacher", "at_least": 1}, "did you mean 'teachers'?"),
        ("minimum_staffing", {"roles": {"teacher": {}}}, "per_school, students_per_fte or schools"),
        ("rank_and_serve", {"reservations": {"a": 0.6, "b": 0.6}}, "reservations of at most 1 in all"),
        ("reallocation_limit", {}, "max_share or max_dollars"),
        (
            "stipends",
            {"tiers": [TIER, {"dollars": 9000, "share": 0.2}, {"dollars": 8000, "share": 0.3}]},
            "that rise",
        ),
        (
            "stipends",
            {"tiers": [TIER, {"dollars": 8000, "share": 0.2}, {"dollars": 9000, "share": 0.1}]},
            "never fall",
        ),
    ],
)
def test_settings_that_say_nothing_or_two_things(kind: str, settings: dict[str, Any], expected: str) -> None:
    with pytest.raises(InputProblems) as error:
        scenario_of(policies={kind: settings})
    assert f"policies.{kind}" in str(error.value) and expected in str(error.value)


@pytest.mark.parametrize(
    ("kind", "settings", "found"),
    [
        (
            "class_size",
            {"courses": {"K-3 core": {"max": 22, "free": True}}},
            "a second free limit of K-3 core",
        ),
        ("hiring", {"candidates": {"teacher": 1}}, "a second hiring policy"),
        ("stipends", {"tiers": [TIER]}, "a second stipends policy"),
    ],
)
def test_what_only_one_policy_may_say(kind: str, settings: dict[str, Any], found: str) -> None:
    other = {"kind": kind, **settings, "source": "another"}
    with pytest.raises(InputProblems, match=found):
        case_of(two_pools(), scenario_of(policies={kind: settings, "other": other}))


def test_more_cut_offs_than_can_be_tried() -> None:
    """66 schools, each with a share of its own, have 66 cut-offs; 17, and 4 cases of another rule, are 68."""
    fund = {"title_i": {"dollars": 1_000_000, "uses": "all", "schools": "all"}}
    ranked = {"rank_and_serve": {"exempt_below": 0, "min_dollars": 1, "eligible_from": 0, "first_above": 1}}

    def schools(count: int) -> Any:
        poor = [float(30 + number) for number in range(count)]
        return district_of(two_schools, [10.0] * count, [100.0] * count, low_income=poor, funds=fund)

    with pytest.raises(InputProblems, match="66 cut-offs"):
        case_of(schools(66), scenario_of(policies=ranked))
    lapse = {"hiring": {"attrition_share": 0.1}, "maintenance_of_equity": {"exempt_below": 0}}
    case = case_of(schools(17), scenario_of(policies={**ranked, **lapse}))
    policy = case.scenario.policies["rank_and_serve"]
    assert isinstance(policy, RankAndServe) and len(policy.cases(case)) == 17
    with pytest.raises(
        InputProblems, match=r"68 combinations of cases \(maintenance_of_equity, rank_and_serve\)"
    ):
        combinations(case)
