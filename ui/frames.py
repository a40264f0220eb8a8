"""Tidy frames for the charts and tables: what the plans give each school, and what moves between them.

Pure functions of plans and district tables. Small student counts are withheld here, once, for every page.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from planner.case import Case
from planner.disclosure import hidden_schools, is_small
from planner.district import District
from planner.equity.measures.base import MEASURES
from planner.outcome import Today
from planner.plan import Plan

# Schools whose flows stand out in a Sankey or on a map; the rest are in the table.
MOST_FLOWS = 10


@dataclass(frozen=True, slots=True)
class SchoolMeasure:
    """A figure every school has, today and under a plan: how to read it off a plan's school rows.

    Parameters
    ----------
    per
        How many weighted students the figure is given for.
    """

    key: str
    title: str
    unit: str
    column: str
    per: float
    decimals: int
    fewer_is_better: bool = False


SCHOOL_MEASURES = {
    measure.key: measure
    for measure in (
        SchoolMeasure(
            "experienced_teachers",
            "Experienced teachers",
            "experienced teachers (FTE) per 100 weighted students",
            "experienced",
            100.0,
            2,
        ),
        SchoolMeasure("dollars", "Dollars", "dollars per weighted student", "dollars", 1.0, 0),
        SchoolMeasure(
            "teachers", "Teachers", "teachers (FTE) per 100 weighted students", "teachers", 100.0, 2
        ),
        SchoolMeasure(
            "novice_teachers",
            "Novice teachers",
            "novice teachers (FTE) per 100 weighted students",
            "novice",
            100.0,
            2,
            fewer_is_better=True,
        ),
    )
}


def school_facts(district: District, group: str) -> pd.DataFrame:
    """Return one row a school: name, level, place, students and the group's share, in canonical order.

    A share that would tell of fewer than ten students is missing, as is a suppressed one.
    """
    schools = district.schools
    counts = district.enrollment.pivot(index="school_id", columns="group", values="students")
    counts = counts.reindex(schools["school_id"])
    everyone = counts["all"].to_numpy(dtype=float)
    members = counts[group].to_numpy(dtype=float) if group in counts else np.full(len(schools), np.nan)
    tellable = np.array([not is_small(count) for count in members]) & ~np.isnan(members)
    hidden = hidden_schools(dict(zip(schools["school_id"], everyone, strict=True)))
    shown = ~schools["school_id"].isin(hidden).to_numpy()
    return pd.DataFrame(
        {
            "school_id": schools["school_id"].to_numpy(),
            "school": short_names(schools["school_name"].astype(str).tolist()),
            "level": schools["level"].astype(str).str.capitalize().to_numpy(),
            "latitude": _column(schools, "latitude"),
            "longitude": _column(schools, "longitude"),
            "students": np.where(shown, everyone, np.nan),
            "need": np.where(tellable & shown, 100.0 * members / everyone, np.nan),
        }
    )


def _column(schools: pd.DataFrame, name: str) -> np.ndarray:
    if name not in schools:
        return np.full(len(schools), np.nan)
    return np.asarray(schools[name].to_numpy(dtype=float))


def rows_of(frame: pd.DataFrame) -> Iterator[Any]:
    """Return the rows of a frame with their columns as attributes; a frame's type tells nothing of them."""
    return iter(frame.itertuples())


def short_names(names: Sequence[str]) -> list[str]:
    """Return schools' names without the words that all share, where that tells them apart still."""
    short = [_shortened(name) for name in names]
    return [brief if short.count(brief) == 1 else name for brief, name in zip(short, names, strict=True)]


def _shortened(name: str) -> str:
    for ending in (" Elementary School", " Middle School", " High School", " School"):
        if name.endswith(ending):
            return name.removesuffix(ending)
    return name


def common_year(plans: Sequence[Plan]) -> str:
    """Return the first school year that all the plans cover; of the first plan where there is none."""
    shared = [year for year in plans[0].years if all(year in plan.years for plan in plans)]
    return (shared or list(plans[0].years))[0]


def school_figures(plan: Plan, facts: pd.DataFrame, measure: SchoolMeasure, year: str) -> pd.DataFrame:
    """Return the facts with a measure before and after, per weighted student, and the change."""
    rows = {row.school_id: row for row in plan.schools if row.year == year}
    found = [rows.get(school) for school in facts["school_id"]]
    frame = facts.copy()
    weighted = np.array([row.weighted_students if row else np.nan for row in found])
    # With the amounts, which are shown, a figure per student would give a withheld count away.
    frame["weighted"] = np.where(facts["students"].isna(), np.nan, weighted)
    for when in ("before", "after"):
        amounts = [getattr(row, f"{measure.column}_{when}") if row else np.nan for row in found]
        frame[when] = measure.per * np.array(amounts, dtype=float) / frame["weighted"]
    frame["change"] = frame["after"] - frame["before"]
    frame["high_need"] = [bool(row and row.high_need) for row in found]
    return frame


def today_figures(case: Case, facts: pd.DataFrame, measure: SchoolMeasure) -> pd.DataFrame:
    """Return the facts with a measure as it is today, per weighted student."""
    amounts = np.asarray(MEASURES[measure.key].model_validate({}).amount(Today(case), 0), dtype=float)
    frame = facts.copy()
    frame["weighted"] = np.where(facts["students"].isna(), np.nan, case.weighted_students)
    frame["before"] = measure.per * amounts / frame["weighted"]
    frame["high_need"] = case.high_need
    return frame


def quarters_apart(figures: pd.DataFrame, column: str) -> float | None:
    """Return what the neediest quarter of schools has beyond the least needy, as a share of the latter's.

    Schools weigh by their weighted students; None where there are too few schools or nothing to compare.
    """
    known = figures.dropna(subset=["need", column, "weighted"]).sort_values("need", kind="stable")
    quarter = len(known) // 4
    if not quarter:
        return None
    least, most = (
        float(np.average(part[column], weights=part["weighted"]))
        for part in (known.head(quarter), known.tail(quarter))
    )
    return most / least - 1 if least else None


def shortfall_curve(figures: pd.DataFrame, when: str, fewer_is_better: bool) -> pd.DataFrame:
    """Return how far the worst-served students fall short of an even share, school by school.

    Columns ``students`` (share of weighted students, worst-served first, percent) and ``shortfall``
    (percentage points of the whole). The highest point is the share that would have to change hands.
    """
    known = figures.dropna(subset=[when, "weighted"])
    ordered = known.sort_values([when, "school_id"], ascending=[not fewer_is_better, True], kind="stable")
    weights = ordered["weighted"].to_numpy(dtype=float)
    amounts = weights * ordered[when].to_numpy(dtype=float)
    if not amounts.sum() > 0:
        return pd.DataFrame({"students": [0.0, 100.0], "shortfall": [0.0, 0.0]})
    students = np.concatenate([[0.0], np.cumsum(weights) / weights.sum()])
    held = np.concatenate([[0.0], np.cumsum(amounts) / amounts.sum()])
    shortfall = held - students if fewer_is_better else students - held
    return pd.DataFrame({"students": 100 * students, "shortfall": 100 * shortfall})


def flows(plan: Plan, facts: pd.DataFrame) -> pd.DataFrame:
    """Return the moves of a plan by pair of schools, largest first: names, FTE, miles, stipend dollars."""
    columns = ["from_id", "to_id", "from", "to", "fte", "miles", "stipend", "fields"]
    names = dict(zip(facts["school_id"], facts["school"], strict=True))
    pairs: dict[tuple[str, str], list[float]] = {}
    fields: dict[tuple[str, str], set[str]] = {}
    for move in plan.moves:
        key = (move.from_school, move.to_school)
        total = pairs.setdefault(key, [0.0, np.nan, 0.0])
        total[0] += move.fte
        total[1] = move.miles if move.miles is not None else np.nan
        total[2] += move.fte * move.stipend
        fields.setdefault(key, set()).add(move.field)
    rows = [
        (*key, names.get(key[0], key[0]), names.get(key[1], key[1]), *total, ", ".join(sorted(fields[key])))
        for key, total in pairs.items()
    ]
    frame = pd.DataFrame(rows, columns=columns)
    return frame.sort_values(["fte", "from", "to"], ascending=[False, True, True], ignore_index=True)


def class_sizes(plans: Sequence[Plan], year: str) -> pd.DataFrame:
    """Return mean class size by course [students per section]: today, then each plan by its place."""
    frames = []
    for number, plan in enumerate(plans):
        rows = [row for row in plan.class_sizes if row.year == year]
        frame = pd.DataFrame(
            [(row.course, row.students, row.sections_before, row.sections_after) for row in rows],
            columns=["course", "students", "before", "after"],
        )
        total = frame.groupby("course", sort=True).sum()
        frames.append((total["students"] / total["after"]).rename(f"plan{number}"))
        if number == 0:
            frames.insert(0, (total["students"] / total["before"]).rename("today"))
    joined = pd.concat(frames, axis=1)
    return joined.replace([np.inf, -np.inf], np.nan).reset_index()


def terms(plans: Sequence[Plan]) -> pd.DataFrame:
    """Return every index that some plan optimised: its words, today's value and each plan's, times 100."""
    asked = dict.fromkeys(
        (row.measure, row.index) for plan in plans for row in plan.indices if row.weight > 0
    )
    rows = []
    for measure, index in asked:
        found = [
            next((row for row in plan.indices if (row.measure, row.index) == (measure, index)), None)
            for plan in plans
        ]
        before = next((row.before for row in found if row is not None), np.nan)
        weights = [row.weight if row else 0.0 for row in found]
        rows.append(
            {
                "measure": measure,
                "index": index,
                "today": 100 * before,
                "weights": weights,
                **{f"plan{n}": 100 * row.after if row else np.nan for n, row in enumerate(found)},
            }
        )
    return pd.DataFrame(rows)
