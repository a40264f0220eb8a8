"""One district and one example of every policy (and variant): what golden files and the register walk."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from checking import district_of, scenario_of
from districts import StaffRow, any_schools, school_id
from federal_examples import FEDERAL_EXAMPLES

from planner.district import District
from planner.scenario import Scenario

FIRST_YEAR, SECOND_YEAR = "2026-27", "2027-28"
A, B = school_id(1), school_id(2)
FREE = {"min": 16, "max": 25, "free": True}
STIPENDS = {
    "eligible": "high_need",
    "tiers": [{"dollars": 5000, "share": 0.04}, {"dollars": 9000, "share": 0.1}],
}


@lru_cache(maxsize=1)
def two_pools() -> District:
    """Return two schools with two pools of teachers each, a counselor, two courses and two funds.

    School B is high-need. The fund ``grant`` ends with the first year of two.
    """
    staff = [
        (A, "teacher", "general", "experienced", 12.0, 70_000, 0.0),
        (A, "teacher", "general", "novice", 2.0, 50_000, 0.0),
        (A, "counselor", "general", "developing", 1.0, 60_000, 0.0),
        (B, "teacher", "general", "experienced", 4.0, 70_000, 0.0),
        (B, "teacher", "general", "novice", 6.0, 50_000, 2.0),
        (B, "counselor", "general", "developing", 0.5, 60_000, 0.0),
    ]
    courses = [
        (A, "K-3 core", 60.0, 3.0, "general", 1.0),
        (A, "4-5 core", 40.0, 2.0, "general", 1.0),
        (B, "K-3 core", 50.0, 2.0, "general", 1.0),
        (B, "4-5 core", 30.0, 1.0, "general", 1.0),
    ]
    return district_of(
        any_schools,
        {A: ("elementary", 100, 20), B: ("elementary", 80, 60)},
        staff,
        courses=courses,
        budget=[
            (A, "general", "coaching", 20_000),
            (B, "grant", "tutoring", 10_000),
            (A, "local", "materials", 5_000),
        ],
        title_i=[B],
        funds={
            "general": {"dollars": 400_000},
            "grant": {
                "dollars": 90_000,
                "last_year": FIRST_YEAR,
                "uses": ["tutoring", "positions", "stipends"],
                "set_asides": [{"uses": ["tutoring"], "min_share": 0.2, "source": "the grant's terms"}],
            },
        },
        uses={"tutoring": {"target": "low_income", "recurring": False}, "coaching": {}},
    )


@lru_cache(maxsize=1)
def two_districts() -> District:
    """Return two districts of three schools: several schools, pools, fields, courses and lines of everything.

    Nothing that a rule sums or walks over has one part only, so that a rule that stops at the first is seen.
    """
    schools = [school_id(number, district) for district in (1, 2) for number in (1, 2, 3)]
    poor = dict(zip(schools, (20, 60, 70, 30, 80, 50), strict=True))
    staff: list[StaffRow] = []
    for number, school in enumerate(schools):
        novice = 2.0 + number
        staff += [
            (school, "teacher", "general", "experienced", 10.0 - number, 70_000, 0.0),
            (school, "teacher", "general", "novice", novice, 50_000, 1.0 if number % 3 else 0.0),
            (school, "teacher", "math", "experienced", 3.0, 72_000, 0.5 if number % 3 else 0.0),
            (school, "counselor", "general", "developing", 1.0, 60_000, 0.0),
        ]
    courses = [
        (school, course, seats, sections, field, 1.0)
        for school in schools
        for course, seats, sections, field in (
            ("K-3 core", 60.0, 3.0, "general"),
            ("4-5 core", 40.0, 2.0, "general"),
            ("4-5 math", 40.0, 2.0, "math"),
        )
    ]
    lines = [
        (school, fund, use, dollars)
        for school in schools
        for fund, use, dollars in (
            ("general", "coaching", 20_000.0),
            ("grant", "tutoring", 10_000.0),
            ("grant", "coaching", 5_000.0),
            ("local", "materials", 5_000.0),
        )
    ]
    return district_of(
        any_schools,
        {school: ("elementary", 100, poor[school]) for school in schools},
        staff,
        courses=courses,
        budget=lines,
        title_i=[school for school in schools if poor[school] >= 60],
        funds={
            "general": {"dollars": dict.fromkeys(("0600001", "0600002"), 300_000)},
            "grant": {
                "dollars": {"0600001": 120_000, "0600002": 90_000},
                "carry_over": True,
                "uses": ["tutoring", "coaching", "positions", "stipends"],
            },
        },
        uses={"tutoring": {"target": "low_income", "recurring": False}, "coaching": {}},
    )


@dataclass(frozen=True)
class Example:
    """A policy with the settings of one variant, and what else the scenario needs for it."""

    kind: str
    settings: dict[str, Any]
    years: tuple[str, ...] = (FIRST_YEAR,)
    beside: dict[str, Any] = field(default_factory=dict)
    steps: dict[str, Any] = field(default_factory=dict)

    def scenario(self) -> Scenario:
        """Return the scenario with this policy."""
        policies = {self.kind: self.settings, **self.beside}
        return scenario_of(years=list(self.years), policies=policies, **self.steps)


BOTH_YEARS = (FIRST_YEAR, SECOND_YEAR)
EXAMPLES: dict[str, Example] = {
    "class_size_every_class": Example(
        "class_size", {"semantics": "every_class", "courses": {"K-3 core": {"max": 22}}}
    ),
    "class_size_school_average": Example(
        "class_size",
        {
            "semantics": "school_average",
            "courses": {"K-3 core": {"max": 22, "high_need": {"max": 16}}, "4-5 core": {"max": 25}},
            "waivers": {A: 24},
        },
    ),
    "class_size_free": Example(
        "class_size",
        {"semantics": "school_average", "courses": {"K-3 core": FREE}},
        BOTH_YEARS,
    ),
    "class_size_district_average": Example(
        "class_size", {"semantics": "district_average", "courses": {"K-3 core": {"max": 20}}}
    ),
    "class_size_share_of_classes": Example(
        "class_size",
        {
            "semantics": "share_of_classes",
            "courses": {"K-3 core": {"max": 20}},
            "share": 0.6,
            "otherwise_max": 28,
        },
    ),
    "class_size_students_per_teacher": Example(
        "class_size",
        {"semantics": "students_per_teacher", "courses": {"K-3 core": {"max": 20}, "4-5 core": {"max": 25}}},
    ),
    "transfers": Example(
        "transfers",
        {
            "max_share_per_school": 0.125,
            "max_share_of_district": 0.04,
            "protected_pools": ["teacher/*/novice"],
        },
        BOTH_YEARS,
    ),
    "transfers_voluntary": Example(
        "transfers", {"voluntary": True, "volunteer_share": 0.05}, BOTH_YEARS, {"stipends": STIPENDS}
    ),
    "stipends": Example("stipends", STIPENDS, BOTH_YEARS),
    "stipends_vacancies": Example(
        "stipends",
        {
            "eligible": [B],
            "experience": ["novice"],
            "tiers": [{"dollars": 4000, "share": 0.03, "vacancies_filled": 0.5}],
        },
        BOTH_YEARS,
        {"hiring": {"candidates": {"teacher": 0}, "vacancies_only": True}},
    ),
    "hiring": Example(
        "hiring",
        {"candidates": {"teacher": 3, "counselor": 0.5}, "fill_vacancies": 0.75, "high_need_share": 0.6},
        BOTH_YEARS,
    ),
    "hiring_vacancies_only": Example(
        "hiring", {"candidates": {"teacher": 3}, "vacancies_only": True, "fill_vacancies": 0.75}
    ),
    "minimum_staffing": Example(
        "minimum_staffing",
        {
            "roles": {
                "teacher": {"students_per_fte": 10, "schools": {A: 11}},
                "counselor": {"per_school": 0.5},
            }
        },
        BOTH_YEARS,
    ),
    "novice_share": Example("novice_share", {"max_share": 0.5, "relative_to_district": 1.2}, BOTH_YEARS),
    "hold_harmless": Example(
        "hold_harmless", {"dollars_per_student": 0.95, "fte_per_student": 0.9}, BOTH_YEARS
    ),
    "reallocation_limit": Example(
        "reallocation_limit", {"max_share": 0.05, "max_dollars": 75_000}, BOTH_YEARS
    ),
    "plan_limit": Example("plan_limit", {"max_moves": 1.5, "max_dollars": 60_000}, BOTH_YEARS),
    "fund_rules": Example(
        "fund_rules",
        {
            "funds": {
                "general": {
                    "caps": [
                        {"uses": ["coaching"], "max_share": 0.15},
                        {"uses": ["coaching", "tutoring"], "max_dollars": 80_000},
                    ],
                    "uses": ["coaching", "tutoring", "positions"],
                    "schools": [B],
                },
                "grant": {"spend_down": {"by": FIRST_YEAR, "min_share": 0.9}, "one_time_only": True},
            }
        },
        BOTH_YEARS,
    ),
    "measure_floor": Example(
        "measure_floor", {"measure": "teachers", "at_least": 0.11, "share_of_today": 0.9}, BOTH_YEARS
    ),
    "measure_floor_novices": Example(
        "measure_floor",
        {"measure": "novice_teachers", "share_of_today": 1, "at_most": 0.07, "high_need_only": True},
    ),
}
EXAMPLES |= {
    name: Example(kind, settings, BOTH_YEARS[:count])
    for name, (kind, settings, count) in FEDERAL_EXAMPLES.items()
}

# The same rules with more than one of everything, for `two_districts`.
SECOND_SCHOOLS = [school_id(2), school_id(3), school_id(2, 2), school_id(3, 2)]
SEVERAL: dict[str, Example] = {
    "class_size_every_class": Example(
        "class_size",
        {"semantics": "every_class", "courses": {"K-3 core": {"max": 22}, "4-5 core": {"max": 22}}},
    ),
    "class_size_district_average": Example(
        "class_size",
        {"semantics": "district_average", "courses": {"K-3 core": {"max": 20}, "4-5 core": {"max": 20}}},
    ),
    "class_size_free": Example(
        "class_size",
        {
            "semantics": "district_average",
            "courses": {"K-3 core": FREE, "4-5 core": FREE},
        },
    ),
    "class_size_share_of_classes": Example(
        "class_size",
        {
            "semantics": "share_of_classes",
            "courses": {"K-3 core": {"max": 20}, "4-5 core": {"max": 20}},
            "share": 0.6,
            "otherwise_max": 28,
        },
    ),
    "class_size_students_per_teacher": Example(
        "class_size",
        {
            "semantics": "students_per_teacher",
            "courses": {"K-3 core": {"max": 20}, "4-5 core": {"max": 25}, "4-5 math": {"max": 25}},
        },
    ),
    "comparability_staff": Example(
        "comparability",
        {
            "small_school": 0,
            "instructional": ["teacher/general", "teacher/math"],
            "federal": ["general", "grant"],
        },
    ),
    "comparability_salaries": Example(
        "comparability",
        {
            "small_school": 0,
            "test": "salaries",
            "average": "mean_of_ratios",
            "instructional": ["teacher", "counselor"],
            "excluded": ["teacher/math", "counselor"],
        },
    ),
    "fund_rules": Example(
        "fund_rules",
        {
            "funds": {
                "general": {"caps": [{"uses": ["coaching", "positions"], "max_share": 0.3}]},
                "grant": {
                    "set_asides": [
                        {"uses": ["tutoring", "positions"], "min_share": 0.4},
                        {"uses": ["coaching"], "min_share": 0.2},
                    ],
                    "spend_down": {"by": FIRST_YEAR, "min_share": 0.9},
                },
            }
        },
    ),
    "hiring": Example(
        "hiring",
        {"candidates": {"teacher": 3, "counselor": 0.5}, "fill_vacancies": 0.5, "high_need_share": 0.6},
    ),
    "hold_harmless": Example("hold_harmless", {"dollars_per_student": 0.95, "fte_per_student": 0.9}),
    "maintenance_of_effort": Example(
        "maintenance_of_effort",
        {"standard": "idea", "funds": ["general"], "group": "low_income"},
        BOTH_YEARS,
    ),
    "maintenance_of_equity": Example(
        "maintenance_of_equity",
        {
            "exempt_below": 0,
            "federal": ["grant"],
            "high_poverty": {"by": "low_income", "top_share": 0.6},
            "staff": ["teacher/general", "counselor"],
            "totals": {"dollars": "cut"},
        },
    ),
    "measure_floor": Example(
        "measure_floor",
        {"measure": "experienced_teachers", "at_least": 0.05, "share_of_today": 0.9},
        BOTH_YEARS,
    ),
    "minimum_staffing": Example(
        "minimum_staffing", {"roles": {"teacher": {"students_per_fte": 8}, "counselor": {"per_school": 0.5}}}
    ),
    "novice_share": Example("novice_share", {"max_share": 0.5, "relative_to_district": 1.2}),
    "plan_limit": Example("plan_limit", {"max_moves": 1.5, "max_dollars": 60_000}, BOTH_YEARS),
    "rank_and_serve": Example(
        "rank_and_serve",
        {
            "exempt_below": 0,
            "fund": "grant",
            "reservations": {"administration": 0.05, "parents": 0.05},
            "min_dollars": 50,
        },
        BOTH_YEARS,
        {"stipends": {"eligible": SECOND_SCHOOLS, "tiers": STIPENDS["tiers"]}},
    ),
    "reallocation_limit": Example("reallocation_limit", {"max_share": 0.05}, BOTH_YEARS),
    "stipends": Example(
        "stipends",
        {"eligible": SECOND_SCHOOLS, "tiers": STIPENDS["tiers"]},
        BOTH_YEARS,
        {"hiring": {"candidates": {"teacher": 0}}},
    ),
    "stipends_vacancies": Example(
        "stipends",
        {
            "eligible": SECOND_SCHOOLS,
            "tiers": [
                {"dollars": 4000, "share": 0.03, "vacancies_filled": 0.3},
                {"dollars": 8000, "share": 0.05, "vacancies_filled": 0.5},
            ],
        },
        BOTH_YEARS,
        {"hiring": {"candidates": {"teacher": 0}, "vacancies_only": True}},
    ),
    "supplement_not_supplant": Example(
        "supplement_not_supplant",
        {"method": "weighted_students", "tolerance": 0.1, "federal": ["grant"]},
    ),
    "transfers": Example(
        "transfers",
        {
            "max_share_per_school": 0.125,
            "max_share_of_district": 0.04,
            "protected_pools": ["teacher/*/novice", "counselor"],
        },
    ),
}
