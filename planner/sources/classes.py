"""Average class sizes by grade or subject, as course blocks with students and sections."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from planner.imputation import Imputations
from planner.sources.staffing import FIELD


@dataclass(frozen=True, slots=True)
class Block:
    """Grades (or one subject) whose classes are planned together.

    Parameters
    ----------
    course
        Name of the course block.
    grades
        Grades or subjects that it holds.
    classes_per_student
        Classes of the block that each student sits in [sections per student].
    sections_per_fte
        Sections one teacher takes [sections per FTE].
    """

    course: str
    grades: tuple[str, ...]
    classes_per_student: float = 1.0
    sections_per_fte: float = 1.0


def course_table(sizes: pd.DataFrame, blocks: Sequence[Block], imputations: Imputations) -> pd.DataFrame:
    """Return course rows, one for each school and block with at least one known class size.

    Parameters
    ----------
    sizes
        One row for each school and grade that it teaches: `school_id`, `grade`, `students` and `size`, the
        average class size [students per section], missing where not known.
    blocks
        The blocks; grades of no block are left out.
    """
    place = {grade: block for block in blocks for grade in block.grades}
    known = sizes[sizes["grade"].isin(list(place))].copy()
    known["course"] = known["grade"].map({grade: block.course for grade, block in place.items()})
    mean = known.groupby(["school_id", "course"])["size"].transform("mean")
    keys = known["school_id"] + " " + known["course"] + " " + known["grade"]
    known["size"] = imputations.fill(
        known["size"].set_axis(keys), mean.set_axis(keys), "block_mean", ("courses", "sections")
    ).to_numpy()
    known = known.dropna(subset=["size", "students"])
    load = known["grade"].map({grade: block.classes_per_student for grade, block in place.items()})
    known["students"] = known["students"] * load
    known["sections"] = known["students"] / known["size"]
    rows = known.groupby(["school_id", "course"], as_index=False)[["students", "sections"]].sum().round(2)
    loads = {block.course: block.sections_per_fte for block in blocks}
    rows = rows.assign(field=FIELD, sections_per_fte=rows["course"].map(loads).astype(float))
    return rows[["school_id", "course", "students", "sections", "field", "sections_per_fte"]]


def cover(courses: pd.DataFrame, fte: pd.Series) -> tuple[pd.DataFrame, list[str]]:
    """Raise the teaching load of schools whose classes would need more teachers than they have.

    The class sizes are published and the load is assumed, so it is the load that gives way.

    Parameters
    ----------
    courses
        Course rows of one field.
    fte
        Teachers of the field by school [FTE].

    Returns
    -------
    tuple
        The course rows, and the schools whose load was raised.
    """
    need = (courses["sections"] / courses["sections_per_fte"]).groupby(courses["school_id"]).sum()
    ratio = (need / fte.reindex(need.index)).clip(lower=1)
    raised = ratio.index[ratio > 1]
    load = courses["sections_per_fte"] * courses["school_id"].map(ratio)
    # Rounded up, so that today's classes are covered by today's teachers after rounding too.
    load = load.where(~courses["school_id"].isin(raised), (load * 1000 // 1 + 1) / 1000)
    return courses.assign(sections_per_fte=load), sorted(raised)
