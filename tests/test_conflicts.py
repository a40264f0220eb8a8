"""Conflicts: which policies cannot hold together, proven by dropping each, and a change that makes room."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import ClassVar

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from planner.district import District, load_district
from planner.inheritance import load_scenario
from planner.merging import apply_edit
from planner.optimize import Infeasible, easing, smallest, solve
from planner.optimize.conflicts import Conflict, explain_conflict
from planner.optimize.feasibility import Trials, is_feasible, without
from planner.optimize.smallest import Clash, smallest_clash
from planner.plan import Plan
from planner.said import named_in
from planner.scenario import Scenario, resolve_scenario
from planner.yaml_file import undotted
from tests.districts import FIRST, SECOND, small_district, two_schools

MEASURE = {"measure": "teachers", "index": "shortfall", "target": 0.15}
ASKED_TOO_MUCH = {"minimum_staffing": {"roles": {"teacher": {"schools": {FIRST: 19, SECOND: 12}}}}}
NO_PAIR = {
    "transfers": {"max_share_per_school": 0.05},
    "minimum_staffing": {"roles": {"teacher": {"schools": {SECOND: 12}}}},
    "hold_harmless": {"fte_per_student": 0.5},
}


def scenario_of(**keys: object) -> Scenario:
    return resolve_scenario({"name": "test", "objective": {"measures": [MEASURE]}, **keys})


def patched(scenario: Scenario, conflict: Conflict) -> Scenario:
    data = scenario.resolved()
    for path, value in conflict.patch.items():
        data = apply_edit(data, undotted(path), value)
    return resolve_scenario(data)


@pytest.fixture
def pair(tmp_path: Path) -> District:
    return load_district(two_schools(tmp_path / "pair"))


@pytest.fixture
def small(tmp_path: Path) -> District:
    return load_district(small_district(tmp_path / "small"))


def test_31_teachers_asked_of_30_need_one_fte(pair: District) -> None:
    scenario = scenario_of(policies=ASKED_TOO_MUCH)
    with pytest.raises(Infeasible) as caught:
        solve(pair, scenario)
    conflict = caught.value.conflict
    assert conflict.policies == ("minimum_staffing",)
    assert "1 FTE" in conflict.least_change
    assert [round(finding.slack, 6) for finding in conflict.broken] == [-1.0]
    plan = solve(pair, patched(scenario, conflict))
    assert plan.status == "optimal"
    assert sum(conflict.patch.values()) == 18


def test_a_pair_that_cannot_hold_leaves_out_the_policy_that_has_no_part_in_it(pair: District) -> None:
    conflict = explain_conflict(pair, scenario_of(policies=NO_PAIR))
    assert conflict.policies == ("minimum_staffing", "transfers")
    assert "without any one of them the rest can" in conflict.sentence
    for name in conflict.policies:
        assert is_feasible(pair, without(scenario_of(policies=NO_PAIR), [name]))


def test_one_impossible_policy_is_found_before_a_pair_that_later_names_make(pair: District) -> None:
    """31 teachers are asked of 30. Dropping in order of name would keep the pair, which clashes as well."""
    policies = {"asked": {"kind": "minimum_staffing", **ASKED_TOO_MUCH["minimum_staffing"]}, **NO_PAIR}
    conflict = explain_conflict(pair, scenario_of(policies=policies))
    assert conflict.policies == ("asked",)
    assert conflict.proven_smallest
    assert conflict.as_data()["proven_smallest"] is True


@given(st.lists(st.frozensets(st.sampled_from("abcdefg"), min_size=1), min_size=1, max_size=6))
def test_the_smallest_clash_is_no_larger_than_any(clashes: list[frozenset[str]]) -> None:
    found = smallest_clash(_Drawn(clashes))
    assert frozenset(found.policies) in clashes
    assert found.proven_smallest
    assert len(found.policies) == min(map(len, clashes))


def test_a_search_that_is_stopped_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """Dropping in order of name keeps two that clash; that one clashes alone is not asked any more."""
    monkeypatch.setattr(smallest, "MOST_QUESTIONS", 0)
    found = smallest_clash(_Drawn([frozenset("a"), frozenset("fg")]))
    assert found == Clash(("f", "g"), proven_smallest=False)


def test_a_clash_not_proven_smallest_is_told_as_such(pair: District, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "No fewer policies clash." in explain_conflict(pair, scenario_of(policies=NO_PAIR)).sentence
    monkeypatch.setattr(smallest, "MOST_QUESTIONS", 0)
    conflict = explain_conflict(pair, scenario_of(policies=NO_PAIR))
    assert not conflict.proven_smallest
    assert "Fewer may clash" in conflict.sentence


class _Drawn:
    """Policies of which certain sets clash, and so does whatever holds one of these."""

    names: ClassVar[Sequence[str]] = "abcdefg"

    def __init__(self, clashes: list[frozenset[str]]) -> None:
        self.clashes = clashes

    def hold(self, policies: Iterable[str]) -> bool:
        kept = set(policies)
        return not any(clash <= kept for clash in self.clashes)


def test_the_least_change_is_no_larger_than_it_must_be(pair: District) -> None:
    scenario = scenario_of(policies=NO_PAIR)
    conflict = explain_conflict(pair, scenario)
    ((path, value),) = conflict.patch.items()
    assert (path, value) == (f"policies.minimum_staffing.roles.teacher.schools.{SECOND}", 11)
    assert not is_feasible(pair, resolve_scenario(apply_edit(scenario.resolved(), path, value + 0.01)))


CROWDED = {"class_size": {"courses": {"K-3 core": {"max": 12}}}, "hiring": {"freeze": True}}
K3 = "policies.class_size.courses.K-3 core.max"


@pytest.mark.parametrize("steps", [{}, {"section_step": 1}], ids=["any amounts", "whole sections"])
def test_a_limit_that_is_no_straight_line_is_eased_no_further_than_it_must_be(
    steps: dict[str, object], small: District
) -> None:
    scenario = scenario_of(policies=CROWDED, **steps)
    conflict = explain_conflict(small, scenario)
    assert list(conflict.patch) == [K3] and not conflict.drops
    assert is_feasible(small, patched(scenario, conflict))
    less = apply_edit(scenario.resolved(), undotted(K3), conflict.patch[K3] - 0.1)
    assert not is_feasible(small, resolve_scenario(less))


def test_the_patch_is_a_change_file_that_solves(pair: District, tmp_path: Path) -> None:
    scenario = scenario_of(policies=NO_PAIR)
    (tmp_path / "asked.yaml").write_text(yaml.safe_dump(scenario.resolved()), encoding="utf-8")
    (tmp_path / "room.yaml").write_text(explain_conflict(pair, scenario).patch_yaml(), encoding="utf-8")
    child = {"name": "with room", "extends": "asked.yaml", "changes": ["room.yaml"]}
    (tmp_path / "child.yaml").write_text(yaml.safe_dump(child), encoding="utf-8")
    assert solve(pair, load_scenario(tmp_path / "child.yaml")).status == "optimal"


def test_whole_steps_are_kept_in_the_patched_scenario(pair: District) -> None:
    scenario = scenario_of(policies=NO_PAIR, fte_step=1.0)
    plan = solve(pair, patched(scenario, explain_conflict(pair, scenario)))
    assert all(move.fte == int(move.fte) for move in plan.moves)


CLASHES = {
    "classes too small for the staff": {
        "class_size": {"semantics": "school_average", "courses": {"K-3 core": {"max": 12}}},
        "hiring": {"candidates": {"teacher": 1}},
        "transfers": {"max_share_per_school": 0.2},
    },
    "every class, counted whole": {
        "class_size": {"semantics": "every_class", "courses": {"K-3 core": {"max": 9}}},
        "hiring": {"vacancies_only": True},
    },
    "a freeze and counselors": {
        "hiring": {"freeze": True},
        "minimum_staffing": {"roles": {"counselor": {"per_school": 3}}},
    },
    "vacancies to fill and no fund that may": {
        "fund_rules": {
            "funds": {
                name: {"caps": [{"uses": ["positions"], "max_dollars": 0}]} for name in ("general", "grant")
            }
        },
        "hiring": {"candidates": {"teacher": 50}, "fill_vacancies": 1.0},
    },
    "three at once": {
        "transfers": {"max_share_per_school": 0.02},
        "minimum_staffing": {
            "roles": {"teacher/general": {"students_per_fte": 14, "levels": ["elementary"]}}
        },
        "hold_harmless": {"dollars_per_student": 0.99},
        "hiring": {"candidates": {"teacher": 0.5}},
    },
}


@pytest.mark.parametrize("name", CLASHES)
def test_every_conflict_is_minimal_and_its_patch_solves(name: str, small: District) -> None:
    scenario = resolve_scenario(
        {
            "name": name,
            "objective": {"measures": [{"measure": "teachers", "index": "shortfall", "within": "level"}]},
            "policies": CLASHES[name],
        }
    )
    if is_feasible(small, scenario):
        pytest.fail("the example is feasible")
    conflict = explain_conflict(small, scenario)
    trials = Trials(small, scenario)
    assert not trials.hold(conflict.policies)
    for policy in conflict.policies:
        assert trials.hold([other for other in conflict.policies if other != policy])
    assert conflict.patch
    assert conflict.least_change
    plan: Plan = solve(small, patched(scenario, conflict))
    assert plan.status == "optimal"
    assert all(row.holds for row in plan.policies)


def test_what_always_holds_may_be_all_that_is_in_conflict(tmp_path: Path) -> None:
    """Teachers' pay stands on a grant that ends, and no other fund may carry it."""
    grant = {"grant": {"dollars": 600_000.0, "last_year": "2026-27", "uses": ["staff", "positions"]}}
    folder = two_schools(tmp_path / "lapsed", funds=grant, budget=[(FIRST, "grant", "staff", 600_000.0)])
    conflict = explain_conflict(load_district(folder), scenario_of(years=["2026-27", "2027-28"]))
    assert conflict.policies == ()
    assert "always holds" in conflict.sentence


def test_more_dollars_make_room_where_a_fund_is_too_small(tmp_path: Path) -> None:
    funds = {
        "grant": {"dollars": 600_000.0, "last_year": "2026-27", "uses": ["positions"]},
        "general": {"dollars": 500_000.0, "uses": ["positions"]},
    }
    folder = two_schools(tmp_path / "short", funds=funds, budget=[(FIRST, "grant", "staff", 600_000.0)])
    district = load_district(folder)
    scenario = scenario_of(years=["2026-27", "2027-28"])
    conflict = explain_conflict(district, scenario)
    assert conflict.patch == {"funds.general.dollars": 600_000}
    assert "$100,000" in conflict.least_change
    assert solve(district, patched(scenario, conflict)).status == "optimal"


def test_a_setting_makes_room_where_no_number_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """31 teachers are asked of 30, and 5 could be hired but for the freeze: it goes, were no number to ease.

    Where the policies have no such setting either, nothing does, and the rule itself is to be taken out.
    """
    monkeypatch.setattr(easing, "_by_numbers", lambda *_, **__: None)
    grant = {"grant": {"dollars": 300_000, "uses": ["positions"]}}
    district = load_district(two_schools(tmp_path / "frozen", vacancies=(0, 5), funds=grant))
    hiring = {"freeze": True, "candidates": {"teacher": 5}}
    scenario = scenario_of(policies={**ASKED_TOO_MUCH, "hiring": hiring})
    room = easing.make_room(district, scenario, scenario.policies)
    assert room is not None and is_feasible(district, room.scenario)
    assert [(e.path, e.before, e.after) for e in room.changes] == [
        (("policies", "hiring", "freeze"), True, False)
    ]
    alone = scenario_of(policies=ASKED_TOO_MUCH)
    pair = load_district(two_schools(tmp_path / "pair"))
    assert easing.make_room(pair, alone, alone.policies) is None
    conflict = explain_conflict(pair, alone)
    assert conflict.least_change == "take out minimum staffing" and conflict.drops
    assert conflict.patch == {"policies.minimum_staffing": None}


def test_the_same_question_gets_the_same_answer(small: District) -> None:
    scenario = resolve_scenario(
        {"name": "twice", "objective": {"measures": [MEASURE]}, "policies": CLASHES["three at once"]}
    )
    assert explain_conflict(small, scenario) == explain_conflict(small, scenario)


def test_a_scenario_with_a_plan_has_no_conflict(pair: District) -> None:
    with pytest.raises(ValueError, match="has a plan"):
        explain_conflict(pair, scenario_of(policies={"transfers": {"max_share_per_school": 0.1}}))


UNITS = {
    "5.4 students": {
        "class_size": {
            "semantics": "share_of_classes",
            "courses": {"K-3 core": {"max": 4}},
            "share": 0,
            "otherwise_max": 8,
        },
        "hiring": {"freeze": True},
    },
    "$996,000 per weighted student": {
        "measure_floor": {"measure": "dollars", "at_least": 1e6},
    },
    "FTE per weighted student": {"measure_floor": {"measure": "teachers", "at_least": 0.5}},
    "percentage points": {"novice_share": {"relative_to_district": 0.01}},
    "$": {
        "maintenance_of_effort": {
            "standard": "idea",
            "funds": ["general"],
            "group": "low_income",
            "comparison": {"0600002": {"state_local": 9e6}},
        }
    },
}


@pytest.mark.parametrize("unit", UNITS)
def test_the_least_change_is_in_the_unit_of_the_setting(unit: str, small: District) -> None:
    conflict = explain_conflict(small, scenario_of(policies=UNITS[unit]))
    assert unit in conflict.least_change
    assert ("FTE" in conflict.least_change) == ("FTE" in unit)
    assert solve(small, patched(scenario_of(policies=UNITS[unit]), conflict)).status == "optimal"


def test_what_is_broken_is_said_of_schools_by_name_and_in_whole_words(pair: District) -> None:
    short = explain_conflict(pair, scenario_of(policies=ASKED_TOO_MUCH)).as_data()["broken"]
    assert short == ["minimum staffing, School 1, 2026-27: teacher staff: 1 FTE short"]
    above = scenario_of(policies={"fund_rules": {}, "measure_floor": {"measure": "teachers", "at_most": 0.1}})
    assert "too much" in explain_conflict(pair, above).sentence


def test_a_school_within_a_rule_is_named_too() -> None:
    text = "as much per low-income student as the next school, 060000100002"
    assert named_in(text, {"060000100002": "Oak Hill"}).endswith("the next school, Oak Hill")


def test_a_conflict_over_a_few_students_does_not_count_them(tmp_path: Path) -> None:
    """7 seats at 1 a class take 7 sections, which would give the 7 back."""
    course = (FIRST, "advanced", 7, 1, "general", 0.2)
    district = load_district(two_schools(tmp_path / "few", courses=[course]))
    small_classes = {"class_size": {"courses": {"advanced": {"max": 1}}}, "hiring": {"freeze": True}}
    told = explain_conflict(district, scenario_of(policies=small_classes)).as_data()
    assert "<10 students" in told["sentence"]
    assert "7" not in told["sentence"].replace("2026-27", "")
