"""Which districts of a national file are imported, and the options that every federal source has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from pydantic import Field

from planner.problems import Problem, nearest, raise_all
from planner.sources.base import Options
from planner.sources.choosing import find_district
from planner.sources.federal.cells import DISTRICT_WIDTH, padded, read_cells
from planner.sources.report import ImportReport

STATE_DIGITS = 2
# Average pay of public school teachers in 2017-18 (National Education Association, March 2019).
AVERAGE_SALARY = 60_462.0
# Average starting pay of 2017-18, $39,249 (the same), over the average.
NOVICE_PAY = 0.65
BENEFIT_RATE = 0.30
# ANSI state codes (INCITS 38), which open every district and school id.
STATES = (
    "AL01 AK02 AZ04 AR05 CA06 CO08 CT09 DE10 DC11 FL12 GA13 HI15 ID16 IL17 IN18 IA19 KS20 KY21 LA22 ME23 "
    "MD24 MA25 MI26 MN27 MS28 MO29 MT30 NE31 NV32 NH33 NJ34 NM35 NY36 NC37 ND38 OH39 OK40 OR41 PA42 RI44 "
    "SC45 SD46 TN47 TX48 UT49 VT50 VA51 WA53 WV54 WI55 WY56 BI59 AS60 GU66 MP69 PR72 VI78"
)
STATE_CODES = {entry[:2]: entry[2:] for entry in STATES.split()}


class FederalOptions(Options):
    """Options of the imports of federal files."""

    district: str = Field(description="seven-digit LEAID such as 2101860, a district's name, or 'all'")
    state: str | None = Field(
        default=None, description="state as two letters, to take all its districts or tell names apart"
    )
    average_salary: float = Field(
        default=AVERAGE_SALARY, gt=0, description="average teacher pay where no file gives it, dollars a year"
    )
    novice_pay: float = Field(
        default=NOVICE_PAY, gt=0, le=1, description="pay of a novice over that of the other teachers"
    )
    benefit_rate: float = Field(default=BENEFIT_RATE, ge=0, le=2, description="benefits per dollar of pay")
    min_students: int = Field(default=50, ge=1, description="schools with fewer students count as special")


@dataclass(frozen=True)
class Chosen:
    """The districts of an import.

    Parameters
    ----------
    names
        Name of each district, by its 7-digit id.
    """

    names: Mapping[str, str]

    def rows(self, rows: pd.DataFrame) -> pd.Series:
        """Tell which rows are of these districts; lost leading zeros do not matter."""
        return padded(rows["district_id"]).isin(list(self.names)).fillna(False).astype(bool)

    def school_rows(self, rows: pd.DataFrame) -> pd.Series:
        """Tell the same of rows that carry a school id alone; its first seven digits are the district's."""
        return padded(rows["school_id"], 12).str[:DISTRICT_WIDTH].isin(list(self.names)).astype(bool)


def choose_districts(path: Path, columns: Mapping[str, str], options: FederalOptions) -> Chosen:
    """Find the districts that the options mean in a file of schools.

    Parameters
    ----------
    path
        A file with one row or more for each school.
    columns
        Its columns of the district's id and name, as ``district_id`` and ``district_name``.

    Raises
    ------
    InputProblems
        Unknown districts and states; a name that several districts have; all districts of all states.
    """
    # Read for the names alone: what is met on the way is reported when the rows themselves are read.
    aside = ImportReport("")
    pairs = read_cells(path, columns, aside, keep=lambda rows: ~rows.duplicated())
    pairs = pairs.dropna(subset=["district_id"]).assign(district_id=lambda rows: padded(rows["district_id"]))
    prefix = _state_prefix(options.state)
    pairs = pairs[pairs["district_id"].str.startswith(prefix)].drop_duplicates("district_id")
    names = dict(zip(pairs["district_id"].astype(str), pairs["district_name"].astype(str), strict=True))
    raise_all(_name_problems(options, names, path.name))
    wanted, problems = find_district(options.district, names, DISTRICT_WIDTH)
    raise_all(problems)
    return Chosen(names if wanted is None else {wanted: names[wanted]})


def _state_prefix(state: str | None) -> str:
    if state is None:
        return ""
    letters = state.strip().upper()
    if letters not in STATE_CODES:
        hint = nearest(letters, STATE_CODES)
        raise_all([Problem("option state", f"'{state}'", "a state as two letters, such as KY", hint)])
    return STATE_CODES[letters]


def _name_problems(options: FederalOptions, names: Mapping[str, str], file: str) -> list[Problem]:
    if not names:
        return [Problem(file, "no district", f"schools of the state {options.state or 'asked for'}")]
    states = {code[:STATE_DIGITS] for code in names}
    if options.district.strip().lower() == "all" and options.state is None and len(states) > 1:
        found = f"'all' districts of {len(states)} states"
        return [Problem("option district", found, "the districts of one state", "add state=KY, for example")]
    alike = sorted(code for code, name in names.items() if name.lower() == options.district.strip().lower())
    if len(alike) > 1:
        found = f"'{options.district}', the name of {', '.join(alike)}"
        return [Problem("option district", found, "one of these codes")]
    return []
