"""Small data folders for tests: the worked example of two schools, and a richer district of a few."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

FIRST, SECOND = "060000100001", "060000100002"
DISTRICT_ID = "0600001"
YEAR = "2026-27"


def write_folder(folder: Path, facts: Mapping[str, Any], tables: Mapping[str, pd.DataFrame]) -> Path:
    """Write ``district.yaml`` and one CSV for each table that has rows."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "district.yaml").write_text(yaml.safe_dump(dict(facts), sort_keys=False), encoding="utf-8")
    for name, table in tables.items():
        if len(table):
            table.to_csv(folder / f"{name}.csv", index=False)
    return folder


def two_schools(
    folder: Path,
    teachers: Sequence[float] = (20, 10),
    students: Sequence[float] = (100, 100),
    *,
    funds: Mapping[str, Any] | None = None,
    uses: Mapping[str, Any] | None = None,
    budget: Sequence[tuple[str, str, str, float]] = (),
    courses: Sequence[tuple[str, str, float, float, str, float]] = (),
    vacancies: Sequence[float] = (0, 0),
    salary: float = 60_000,
    low_income: Sequence[float] = (20, 80),
    **facts: Any,
) -> Path:
    """Write the worked example (model.md section 8): one pool, no dollars unless `funds` are given.

    Parameters
    ----------
    teachers, students, vacancies, low_income
        One number for each school [FTE, students, FTE, students]; more than two numbers make more schools.
    budget
        Rows (school_id, fund, use, dollars).
    courses
        Rows (school_id, course, students, sections, field, sections_per_fte).
    facts
        Other keys of ``district.yaml``.
    """
    ids = [f"0600001{number:05d}" for number in range(1, len(teachers) + 1)]
    vacancies = list(vacancies) + [0.0] * (len(ids) - len(vacancies))
    poor = list(low_income) + [0.0] * (len(ids) - len(low_income))
    tables = {
        "schools": pd.DataFrame(
            {
                "school_id": ids,
                "district_id": DISTRICT_ID,
                "school_name": [f"School {number}" for number in range(1, len(ids) + 1)],
                "level": "elementary",
            }
        ),
        "enrollment": pd.DataFrame(
            [(school, "all", count) for school, count in zip(ids, students, strict=True)]
            + [(school, "low_income", count) for school, count in zip(ids, poor, strict=True)],
            columns=["school_id", "group", "students"],
        ),
        "staff": pd.DataFrame(
            {
                "school_id": ids,
                "role": "teacher",
                "field": "general",
                "experience": "experienced",
                "fte": list(teachers),
                "salary": salary,
                "vacancies": vacancies,
            }
        ),
        "budget": pd.DataFrame(list(budget), columns=["school_id", "fund", "use", "dollars"]),
        "courses": pd.DataFrame(
            list(courses),
            columns=["school_id", "course", "students", "sections", "field", "sections_per_fte"],
        ),
    }
    given = {
        "name": "Two schools",
        "school_year": YEAR,
        "funds": dict(funds or {}),
        "uses": dict(uses or {}),
        **facts,
    }
    return write_folder(folder, given, tables)


def small_district(folder: Path, seed: int = 1, schools: int = 5) -> Path:
    """Write a district of a few schools: two levels, several pools and courses, two funds, vacancies.

    The fund ``grant`` carries over and ends with 2027-28. The same seed gives the same files.
    """
    draw = random.Random(seed)  # noqa: S311 - example data, not secrets
    ids = [f"0600002{number:05d}" for number in range(1, schools + 1)]
    levels = ["elementary" if number < (schools + 1) // 2 else "middle" for number in range(schools)]
    students = [draw.randrange(220, 620, 4) for _ in ids]
    poverty = [round(0.1 + 0.8 * number / max(1, schools - 1), 2) for number in range(schools)]
    draw.shuffle(poverty)
    tables = {
        "schools": pd.DataFrame(
            {
                "school_id": ids,
                "district_id": "0600002",
                "school_name": [f"Small {number}" for number in range(1, schools + 1)],
                "level": levels,
                "title_i": [share > 0.5 for share in poverty],
                "latitude": [round(37.0 + draw.random() / 5, 4) for _ in ids],
                "longitude": [round(-121.0 + draw.random() / 5, 4) for _ in ids],
            }
        ),
        "enrollment": _enrollment(ids, students, poverty, draw),
        "staff": _staff(ids, levels, students, poverty, draw),
        "courses": _courses(ids, levels, students),
        "budget": _budget(ids, students),
    }
    total = sum(students)
    facts = {
        "name": f"Small district {seed}",
        "school_year": YEAR,
        "benefit_rate": 0.3,
        "need_weights": {"low_income": 0.35},
        "funds": {
            "general": {"dollars": float(300 * total), "uses": "all", "schools": "all"},
            "grant": {
                "dollars": float(200 * total),
                "last_year": "2027-28",
                "carry_over": True,
                "uses": ["tutoring", "positions", "stipends"],
                "recurring": False,
            },
        },
        "uses": {
            "tutoring": {"cost": 1500, "target": "low_income", "max_dollars_per_target_student": 900},
            "coaching": {"unit": "coach", "cost": 90_000},
        },
    }
    return write_folder(folder, facts, tables)


def _enrollment(
    ids: list[str], students: list[int], poverty: list[float], draw: random.Random
) -> pd.DataFrame:
    rows: list[tuple[str, str, float]] = []
    for school, count, share in zip(ids, students, poverty, strict=True):
        rows += [(school, "all", count), (school, "low_income", round(count * share))]
        rows.append((school, "english_learner", draw.randrange(0, count // 4)))
    return pd.DataFrame(rows, columns=["school_id", "group", "students"])


def _staff(
    ids: list[str], levels: list[str], students: list[int], poverty: list[float], draw: random.Random
) -> pd.DataFrame:
    rows = []
    pay = {"novice": 52_000, "developing": 63_000, "experienced": 81_000}
    for school, level, count, share in zip(ids, levels, students, poverty, strict=True):
        fields = (
            {"general": count / 20} if level == "elementary" else {"math": count / 60, "english": count / 55}
        )
        for field, fte in fields.items():
            novice = round(fte * (0.1 + 0.3 * share), 2)
            split = {"novice": novice, "developing": round(fte * 0.4, 2)}
            split["experienced"] = round(fte - sum(split.values()), 2)
            for experience, amount in split.items():
                salary = pay[experience] + draw.randrange(-2000, 2000, 100)
                vacant = 1.0 if experience == "novice" and share > 0.6 else 0.0
                rows.append((school, "teacher", field, experience, amount, salary, vacant))
        rows.append((school, "counselor", "general", "developing", round(count / 400, 2), 66_000, 0.0))
    columns = ["school_id", "role", "field", "experience", "fte", "salary", "vacancies"]
    return pd.DataFrame(rows, columns=columns)


def _courses(ids: list[str], levels: list[str], students: list[int]) -> pd.DataFrame:
    rows: list[tuple[str, str, float, float, str, float]] = []
    for school, level, count in zip(ids, levels, students, strict=True):
        if level == "elementary":
            rows.append((school, "K-3 core", count * 2 // 3, round(count * 2 / 3 / 23), "general", 1.0))
            rows.append((school, "4-5 core", count - count * 2 // 3, round(count / 3 / 25), "general", 1.0))
        else:
            rows.append((school, "6-8 math", count, round(count / 26), "math", 5.0))
            rows.append((school, "6-8 english", count, round(count / 25), "english", 5.0))
    columns = ["school_id", "course", "students", "sections", "field", "sections_per_fte"]
    return pd.DataFrame(rows, columns=columns)


def _budget(ids: list[str], students: list[int]) -> pd.DataFrame:
    rows: list[tuple[str, str, str, float]] = []
    for number, (school, count) in enumerate(zip(ids, students, strict=True)):
        rows.append((school, "general", "coaching", float(90 * count)))
        rows.append((school, "local", "materials", float(40 * count)))
        if number % 2:
            rows.append((school, "grant", "tutoring", float(60 * count)))
    return pd.DataFrame(rows, columns=["school_id", "fund", "use", "dollars"])


STAFF_COLUMNS = ("school_id", "role", "field", "experience", "fte", "salary", "vacancies")
StaffRow = tuple[str, str, str, str, float, float, float]


def school_id(number: int, district: int = 1) -> str:
    """Return the id of the first, second, ... school of a district of `any_schools`."""
    return f"06{district:05d}{number:05d}"


def any_schools(
    folder: Path,
    schools: Mapping[str, tuple[str, float, float]],
    staff: Sequence[StaffRow],
    *,
    courses: Sequence[tuple[str, str, float, float, str, float]] = (),
    budget: Sequence[tuple[str, str, str, float]] = (),
    title_i: Sequence[str] = (),
    **facts: Any,
) -> Path:
    """Write schools as given, in as many districts as their ids name.

    Parameters
    ----------
    schools
        Level, students and low-income students by school id; the first seven digits name the district.
    staff, courses, budget
        Rows of the tables, as `STAFF_COLUMNS` and `two_schools` have them.
    title_i
        Schools served by Title I.
    facts
        Keys of ``district.yaml``.
    """
    counts = [(school, "all", students) for school, (_, students, _) in schools.items()]
    counts += [(school, "low_income", poor) for school, (_, _, poor) in schools.items()]
    tables = {
        "schools": pd.DataFrame(
            {
                "school_id": list(schools),
                "district_id": [school[:7] for school in schools],
                "school_name": [f"School {school[-2:]}" for school in schools],
                "level": [level for level, _, _ in schools.values()],
                "title_i": [school in title_i for school in schools],
            }
        ),
        "enrollment": pd.DataFrame(counts, columns=["school_id", "group", "students"]),
        "staff": pd.DataFrame(list(staff), columns=list(STAFF_COLUMNS)),
        "courses": pd.DataFrame(
            list(courses),
            columns=["school_id", "course", "students", "sections", "field", "sections_per_fte"],
        ),
        "budget": pd.DataFrame(list(budget), columns=["school_id", "fund", "use", "dollars"]),
    }
    return write_folder(folder, {"name": "Any schools", "school_year": YEAR, **facts}, tables)
