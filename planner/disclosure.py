"""What may leave the district: counts of under ten students, and what gives them away, are withheld.

The rule, after FERPA (34 CFR 99.31(b)(1)) and the Department of Education's guidance on small cells:

1. A count of 1 to 9 students is shown as ``<10``: seats in a course at a school, students of a school.
   A count of 0 concerns nobody and is shown.
2. What gives such a count back is withheld too: class sizes and planned sections of that course (with the
   limit they may be students over sections), weighted students of that school, and a policy's figures where
   its nearest place is that course.
3. Where only one course of a school is hidden, or fewer than ten seats in all, the school's total less the
   others would show them, so the smallest other courses are withheld as well; likewise of schools.

A plan file itself holds these counts and is for the district's own use.
"""

from __future__ import annotations

import dataclasses
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from planner.plan import ROW_TYPES, ClassSize, Plan

FEWEST = 10
SMALL = f"<{FEWEST}"
WITHHELD = "withheld"
COURSE_FIGURES = ("class_size_before", "class_size_after", "sections_after")
POLICY_FIGURES = ("actual", "limit", "slack")
_COUNT = re.compile(r"\b(\d+(?:\.\d+)?) students\b")
type Row = dict[str, Any]
type Tables = dict[str, list[Row]]


def plan_tables(plan: Plan, suppress: bool = True) -> Tables:
    """Return every table of a plan as rows of plain values.

    Parameters
    ----------
    plan
        The plan.
    suppress
        Whether small counts are withheld; a withheld cell holds ``<10`` or ``withheld``.
    """
    tables = {
        name: [
            {field.name: getattr(row, field.name) for field in dataclasses.fields(row)}
            for row in getattr(plan, name)
        ]
        for name in ROW_TYPES
    }
    tables["warnings"] = [{"warning": warning} for warning in plan.warnings]
    return _suppressed(plan, tables) if suppress else tables


def is_small(students: float) -> bool:
    """Whether a count of students may not be shown."""
    return 0 < students < FEWEST


def safe_sentence(text: str) -> str:
    """Return text with counts of 1 to 9 students shown as ``<10 students``."""
    return _COUNT.sub(lambda found: f"{SMALL if is_small(float(found[1])) else found[1]} students", text)


def told(rule: str, figure: str) -> str:
    """Return a rule with a figure of it; without the figure where it would give back a count of 1 to 9."""
    safe = safe_sentence(rule)
    return f"{rule}{figure}" if safe == rule else f"{safe} (figure withheld)"


def _suppressed(plan: Plan, tables: Tables) -> Tables:
    courses = hidden_courses(plan.class_sizes)
    schools = hidden_schools({row.school_id: row.students for row in plan.schools})
    for row in tables["class_sizes"]:
        if (row["school_id"], row["course"]) in courses:
            row |= {"students": _mark(row["students"]), **dict.fromkeys(COURSE_FIGURES, WITHHELD)}
    for row in tables["schools"]:
        if row["school_id"] in schools:
            row |= {"students": _mark(row["students"]), "weighted_students": WITHHELD}
    for row in tables["policies"]:
        _hide_policy(row, courses)
    tables["warnings"] = [_hidden_warning(row, courses) for row in tables["warnings"]]
    return tables


def hidden_courses(rows: Iterable[ClassSize]) -> set[tuple[str, str]]:
    """Return the (school, course) whose seats are withheld: small ones, and those that give them away."""
    seats: dict[str, dict[str, float]] = defaultdict(dict)
    for row in rows:
        seats[row.school_id][row.course] = row.students
    return {(school, course) for school, counts in seats.items() for course in hidden_schools(counts)}


def hidden_schools(counts: Mapping[str, float]) -> set[str]:
    """Return the names whose counts are withheld where a total of all of them is known."""
    hidden = {name for name, count in counts.items() if is_small(count)}
    others = sorted((count, name) for name, count in counts.items() if name not in hidden and count > 0)
    for _, name in others if hidden else ():
        if len(hidden) > 1 and not is_small(sum(counts[each] for each in hidden)):
            break
        hidden.add(name)
    return hidden


def _mark(students: float) -> str:
    return SMALL if is_small(students) else WITHHELD


def _hide_policy(row: Row, courses: set[tuple[str, str]]) -> None:
    """Withhold the figures of a policy whose nearest place is a hidden course or counts few students."""
    here = any(row["where"] == school and course in row["rule"] for school, course in courses)
    few = any(is_small(float(count)) for count in _COUNT.findall(row["rule"]))
    if here or few:
        rule = _COUNT.sub(lambda found: f"{_mark(float(found[1]))} students", row["rule"])
        row |= {"rule": rule, **dict.fromkeys(POLICY_FIGURES, WITHHELD)}


def _hidden_warning(row: Row, courses: set[tuple[str, str]]) -> Row:
    text = row["warning"]
    if any(school in text and course in text for school, course in courses):
        return {"warning": text.partition("; most at school")[0].rstrip(".") + " (details withheld)."}
    return row
