"""Courses, and the staff who teach and support: even class sizes, uneven experience."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from planner.generate.draws import Draws, Floats, Ints, between, choose
from planner.generate.schools import Schools
from planner.tables import EXPERIENCES


class Block(NamedTuple):
    """A course block of a level.

    `seats` are seats a student without and with nothing but poverty around, `size` the smallest and largest
    class the school aims at [students], `per_fte` the sections one teacher takes.
    """

    course: str
    level: str
    field: str
    seats: tuple[float, float]
    size: tuple[float, float]
    per_fte: float


# Six grades share K-5, so two thirds of the students are in K-3. A secondary teacher takes five sections.
# Advanced courses are taught from the elective pool; fewer students of poor schools are in them.
BLOCKS = (
    Block("K-3 core", "elementary", "general", (2 / 3, 2 / 3), (21.2, 23.8), 1.0),
    Block("4-5 core", "elementary", "general", (1 / 3, 1 / 3), (24.4, 26.6), 1.0),
    Block("6-8 math", "middle", "math", (1.0, 1.0), (24.5, 27.5), 5.0),
    Block("6-8 english", "middle", "english", (1.0, 1.0), (24.5, 27.5), 5.0),
    Block("6-8 science", "middle", "science", (1.0, 1.0), (24.8, 28.0), 5.0),
    Block("6-8 social studies", "middle", "social_studies", (1.0, 1.0), (24.8, 28.0), 5.0),
    Block("6-8 elective", "middle", "elective", (1.8, 1.8), (25.2, 28.2), 5.0),
    Block("9-12 math", "high", "math", (0.92, 0.92), (24.8, 27.8), 5.0),
    Block("9-12 english", "high", "english", (1.0, 1.0), (24.8, 27.8), 5.0),
    Block("9-12 science", "high", "science", (0.85, 0.85), (24.8, 28.0), 5.0),
    Block("9-12 social studies", "high", "social_studies", (0.85, 0.85), (25.2, 28.2), 5.0),
    Block("9-12 elective", "high", "elective", (1.5, 1.8), (25.2, 28.2), 5.0),
    Block("advanced", "high", "elective", (0.75, 0.20), (20.5, 25.5), 5.0),
)
SPECIAL_ED, ELECTIVE = "special_ed", "elective"
STUDENTS_PER_SPECIAL_ED = {"elementary": 17.0, "middle": 18.0, "high": 20.0}
"""Students with a disability per special education teacher [students per FTE]."""
STUDENTS_PER_SPECIALIST = 240.0
"""Students per elementary teacher of arts and physical education [students per FTE]."""
SPARE_SHARE = 0.3
"""Chance that a field has half a teacher more than its sections need."""

# Within districts dollars and classes are about even, and novices sit in the poorest schools (Knight,
# doi 10.1177/0895904817719523). Shares at no poverty and at nothing else.
NOVICE_SHARE = (0.030, 0.410)
DEVELOPING_SHARE = (0.200, 0.330)
NOVICE_CHANCE, DEVELOPING_CHANCE = 0.040, 0.040
NOVICE_LIMITS, DEVELOPING_LIMITS = (0.03, 0.50), (0.10, 0.45)
VACANCY_RATE = (0.004, 0.085)
VACANCY_ON_NOVICE = 0.85
# Hard-to-staff fields have more novices and more vacancies; the rest fewer.
FIELD_TILT = {"math": 1.2, "science": 1.15, SPECIAL_ED: 1.25, "general": 1.0, "english": 0.9}
OTHER_TILT = 0.85

# Base pay at no poverty and at nothing else, the limits, and the spread between schools [dollars a year].
# Experienced teachers of richer schools are further up the scale (Roza and Hill: school means $41k to $60k).
SALARY = {
    "novice": ((50_700, 49_200), (48_000, 52_000), 450),
    "developing": ((62_000, 59_000), (58_000, 63_000), 700),
    "experienced": ((83_800, 74_800), (74_000, 84_000), 1_200),
}
SALARY_STEP = 50
"""Salaries are whole multiples, so that half a position with benefits costs whole dollars."""

STUDENTS_PER_COUNSELOR = {"elementary": 450.0, "middle": 360.0, "high": 310.0}
PRINCIPAL_BAND = {"elementary": 500.0, "middle": 420.0, "high": 380.0}
"""Students for each half assistant principal beyond the principal [students]."""
OTHER_SALARY = {
    "principal": {"elementary": 118_000.0, "middle": 124_000.0, "high": 134_000.0},
    "counselor": {"elementary": 69_000.0, "middle": 70_500.0, "high": 72_000.0},
    "nurse": {"elementary": 65_000.0, "middle": 66_000.0, "high": 67_000.0},
    "aide": {"elementary": 29_500.0, "middle": 30_000.0, "high": 30_500.0},
}
STAFF_COLUMNS = ["school_id", "role", "field", "experience", "fte", "salary", "vacancies"]


def courses_table(schools: Schools, seed: int) -> pd.DataFrame:
    """Return the table `courses`, school by school."""
    draws = Draws(seed, "courses")
    parts = [_block_rows(block, number, schools, draws) for number, block in enumerate(BLOCKS)]
    return _by_school(pd.concat(parts), ["block"], schools).drop(columns="block")


def staff_table(schools: Schools, courses: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Return the table `staff`: enough teachers of every field for its sections, and little more."""
    teachers = _teachers(_demand(schools, courses, Draws(seed, "demand")), schools, Draws(seed, "staff"))
    others = _others(schools, Draws(seed, "other staff"))
    rows = pd.concat([teachers, others], ignore_index=True)
    held = rows[(rows["fte"] > 0) | (rows["vacancies"] > 0)]
    return _by_school(held, ["role_rank", "field", "order"], schools)[STAFF_COLUMNS]


def _by_school(rows: pd.DataFrame, within: list[str], schools: Schools) -> pd.DataFrame:
    ordered = rows.sort_values(["school", *within], kind="stable").reset_index(drop=True)
    ordered.insert(0, "school_id", schools.school_id[ordered["school"].to_numpy()])
    return ordered.drop(columns="school")


def _block_rows(block: Block, number: int, schools: Schools, draws: Draws) -> pd.DataFrame:
    members = np.flatnonzero(schools.level == block.level)
    seats = np.round(schools.students[members] * between(*block.seats, schools.poverty[members]))
    aim = draws.uniform(*block.size, len(members))
    return pd.DataFrame(
        {
            "school": members,
            "course": block.course,
            "students": seats.astype(np.int64),
            "sections": np.maximum(1, np.round(seats / aim)).astype(np.int64),
            "field": block.field,
            "sections_per_fte": block.per_fte,
            "block": number,
        }
    )


def _demand(schools: Schools, courses: pd.DataFrame, draws: Draws) -> pd.DataFrame:
    """Return half positions of each school and field: what today's sections need, rounded up."""
    position = pd.Series(np.arange(len(schools)), index=schools.school_id)
    need = courses.assign(
        school=courses["school_id"].map(position), need=courses["sections"] / courses["sections_per_fte"]
    )
    taught = need.groupby(["school", "field"], sort=True)["need"].sum().reset_index()
    halves = np.ceil((2 * taught["need"].to_numpy()).round(6)).astype(np.int64)
    spare = draws.uniform(0, 1, len(taught)) < SPARE_SHARE
    core = pd.DataFrame({"school": taught["school"], "field": taught["field"], "halves": halves + spare})
    served = 2 * schools.groups["disability"] / choose(schools.level, STUDENTS_PER_SPECIAL_ED)
    elementary = np.flatnonzero(schools.level == "elementary")
    specialists = 2 * schools.students[elementary] / STUDENTS_PER_SPECIALIST
    extra = [
        pd.DataFrame({"school": np.arange(len(schools)), "field": SPECIAL_ED, "halves": draws.whole(served)}),
        pd.DataFrame({"school": elementary, "field": ELECTIVE, "halves": draws.whole(specialists)}),
    ]
    rows = pd.concat([core, *extra]).sort_values(["school", "field"], kind="stable").reset_index(drop=True)
    return rows.assign(halves=rows["halves"].clip(lower=1))


def _teachers(demand: pd.DataFrame, schools: Schools, draws: Draws) -> pd.DataFrame:
    school = demand["school"].to_numpy()
    tilt = np.array([FIELD_TILT.get(field, OTHER_TILT) for field in demand["field"]], dtype=np.float64)
    halves = draws.split(demand["halves"].to_numpy(), _mix(school, tilt, schools, draws))
    vacant = _vacancies(demand["halves"].to_numpy(), tilt, schools.poverty[school], draws)
    salary = _salaries(school, schools, draws)
    return pd.concat(
        pd.DataFrame(
            {
                "school": school,
                "role": "teacher",
                "field": demand["field"],
                "experience": experience,
                "fte": halves[:, column] / 2,
                "salary": salary[:, column],
                "vacancies": vacant[:, column] / 2,
                "role_rank": 0,
                "order": column,
            }
        )
        for column, experience in enumerate(EXPERIENCES)
    )


def _mix(school: Ints, tilt: Floats, schools: Schools, draws: Draws) -> Floats:
    """Return the shares of novice, developing and experienced teachers, one row a school and field."""
    poverty = schools.poverty
    novice = between(*NOVICE_SHARE, poverty) + NOVICE_CHANCE * draws.bell(len(schools))
    developing = between(*DEVELOPING_SHARE, poverty) + DEVELOPING_CHANCE * draws.bell(len(schools))
    share = np.clip(novice[school] * tilt, *NOVICE_LIMITS)
    growing = np.clip(developing, *DEVELOPING_LIMITS)[school]
    return np.stack([share, growing, 1 - share - growing], axis=1)


def _vacancies(halves: Ints, tilt: Floats, poverty: Floats, draws: Draws) -> Ints:
    """Return unfilled half positions by experience; they come on top of the teachers that classes need."""
    vacant = draws.whole(halves * between(*VACANCY_RATE, poverty) * tilt)
    on_novice = draws.uniform(0, 1, len(halves)) < VACANCY_ON_NOVICE
    return np.stack([vacant * on_novice, vacant * ~on_novice, np.zeros_like(vacant)], axis=1)


def _salaries(school: Ints, schools: Schools, draws: Draws) -> Ints:
    columns = []
    for experience in EXPERIENCES:
        ends, limits, spread = SALARY[experience]
        level = between(*ends, schools.poverty) + spread * draws.bell(len(schools))
        columns.append(np.clip(level[school] + 0.4 * spread * draws.bell(len(school)), *limits))
    return (np.stack(columns, axis=1) / SALARY_STEP).round().astype(np.int64) * SALARY_STEP


def _others(schools: Schools, draws: Draws) -> pd.DataFrame:
    """Return principals, counselors, nurses and aides, one row a school and role."""
    students, level = schools.students, schools.level
    elementary = level == "elementary"
    halves = {
        "principal": 2 + np.floor(students / choose(level, PRINCIPAL_BAND)),
        "counselor": np.maximum(1, np.round(2 * students / choose(level, STUDENTS_PER_COUNSELOR))),
        "nurse": np.where(students < 450, 1, np.where(students < 1500, 2, 3)),
        "aide": np.round(2 * schools.groups["disability"] / 12 + np.where(elementary, students / 60, 0)),
    }
    parts = []
    for rank, (role, count) in enumerate(halves.items(), start=1):
        years = schools.principal_tenure if role == "principal" else 1 + 9 * draws.uniform(0, 1, len(schools))
        pay = choose(level, OTHER_SALARY[role]) * (1 + 0.02 * draws.bell(len(schools)))
        parts.append(
            pd.DataFrame(
                {
                    "school": np.arange(len(schools)),
                    "role": role,
                    "field": "general",
                    "experience": np.select([years <= 2, years <= 5], EXPERIENCES[:2], EXPERIENCES[2]),
                    "fte": count / 2,
                    "salary": (pay / SALARY_STEP).round().astype(np.int64) * SALARY_STEP,
                    "vacancies": 0.0,
                    "role_rank": rank,
                    "order": 0,
                }
            )
        )
    return pd.concat(parts)
