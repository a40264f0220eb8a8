"""`review`: a state's data set in, one row a district out, and a table of gaps for each that is reviewed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from planner.diagnosis import Diagnosis, MetricResult, Settings, diagnose
from planner.diagnosis.results import SchoolFigure
from planner.disclosure import FEWEST
from planner.district import Agency, District, Fund, make_district
from planner.equity.statistics import efig_equity_factor
from planner.problems import Problem, raise_all
from planner.review.results import Compared, DistrictReview, Review
from planner.review.selecting import COMPREHENSIVE, TARGETED, SignificantNumbers

# Gaps are described here, not tested: intervals would take most of the time and are in `planner diagnose`.
FEWEST_DRAWS = 2
MOST_SENTENCES = 3
FEWEST_AGENCIES = 2
NOTES = (
    "A difference is where to look, not what caused it: identified schools may serve students whom the "
    "district means to give more, or be small.",
    "CSI, TSI and ATSI are as the data set's support_status says; a school without a status counts as none.",
)


def review(
    district: District,
    rule: SignificantNumbers | None = None,
    settings: Settings | None = None,
    every: bool = False,
) -> Review:
    """Review resource allocation in every district of a data set.

    Parameters
    ----------
    district
        The data set of a state, or of one district.
    rule
        From how many identified schools on a district is reviewed.
    settings
        The definitions of the diagnosis behind it.
    every
        Compare schools in all districts with an identified school, not only in those the rule selects.

    Raises
    ------
    InputProblems
        If the schools have no support status.
    """
    if "support_status" not in district.schools or district.schools["support_status"].isna().all():
        expected = "the column support_status: CSI, TSI, ATSI or none"
        raise_all([Problem("schools", "no support status", expected, "see docs/tables.md")])
    rule = rule or SignificantNumbers()
    settings = (settings or Settings()).model_copy(update={"draws": FEWEST_DRAWS})
    rows = []
    for name, schools in district.schools.groupby("district_id", sort=True):
        row = _counted(district, str(name), schools, rule)
        if settings.suppress and row.students is not None and row.students < FEWEST:
            row = replace(row, students=None)
        if row.csi + row.tsi + row.atsi and (row.reviewed or every):
            row = _measured(row, alone(district, row.district_id), settings)
        rows.append(row)
    rows.sort(key=lambda row: (not row.reviewed, -row.csi, -(row.students or 0.0), row.district_id))
    notes = (*NOTES, *_federal_notes(district))
    return Review(district.name, district.facts.school_year, rule.statement(), tuple(rows), notes)


def _federal_notes(district: District) -> Iterator[str]:
    """Say the federal equity factor, where the children in poverty of every district are known."""
    agencies = district.facts.districts
    ids = district.schools.set_index("school_id")["district_id"]
    everyone = district.enrollment[district.enrollment["group"] == "all"]
    enrolled = everyone["students"].groupby(everyone["school_id"].map(ids)).sum()
    dollars = district.budget["dollars"].groupby(district.budget["school_id"].map(ids)).sum()
    counted = [agencies.get(str(name), Agency()).children_in_poverty for name in enrolled.index]
    poor = np.array([np.nan if count is None else count for count in counted])
    factor = efig_equity_factor(dollars.reindex(enrolled.index), enrolled, poor)
    if len(enrolled) >= FEWEST_AGENCIES and np.isfinite(factor):
        yield (
            f"Equity factor of the federal incentive grants (20 USC 6337(b)(3)): {factor:.3f}, of the "
            "schools and dollars of this data set. The law counts all current expenditure of every district."
        )


def alone(district: District, district_id: str) -> District:
    """Return one district of a data set as a data set of its own, with its own part of each fund."""
    schools = district.schools
    ids = set(schools["school_id"][schools["district_id"] == district_id])
    tables = {
        name: table[table["school_id"].isin(ids)].reset_index(drop=True)
        for name, table in district.tables.items()
    }
    funds = {name: _own_part(fund, district_id, ids) for name, fund in district.facts.funds.items()}
    named = {code: agency for code, agency in district.facts.districts.items() if code == district_id}
    return make_district(district.facts.model_copy(update={"funds": funds, "districts": named}), tables)


def _own_part(fund: Fund, district_id: str, schools: set[str]) -> Fund:
    """Return a fund with one district's dollars, and its schools alone where schools are named."""
    own: dict[str, Any] = {}
    if isinstance(fund.dollars, dict):
        own["dollars"] = {district_id: fund.dollars.get(district_id, 0.0)}
    if isinstance(fund.schools, list):
        own["schools"] = [school for school in fund.schools if school in schools]
    return fund.model_copy(update=own)


def _counted(
    district: District, name: str, schools: pd.DataFrame, rule: SignificantNumbers
) -> DistrictReview:
    statuses, table = schools["support_status"], district.enrollment
    everyone = table[(table["group"] == "all") & table["school_id"].isin(schools["school_id"])]
    count = {kind: int((statuses == kind).sum()) for kind in (COMPREHENSIVE, *TARGETED)}
    agency = district.facts.districts.get(name, Agency())
    return DistrictReview(
        district_id=name,
        name=agency.name,
        child_poverty=_child_poverty(agency),
        schools=len(schools),
        students=float(everyone["students"].sum()),
        csi=count[COMPREHENSIVE],
        tsi=count["TSI"],
        atsi=count["ATSI"],
        reasons=rule.reasons(statuses),
    )


def _child_poverty(agency: Agency) -> float | None:
    if agency.children is None or agency.children_in_poverty is None or agency.children == 0:
        return None
    return agency.children_in_poverty / agency.children


def _measured(row: DistrictReview, district: District, settings: Settings) -> DistrictReview:
    schools = district.schools
    identified = set(schools["school_id"][schools["support_status"].isin((COMPREHENSIVE, *TARGETED))])
    found = diagnose(district, settings)
    sentences = tuple(each.sentence for each in found.ranking if each.headline is not None)
    compared = sorted(_compared(found, identified), key=lambda each: (-each.disadvantage, each.metric))
    return replace(row, compared=tuple(compared), high_need=sentences[:MOST_SENTENCES])


def _compared(found: Diagnosis, identified: set[str]) -> Iterator[Compared]:
    for dimension in found.dimensions:
        for metric in dimension.metrics:
            # What no lever moves, such as who sits beside whom, is no resource that a district hands out.
            if metric.ranked and metric.levers and metric.better != "level":
                yield from _sides(dimension.title, metric, identified)


def _sides(dimension: str, metric: MetricResult, identified: set[str]) -> Iterator[Compared]:
    ours = _average(row for row in metric.schools if row.school_id in identified)
    theirs = _average(row for row in metric.schools if row.school_id not in identified)
    size = 1.0 if metric.unit == "share" else abs(metric.mean)
    if ours is None or theirs is None or size == 0:
        return
    worse = ours.mean - theirs.mean if metric.better == "less" else theirs.mean - ours.mean
    figures = (ours.mean, theirs.mean, ours.schools, theirs.schools, worse / size)
    yield Compared(dimension, metric.name, metric.title, metric.unit, *figures)


@dataclass(frozen=True, slots=True)
class _Average:
    """What the average student of some schools meets, over the schools with a figure that is not withheld."""

    mean: float
    schools: int


def _average(rows: Iterable[SchoolFigure]) -> _Average | None:
    known = [(row.value, row.students) for row in rows if row.value is not None and row.students]
    students = sum(count for _, count in known)
    if students < FEWEST:
        return None
    values, weights = np.array(known, dtype=float).T
    return _Average(float(np.average(values, weights=weights)), len(known))
