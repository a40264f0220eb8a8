"""The equity rows of a plan: every index of every measure, and the statistics that are only reported."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from planner.case import Case
from planner.equity.evaluate import Evaluator, Judgement, library_measures
from planner.equity.measures.base import Measure
from planner.equity.statistics import (
    atkinson,
    coefficient_of_variation,
    exposure_gap,
    exposure_rate,
    federal_range_ratio,
    mcloone,
    progressivity_ratio,
    theil_l,
    theil_t,
    verstegen,
)
from planner.outcome import Outcome, Today
from planner.plan import IndexRow, Statistic, known, rounded
from planner.resources import Resources, teachers_of_experience

NOVICE_SHARE = "novice share of teachers"
# Measures whose amounts belong to all of a school's students, so that poor and other students compare.
WHOLE_SCHOOL = ("dollars", "teachers", "experienced_teachers", "novice_teachers")
SPREAD_STATISTICS: dict[str, Callable[[np.ndarray, np.ndarray], float]] = {
    "coefficient of variation": coefficient_of_variation,
    "Theil T": theil_t,
    "Theil L": theil_l,
    "Atkinson 0.5": atkinson,
    "McLoone": mcloone,
    "Verstegen": verstegen,
    "federal range ratio": federal_range_ratio,
}
type Figures = dict[tuple[str, str], float]


def judge(outcome: Outcome) -> list[Judgement]:
    """Return every measure and index of a plan and of today, the scenario's own terms first."""
    return Evaluator(outcome.case).judge(outcome)


def index_rows(judgements: Sequence[Judgement]) -> tuple[IndexRow, ...]:
    """Return every index of every measure, those that were optimised first."""
    return tuple(
        IndexRow(
            item.measure.label,
            item.index.label,
            item.weight,
            rounded(item.before, "index"),
            rounded(item.after, "index"),
        )
        for item in judgements
    )


def statistic_rows(outcome: Outcome) -> tuple[Statistic, ...]:
    """Return the statistics that are reported and never optimised; after is the mean of the plan's years.

    What is missing or undefined is None.
    """
    case = outcome.case
    measures = library_measures(case)
    before = case.once(("statistics",), lambda: _figures(Today(case), 0, measures))
    years = [_figures(outcome, year, measures) for year in range(len(case.years))]
    return tuple(
        Statistic(*key, known(value, "index"), known(float(np.mean([each[key] for each in years])), "index"))
        for key, value in before.items()
    )


def _figures(resources: Resources, year: int, measures: list[Measure]) -> Figures:
    case = resources.case
    amounts = {
        measure.label: np.asarray(measure.amount(resources, year), dtype=float) for measure in measures
    }
    figures: Figures = {}
    for measure in measures:
        figures |= _spread(
            measure.label, amounts[measure.label], np.asarray(measure.weights(case), dtype=float)
        )
    by = case.scenario.high_need.by
    if by in case.groups and not np.isnan(case.groups[by]).any():
        for measure in measures:
            if measure.kind in WHOLE_SCHOOL:
                key = (measure.label, f"progressivity ratio {by}")
                figures[key] = _progressivity(case, amounts[measure.label], by)
        figures |= _exposure(case, _novice_share(resources, year), by)
    return figures


def _spread(label: str, amounts: np.ndarray, weights: np.ndarray) -> Figures:
    """Need-weighted statistics of a measure; a measure no school has students for has none."""
    counted = weights > 0
    if not counted.any():
        return {}
    each = amounts[counted] / weights[counted]
    return {(label, name): statistic(each, weights[counted]) for name, statistic in SPREAD_STATISTICS.items()}


def _progressivity(case: Case, amounts: np.ndarray, by: str) -> float:
    """Amounts per plain student: weighting for need would hide what the ratio asks."""
    return progressivity_ratio(amounts / case.students, case.groups[by] / case.students, case.students)


def _novice_share(resources: Resources, year: int) -> np.ndarray:
    """Novice FTE as a share of each school's teachers; NaN where it has none."""
    teachers = resources.total([resources.staff(pool, year) for pool in resources.case.teacher_pools])
    novices = teachers_of_experience(resources, year, "novice")
    return np.asarray(np.divide(novices, teachers, out=np.full(len(teachers), np.nan), where=teachers > 0))


def _exposure(case: Case, rates: np.ndarray, by: str) -> Figures:
    """Rate of novice teachers that students of the group, and all others, meet (20 USC 6311(g)(1)(B))."""
    group = case.groups[by]
    others = case.students - group
    return {
        (NOVICE_SHARE, f"exposure rate {by}"): exposure_rate(rates, group),
        (NOVICE_SHARE, f"exposure rate not {by}"): exposure_rate(rates, others),
        (NOVICE_SHARE, f"exposure gap {by}"): exposure_gap(rates, group, others),
    }
