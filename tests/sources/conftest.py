"""Where the real files are, and the whole states that several tests look at."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from planner.district import District, load_district
from planner.sources import ImportReport, import_source

REAL = Path(__file__).resolve().parents[3] / "shared" / "data"
type Imported = tuple[District, ImportReport]


@pytest.fixture(scope="session")
def real() -> Callable[[str], Path]:
    """Return a folder of real public files, or skip where there is none."""

    def folder(name: str) -> Path:
        path = REAL / name
        if not path.is_dir():
            pytest.skip(f"the public files of {name} are not beside the project")
        return path

    return folder


@pytest.fixture(scope="session")
def north_carolina(real: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory) -> Imported:
    """Import every district of North Carolina once."""
    out = tmp_path_factory.mktemp("nc") / "out"
    report = import_source("nc-report-card", real("nc_src_2019"), out, district="all")
    return load_district(out), report


@pytest.fixture(scope="session")
def kentucky(real: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory) -> Imported:
    """Import every district of Kentucky in 2016-17 once."""
    out = tmp_path_factory.mktemp("ky") / "out"
    report = import_source("ky-report-card", real("ky_kde"), out, district="all", year="2016-17")
    return load_district(out), report


@pytest.fixture(scope="session")
def by_school() -> Callable[[District], pd.DataFrame]:
    """Return a way to see each school's students, low-income share, dollars, teachers and their pay."""

    def table(data: District) -> pd.DataFrame:
        groups = data.enrollment.pivot(index="school_id", columns="group", values="students")
        staff = data.staff.assign(pay=data.staff["fte"] * data.staff["salary"]).groupby("school_id")
        novice = data.staff[data.staff["experience"] == "novice"].groupby("school_id")["fte"].sum()
        frame = data.schools.set_index("school_id")[["district_id"]].assign(
            students=groups["all"],
            low_income=groups["low_income"] / groups["all"],
            dollars=data.budget.groupby("school_id")["dollars"].sum(),
            fte=staff["fte"].sum(),
            pay=staff["pay"].sum(),
        )
        return frame.assign(
            novice=novice.reindex(frame.index).fillna(0.0) / frame["fte"],
            per_student=frame["dollars"] / frame["students"],
        )

    return table
