"""Dimension 5, Instructional Time & Attention: class sizes, students per teacher, time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

import numpy as np

from planner.diagnosis.base import (
    DIMENSIONS,
    Amounts,
    Dimension,
    Metric,
    NotMeasured,
    Unavailable,
    indicator_metric,
)
from planner.diagnosis.facts import Facts
from planner.equity.statistics import per_student

ELECTIVE = "elective"
COURSES = "courses.students", "courses.sections"
CLASSES = ("measure:sections", "policy:class_size", "policy:hiring", "policy:transfers")
TABLE = "the table courses, with seats and sections of each course at each school"


@DIMENSIONS.register("instructional_time")
class InstructionalTime(Dimension):
    """Instructional Time & Attention."""

    number: ClassVar[int] = 5
    title: ClassVar[str] = "Instructional Time & Attention"
    questions: ClassVar[tuple[str, ...]] = (
        "Do schools have the flexibility to differentiate schedules for students' needs?",
        "How does time in core subjects vary by students' proficiency?",
        "What is the average class size by grade and subject, and how does it vary by proficiency, group and "
        "school?",
    )

    def metrics(self, facts: Facts) -> Sequence[Metric]:
        """Return class sizes over all courses and by course, students per teacher, and minutes."""
        return (_CLASS_SIZE, _CORE, _PER_TEACHER, *_TIME, *(_course(name) for name in facts.case.courses))

    def unavailable(self) -> Sequence[Unavailable]:
        """Return what needs the roster of each section."""
        roster = "a roster of sections with the students in each; the table courses holds totals a school"
        proficient = "a roster of sections with the proficiency of the students in each"
        schedule = "the master schedule of each school, which is no figure of the planner's tables"
        return (
            Unavailable("class_size_of_students", "Class size as students meet it", roster),
            Unavailable("time_by_proficiency", "Time in core subjects by proficiency", proficient),
            Unavailable("flexible_schedule", "Freedom to differentiate schedules", schedule),
        )


def _class_size(facts: Facts) -> Amounts:
    blocks = [(key, block) for key, block in facts.case.blocks.items() if block.sections > 0]
    if not blocks:
        raise NotMeasured("the table courses has no sections")
    seats: dict[str, float] = {}
    sections: dict[str, float] = {}
    for (_, course), block in blocks:
        seats[course] = seats.get(course, 0.0) + block.students
        sections[course] = sections.get(course, 0.0) + block.sections
    expected, actual = np.zeros(len(facts)), np.zeros(len(facts))
    for (school, course), block in blocks:
        if seats[course] > 0:
            expected[school] += block.students * sections[course] / seats[course]
            actual[school] += block.sections
    values = per_student(expected, actual)
    students = np.where(actual > 0, facts.students, 0.0)
    return Amounts(values, students, students)


def _core_to_elective(facts: Facts) -> Amounts:
    sums = np.zeros((2, 2, len(facts)))
    for (school, course), block in facts.case.blocks.items():
        if block.sections > 0:
            sums[int(ELECTIVE in course.lower()), :, school] += (block.students, block.sections)
    core, elective = (per_student(seats, sections) for seats, sections in sums)
    both = np.where(elective > 0, core / np.where(elective > 0, elective, 1.0), np.nan)
    if np.isnan(both).all():
        raise NotMeasured(f"no school has core courses and courses named {ELECTIVE}")
    return Amounts(both, facts.students, facts.students)


def _per_teacher(facts: Facts) -> Amounts:
    return Amounts(per_student(facts.students, facts.teachers), facts.students, facts.students)


_CLASS_SIZE = Metric(
    "class_size_index",
    "Class size against the average, same courses",
    "Sections a school would have at the average size of each of its courses in all schools, over the "
    "sections it has; 1.10 is classes a tenth larger.",
    "index",
    "less",
    _class_size,
    TABLE,
    COURSES,
    CLASSES,
)
_CORE = Metric(
    "core_to_elective",
    "Core class size over elective class size",
    "Average size of a school's core classes (all courses not named elective) over that of its electives; "
    "under 1.00 the core classes are the smaller ones.",
    "times",
    "less",
    _core_to_elective,
    f"{TABLE}, with the word elective in the names of electives",
    COURSES,
    CLASSES,
)
_PER_TEACHER = Metric(
    "students_per_teacher",
    "Students per teacher",
    "Students over teacher FTE; not class size, and blind to who the teachers are and whom they teach.",
    "students",
    "less",
    _per_teacher,
    "teachers in the table staff",
    ("staff.fte",),
    ("measure:teachers", "policy:transfers", "policy:hiring", "policy:comparability"),
)
_TIME = (
    indicator_metric(
        "core_minutes",
        "Minutes of core subjects a week",
        "Scheduled minutes a week in reading and mathematics.",
        "minutes",
        "more",
    ),
    indicator_metric(
        "intervention_share",
        "Below-proficient students in an intervention section",
        "Of students below proficiency, those scheduled into an intervention section.",
        "share",
        "more",
        levers=("measure:support",),
        of_students=True,
    ),
)


def _course(course: str) -> Metric:
    return Metric(
        f"class_size:{course}",
        f"Class size, {course}",
        f"Seats over sections of {course}.",
        "students",
        "less",
        _sizes_of(course),
        TABLE,
        COURSES,
        CLASSES,
        ranked=False,
    )


def _sizes_of(course: str) -> Callable[[Facts], Amounts]:
    def read(facts: Facts) -> Amounts:
        seats, sections = np.zeros(len(facts)), np.zeros(len(facts))
        for (school, name), block in facts.case.blocks.items():
            if name == course:
                seats[school], sections[school] = block.students, block.sections
        seats = np.where(sections > 0, seats, 0.0)
        return Amounts(per_student(seats, sections), seats, seats)

    return read
