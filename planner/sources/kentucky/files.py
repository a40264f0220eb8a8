"""The files of the Kentucky Department of Education, each read into figures by school or district."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from planner.problems import Problem, raise_all
from planner.sources.frames import unique
from planner.sources.grades import level_of
from planner.sources.reading import Sheet, numbers, read_text, whole_ids
from planner.sources.report import ImportReport

ID_WIDTH = 6
DISTRICT_WIDTH = 3
YEAR = "2016-2017"
REVENUE_YEAR = "2015-2016"
NOT_APPLICABLE = {"N/A": "not applicable or not reported"}
TOTALS = ("---District Total---", "---State Total---")
RACES = {
    "white": "MEMBERSHIP_WHITE_CNT",
    "black": "MEMBERSHIP_BLACK_CNT",
    "hispanic": "MEMBERSHIP_HISPANIC_CNT",
    "asian": "MEMBERSHIP_ASIAN_CNT",
    "american_indian": "MEMBERSHIP_AIAN_CNT",
    "pacific_islander": "MEMBERSHIP_HAWAIIAN_CNT",
    "two_or_more": "MEMBERSHIP_TWO_OR_MORE_CNT",
}
# Teachers by rank: III a bachelor's degree, II a master's, I thirty hours more (KRS 161.1211).
RANKS: dict[str, tuple[str, ...]] = {
    "III": ("PROF_QUAL_BA_PCT",),
    "II": ("PROF_QUAL_MA_PCT",),
    "I": ("PROF_QUAL_RANK1_PCT", "PROF_QUAL_SPECIALIST_PCT", "PROF_QUAL_DOCTORATE_PCT"),
}
LANES = ("I", "II", "III")
FIGURES = {
    "per_student": "SPENDING_PER_STDNT",
    "students": "MEMBERSHIP_TOTAL",
    "free": "ENROLLMENT_FREE_LUNCH_CNT",
    "reduced": "ENROLLMENT_REDUCED_LUNCH_CNT",
    "teachers": "FTE_TCH_TOTAL",
    "average_years": "AVG_YRS_TCH_EXP",
    "provisional": "TCH_PROV_CERT_PCT",
    "teachers_by_race": "RACE_FTE_TOTAL",
    "white_teachers": "WHITE_FTE_TOTAL",
    "board_certified": "NATIONAL_BOARD_CERT_TCH_CNT",
    "attendance": "ATTENDANCE_RATE",
}
# Students to one teacher and to one computer, as text such as 14:1.
RATIOS = {"students_per_teacher": "STDNT_TCH_RATIO", "students_per_computer": "STDNT_COMP_RATIO"}
# What no later year publishes of teachers, attendance and computers.
OF_2016_17 = (*RATIOS, "provisional", "teachers_by_race", "white_teachers", "board_certified", "attendance")
PARTS = {
    "federal_staff": "PERSON_PER_STU_FED",
    "federal_other": "NONPERSON_PER_STU_FED",
    "own_staff": "PERSON_PER_STU_STATELOCAL",
    "own_other": "NONPERSON_PER_STU_STATELOCAL",
    "whole": "TOTAL_PER_STU_ALLFUNDS",
}
PARTS_SHEET = Sheet({"STATE_SCH_ID": "state_id"} | {source: name for name, source in PARTS.items()})
# Four parts and a total in whole dollars, as a share of a total of a few thousand.
ROUNDING, MOST_OVER = 0.0005, 2.0
GRADES = {"Preschool": -1, "Entry": 0}
TITLE_I = {"Title 1": True, "Title 1 eligible, no program": False, "Not Title 1 eligible": False}


def read_profile(path: Path, report: ImportReport) -> pd.DataFrame:
    """Read ``raw_2017``: names, students, teachers and spending by school; total rows are left out.

    The share of classes without a highly qualified teacher is 0.0% in every row, after the requirement had
    ended: it is no figure and is not read.
    """
    names = {"SCH_CD": "school_id", "SCH_NAME": "school_name", "SCH_NUMBER": "number", "NCESID": "nces_id"}
    names |= {"DIST_NUMBER": "district", "DIST_NAME": "district_name"}
    ranks = {column: column for columns in RANKS.values() for column in columns}
    columns = names | {source: name for name, source in (FIGURES | RACES | RATIOS).items()} | ranks
    text = read_text(path, Sheet(columns), report)
    total = text["school_name"].isin(TOTALS) | text["number"].isna()
    report.drop(f"rows of {path.name}", "a district or state total", count=int(total.sum()))
    text = text[~total]
    text = text.assign(school_id=whole_ids(text["school_id"], ID_WIDTH, f"{path.name}, SCH_CD", report))
    text = text.set_index("school_id")
    for name in (*FIGURES, *RACES):
        text[name] = numbers(text[name], f"{path.name}, {name}", NOT_APPLICABLE, report)
    for rank, parts in RANKS.items():
        shares = [numbers(text[part], f"{path.name}, {part}", NOT_APPLICABLE, report) / 100 for part in parts]
        text[f"rank {rank}"] = pd.concat(shares, axis=1).sum(axis=1, min_count=1)
    text["district"] = text["district"].str.zfill(DISTRICT_WIDTH)
    for name, source in RATIOS.items():
        text[name] = students_to_one(text[name], f"{path.name}, {source}")
    return text.drop(columns=["number", *ranks])


def students_to_one(text: pd.Series, where: str) -> pd.Series:
    """Read ratios such as ``14:1``; a ratio to zero or of zero says nothing."""
    parts = text.astype("string").str.extract(r"^(\d*\.?\d+):(\d+)$")
    wrong = text.notna() & ~text.isin(list(NOT_APPLICABLE)) & parts[0].isna()
    raise_all(
        Problem(where, f"'{cell}'", "a ratio such as 14:1") for cell in sorted(set(text[wrong].astype(str)))
    )
    students, one = (pd.to_numeric(parts[side]).astype(float) for side in (0, 1))
    return (students / one.where(one > 0)).where(students > 0)


def read_kinds(path: Path, report: ImportReport) -> pd.DataFrame:
    """Read ``profile_sch``: type, level, Title I, place and federal id of each school."""
    columns = {"sch_id": "school_id", "nces_id": "federal_id", "sch_type": "kind", "year": "year"}
    columns |= {
        "grade_low": "low",
        "grade_high": "high",
        "title1": "title1",
        "lat": "latitude",
        "long": "longitude",
    }
    text = _of_year(read_text(path, Sheet(columns), report), YEAR, path.name)
    spans = zip(text["low"].map(_grade), text["high"].map(_grade), strict=True)
    unknown = sorted(set(text["title1"].dropna()) - set(TITLE_I))
    raise_all(
        Problem(f"{path.name}, title1", f"'{word}'", f"one of {', '.join(TITLE_I)}") for word in unknown
    )
    return pd.DataFrame(
        {
            "kind": text["kind"],
            "federal_id": text["federal_id"],
            "level": [level_of(low, high) for low, high in spans],
            "title_i": text["title1"].map(TITLE_I).astype("boolean"),
            "latitude": numbers(text["latitude"], f"{path.name}, lat", {}, report),
            "longitude": numbers(text["longitude"], f"{path.name}, long", {}, report),
        }
    )


def _grade(cell: object) -> int | None:
    return GRADES.get(str(cell), int(str(cell)) if str(cell).isdigit() else None)


def _of_year(text: pd.DataFrame, year: str, file: str) -> pd.DataFrame:
    years = sorted(set(text["year"].dropna()))
    raise_all([] if year in years else [Problem(f"{file}, year", ", ".join(years), year)])
    here = text[text["year"] == year].set_index("school_id")
    unique(here, file)
    return here


def read_group(path: Path, column: str, report: ImportReport) -> pd.Series:
    """Read ``lep_sch`` or ``iep_sch``: students of the group in each school, missing where blank."""
    columns = {"sch_id": "school_id", "year": "year", "student_group": "group", column: "students"}
    text = read_text(path, Sheet(columns, keep=lambda rows: rows["group"] == "All Students"), report)
    here = _of_year(text, YEAR, path.name)
    return numbers(here["students"], f"{path.name}, {column}", {}, report)


def read_labels(path: Path, report: ImportReport) -> pd.DataFrame:
    """Read ``acctbly_essa_sch``: support status (2017-18), the most severe of a school's levels."""
    text = read_text(path, Sheet({"sch_id": "school_id", "acctbly_label": "label"}), report)
    severity = text["label"].map({"CSI": 2, "TSI": 1}).fillna(0).groupby(text["school_id"]).max()
    repeated = len(text) - len(severity)
    if repeated:
        report.note(
            f"{path.name}: {repeated} rows repeat a school at another level; its most severe label holds"
        )
    return pd.DataFrame({"support_status": severity.map({2: "CSI", 1: "TSI", 0: "none"})})


def read_parts(path: Path, report: ImportReport, sheet: Sheet = PARTS_SHEET) -> pd.DataFrame:
    """Read ESSA spending: dollars per student (`per_student`), and each part's share of them.

    The parts do not add to the whole; the rest is the district's shared cost (`shared`). Parts that exceed
    the whole are brought down to it; those of more than twice the whole say nothing of it and are missing.
    Other columns of `sheet` are kept as they are.
    """
    text = read_text(path, sheet, report)
    # STATE_SCH_ID is the county (1 to 3 digits) before the 6 digits of the school.
    key = text.pop("state_id").str[-ID_WIDTH:]
    blank = key.isna()
    report.drop(f"rows of {path.name}", "a total row or no school id", count=int(blank.sum()))
    text = text[~blank].set_index(key[~blank].rename("school_id"))
    unique(text, path.name)
    frame = pd.DataFrame(
        {name: numbers(text[name], f"{path.name}, {name}", NOT_APPLICABLE, report) for name in PARTS}
    )
    whole = frame.pop("whole")
    whole = whole.where(whole > 0)
    return (
        text.drop(columns=list(PARTS))
        .join(_shares(frame, whole, path.name, report))
        .assign(per_student=whole)
    )


def _shares(parts: pd.DataFrame, whole: pd.Series, file: str, report: ImportReport) -> pd.DataFrame:
    """Return each part, and what the parts leave (`shared`), as shares of the whole."""
    over = parts.sum(axis=1, skipna=False) / whole
    less, more, absurd = over < 1 - ROUNDING, over > 1 + ROUNDING, over > MOST_OVER
    report.drop(
        "spending by source",
        f"parts of more than {MOST_OVER:g} times all funds in {file}",
        over.index[absurd],
    )
    if less.any() or more.any():
        report.note(
            f"{file}: the parts of {int(less.sum()):,} schools are less than all funds, the rest is shared "
            f"cost; those of {int((more & ~absurd).sum()):,} are more, and are brought down to all funds"
        )
    shares = parts.div(whole * over.clip(lower=1), axis=0).mask(absurd)
    return shares.assign(shared=1 - shares.sum(axis=1, skipna=False)).mask(shares.isna().any(axis=1))


def read_revenue(path: Path, report: ImportReport) -> pd.DataFrame:
    """Read ``rev_exp_dist``: each district's revenue by source, 2015-16 [dollars a year]."""
    columns = {
        "sch_id": "district",
        "year": "year",
        "type": "type",
        "tot_pp": "of",
        "category": "source",
        "value": "dollars",
    }

    def revenue(rows: pd.DataFrame) -> pd.Series:
        return (rows["year"] == REVENUE_YEAR) & (rows["type"] == "revenue") & (rows["of"] == "total")

    text = read_text(path, Sheet(columns, keep=revenue), report)
    text["dollars"] = numbers(text["dollars"], f"{path.name}, value", {}, report)
    return text.pivot(index="district", columns="source", values="dollars")[["state", "local", "federal"]]


def read_average_pay(path: Path, report: ImportReport) -> pd.Series:
    """Read ``fin_summary_dist``: each district's average teacher salary [dollars a year]."""
    columns = {"sch_id": "district", "year": "year", "category": "category", "value": "dollars"}

    def salary(rows: pd.DataFrame) -> pd.Series:
        return (rows["year"] == YEAR) & (rows["category"] == "avg_t_sal")

    text = read_text(path, Sheet(columns, keep=salary), report).set_index("district")
    pay = numbers(text["dollars"], f"{path.name}, avg_t_sal", {}, report)
    return pay.where(pay > 0)


def read_schedule(path: Path, report: ImportReport) -> pd.Series:
    """Read a salary schedule: pay by district, rank and years of experience [dollars a year].

    Of the lanes I, II and III the first that a district uses for the rank; a zero is an unused step, not a
    salary.
    """
    columns = {"District": "district", "Rank": "rank", "Years": "years"} | {lane: lane for lane in LANES}
    text = read_text(path, Sheet(columns), report)
    blank = text["district"].isna() | text["rank"].isna()
    report.drop(f"rows of {path.name}", "no district or no rank", count=int(blank.sum()))
    text = text[~blank]
    years = numbers(text["years"], f"{path.name}, Years", {}, report)
    index = pd.MultiIndex.from_arrays([text["district"].str[:DISTRICT_WIDTH], text["rank"], years])
    lanes = pd.DataFrame(
        {lane: numbers(text[lane], f"{path.name}, {lane}", {}, report).to_numpy() for lane in LANES},
        index=index.set_names(["district", "rank", "years"]),
    )
    paid = lanes.where(lanes > 0)
    used = paid.notna().groupby(level=["district", "rank"]).transform("any")
    pay = paid["III"].where(~used["II"], paid["II"]).where(~used["I"], paid["I"])
    unused = int(pay.isna().sum())
    if unused:
        report.note(f"{path.name}: {unused:,} steps of zero dollars are unused, not salaries")
    return pay.dropna()


def complete_schedules(schedule: pd.Series) -> set[str]:
    """Return the districts whose schedule has every rank."""
    ranks = schedule.index.to_frame(index=False).groupby("district")["rank"].agg(set)
    return set(ranks.index[ranks.map(lambda own: set(RANKS) <= own)])
