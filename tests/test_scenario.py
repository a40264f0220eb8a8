"""A scenario says what is wrong with it in words a budget officer can act on, and reads back from data."""

# ruff: noqa: E501 - what is said is easier to compare on one line

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.policies.base import POLICIES
from planner.problems import InputProblems
from planner.scenario import Scenario, parse_scenario, resolve_scenario
from planner.yaml_file import parse_yaml

HEAD = "name: X\nobjective: {measures: [{measure: teachers, index: shortfall}]}\n"
MEASURES = "dollars, experienced_teachers, novice_teachers, sections, support, teachers"
KINDS = ", ".join(POLICIES.names())
TRANSFER_KEYS = (
    "in_field, kind, max_share_of_district, max_share_per_school, protected_pools, protected_schools, "
    "source, voluntary, volunteer_share"
)

# What stands after HEAD (so from line 3), and exactly what is said of it.
MESSAGES = {
    "fte_step: -3": "s.yaml line 3, fte_step: found -3; expected a number above 0 and at most 100",
    "fte_step: abc": "s.yaml line 3, fte_step: found 'abc'; expected a number above 0 and at most 100",
    "fte_step: '5'": (
        "s.yaml line 3, fte_step: found '5'; expected a number above 0 and at most 100 "
        "(write 5, without quotes)"
    ),
    "fte_step: true": "s.yaml line 3, fte_step: found true; expected a number above 0 and at most 100",
    "fte_step: [1]": "s.yaml line 3, fte_step: found [1]; expected a number above 0 and at most 100",
    "fte_step: .inf": "s.yaml line 3, fte_step: found inf; expected a finite number",
    "years: 2026-27": "s.yaml line 3, years: found '2026-27'; expected a list",
    "years: [2026]": "s.yaml line 3, years.0: found 2026; expected a school year such as 2026-27",
    "years: [2026-27, 2028-29]": (
        "s.yaml line 3, years: found [2026-27, 2028-29]; expected consecutive school years, the earliest first"
    ),
    "polices: {}": (
        "s.yaml line 3, polices: found key 'polices'; expected one of description, district, fte_step, funds, "
        "high_need, name, objective, policies, section_step, solver, sweep, uses, years "
        "(did you mean 'policies'?)"
    ),
    "high_need: {top_share: 25}": (
        "s.yaml line 3, high_need.top_share: found 25; expected a number from 0 to 1 (25% is written 0.25)"
    ),
    "high_need: {within: grad_span}": (
        "s.yaml line 3, high_need.within: found 'grad_span'; expected one of 'district', 'grade_span' "
        "(did you mean 'grade_span'?)"
    ),
    "high_need: 5": "s.yaml line 3, high_need: found 5; expected settings: by, top_share, within",
    "solver: {gap: -3}": "s.yaml line 3, solver.gap: found -3; expected a number from 0 to 1",
    "policies: [transfers]": "s.yaml line 3, policies: found [transfers]; expected entries by name",
    "policies: {trasfers: {}}": (
        f"s.yaml line 3, policies.trasfers: found policy 'trasfers'; expected one of {KINDS} "
        "(did you mean 'transfers'?)"
    ),
    "policies: {transfers: }": (
        "s.yaml line 3, policies.transfers: found nothing; expected the policy's settings (write {} for its defaults)"
    ),
    "policies: {transfers: 5}": "s.yaml line 3, policies.transfers: found 5; expected the policy's settings",
    "policies: {moves: {kind: transfer}}": (
        f"s.yaml line 3, policies.moves: found policy 'transfer'; expected one of {KINDS} (did you mean 'transfers'?)"
    ),
    "policies: {transfers: {voluntery: true}}": (
        "s.yaml line 3, policies.transfers.voluntery: found key 'voluntery'; "
        f"expected one of {TRANSFER_KEYS} (did you mean 'voluntary'?)"
    ),
    "policies: {transfers: {name: x}}": (
        f"s.yaml line 3, policies.transfers.name: found key 'name'; expected one of {TRANSFER_KEYS}"
    ),
    "policies: {transfers: {voluntary: maybe}}": (
        "s.yaml line 3, policies.transfers.voluntary: found 'maybe'; expected true or false"
    ),
    "policies: {transfers: {source: 5}}": "s.yaml line 3, policies.transfers.source: found 5; expected text",
    "policies: {class_size: {courses: {}}}": (
        "s.yaml line 3, policies.class_size.courses: found no settings; expected entries by name of at least 1 entry"
    ),
    "policies: {class_size: {}}": (
        "s.yaml line 3, policies.class_size.courses: found nothing; expected the key 'courses'"
    ),
    "policies: {class_size: {courses: {K-3 core: 20}}}": (
        "s.yaml line 3, policies.class_size.courses.K-3 core: found 20; expected settings: free, high_need, max, min"
    ),
    "policies: {class_size: {courses: {K-3 core: {max: -3}}}}": (
        "s.yaml line 3, policies.class_size.courses.K-3 core.max: found -3; "
        "expected a number above 0 and at most 200"
    ),
    "policies: {class_size: {courses: {K-3 core: {max: 20, high_ned: {max: 18}}}}}": (
        "s.yaml line 3, policies.class_size.courses.K-3 core.high_ned: found key 'high_ned'; "
        "expected one of free, high_need, max, min (did you mean 'high_need'?)"
    ),
    "policies: {class_size: {courses: {K-3 core: {max: 20, high_need: {max: 18, mim: 5}}}}}": (
        "s.yaml line 3, policies.class_size.courses.K-3 core.high_need.mim: found key 'mim'; "
        "expected one of free, max, min (did you mean 'min'?)"
    ),
    "policies: {class_size: {courses: {Alg. 1: {max: 20, min: 22, free: true}}}}": (
        's.yaml line 3, policies.class_size.courses."Alg. 1": found max: 20, min: 22, free: true; '
        "expected min at most max (min is 22, max is 20)"
    ),
    "policies: {stipends: {tiers: []}}": (
        "s.yaml line 3, policies.stipends.tiers: found []; expected a list of at least 1 entry"
    ),
    "policies: {stipends: {eligible: high_ned, tiers: [{dollars: 5000}]}}": (
        "s.yaml line 3, policies.stipends.eligible: found 'high_ned'; "
        "expected one of 'all', 'high_need', 'title_i', or a list (did you mean 'high_need'?)"
    ),
    "policies: {hiring: {candidates: {teacher: -3}}}": (
        "s.yaml line 3, policies.hiring.candidates.teacher: found -3; expected a number of at least 0"
    ),
    "policies: {measure_floor: {measure: 5, at_least: 1}}": (
        "s.yaml line 3, policies.measure_floor.measure: found 5; "
        "expected a measure by name, or a map with 'measure' and its parameters"
    ),
    "policies: {measure_floor: {measure: teacher, at_least: 1}}": (
        "s.yaml line 3, policies.measure_floor.measure: found measure 'teacher'; "
        f"expected one of {MEASURES} (did you mean 'teachers'?)"
    ),
    "policies: {measure_floor: {measure: {measure: sections, course: [a]}, at_least: 1}}": (
        "s.yaml line 3, policies.measure_floor.measure.course: found key 'course'; "
        "expected one of courses, measure (did you mean 'courses'?)\n"
        "s.yaml line 3, policies.measure_floor.measure.courses: found nothing; expected the key 'courses'"
    ),
    "funds: {esser: 5}": "s.yaml line 3, funds.esser: found 5; expected entries by name",
    "funds: {esser: {dollars: -3}}": (
        "s.yaml line 3, funds.esser.dollars: found -3; expected a number of at least 0, or entries by name"
    ),
    "funds: {esser: {dollars: {d1: -3}}}": (
        "s.yaml line 3, funds.esser.dollars.d1: found -3; expected a number of at least 0"
    ),
    "funds: {esser: {last_yaer: 2027-28}}": (
        "s.yaml line 3, funds.esser.last_yaer: found key 'last_yaer'; expected one of carry_over, dollars, "
        "last_year, recurring, schools, set_asides, uses (did you mean 'last_year'?)"
    ),
    "uses: {tutoring: {cost: 0}}": "s.yaml line 3, uses.tutoring.cost: found 0; expected a number above 0",
}

# Whole files where the objective is what is wrong.
OBJECTIVES = {
    "name: X\n": "s.yaml, objective: found nothing; expected the key 'objective'",
    "name: X\nobjective: 5\n": "s.yaml line 2, objective: found 5; expected settings: measures, then",
    "name: X\nobjective: {measures: []}\n": (
        "s.yaml line 2, objective.measures: found []; expected a list of at least 1 entry"
    ),
    "name: X\nobjective:\n  measures:\n    - {measure: teachers, index: shortfal}\n": (
        "s.yaml line 4, objective.measures.0.index: found index 'shortfal'; "
        "expected one of deviation, gap, gini, range, shortfall, tail (did you mean 'shortfall'?)"
    ),
    "name: X\nobjective:\n  measures:\n    - teachers\n": (
        "s.yaml line 4, objective.measures.0: found 'teachers'; expected a measure and an index"
    ),
    "name: X\nobjective:\n  measures:\n    - {measure: [1], index: gini}\n": (
        f"s.yaml line 4, objective.measures.0.measure: found measure '[1]'; expected one of {MEASURES}"
    ),
    "name: X\nobjective:\n  measures:\n    - {measure: teachers, index: gap}\n": (
        "s.yaml line 4, objective.measures.0.group: found nothing; expected the key 'group'"
    ),
    "name: X\nobjective:\n  measures:\n    - {measure: teachers, index: tail, alpha: 2}\n": (
        "s.yaml line 4, objective.measures.0.alpha: found 2; expected a number above 0 and at most 1 "
        "(2% is written 0.02)"
    ),
    "name: X\nobjective:\n  measures:\n    - {measure: teachers, index: tail, wieght: 1}\n": (
        "s.yaml line 4, objective.measures.0.wieght: found key 'wieght'; "
        "expected one of alpha, index, measure, target, weight, within (did you mean 'weight'?)"
    ),
    "name: X\nobjective:\n  measures:\n    - {measure: teachers, index: gini, weight: 0.4}\n": (
        "s.yaml line 2, objective: found measures: [teachers gini]; "
        "expected weights that sum to 1 (they sum to 0.4)"
    ),
    "name: X\nobjective: {measures: [{measure: teachers, index: gini}], then: [least_cost, least_cost]}\n": (
        "s.yaml line 2, objective.then: found [least_cost, least_cost]; expected each stage once"
    ),
    "name: ''\nobjective: {measures: [{measure: teachers, index: gini}]}\n": (
        "s.yaml line 1, name: found ''; expected text of 1 to 200 characters"
    ),
}


def said(text: str) -> str:
    with pytest.raises(InputProblems) as caught:
        parse_scenario(parse_yaml(text, "s.yaml"))
    return str(caught.value)


@pytest.mark.parametrize("line", MESSAGES)
def test_messages(line: str) -> None:
    assert said(f"{HEAD}{line}\n") == MESSAGES[line]


@pytest.mark.parametrize("text", OBJECTIVES)
def test_messages_about_the_objective(text: str) -> None:
    assert said(text) == OBJECTIVES[text]


def test_no_message_speaks_the_checkers_language() -> None:
    everything = "\n".join([*MESSAGES.values(), *OBJECTIVES.values()]).lower()
    for jargon in ("input should", "dictionary", "union", "pydantic", "valid list", "instance of", "none"):
        assert jargon not in everything


def test_everything_wrong_is_said_at_once() -> None:
    text = "name: X\nyears: 5\nhigh_need: {top_share: 2}\npolicies: {a: {}, transfers: {x: 1}, hiring: {freeze: 5}}\n"
    problems = said(text).split("\n")
    assert len(problems) == 6


def example(**extra: Any) -> dict[str, Any]:
    return {"name": "X", "objective": {"measures": [{"measure": "teachers", "index": "shortfall"}]}, **extra}


# Policies that have parameters without a default; the others are read as {}.
POLICY_EXAMPLES: dict[str, dict[str, Any]] = {
    "class_size": {"courses": {"K-3 core": {"max": 20, "high_need": {"max": 18, "min": 15, "free": True}}}},
    "fund_rules": {"funds": {"esser": {"caps": [{"uses": ["tutoring"], "max_share": 0.5}]}}},
    "hiring": {"candidates": {"teacher/math": 4}, "release": True},
    "hold_harmless": {"dollars_per_student": 0.97},
    "measure_floor": {"measure": {"measure": "sections", "courses": ["K-3 core"]}, "share_of_today": 1},
    "minimum_staffing": {"roles": {"counselor": {"per_school": 1}}},
    "novice_share": {"max_share": 0.3},
    "plan_limit": {"max_moves": 20},
    "reallocation_limit": {"max_share": 0.05},
    "stipends": {"tiers": [{"dollars": 5000}, {"dollars": 10000, "share": 0.1}]},
    "transfers": {"max_share_per_school": 0.1},
}


@pytest.mark.parametrize("kind", POLICIES.names())
def test_a_policy_reads_back(kind: str) -> None:
    scenario = resolve_scenario(example(policies={kind: POLICY_EXAMPLES.get(kind, {})}))
    assert scenario.policies[kind].name == kind
    assert resolve_scenario(scenario.resolved()) == scenario


def test_a_policy_under_another_name_gives_its_kind() -> None:
    entry = {"kind": "transfers", "voluntary": True}
    scenario = resolve_scenario(example(policies={"high school moves": entry}))
    assert scenario.policies["high school moves"].kind == "transfers"
    assert scenario.resolved()["policies"] == {"high school moves": entry}
    assert resolve_scenario(scenario.resolved()) == scenario


def test_a_measure_by_name_alone() -> None:
    floor = {"measure": "teachers", "at_least": 0.05}
    scenario = resolve_scenario(example(policies={"measure_floor": floor}))
    assert scenario.resolved()["policies"]["measure_floor"]["measure"] == {"measure": "teachers"}
    assert resolve_scenario(scenario.resolved()) == scenario


def test_a_full_scenario_reads_back() -> None:
    scenario = resolve_scenario(
        {
            "name": "Full",
            "description": "Everything once.",
            "district": "../riverbend",
            "years": ["2026-27", "2027-28"],
            "high_need": {"by": "disability", "top_share": 0.2, "within": "district"},
            "objective": {
                "measures": [
                    {
                        "measure": "dollars",
                        "costing": "average",
                        "index": "gap",
                        "group": "low_income",
                        "weight": 0.25,
                    },
                    {
                        "measure": "sections",
                        "courses": ["K-3 core"],
                        "index": "tail",
                        "alpha": 0.1,
                        "weight": 0.5,
                    },
                    {
                        "measure": "novice_teachers",
                        "index": "range",
                        "within": "level",
                        "target": 0.1,
                        "weight": 0.25,
                    },
                ],
                "then": ["least_cost"],
            },
            "policies": POLICY_EXAMPLES,
            "funds": {"esser": None, "general": {"dollars": 5, "last_year": "2027-28"}, "new": {}},
            "uses": {"tutoring": {"cost": 10}},
            "fte_step": 0.5,
            "section_step": 1,
            "solver": {"gap": 0.01, "time_limit_seconds": 5},
        }
    )
    again = resolve_scenario(scenario.resolved())
    assert again == scenario
    assert again.resolved() == scenario.resolved()
    assert list(again.resolved()["policies"]) == sorted(POLICY_EXAMPLES)


@pytest.mark.parametrize("data", [None, 5, [], "text"])
def test_what_is_no_mapping(data: Any) -> None:
    with pytest.raises(InputProblems, match="expected keys and values"):
        resolve_scenario(data)


keys = st.sampled_from(
    [*Scenario.model_fields, *POLICIES, "measures", "measure", "index", "kind", "courses", "x"]
)
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.dates(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys | st.integers(), inner, max_size=3),
    max_leaves=15,
)


@given(
    st.dictionaries(keys, anything, max_size=6), st.dictionaries(keys | st.integers(), anything, max_size=4)
)
def test_no_data_make_a_traceback(data: dict[str, Any], policies: dict[Any, Any]) -> None:
    for given_data in (data, example(policies=policies), {**example(), **data}):
        try:
            resolve_scenario(given_data)
        except InputProblems as error:
            assert str(error)
