"""Kentucky: schools, students, teachers, salary schedules and spending of 2016-17, 2017-18 or 2020-21."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Literal

import numpy as np
import pandas as pd
from pydantic import Field

from planner.problems import Problem, raise_all
from planner.sources.base import SOURCES, Draft, Options, SourceFile
from planner.sources.choosing import beside, find_district, leave_out
from planner.sources.frames import agencies, join, tall
from planner.sources.kentucky import files as ky
from planner.sources.kentucky import money as ky_money
from planner.sources.kentucky import years as ky_years
from planner.sources.kentucky.groups import GROUPS, filled_together, with_groups
from planner.sources.kentucky.years import FIRST, YEARS, Year
from planner.sources.reading import locate
from planner.sources.report import ImportReport
from planner.sources.spending import (
    OTHER_STAFF,
    SOURCES_OF_MONEY,
    budget_lines,
    charge_pay,
    plan_federal,
    planned_funds,
    title_i_estimate,
)
from planner.sources.staffing import cut_to_budget, pay_with_benefits, staff_table
from planner.tables import EXPERIENCES

OTHER = "nonpersonnel"
FIRST_DEVELOPING, FIRST_EXPERIENCED = 3, 10
BAND_YEARS = {"novice": 1, "developing": 6}
# No Kentucky file gives the rate: an assumption, listed as imputed and open as an option.
BENEFIT_RATE = 0.30
# Kentucky's SEEK formula adds 0.15 for free meals (702 KAR 3:270, section 1(1)) and, by the state's budget,
# 0.096 for limited English proficiency (not checked against its text). Its weights for disability go by kind
# (2.35, 1.17, 0.24), which no file counts: 0.90 is the extra cost that Chambers and others found (2002).
NEED_WEIGHTS = {"low_income": 0.15, "english_learner": 0.096, "disability": 0.90}
REGULAR = "A1"
# Rank III, a bachelor's degree, is the lowest of a certified teacher (KRS 161.1211).
LOWEST_RANK = "III"
TITLE_I_NOTE = "within the estimate of federal dollars per student above the district's other schools"


class KentuckyOptions(Options):
    """Options of the Kentucky import."""

    district: str = Field(description="district number such as 165, its name, or 'all' for the state")
    year: Literal["newest", "2020-21", "2017-18", "2016-17"] = Field(
        default="newest", description="school year; the newest whose files are all in the folder"
    )
    tidy: Path | None = Field(
        default=None, description="folder with profile_sch, lep_sch and iep_sch; looked for beside the folder"
    )
    benefit_rate: float = Field(default=BENEFIT_RATE, ge=0, le=2, description="benefits per dollar of pay")
    min_students: int = Field(default=50, ge=1, description="schools with fewer students count as special")


@dataclass(frozen=True)
class _Districts:
    """The school year, and what is known of districts rather than schools."""

    year: Year
    revenue: pd.DataFrame
    average_pay: pd.Series
    schedule: pd.Series


@SOURCES.register("ky-report-card")
class KentuckyReportCard:
    """Schools, students, teachers and spending of one district or the whole state, in one of three years."""

    kind: ClassVar[str] = "ky-report-card"
    title: ClassVar[str] = "Kentucky School Report Card, 2016-17, 2017-18 and 2020-21"
    description: ClassVar[str] = (
        "Spending, students, teachers and their average experience by school; salary schedules by district."
    )
    files: ClassVar[tuple[SourceFile, ...]] = (
        *FIRST.files,
        *(
            SourceFile(file.name, f"{file.title}, for {year.label}", required=False)
            for year in YEARS
            for file in year.files
            if file not in FIRST.files
        ),
        SourceFile("df_header.csv", "Title I status of the years after 2016-17", required=False),
    )
    tidy_files: ClassVar[tuple[SourceFile, ...]] = (
        SourceFile("profile_sch*.csv", "type, grades, Title I and place of schools"),
        SourceFile("lep_sch*.csv", "English learners"),
        SourceFile("iep_sch*.csv", "students with disabilities"),
        SourceFile("acctbly_essa_sch*.csv", "ESSA support status"),
        SourceFile("rev_exp_dist*.csv", "district revenue by source"),
        SourceFile("fin_summary_dist*.csv", "average teacher salary of districts"),
    )
    not_read: ClassVar[dict[str, str]] = {
        "teach_sch*.csv, frpl_sch*.csv, race_sch*.csv": "the school profile has the same figures, or more",
        "seek_dist*.csv": "the state's formula by district; rev_exp_dist has the state's part of all revenue",
    }
    options: ClassVar[type[Options]] = KentuckyOptions

    def read(self, folder: Path, options: KentuckyOptions, report: ImportReport) -> Draft:
        """Read the files of `folder` and of the tidy folder beside it into a data set."""
        year, files, problems = ky_years.choose(options.year, folder)
        found = beside(folder, "profile_sch*.csv")
        tidy, missing = locate(options.tidy or (found.parent if found else folder), self.tidy_files)
        raise_all(problems + missing)
        files |= tidy
        header, _ = locate(folder, [file for file in self.files if file.name == "df_header.csv"])
        if year.staff:
            files |= header
        profile = _profile(year, files, report)
        names = dict(zip(profile["district"], profile["district_name"], strict=True))
        wanted, unknown = find_district(options.district, names, ky.DISTRICT_WIDTH)
        raise_all(unknown)
        everywhere = _described(profile, year, files, ImportReport(self.kind))
        title_i = title_i_estimate(*_federal(everywhere))
        chosen = profile if wanted is None else profile[profile["district"] == wanted]
        districts = _districts(year, files, report)
        lowest_pay = float(districts.schedule.xs(LOWEST_RANK, level="rank").min())
        schools = _kept(_described(chosen, year, files, report), lowest_pay, options, report)
        if year.accountability:
            ky_years.note_district_row(files[year.spending], schools, report)
        return _draft(with_groups(schools, report), districts, title_i, options, report)


def _profile(year: Year, files: Mapping[str, Path], report: ImportReport) -> pd.DataFrame:
    """Return the schools of the year with what its own files, and those of 2016-17, say of them."""
    first = ky.read_profile(files["raw_2017.csv"], report)
    if year is FIRST:
        _note_headcount(first["teachers"], report)
        return first.assign(growth=1.0)
    return ky_years.later_profile(year, first, files, report)


def _note_headcount(teachers: pd.Series, report: ImportReport) -> None:
    """Say that teachers called full-time equivalents are whole persons, where no school has a part of one."""
    if (teachers.dropna() % 1 == 0).all():
        note = "raw_2017.csv has whole numbers alone; a teacher of two schools counts in both"
        report.imputations.record("headcount_as_fte", "staff", "fte", "every row", note)


def _districts(year: Year, files: Mapping[str, Path], report: ImportReport) -> _Districts:
    return _Districts(
        year,
        ky.read_revenue(files["rev_exp_dist*.csv"], report),
        ky.read_average_pay(files["fin_summary_dist*.csv"], report),
        ky.read_schedule(files[year.schedule], report),
    )


def _described(
    profile: pd.DataFrame, year: Year, files: Mapping[str, Path], report: ImportReport
) -> pd.DataFrame:
    """Add to each school what the other files say of it."""
    tables = {
        "profile_sch*.csv": ky.read_kinds(files["profile_sch*.csv"], report),
        "lep_sch*.csv": ky.read_group(files["lep_sch*.csv"], "lep_total", report).to_frame("english_learner"),
        "iep_sch*.csv": ky.read_group(files["iep_sch*.csv"], "iep_total", report).to_frame("disability"),
    }
    if year.accountability:
        path = files[year.accountability]
        tables[year.accountability] = ky_years.read_accountability(path, report)
    else:
        tables["acctbly_essa_sch*.csv"] = ky.read_labels(files["acctbly_essa_sch*.csv"], report)
    if year is FIRST:
        parts = ky.read_parts(files[year.spending], report)
        tables[year.spending] = parts.drop(columns="per_student")
    schools = profile
    for name, table in tables.items():
        schools = join(schools, table, files[name].name, report)
    if "df_header.csv" in files:
        schools = ky_years.with_title_i(schools, files["df_header.csv"], report)
    return _identified(ky_years.as_of(year, schools))


def _identified(schools: pd.DataFrame) -> pd.DataFrame:
    """Add the school's dollars, and the federal ids of the school and its district."""
    dollars = schools["per_student"] * schools["students"]
    federal = schools["nces_id"].fillna(schools["federal_id"])
    lea = federal.str[:7].groupby(schools["district"]).first()
    return schools.assign(
        dollars=dollars.where(dollars > 0), federal_id=federal, district_id=schools["district"].map(lea)
    )


def _federal(schools: pd.DataFrame) -> tuple[pd.Series, pd.DataFrame]:
    """Return federal dollars spent at ordinary schools whose spending is known, and those schools."""
    federal = (schools["federal_staff"] + schools["federal_other"]) * schools["dollars"]
    known = schools[federal.notna() & (schools["kind"] == REGULAR)]
    return federal[known.index].clip(lower=0), known


def _kept(
    schools: pd.DataFrame, lowest_pay: float, options: KentuckyOptions, report: ImportReport
) -> pd.DataFrame:
    undescribed = {
        "no students reported": schools["students"].isna(),
        "no spending reported": schools["dollars"].isna(),
        "no teachers": schools["teachers"].isna() | (schools["teachers"] <= 0),
        "its teachers at the lowest pay would cost more than all its spending": (
            schools["teachers"] * lowest_pay > schools["dollars"]
        ),
    }
    special = {
        f"special: not of type {REGULAR}, an ordinary school": schools["kind"] != REGULAR,
        f"special: fewer than {options.min_students} students": schools["students"] < options.min_students,
    }
    kept = leave_out(schools, undescribed if options.include_special else special | undescribed, report)
    raise_all(
        []
        if len(kept)
        else [Problem("schools", "none left", "a school with students, teachers and spending")]
    )
    without = kept["federal_id"].isna()
    if without.any():
        report.note(f"{', '.join(kept.index[without])}: no federal id; the state's school code stands in")
    ids = kept["federal_id"].where(~without, kept.index.to_series())
    return kept.set_axis(pd.Index(ids, name="school_id"))


def _draft(
    schools: pd.DataFrame,
    districts: _Districts,
    title_i: pd.Series,
    options: KentuckyOptions,
    report: ImportReport,
) -> Draft:
    years = _years(schools, report)
    teachers = _bands(schools["teachers"], years, report)
    salaries = _salaries(schools, teachers, years, districts, report)
    uses = ky_money.spending(schools, districts.revenue, districts.year is FIRST, report)
    staff = staff_table(teachers, salaries)
    uses = ky_money.with_pay(uses, pay_with_benefits(staff, options.benefit_rate), report)
    people = uses[uses["use"] == OTHER_STAFF].set_index("school_id")[list(SOURCES_OF_MONEY)]
    staff, lowered = cut_to_budget(staff, options.benefit_rate, people.sum(axis=1))
    record = report.imputations.record
    record("assumed", "staff", "salary", lowered, "cut to what the school spends on pay and benefits")
    how = "assumed" if options.benefit_rate == BENEFIT_RATE else "entered"
    record(how, "district.yaml", "benefit_rate", "the rate", "benefits per dollar of pay, from no file")
    lines = budget_lines(uses, charge_pay(people, pay_with_benefits(staff, options.benefit_rate)))
    lines = plan_federal(lines, schools, title_i)
    record("proportional_to_poverty", "budget", "dollars", "every line of the fund title_i", TITLE_I_NOTE)
    record(
        "state_and_local_first", "budget", "dollars", "every line of the use staff, and other_staff beside it"
    )
    columns = ["district_id", "school_name", "level", "title_i", "support_status", "latitude", "longitude"]
    enrollment = schools[[*GROUPS, *ky.RACES]]
    enrollment.insert(0, "all", schools["students"])
    tables = {
        "schools": schools.reset_index()[["school_id", *columns]],
        "enrollment": tall(enrollment, "group", "students"),
        "staff": staff,
        "budget": lines,
        "indicators": _indicators(schools),
    }
    return Draft(_facts(schools, lines, districts.year, options, report), tables)


def _years(schools: pd.DataFrame, report: ImportReport) -> pd.Series:
    years = schools["average_years"].where(schools["average_years"] > 0)
    where, expected = "teachers' average years of experience", "a figure of at least one school"
    raise_all([Problem(where, "none known", expected)] if years.isna().all() else [])
    cells = ("staff", "fte")
    return report.imputations.fill_with_means(years, schools["teachers"], schools, cells, "average years")


def _bands(fte: pd.Series, years: pd.Series, report: ImportReport) -> pd.DataFrame:
    """Split teachers into bands by their average years [FTE]: shares past n years are exp(-n / average)."""
    past = {start: np.exp(-start / years) for start in (FIRST_DEVELOPING, FIRST_EXPERIENCED)}
    novice = (fte * (1 - past[FIRST_DEVELOPING])).round(2)
    experienced = (fte * past[FIRST_EXPERIENCED]).round(2)
    note = f"novice under {FIRST_DEVELOPING} years, experienced from {FIRST_EXPERIENCED}"
    report.imputations.record("exponential_years", "staff", "fte", "every row", note)
    frame = {
        "novice": novice,
        "developing": (fte - novice - experienced).round(2),
        "experienced": experienced,
    }
    return pd.DataFrame(frame)[list(EXPERIENCES)]


def _salaries(
    schools: pd.DataFrame,
    teachers: pd.DataFrame,
    years: pd.Series,
    districts: _Districts,
    report: ImportReport,
) -> pd.DataFrame:
    """Return pay by school and band: the district's schedule by rank, scaled to its published mean."""
    ranks = _rank_shares(schools, report)
    pay = _schedule_pay(schools["district"], ranks, years, districts.schedule)
    by = schools["district"]
    mean = (teachers * pay).sum(axis=1).groupby(by).sum() / teachers.sum(axis=1).groupby(by).sum()
    # The published mean is of 2016-17, and so is the schedule of 2017-18 at hand; the one of 2020-21 is not.
    published_mean = districts.average_pay.reindex(mean.index)
    if districts.year.schedule != FIRST.schedule:
        published_mean[:] = np.nan
    factor = (published_mean / mean).fillna(1.0)
    names = schools["district_name"].groupby(by).first()
    known = ky.complete_schedules(districts.schedule)
    cells, record = ("staff", "salary"), report.imputations.record
    record(
        "schedule",
        *cells,
        "every row",
        "by rank, the first lane used, at 1, 6 and 10 more than the average years",
    )
    if districts.year is not FIRST:
        record("earlier_year", *cells, "every row", "teachers by rank as in 2016-17")
    record(
        "state_mean",
        *cells,
        [str(names[d]) for d in names.index if d not in known],
        "schedule of all districts",
    )
    published = names[published_mean.reindex(names.index).notna()]
    record("scaled_to_published", *cells, published.astype(str), "average teacher salary, 2016-17")
    return pay.mul(by.map(factor), axis=0)


def _schedule_pay(by: pd.Series, ranks: pd.DataFrame, years: pd.Series, schedule: pd.Series) -> pd.DataFrame:
    """Return pay by school and band at the schedule's steps, mixed by the school's ranks [dollars a year]."""
    everywhere = schedule.groupby(level=["rank", "years"]).mean()
    known = ky.complete_schedules(schedule)
    pay = pd.DataFrame(0.0, index=by.index, columns=list(EXPERIENCES))
    for district, members in by.groupby(by):
        own = schedule.xs(district, level="district") if district in known else everywhere
        for rank in ky.RANKS:
            steps = own.xs(rank, level="rank").sort_index()
            for band in EXPERIENCES:
                reached = BAND_YEARS.get(band, FIRST_EXPERIENCED + years[members.index])
                pay.loc[members.index, band] += ranks.loc[members.index, rank] * np.interp(
                    reached, steps.index.to_numpy(), steps.to_numpy()
                )
    return pay


def _rank_shares(schools: pd.DataFrame, report: ImportReport) -> pd.DataFrame:
    """Return each school's teachers by rank as shares that sum to one; the district's mean where unknown."""
    own = schools[[f"rank {rank}" for rank in ky.RANKS]].set_axis(list(ky.RANKS), axis=1)
    total = own.sum(axis=1, min_count=1)
    shares = own.div(total.where(total > 0), axis=0)
    return filled_together(shares, schools["teachers"], schools, ("staff", "salary"), report)


def _indicators(schools: pd.DataFrame) -> pd.DataFrame:
    """Return what the year's files publish beside money: the files after 2016-17 have years alone."""
    figures = schools[["average_years"]]
    if "provisional" in schools:
        teachers = schools["teachers"]
        by_race = schools["teachers_by_race"]
        figures = schools[["students_per_teacher", "average_years"]].assign(
            provisional_teachers=schools["provisional"] / 100,
            board_certified_teachers=schools["board_certified"] / teachers,
            teachers_of_color=1 - schools["white_teachers"] / by_race.where(by_race > 0),
            # Nobody ever attending is a school that did not report.
            attendance=(schools["attendance"] / 100).where(schools["attendance"] > 0),
            devices=(schools["students"] / schools["students_per_computer"]).round(),
        )
    return tall(figures.round(4), "indicator", "value").assign(group="all")


def _facts(
    schools: pd.DataFrame, lines: pd.DataFrame, year: Year, options: KentuckyOptions, report: ImportReport
) -> dict[str, Any]:
    labels = "2021-22" if year.accountability else "2017-18"
    one = schools["district_id"].nunique() == 1
    return {
        "name": str(schools["district_name"].iloc[0]) if one else "Kentucky",
        "school_year": year.label,
        "benefit_rate": options.benefit_rate,
        "need_weights": NEED_WEIGHTS,
        "funds": planned_funds(lines, schools["district_id"]),
        "districts": agencies(schools),
        "sources": {file.name: "Kentucky Department of Education" for file in report.files},
        "notes": f"Dollars are spending per student times membership. Support status is that of {labels}.",
    }
