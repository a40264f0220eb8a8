"""Districts in memory for the tests of the diagnosis: small enough to compute by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from planner.district import District, DistrictFile, make_district
from planner.table_reading import check_table
from planner.tables import TABLES

DISTRICT = "0300009"
COLUMNS = {
    "schools": ["school_id", "level"],
    "enrollment": ["school_id", "group", "students"],
    "staff": ["school_id", "role", "field", "experience", "fte", "salary", "vacancies"],
    "courses": ["school_id", "course", "students", "sections", "field", "sections_per_fte"],
    "budget": ["school_id", "fund", "use", "dollars"],
    "indicators": ["school_id", "indicator", "group", "value", "count"],
}


def district(tables: Mapping[str, Sequence[tuple[Any, ...]]], **facts: Any) -> District:
    """Build a district from rows in the order of `COLUMNS`; schools are named after their ids."""
    frames = {name: pd.DataFrame(list(rows), columns=COLUMNS[name]) for name, rows in tables.items()}
    schools = frames["schools"]
    schools["district_id"], schools["school_name"] = DISTRICT, "School " + schools["school_id"]
    given = {"name": "Small", "school_year": "2026-27", **facts}
    checked = {name: check_table(frame, name, name) for name, frame in frames.items()}
    assert set(checked) <= set(TABLES)
    return make_district(DistrictFile.model_validate(given), checked)


def four_schools(**changes: Any) -> District:
    """Return four elementary schools, ``a`` the poorest, with every table.

    Students 100, 200, 300, 400; low-income 80, 100, 90, 40; students with disabilities 20, 20, 60, 40.
    """
    ids, students, poor, disabled = "abcd", (100, 200, 300, 400), (80, 100, 90, 40), (20, 20, 60, 40)
    novice, rest = (4, 4, 5, 2), (4, 6, 15, 18)
    enrollment = [
        row
        for school, everyone, low, special in zip(ids, students, poor, disabled, strict=True)
        for row in ((school, "all", everyone), (school, "low_income", low), (school, "disability", special))
    ]
    staff = [
        row
        for school, new, old in zip(ids, novice, rest, strict=True)
        for row in (
            (school, "teacher", "general", "novice", new, 50_000, 2 if school == "a" else 0),
            (school, "teacher", "general", "experienced", old, 80_000, 0),
            (school, "counselor", "general", "developing", 1, 60_000, 0),
        )
    ]
    courses = [
        ("a", "K-3 core", 100, 4, "general", 1),
        ("b", "K-3 core", 200, 10, "general", 1),
        ("c", "K-3 core", 300, 15, "general", 1),
        ("d", "K-3 core", 400, 21, "general", 1),
    ]
    budget = [
        (school, "local", "operations", 1_000 * count) for school, count in zip(ids, students, strict=True)
    ]
    budget += [("a", "title_i", "tutoring", 40_000), ("b", "title_i", "tutoring", 50_000)]
    indicators = [
        ("a", "chronic_absence", "all", 0.40, 100),
        ("b", "chronic_absence", "all", 0.20, 200),
        ("c", "chronic_absence", "all", 0.20, 300),
        ("d", "chronic_absence", "all", 0.10, 400),
        ("a", "chronic_absence", "low_income", 0.50, 80),
        ("b", "chronic_absence", "low_income", 0.30, 100),
        ("c", "chronic_absence", "low_income", 0.30, 90),
        ("d", "chronic_absence", "low_income", 0.30, 40),
        ("a", "facility_score", "all", 60, None),
        ("b", "facility_score", "all", 70, None),
        ("c", "facility_score", "all", 80, None),
        ("a", "prek_seats", "all", 18, None),
        ("b", "prek_seats", "all", 18, None),
        ("c", "prek_seats", "all", 0, None),
        ("d", "prek_seats", "all", 36, None),
        ("a", "capacity", "all", 80, None),
        ("b", "capacity", "all", 250, None),
        ("c", "capacity", "all", 300, None),
        ("d", "capacity", "all", 500, None),
    ]
    tables = {
        "schools": [(school, "elementary") for school in ids],
        "enrollment": enrollment,
        "staff": staff,
        "courses": courses,
        "budget": budget,
        "indicators": indicators,
    }
    facts = {
        "benefit_rate": 0.0,
        "need_weights": {"low_income": 0.5},
        "uses": {"tutoring": {"target": "low_income"}},
    }
    for name in COLUMNS:
        tables[name] = changes.pop(name, tables[name])
    return district({name: rows for name, rows in tables.items() if rows}, **(facts | changes))
