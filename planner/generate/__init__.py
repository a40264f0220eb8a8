"""Made-up districts with the inequities that research finds in real ones, for examples and tests.

``schools`` draws who goes where, ``staffing`` the courses and staff, ``spending`` the budget, ``conditions``
the indicators, ``facts`` the ``district.yaml``. The embedded district Riverbend is this package's own output:
``generate_district("scenarios/riverbend/district", schools=40, seed=7)``.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import pandas as pd

from planner.generate.conditions import indicators_table
from planner.generate.facts import facts_text
from planner.generate.schools import LEAST_SCHOOLS, draw_schools, enrollment_table, schools_table
from planner.generate.spending import budget_table
from planner.generate.staffing import courses_table, staff_table
from planner.problems import Problem, raise_all

__all__ = ["MOST_SCHOOLS", "RIVERBEND_SCHOOLS", "RIVERBEND_SEED", "generate_district"]

MOST_SCHOOLS = 5_000
RIVERBEND_SCHOOLS, RIVERBEND_SEED = 40, 7


def generate_district(
    folder: str | Path, schools: int = RIVERBEND_SCHOOLS, seed: int = RIVERBEND_SEED, districts: int = 1
) -> None:
    """Write a synthetic data set that `planner.district.load_district` reads.

    The same arguments give the same bytes. The folder appears whole or not at all.

    Parameters
    ----------
    folder
        A folder that does not exist yet, or an empty one.
    schools
        Schools of the whole data set, 3 to 5,000 and at least 3 a district.
    seed
        A whole number, 0 or more; another seed gives another data set.
    districts
        More than 1 makes a state data set, each fund's dollars by district.

    Raises
    ------
    InputProblems
        If a number is out of range or the folder holds something.
    """
    folder = Path(folder)
    raise_all([*_number_problems(schools, seed, districts), *_folder_problems(folder)])
    _write(folder, _files(schools, seed, districts))


def _number_problems(schools: int, seed: int, districts: int) -> Iterator[Problem]:
    if districts < 1:
        yield Problem("districts", f"{districts}", "at least 1")
    least = LEAST_SCHOOLS * max(1, districts)
    if not least <= schools <= MOST_SCHOOLS:
        expected = f"from {least:,} ({LEAST_SCHOOLS} a district) to {MOST_SCHOOLS:,}"
        yield Problem("schools", f"{schools:,}", expected)
    if seed < 0:
        yield Problem("seed", f"{seed}", "0 or more")


def _folder_problems(folder: Path) -> Iterator[Problem]:
    if folder.is_dir():
        if any(folder.iterdir()):
            yield Problem(str(folder), "a folder that holds something", "a new or an empty folder")
    elif folder.exists():
        yield Problem(str(folder), "a file", "a new or an empty folder")


def _files(count: int, seed: int, districts: int) -> dict[str, str]:
    """Return the text of each file by name."""
    schools = draw_schools(count, districts, seed)
    courses = courses_table(schools, seed)
    staff = staff_table(schools, courses, seed)
    tables = {
        "schools": schools_table(schools),
        "enrollment": enrollment_table(schools),
        "staff": staff,
        "courses": courses,
        "budget": budget_table(schools, staff, seed),
        "indicators": indicators_table(schools, seed),
    }
    files = {f"{name}.csv": _csv(table) for name, table in tables.items()}
    return files | {"district.yaml": facts_text(schools, districts, seed)}


def _csv(table: pd.DataFrame) -> str:
    return str(table.to_csv(index=False, lineterminator="\n"))


def _write(folder: Path, files: Mapping[str, str]) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}-") as scratch:
        whole = Path(scratch) / folder.name
        whole.mkdir()
        for name, text in files.items():
            (whole / name).write_text(text, encoding="utf-8", newline="\n")
        if folder.is_dir():
            folder.rmdir()
        whole.rename(folder)
