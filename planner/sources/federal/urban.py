"""The Education Data Portal's CSV files: the Common Core and the collection, in numbers for words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from planner.problems import Problem, raise_all
from planner.sources.federal.cells import PORTAL_CODES, Keep, all_amounts, by_school, read_cells
from planner.sources.federal.districts import Chosen
from planner.sources.federal.people import plausible_pay, teacher_shares
from planner.sources.frames import unique
from planner.sources.grades import level_of
from planner.sources.report import ImportReport

KEYS = {"year": "year", "leaid": "district_id", "ncessch": "school_id"}
NAMES = {"leaid": "district_id", "lea_name": "district_name"}
TOTAL = "99"
# Codes of the directory (portal documentation, schools/ccd/directory).
LEVELS = {"1": "elementary", "2": "middle", "3": "high"}
NOT_OPEN = {"2": "closed", "6": "inactive", "7": "future"}
SERVED = {"1": False, "2": True, "3": True, "4": False, "5": True, "6": False}
REGULAR, YES = "1", "1"
# Here -1 is pre-kindergarten and no missing figure; -2 and -3 keep their meaning.
GRADES = {str(grade): grade for grade in range(-1, 14)}
GRADE_COUNTS = {"-1": "prek_seats", "0": "kindergarten_students", "8": "grade8_students"}
RACES = {
    "1": "white",
    "2": "black",
    "3": "hispanic",
    "4": "asian",
    "5": "american_indian",
    "6": "pacific_islander",
    "7": "two_or_more",
}
STAFF = {
    "teachers_fte_crdc": "teachers_crdc",
    "teachers_uncertified_fte": "not_certified",
    "teachers_first_year_fte": "first_year",
    "teachers_second_year_fte": "second_year",
    "teachers_absent_fte": "absent",
    "counselors_fte": "counselor",
    "nurses_fte": "nurse",
    "psychologists_fte": "psychologist",
    "social_workers_fte": "social_worker",
}
DIMENSIONS = ("race", "sex", "disability", "lep", "homeless", "grade_crdc")


@dataclass(frozen=True)
class Year:
    """The rows of one year and some districts.

    Parameters
    ----------
    year
        First half of the school year, as the portal counts: 2017 is 2017-18.
    """

    chosen: Chosen
    year: int

    def read(
        self,
        path: Path,
        columns: Mapping[str, str],
        report: ImportReport,
        optional: frozenset[str] = frozenset(),
        keep: Keep | None = None,
    ) -> pd.DataFrame:
        """Read the rows that `keep` wants, indexed by school.

        Raises
        ------
        InputProblems
            No rows of the year, which may be one in which the collection was not made.
        """

        def wanted(rows: pd.DataFrame) -> pd.Series:
            here = self.chosen.rows(rows) & rows["year"].eq(str(self.year)).fillna(False).astype(bool)
            return here if keep is None else here & keep(rows)

        rows = by_school(read_cells(path, columns, report, wanted, optional), path.name, report)
        found = f"no row of the year {self.year} and the districts asked for"
        hint = "the collection was made in 2011, 2013, 2015, 2017, 2020 and 2021: see the option crdc_year"
        raise_all([] if len(rows) else [Problem(path.name, found, "rows of that year", hint)])
        return rows


def read_directory(path: Path, year: Year, report: ImportReport) -> pd.DataFrame:
    """Read schools of one year: names, level, Title I, place, students, teachers and meals."""
    words = {"school_name": "school_name", "school_level": "published", "school_type": "kind"}
    words |= {"school_status": "status", "charter": "charter", "virtual": "virtual"}
    words |= {"title_i_status": "title_i", "lowest_grade_offered": "low", "highest_grade_offered": "high"}
    figures = {"enrollment": "students", "teachers_fte": "teachers", "free_or_reduced_price_lunch": "either"}
    figures |= {"free_lunch": "free", "reduced_price_lunch": "reduced", "direct_certification": "certified"}
    columns = KEYS | NAMES | words | figures | {"latitude": "latitude", "longitude": "longitude"}
    optional = frozenset({"certified", "virtual", "latitude", "longitude"})
    rows = year.read(path, columns, report, optional)
    unique(rows, path.name)
    rows = all_amounts(rows, list(figures.values()), path.name, PORTAL_CODES, report)
    spans = zip(rows["low"].map(GRADES), rows["high"].map(GRADES), strict=True)
    levels = [level_of(*(None if pd.isna(end) else int(end) for end in span)) for span in spans]
    published = rows["published"].map(LEVELS)
    both = rows["free"] + rows["reduced"]
    return rows.assign(
        level=published.where(published.notna(), pd.Series(levels, index=rows.index)),
        title_i=rows["title_i"].map(SERVED).astype("boolean"),
        charter=rows["charter"].map({YES: "Yes", "0": "No"}),
        meals=rows["either"].where(rows["either"].notna(), both),
        latitude=_degrees(rows["latitude"]),
        longitude=_degrees(rows["longitude"]),
    )


def _degrees(cells: pd.Series) -> pd.Series:
    """Return degrees; west is negative here, but a whole -1, -2 or -3 is a code."""
    values = pd.to_numeric(cells.where(~cells.isin(list(PORTAL_CODES))), errors="coerce")
    return values.mask(values.isin([-1.0, -2.0, -3.0])).astype(float)


def read_enrollment(path: Path, year: Year, report: ImportReport) -> pd.DataFrame:
    """Read students by race and of some grades, each from the totals (99) of the other dimensions."""
    columns = KEYS | {"grade": "grade", "race": "race", "sex": "sex", "enrollment": "count"}

    def totals(rows: pd.DataFrame) -> pd.Series:
        either = rows["grade"].eq(TOTAL) | rows["race"].eq(TOTAL)
        return (either & rows["sex"].eq(TOTAL)).fillna(False).astype(bool)

    rows = year.read(path, columns, report, keep=totals)
    rows = all_amounts(rows, ["count"], path.name, PORTAL_CODES, report)
    everyone, all_grades = rows["race"] == TOTAL, rows["grade"] == TOTAL
    wanted = {"students_counted": rows[everyone & all_grades]}
    wanted |= {name: rows[everyone & (rows["grade"] == code)] for code, name in GRADE_COUNTS.items()}
    wanted |= {name: rows[all_grades & (rows["race"] == code)] for code, name in RACES.items()}
    for part in wanted.values():
        unique(part, path.name)
    return pd.DataFrame({name: part["count"] for name, part in wanted.items() if len(part)})


def read_teachers(path: Path, year: Year, report: ImportReport) -> pd.DataFrame:
    """Read the collection's teachers and support staff [FTE], shares over its own count of teachers."""
    rows = year.read(path, KEYS | STAFF, report, frozenset({"absent"}))
    rows = all_amounts(rows, list(STAFF.values()), path.name, PORTAL_CODES, report)
    return teacher_shares(rows, path.name, report)


def read_pay(path: Path, year: Year, report: ImportReport) -> pd.Series:
    """Read what the collection's schools spend on teachers' salaries [dollars a year]."""
    columns = KEYS | {"salaries_teachers": "salaries"}
    rows = year.read(path, columns, report)
    return all_amounts(rows, ["salaries"], path.name, PORTAL_CODES, report)["salaries"]


def average_pay(salaries: pd.Series, teachers: pd.Series, report: ImportReport) -> pd.Series:
    """Return salaries over the collection's own teachers [dollars a year per FTE]."""
    return plausible_pay(salaries, teachers.reindex(salaries.index), "salaries_teachers", report)


def read_groups(
    path: Path, year: Year, wanted: Mapping[str, tuple[str, Mapping[str, str]]], report: ImportReport
) -> pd.DataFrame:
    """Read one figure a group from a file by race, sex, disability and lep.

    Parameters
    ----------
    wanted
        Name of each figure: its column, and the codes of dimensions that are not the total.
    """
    figures = {column: column for column, _ in wanted.values()}
    dimensions = {name: name for name in DIMENSIONS}
    columns = KEYS | figures | dimensions

    def totals(rows: pd.DataFrame) -> pd.Series:
        hits = [_matches(rows, codes) for _, codes in wanted.values()]
        return pd.concat(hits, axis=1).any(axis=1)

    rows = year.read(path, columns, report, frozenset(DIMENSIONS), totals)
    rows = all_amounts(rows, list(figures), path.name, PORTAL_CODES, report)
    found = {}
    for name, (column, codes) in wanted.items():
        part = rows[_matches(rows, codes)]
        unique(part, path.name)
        found[name] = part[column]
    return pd.DataFrame(found)


def _matches(rows: pd.DataFrame, codes: Mapping[str, str]) -> pd.Series:
    """Tell rows of the codes given and of the total of every other dimension that the file has."""
    hit = pd.Series(True, index=rows.index)
    for name in DIMENSIONS:
        absent = rows[name].isna() if name not in codes else pd.Series(False, index=rows.index)
        hit &= absent | rows[name].eq(codes.get(name, TOTAL)).fillna(False).astype(bool)
    return hit
