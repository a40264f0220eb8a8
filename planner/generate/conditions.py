"""Indicators: what the diagnosis reads and the planner does not move."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from planner.generate.draws import Draws, Flags, Floats, Ints, between
from planner.generate.schools import Schools

RACE_SHOWN = ("black", "hispanic", "white")


class Rate(NamedTuple):
    """A share of students: at no poverty and at nothing else, and how much likelier each group is.

    `grades` is the share of a school's students it is counted over.
    """

    levels: tuple[str, ...]
    ends: tuple[float, float]
    odds: dict[str, float]
    grades: float = 1.0


# Directions follow the resource-equity diagnosis (Alliance for Resource Equity, dimensions 4 and 6); the
# sizes are plausible, not measured.
RATES = {
    "advanced_enrollment": Rate(
        ("high",),
        (0.50, 0.13),
        {
            "low_income": 0.70,
            "english_learner": 0.35,
            "disability": 0.35,
            "black": 0.70,
            "hispanic": 0.8,
            "white": 1.2,
        },
    ),
    "grade8_algebra": Rate(
        ("middle",),
        (0.48, 0.14),
        {
            "low_income": 0.70,
            "english_learner": 0.45,
            "disability": 0.40,
            "black": 0.70,
            "hispanic": 0.8,
            "white": 1.2,
        },
        grades=1 / 3,
    ),
    "chronic_absence": Rate(
        ("elementary", "middle", "high"),
        (0.08, 0.34),
        {"low_income": 1.2, "english_learner": 1.0, "disability": 1.3, "homeless": 1.9, "foster": 1.5},
    ),
    "suspension": Rate(
        ("elementary", "middle", "high"),
        (0.015, 0.085),
        {"low_income": 1.3, "disability": 1.9, "black": 1.9, "hispanic": 1.0, "white": 0.75},
    ),
}
RATE_SPREAD = 0.15
FACILITY_SCORE = (84.0, 60.0)
FACILITY_SPREAD = 7.0
TEACHER_TURNOVER = (0.09, 0.24)
PREK_SEATS = (0.05, 0.11)
"""Pre-K seats a student of the school [seats per student]: classrooms of `PREK_CLASS`."""
PREK_CLASS = 18
INDICATOR_COLUMNS = ["school_id", "indicator", "group", "value", "count"]


def indicators_table(schools: Schools, seed: int) -> pd.DataFrame:
    """Return the table `indicators`: shares with the students behind them, and single figures."""
    draws = Draws(seed, "indicators")
    parts = [part for name, rate in RATES.items() for part in _rate_rows(name, rate, schools, draws)]
    parts += _single_rows(schools, draws)
    table = pd.concat(parts).sort_values("school", kind="stable").reset_index(drop=True)
    table["school_id"] = schools.school_id[table["school"].to_numpy()]
    return table[INDICATOR_COLUMNS]


def _rate_rows(name: str, rate: Rate, schools: Schools, draws: Draws) -> list[pd.DataFrame]:
    members = np.flatnonzero(np.isin(schools.level, rate.levels))
    counted = np.round(schools.students[members] * rate.grades).astype(np.int64)
    share = between(*rate.ends, schools.poverty[members]) * _wobble(len(members), draws)
    reached = draws.whole(counted * share)
    rows = [_rows(name, "all", members, reached, counted)]
    for group, odds in rate.odds.items():
        size = np.minimum(np.round(schools.groups[group][members] * rate.grades).astype(np.int64), counted)
        part = draws.whole(size * np.clip(share * odds * _wobble(len(members), draws), 0, 0.98))
        # A group can have no more than all who were reached, nor fewer than the others leave over.
        fitting = np.clip(part, np.maximum(0, reached - (counted - size)), np.minimum(size, reached))
        rows.append(_rows(name, group, members, fitting, size))
    return rows


def _wobble(count: int, draws: Draws) -> Floats:
    return 1 + RATE_SPREAD * draws.uniform(-1, 1, count)


def _rows(name: str, group: str, members: Ints, reached: Ints, counted: Ints) -> pd.DataFrame:
    # A share of nobody is no figure: such a row is left out rather than written as zero.
    some = counted > 0
    share = np.round(reached[some] / counted[some], 4)
    return _table(name, members[some], share).assign(
        group=group, count=pd.array(counted[some], dtype="Int64")
    )


def _single_rows(schools: Schools, draws: Draws) -> list[pd.DataFrame]:
    everyone = np.arange(len(schools))
    elementary = np.flatnonzero(schools.level == "elementary")
    facility = between(*FACILITY_SCORE, schools.poverty) + FACILITY_SPREAD * draws.bell(len(schools))
    scored: Floats = np.clip(facility, 0.0, 100.0)
    turnover = between(*TEACHER_TURNOVER, schools.poverty) * _wobble(len(schools), draws)
    seats = schools.students[elementary] * between(*PREK_SEATS, schools.poverty[elementary])
    return [
        _table("facility_score", everyone, scored.round()),
        _table("prek_seats", elementary, (draws.whole(seats / PREK_CLASS) * PREK_CLASS).astype(np.float64)),
        _table("principal_tenure", everyone, schools.principal_tenure.astype(np.float64)),
        _table("teacher_turnover", everyone, turnover.round(3)),
    ]


def _table(name: str, members: Ints | Flags, value: Floats) -> pd.DataFrame:
    count = pd.array([pd.NA] * len(members), dtype="Int64")
    return pd.DataFrame(
        {"school": members, "indicator": name, "group": "all", "value": value, "count": count}
    )
