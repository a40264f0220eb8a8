"""A state's school-level spending per pupil, as ESSA has each state report it, added to another data set."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

import pandas as pd
from pydantic import Field

from planner.district import District, load_district
from planner.problems import InputProblems, Problem, raise_all
from planner.sources.base import SOURCES, Draft, Options, SourceFile
from planner.sources.federal.cells import SCHOOL_WIDTH, by_school, read_cells
from planner.sources.federal.money import LAYOUTS, Layout, filled_parts, spent
from planner.sources.frames import join, unique
from planner.sources.onto import carry, facts_of
from planner.sources.reading import numbers, only_file, whole_ids
from planner.sources.report import ImportReport

FILE = "*.csv"
# Federal funds apart from state and local ones, personnel apart from the rest (20 U.S.C. 6311(h)(1)(C)(x));
# some states publish less: Washington's file has federal, state and local dollars and a total.
AMOUNTS = {
    "own_staff": "state_local_personnel",
    "own_other": "state_local_nonpersonnel",
    "federal_staff": "federal_personnel",
    "federal_other": "federal_nonpersonnel",
    "own": "state_local",
    "state": "state",
    "local": "local",
    "federal": "federal",
    "total": "total",
}
STATE_IDS = {"NCESSCH": "school_id", "ST_SCHID": "state_id"}
OTHERS = {"school_id": "school_id", "students": "enrollment"}
MISSING = ("NA", "N/A", "*", "s", "-", ".", "n<10", "NRD")
# Four parts rounded to the cent may differ from their total by a few cents (Washington's file does, by one).
TOLERANCE = 0.05


class SpendingOptions(Options):
    """Options of the import of a state's spending file."""

    file: str = Field(default=FILE, description="name of the file, where the folder holds several")
    onto: Path = Field(description="the data set that the budget is added to, made by another import")
    columns: dict[str, str] = Field(
        default_factory=dict,
        description="our name: the file's column, for any of school_id, enrollment, total, "
        "federal_personnel, federal_nonpersonnel, state_local_personnel, state_local_nonpersonnel, federal, "
        "state_local, state, local",
    )
    ids: Path | None = Field(
        default=None,
        description="directory of the Common Core (NCESSCH, ST_SCHID), where the file has the state's codes",
    )
    missing: list[str] = Field(
        default_factory=lambda: list(MISSING), description="words for a figure that is not known"
    )
    replace: bool = Field(default=False, description="replace the budget that the data set has")


@SOURCES.register("essa-spending")
class EssaSpending:
    """Federal and state-and-local dollars per pupil by school, as the budget of a data set made before."""

    kind: ClassVar[str] = "essa-spending"
    title: ClassVar[str] = "ESSA school-level spending"
    description: ClassVar[str] = (
        "A state's per-pupil file: federal, state and local dollars, personnel and the rest, by school."
    )
    files: ClassVar[tuple[SourceFile, ...]] = (SourceFile(FILE, "dollars per pupil by school"),)
    not_read: ClassVar[dict[str, str]] = {}
    options: ClassVar[type[Options]] = SpendingOptions

    def read(self, folder: Path, options: SpendingOptions, report: ImportReport) -> Draft:
        """Read the file of `folder`, and return the data set of `options.onto` with its budget."""
        raise_all(_column_problems(options))
        path = only_file(folder, SourceFile(options.file, "dollars per pupil by school"))
        base = _base(options)
        per_pupil, layout = read_spending(path, options, base, report)
        schools = join(_schools(base), per_pupil, path.name, report)
        parts = filled_parts(_dollars(schools, layout, report), schools, report, layout)
        staff, budget, funds = spent(parts, schools, base.staff, base.facts.benefit_rate, report, layout)
        carry(base, report, "budget" if options.replace else "")
        tables = dict(base.tables) | {"staff": staff, "budget": budget}
        return Draft(_facts(base, funds, path.name, options.replace), tables)


def _column_problems(options: SpendingOptions) -> list[Problem]:
    known = [*AMOUNTS.values(), *OTHERS.values()]
    return [
        Problem("option columns", f"'{name}'", f"one of {', '.join(known)}")
        for name in sorted(set(options.columns) - set(known))
    ]


def _base(options: SpendingOptions) -> District:
    """Return the data set that the budget goes onto; one with a budget is refused unless it is replaced."""
    base = load_district(options.onto)
    if len(base.budget) and not options.replace:
        found = f"a budget of {len(base.budget):,} lines"
        raise_all([Problem(str(options.onto), found, "a data set without a budget", "add replace=true")])
    return base


def read_spending(
    path: Path, options: SpendingOptions, base: District, report: ImportReport
) -> tuple[pd.DataFrame, Layout]:
    """Read dollars per pupil by school, and what a total beside its parts says of them.

    Only schools of the data set are kept. A reversal may be negative; a word for not known is missing.

    Returns
    -------
    tuple
        Dollars per pupil by school and amount, with the `pupils` they were divided by; and which of the
        amounts make up a school's spending.
    """
    ids = set(base.schools["school_id"])
    width = max(map(len, ids))
    names = {ours: options.columns.get(theirs, theirs) for ours, theirs in (OTHERS | AMOUNTS).items()}
    columns = {theirs: ours for ours, theirs in names.items()}
    optional = frozenset(ours for ours, theirs in (OTHERS | AMOUNTS).items() if theirs not in options.columns)

    codes_of = _state_codes(options.ids, ids, report) if options.ids else None

    def keep(rows: pd.DataFrame) -> pd.Series:
        if codes_of is not None:
            return plain_codes(rows["school_id"]).isin(list(codes_of)).astype(bool)
        return rows["school_id"].astype("string").str.lstrip("'").str.zfill(width).isin(ids).astype(bool)

    rows = read_cells(path, columns, report, keep, optional - {"school_id"})
    if codes_of is not None:
        rows["school_id"] = plain_codes(rows["school_id"]).map(codes_of).astype(object)
    rows["school_id"] = whole_ids(rows["school_id"], width, f"{path.name}, {names['school_id']}", report)
    codes = dict.fromkeys(options.missing, "not known")
    for name in (*AMOUNTS, "students"):
        rows[name] = numbers(rows[name], f"{path.name}, {names[name]}", codes, report)
    rows = rows.set_index("school_id")
    unique(rows, path.name)
    layout = _layout(rows, names, path.name, report)
    _check_total(rows, layout, path.name, report)
    return rows.rename(columns={"students": "pupils"}), layout


def plain_codes(codes: pd.Series) -> pd.Series:
    """Return codes without the marks and zeros in front that one file writes and another leaves out."""
    return codes.astype("string").str.strip().str.lstrip("'").str.lstrip("0")


def _state_codes(path: Path, ids: set[str], report: ImportReport) -> dict[str, str]:
    """Return the federal id of each of the state's school codes, for the schools of the data set.

    ``ST_SCHID`` is the state, its district and its school, such as ``WA-17001-2285``.

    Raises
    ------
    InputProblems
        A code that two schools of the data set share: it does not tell which is meant.
    """

    def keep(rows: pd.DataFrame) -> pd.Series:
        return rows["school_id"].astype("string").str.zfill(SCHOOL_WIDTH).isin(ids).astype(bool)

    rows = by_school(read_cells(path, STATE_IDS, report, keep), path.name, report)
    codes = plain_codes(rows["state_id"].str.rpartition("-")[2])
    twice = sorted(set(codes[codes.duplicated()].dropna()))
    raise_all(Problem(f"{path.name}, ST_SCHID", f"two schools of code {code}", "one") for code in twice)
    return {str(code): str(school) for school, code in codes.dropna().items()}


def _layout(rows: pd.DataFrame, names: Mapping[str, str], file: str, report: ImportReport) -> Layout:
    """Return the fullest layout whose amounts the file all gives; what is not told stays untold."""
    for layout in LAYOUTS:
        if rows[layout.parts].notna().all(axis=1).any():
            if layout.not_told:
                report.note(f"{file}: {layout.not_told}")
            return layout
    asked = "; or ".join(", ".join(names[part] for part in layout.parts) for layout in LAYOUTS)
    remedy = (
        "name them: columns={total: ...}" if len(rows) else "name the column of ids: columns={school_id: ...}"
    )
    found = "no school of the data set with all its amounts"
    raise InputProblems([Problem(file, found, f"the columns {asked}", remedy)])


def _check_total(rows: pd.DataFrame, layout: Layout, file: str, report: ImportReport) -> None:
    """Say where a published total is not the sum of its parts; the parts are used, the total is not."""
    apart = (rows[layout.parts].sum(axis=1, skipna=False) - rows["total"]).abs()
    off = rows.index[apart > TOLERANCE + 1e-9]
    if len(off):
        schools = ", ".join(off[:20])
        report.note(f"{file}: the total is not the sum of its parts at {len(off):,} schools: {schools}")


def _schools(base: District) -> pd.DataFrame:
    """Return the data set's schools with their students and low-income students."""
    counts = base.enrollment.pivot(index="school_id", columns="group", values="students")
    groups = {"students": counts["all"]}
    if "low_income" in counts:
        groups["low_income"] = counts["low_income"]
    return base.schools.set_index("school_id").join(pd.DataFrame(groups))


def _dollars(schools: pd.DataFrame, layout: Layout, report: ImportReport) -> pd.DataFrame:
    """Return dollars by school and part: per pupil times the pupils that the amounts were divided by."""
    pupils = schools["pupils"].where(schools["pupils"] > 0)
    given = schools[layout.parts].notna().all(axis=1)
    keys = pd.Index(schools.index[given & pupils.isna()])
    note = "the file counts no pupils; those of the data set are used"
    record = report.imputations.record
    record("times_students", "budget", "dollars", list(keys), note)
    return schools[layout.parts].mul(pupils.fillna(schools["students"]), axis=0)


def _facts(base: District, funds: dict[str, Any], file: str, replace: bool) -> dict[str, Any]:
    facts = facts_of(base)
    own = facts["funds"]
    if replace:
        # A fund whose lines are replaced has no dollars left; one without lines today stands as it was.
        spent_today = set(base.budget["fund"])
        own = {name: fund for name, fund in own.items() if name not in spent_today}
    twice = sorted(set(own) & set(funds))
    raise_all(
        [Problem("district.yaml, funds", f"'{name}'", "a fund that is not there yet") for name in twice]
    )
    return {
        **facts,
        "funds": own | funds,
        "sources": facts["sources"] | {file: "the state's school-level expenditures under ESSA"},
    }
