"""What arithmetic rules out is said in words before any search, and never said where a plan exists."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from checking import district_of, least_inequity, scenario_of, small
from districts import FIRST, SECOND, any_schools, school_id, two_schools
from hypothesis import given
from hypothesis import strategies as st

from planner.case import Case
from planner.checks import check, impossibilities
from planner.district import District, load_district

YEARS = ["2026-27", "2027-28"]
# 200 students in 10 sections; a teacher gives one, so 10 of the 30 teachers are needed today.
CORE = [(FIRST, "core", 100.0, 5.0, "general", 1.0), (SECOND, "core", 100.0, 5.0, "general", 1.0)]
GENERAL = {"general": {"dollars": 600_000}}
# Today's pay of one teacher at each school on a grant that ends with the first year.
GRANT_PAY = [(FIRST, "esser", "staff", 60_000.0), (SECOND, "esser", "staff", 60_000.0)]
ENDING = {"esser": {"dollars": 200_000, "last_year": "2026-27"}}


def core(limit: float, **settings: Any) -> dict[str, Any]:
    return {"class_size": {"courses": {"core": {"max": limit}}, **settings}}


# Data, settings of the scenario, and what is said.
IMPOSSIBLE: dict[str, tuple[dict[str, Any], dict[str, Any], list[str]]] = {
    "a floor of dollars": (
        {},
        {"policies": {"measure_floor": {"measure": "dollars", "at_least": 10_000}}},
        [
            "policies.measure_floor.at_least, district 0600001: found a floor that takes 2,000,000.00 "
            "dollars in all, and 1,800,000.00 that there can be; expected no more than there can be "
            "(lower the floor)"
        ],
    ),
    "class sizes": (
        {"courses": CORE},
        {"policies": core(5)},
        [
            "policies.class_size, field general, district 0600001: found limits that take 40.00 FTE of "
            "teachers, and 30.00 FTE there; expected limits that those teachers can meet "
            "(raise the limits, or let more teachers be hired)"
        ],
    ),
    "class sizes, with all that may be hired": (
        {"courses": CORE, "vacancies": (4, 2), "funds": GENERAL},
        {"policies": {**core(5), "hiring": {"candidates": {"teacher": 4}, "vacancies_only": True}}},
        [
            "policies.class_size, field general, district 0600001: found limits that take 40.00 FTE of "
            "teachers, and 30.00 FTE there, with 4.00 FTE more that could be hired; expected limits that "
            "those teachers can meet (raise the limits, or let more teachers be hired)"
        ],
    ),
    "class sizes, with all that can be paid": (
        {"courses": CORE, "vacancies": (50, 50), "funds": {"general": {"dollars": 300_000}}},
        {"policies": core(5)},
        [
            "policies.class_size, field general, district 0600001: found limits that take 40.00 FTE of "
            "teachers, and 30.00 FTE there, with 5.00 FTE more that could be hired; expected limits that "
            "those teachers can meet (raise the limits, or let more teachers be hired)"
        ],
    ),
    "every class": (
        {"courses": CORE},
        {"policies": core(6, semantics="every_class")},
        [
            "policies.class_size, field general, district 0600001: found limits that take 34.00 FTE of "
            "teachers, and 30.00 FTE there; expected limits that those teachers can meet "
            "(raise the limits, or let more teachers be hired)"
        ],
    ),
    "district average": (
        {"courses": CORE},
        {"policies": core(6, semantics="district_average")},
        [
            "policies.class_size, field general, district 0600001: found limits that take 33.33 FTE of "
            "teachers, and 30.00 FTE there; expected limits that those teachers can meet "
            "(raise the limits, or let more teachers be hired)"
        ],
    ),
    "students per teacher": (
        {"courses": CORE},
        {"policies": core(4, semantics="students_per_teacher")},
        [
            "policies.class_size, field general, district 0600001: found limits that take 50.00 FTE of "
            "teachers, and 30.00 FTE there; expected limits that those teachers can meet "
            "(raise the limits, or let more teachers be hired)"
        ],
    ),
    "share of classes": (
        {"courses": CORE},
        {"policies": core(3, semantics="share_of_classes", share=0.5, otherwise_max=5)},
        [
            "policies.class_size, field general, district 0600001: found limits that take 40.00 FTE of "
            "teachers, and 30.00 FTE there; expected limits that those teachers can meet "
            "(raise the limits, or let more teachers be hired)"
        ],
    ),
    "minimum staffing over the district": (
        {},
        {"policies": {"minimum_staffing": {"roles": {"teacher": {"schools": {FIRST: 19, SECOND: 12}}}}}},
        [
            "policies.minimum_staffing.roles.teacher, district 0600001: found 31.00 FTE of teacher "
            "asked for, and 30.00 FTE there; expected no more than there can be "
            "(lower the least, or let more be hired)"
        ],
    ),
    "a floor under a measure": (
        {},
        {"policies": {"measure_floor": {"measure": "teachers", "at_least": 0.16}}},
        [
            "policies.measure_floor.at_least, district 0600001: found a floor that takes 32.00 FTE of "
            "teachers in all, and 30.00 that there can be; expected no more than there can be "
            "(lower the floor)"
        ],
    ),
    "a set-aside nobody can use": (
        {
            "funds": {
                "esser": {"dollars": 100_000, "set_asides": [{"uses": ["tutoring"], "min_share": 0.5}]}
            },
            "uses": {"tutoring": {"target": "low_income", "max_dollars_per_target_student": 100}},
        },
        {"policies": {"fund_rules": {}}},
        [
            "policies.fund_rules, fund esser, district 0600001: found 50,000 dollars a year set aside for "
            "tutoring, and 10,000 that schools can use on it; expected no more than can be placed "
            "(lower the share, or open the fund to more schools or uses)"
        ],
    ),
    "a set-aside of a fund that pays staff": (
        {"funds": {"general": {"dollars": 150_000}}, "budget": [(FIRST, "general", "staff", 120_000.0)]},
        {
            "policies": {
                "fund_rules": {
                    "funds": {
                        "general": {"set_asides": [{"uses": ["positions", "stipends"], "min_share": 0.5}]}
                    }
                }
            }
        },
        [
            "policies.fund_rules, fund general, district 0600001: found 75,000 dollars a year set aside for "
            "positions, stipends, and 30,000 that schools can use on it; expected no more than can be placed "
            "(lower the share, or open the fund to more schools or uses)"
        ],
    ),
    "pay that no fund may carry on": (
        {
            "funds": {**ENDING, "other": {"dollars": 500_000, "uses": ["tutoring"]}},
            "uses": {"tutoring": {}},
            "budget": GRANT_PAY,
        },
        {"years": YEARS},
        [
            f"funds, 2027-28, district 0600001: found 120,000 dollars of pay at school {FIRST} and 1 more "
            "that no fund may carry on; expected a fund that may pay the use 'positions' there"
        ],
    ),
    "pay that the other funds cannot carry": (
        {"funds": {**ENDING, "general": {"dollars": 100_000}}, "budget": GRANT_PAY},
        {"years": YEARS},
        [
            "funds, 2027-28, district 0600001: found 120,000 dollars of pay to carry on, 100,000 in the "
            "funds that may; expected funds that can carry the pay of those already hired "
            "(a fund that ends leaves its pay to the others)"
        ],
    ),
    "hold harmless once a grant ends": (
        {
            "funds": {**ENDING, "general": {"dollars": 150_000}},
            "uses": {"tutoring": {}},
            "budget": [*GRANT_PAY, (FIRST, "general", "tutoring", 100_000.0)],
        },
        {"years": YEARS, "policies": {"hold_harmless": {"dollars_per_student": 1}}},
        [
            "policies.hold_harmless, 2027-28, district 0600001: found 1,900,000 dollars to be kept at "
            "schools, and 1,830,000 to share out; expected no more than the funds leave "
            "(a fund that ends leaves its pay to the others; lower the share kept)"
        ],
    ),
}


@pytest.mark.parametrize("name", IMPOSSIBLE)
def test_what_is_impossible_and_how_it_is_said(name: str) -> None:
    data, settings, expected = IMPOSSIBLE[name]
    district, scenario = district_of(two_schools, **data), scenario_of(**settings)
    assert said(district, **settings) == expected
    assert least_inequity(district, scenario) == math.inf


def said(district: District, *terms: Mapping[str, Any], **settings: Any) -> list[str]:
    problems, _ = check(district, scenario_of(*terms, **settings))
    return [str(problem) for problem in problems]


def test_a_role_that_nobody_can_transfer_into() -> None:
    district = small(1)
    settings = {"policies": {"minimum_staffing": {"roles": {"counselor": {"per_school": 1.5}}}}}
    problems = said(district, **settings)
    assert len(problems) == 3
    assert problems[0] == (
        "policies.minimum_staffing.roles.counselor, school 060000200001: found 1.50 FTE of counselor asked "
        "for, and 0.72 FTE there; expected no more than there can be (lower the least, or let more be hired)"
    )
    assert least_inequity(district, scenario_of(**settings)) == math.inf
    settings["policies"]["hiring"] = {"candidates": {"counselor": 10}}
    assert said(district, **settings) == []


def test_more_novices_than_the_share() -> None:
    district = small(1)
    settings = {"policies": {"novice_share": {"max_share": 0.1}, "hiring": {"freeze": True}}}
    (problem,) = said(district, **settings)
    assert problem.startswith(
        "policies.novice_share, district 0600002: found at most 10.0% novices at every school"
    )
    assert problem.endswith("(raise the share, or hire teachers who are not novices)")
    assert least_inequity(district, scenario_of(**settings)) == math.inf


def test_names_come_before_figures() -> None:
    district = district_of(two_schools, courses=CORE)
    policies = {**core(5), "transfers": {"protected_schools": ["x"]}}
    assert said(district, policies=policies) == [
        "policies.transfers.protected_schools: found 'x'; expected a school of the data"
    ]
    assert said(district, policies=core(5), funds={"x": None}) == [
        "funds.x: found 'x'; expected a name of the data"
    ]


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        (
            {"years": ["2025-26"]},
            "years: found 2025-26; expected 2026-27, the year of the data, or a later one",
        ),
        ({"funds": {"grant": {"uses": ["tutorin", "tutorng"]}}}, "funds.grant: found use 'tutorng'"),
        (
            {"funds": {"grant": {"dollars": 4000}}},
            "found 4,000 dollars a year, and lines of 5,000 in the table",
        ),
        ({"high_need": {"by": "lowincome"}}, "high_need.by: found 'lowincome'; expected a student group of"),
    ],
)
def test_what_a_scenario_says_that_the_data_does_not(settings: dict[str, Any], expected: str) -> None:
    line = (FIRST, "grant", "tutoring", 5000.0)
    district = district_of(two_schools, funds={"grant": {"dollars": 9000}}, budget=[line])
    assert expected in "\n".join(said(district, **settings))


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        (
            {"measure": "support", "use": "tutorin", "index": "range"},
            ["'tutorin'; expected a use of the data"],
        ),
        (
            {"measure": "support", "use": "tutoring", "index": "range"},
            [f"{FIRST}, group low_income: found no figure"],
        ),
        ({"measure": "sections", "courses": ["K-3", "4-5"], "index": "range"}, ["'K-3'", "'4-5'"]),
        (
            {"measure": "teachers", "index": "gap", "group": "lowincome"},
            ["'lowincome'; expected a student group"],
        ),
        (
            {"measure": "teachers", "index": "gap", "group": "low_income"},
            [f"{FIRST}, group low_income: found no figure"],
        ),
    ],
)
def test_what_is_measured_and_not_known(term: dict[str, Any], expected: list[str], tmp_path: Path) -> None:
    """The count of low-income students of the first school is suppressed: it is not taken for zero."""
    uses = {"tutoring": {"target": "low_income"}}
    folder = two_schools(tmp_path / "data", courses=CORE, uses=uses)
    counts = pd.read_csv(folder / "enrollment.csv", dtype=str)
    suppressed = (counts["school_id"] == FIRST) & (counts["group"] == "low_income")
    counts.assign(students=counts["students"].mask(suppressed)).to_csv(folder / "enrollment.csv", index=False)
    problems = said(load_district(folder), term)
    assert not [words for words in expected if words not in "\n".join(problems)], problems


def test_a_scenario_that_can_be_met_has_no_problems() -> None:
    district = district_of(two_schools, courses=CORE)
    assert check(district, scenario_of(policies=core(7))) == ([], [])


# Warnings ---------------------------------------------------------------------------------------------------


def warned(district: District, *terms: Mapping[str, Any], **settings: Any) -> list[str]:
    problems, sentences = check(district, scenario_of(*terms, **settings))
    assert problems == []
    return sentences


def test_evening_out_downwards() -> None:
    district = district_of(two_schools)
    gini, floor = {"measure": "teachers", "index": "gini"}, {"measure": "teachers", "share_of_today": 1}
    (sentence,) = warned(district, gini)
    assert sentence.startswith("teachers gini: evening out downwards also lowers this index.")
    assert warned(district, gini, policies={"measure_floor": floor}) == []
    assert warned(district, {"measure": "teachers", "index": "range", "floor_only": True}) == []


def test_a_fund_that_ends_with_pay_on_it() -> None:
    district = district_of(two_schools, funds={**ENDING, **GENERAL}, budget=GRANT_PAY)
    (sentence,) = warned(district, years=YEARS)
    assert sentence == (
        "The fund esser ends with 2026-27; other funds must then carry the 120,000 dollars a year of pay "
        "that are on it today."
    )
    assert warned(district, years=YEARS[:1]) == []


def test_a_fund_that_only_the_scenario_has() -> None:
    district = district_of(two_schools, funds=GENERAL)
    added = {"generall": {"dollars": 5}}
    assert "The fund generall is not in the data: the scenario adds it (did you mean 'general'?)." in warned(
        district, funds=added
    )


def test_an_index_without_a_value_today() -> None:
    nobody_is_novice = district_of(two_schools)
    terms = [
        {"measure": "novice_teachers", "index": "shortfall", "weight": 0.5},
        {"measure": "teachers", "index": "shortfall", "weight": 0.5},
    ]
    problems, _ = check(nobody_is_novice, scenario_of(*terms))
    assert list(map(str, problems)) == [
        "objective.measures.0: found an index that is not defined today (novice_teachers shortfall); "
        "expected a measure that some school has an amount of"
    ]


def test_a_plan_cannot_place_less_than_nothing() -> None:
    lines = [(FIRST, "general", "supplies", 500.0), (FIRST, "general", "services", -20.0)]
    lines += [(FIRST, "other", "services", -30.0)]
    uses = {name: {"unit": "item", "target": "all"} for name in ("supplies", "services")}
    (problem,) = said(district_of(two_schools, funds=GENERAL, budget=lines, uses=uses))
    assert problem == (
        f"budget, school {FIRST}, fund general, use services: found -20.00 dollars; expected at least 0, "
        "for a plan may place it (set a reversal against the line it corrects)"
    ), "the line of a fund that stays as it is may be a reversal"


def test_one_amount_is_not_given_to_every_district_of_a_state() -> None:
    names = [school_id(1, district=part) for part in (1, 2)]
    schools = dict.fromkeys(names, ("elementary", 100.0, 50.0))
    staff = [(name, "teacher", "general", "experienced", 10.0, 60_000.0, 0.0) for name in names]
    state = district_of(any_schools, schools, staff)
    (problem,) = said(state, funds={"grant": {"dollars": 1000}})
    assert problem == (
        "funds.grant.dollars: found one amount for several districts; expected an amount for each district_id"
    )
    by_district = {name[:7]: 500 for name in names}
    assert said(state, funds={"grant": {"dollars": by_district}}) == []


def test_nothing_to_decide() -> None:
    (sentence,) = warned(
        district_of(two_schools, teachers=(20,), students=(100,), low_income=(20,), vacancies=(0,))
    )
    assert sentence.startswith("Nothing in this scenario can be moved, hired or spent")


def test_warnings_of_the_policies_are_passed_on() -> None:
    district = district_of(two_schools)
    sentences = warned(district, policies={"transfers": {"voluntary": True}})
    assert any("no teacher will move" in sentence for sentence in sentences)


# Only what is true ------------------------------------------------------------------------------------------

shares = st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.9, 1.0])
hirings = st.fixed_dictionaries(
    {
        "freeze": st.booleans(),
        "candidates": st.dictionaries(
            st.sampled_from(["teacher", "teacher/general", "teacher/math/novice", "counselor"]),
            st.sampled_from([0.0, 1.0, 5.0, 40.0]),
            max_size=2,
        ),
        "vacancies_only": st.booleans(),
    }
)
sizes = st.fixed_dictionaries(
    {
        "semantics": st.sampled_from(
            ["every_class", "school_average", "district_average", "students_per_teacher"]
        ),
        "courses": st.dictionaries(
            st.sampled_from(["K-3 core", "6-8 math", "6-8 english"]),
            st.integers(12, 30).map(lambda most: {"max": most}),
            min_size=1,
            max_size=2,
        ),
    }
)
rules = {
    "hiring": hirings,
    "class_size": sizes,
    "novice_share": shares.map(lambda share: {"max_share": share}),
    "hold_harmless": shares.map(lambda share: {"dollars_per_student": share}),
    "minimum_staffing": st.sampled_from(["counselor", "teacher", "teacher/general/experienced"]).flatmap(
        lambda role: st.sampled_from([0.5, 1.0, 2.0, 6.0]).map(
            lambda fte: {"roles": {role: {"per_school": fte}}}
        )
    ),
    "measure_floor": st.sampled_from(
        [("teachers", 0.08), ("experienced_teachers", 0.03), ("dollars", 7_000.0)]
    ).flatmap(
        lambda floor: st.sampled_from([0.5, 0.8, 1.0, 1.3]).map(
            lambda part: {"measure": floor[0], "at_least": floor[1] * part}
        )
    ),
    "fund_rules": shares.map(
        lambda share: {"funds": {"grant": {"set_asides": [{"uses": ["tutoring"], "min_share": share}]}}}
    ),
}


@given(
    seed=st.integers(1, 4),
    policies=st.fixed_dictionaries({}, optional=rules),
    years=st.sampled_from([YEARS[:1], [*YEARS, "2028-29"]]),
)
def test_nothing_is_called_impossible_that_a_plan_can_do(
    seed: int, policies: dict[str, Any], years: list[str]
) -> None:
    district, scenario = small(seed), scenario_of(policies=policies, years=years)
    case = Case(district, scenario)
    found = list(impossibilities(case)) if not case.problems() else []
    if found:
        assert least_inequity(district, scenario) == math.inf, found
