"""`diagnose`: a data set in, the ten dimensions out."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from planner.case import HIGH_NEED
from planner.diagnosis.averages import hidden_by_averages
from planner.diagnosis.base import DIMENSIONS, Dimension, Metric, NotMeasured
from planner.diagnosis.defining import definitions_of, notes_of
from planner.diagnosis.facts import Facts
from planner.diagnosis.measuring import measured
from planner.diagnosis.ranking import described, ranked
from planner.diagnosis.results import Diagnosis, DimensionResult, MetricResult, NotComputed
from planner.diagnosis.settings import Settings
from planner.district import District
from planner.problems import Problem, nearest, raise_all

__all__ = ["diagnose"]


def diagnose(
    district: District, settings: Settings | None = None, peers: District | None = None
) -> Diagnosis:
    """Measure a district on the ten dimensions of resource equity.

    Parameters
    ----------
    district
        The data set; several districts are taken together, high-need schools inside each.
    settings
        What counts as high-need and novice, state figures, whether small counts are withheld.
    peers
        Another data set whose averages stand beside the district's.

    Returns
    -------
    Diagnosis
        The same for the same data and settings, whatever the order of the rows.

    Raises
    ------
    InputProblems
        If the settings name a student group, a band of experience or a metric that does not exist.
    """
    settings = settings or Settings()
    facts = Facts(district, settings)
    raise_all(_problems(facts))
    others = Facts(peers, settings) if peers is not None else None
    sections = [_section(DIMENSIONS[name](), name, facts, others) for name in DIMENSIONS]
    raise_all(_state_problems(settings, sections))
    dimensions = ranked(sorted(sections, key=lambda each: each.number))
    return Diagnosis(
        district=district.name,
        school_year=district.facts.school_year,
        students=float(facts.students.sum()),
        schools=len(facts),
        definitions=definitions_of(facts),
        dimensions=dimensions,
        hidden=hidden_by_averages(dimensions),
        notes=notes_of(facts, dimensions),
        peers=peers.name if peers is not None else None,
        suppressed=settings.suppress,
    )


def _section(dimension: Dimension, name: str, facts: Facts, peers: Facts | None) -> DimensionResult:
    results: list[MetricResult] = []
    missing: list[NotComputed] = []
    for metric in dimension.metrics(facts):
        outcome = _tried(metric, facts, peers)
        if isinstance(outcome, MetricResult):
            results.append(outcome)
        else:
            missing.append(outcome)
    why = "the planner's tables do not hold it"
    missing += [NotComputed(each.name, each.title, why, each.needs) for each in dimension.unavailable()]
    return described(dimension, name, tuple(results), tuple(missing))


def _tried(metric: Metric, facts: Facts, peers: Facts | None) -> MetricResult | NotComputed:
    refused = partial(NotComputed, metric.name, metric.title, needs=metric.needs)
    try:
        # What is absent is named before what is assumed: a table that is not there is the plainer reason.
        result = measured(metric, facts, peers)
        facts.require_observed(metric.columns)
        return result
    except NotMeasured as reason:
        return refused(why=str(reason))


def _problems(facts: Facts) -> Iterable[Problem]:
    by = facts.settings.high_need.by
    if by not in facts.case.groups:
        yield Problem(
            f"{HIGH_NEED}.by", f"'{by}'", "a student group of the data", nearest(by, facts.group_names)
        )
    known = {"novice", "developing", "experienced"}
    for band in facts.settings.novice:
        if band not in known:
            yield Problem("novice", f"'{band}'", f"one of {', '.join(sorted(known))}", nearest(band, known))


def _state_problems(settings: Settings, sections: Iterable[DimensionResult]) -> Iterable[Problem]:
    known = {each.name for section in sections for each in section.metrics}
    known |= {each.name for section in sections for each in section.not_computed}
    for name in sorted(set(settings.state) - known):
        yield Problem(f"state.{name}", f"'{name}'", "a metric of the diagnosis", nearest(name, known))
