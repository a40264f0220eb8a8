"""What only the year before's files say of North Carolina's teachers: who left, and how they are licensed."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from planner.sources.frames import unique
from planner.sources.north_carolina.files import read_by_school
from planner.sources.reading import Sheet, numbers
from planner.sources.report import ImportReport

LICENSES_FILE, BOARD_FILE = "rcd_licenses.csv", "rcd_nbpts.csv"
TEACHERS = "teachers"


def read_earlier(experience: Path, report: ImportReport) -> pd.DataFrame:
    """Read shares of teachers of the year before, by school.

    Parameters
    ----------
    experience
        The year's ``rcd_experience``; the files of licenses and of board certification are looked for beside.

    Returns
    -------
    pandas.DataFrame
        By school, missing where not published: `teacher_turnover`, `alternative_route_teachers`,
        `board_certified_teachers`.
    """
    shares = _read(experience, {"pct_turnover": "teacher_turnover", "avg_class_teach": TEACHERS}, report)
    licenses, board = experience.with_name(LICENSES_FILE), experience.with_name(BOARD_FILE)
    if licenses.is_file():
        shares = shares.join(_read(licenses, {"pct_lateral_entry": "alternative_route_teachers"}, report))
    if board.is_file():
        count = _read(board, {"nbpts_num": "certified"}, report)["certified"].reindex(shares.index)
        shares["board_certified_teachers"] = count / shares[TEACHERS].where(shares[TEACHERS] > 0)
    return shares.drop(columns=TEACHERS)


def _read(path: Path, columns: dict[str, str], report: ImportReport) -> pd.DataFrame:
    """Read figures of schools; rows of the state (NC-SEA) and of districts (320LEA) repeat for each level."""
    sheet = Sheet(
        {"agency_code": "school_id", "staff": "staff"} | columns,
        optional=frozenset({"staff", *columns.values()}),
    )
    text = read_by_school(path, sheet, report)
    school = text["school_id"].str.fullmatch(r"(?!.*LEA)[0-9A-Z]{6}").fillna(False).astype(bool)
    rows = text[school & (text["staff"].isna() | text["staff"].eq("Teacher"))].set_index("school_id")
    unique(rows, path.name)
    figures = {
        name: numbers(rows[name], f"{path.name}, {source}", {}, report) for source, name in columns.items()
    }
    return pd.DataFrame(figures)
