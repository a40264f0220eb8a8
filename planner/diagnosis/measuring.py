"""One metric of one district, measured: averages, gaps, school rows, and what may not be shown of them."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from planner.diagnosis.base import Metric, NotMeasured
from planner.diagnosis.comparing import Comparing, mix_within, withheld_gap
from planner.diagnosis.facts import Facts
from planner.diagnosis.results import Against, Gap, Lever, MetricResult, SchoolFigure, Statistic
from planner.diagnosis.small_cells import hidden_schools, hides_a_tier, public_gaps, rests_on_few
from planner.disclosure import FEWEST, is_small
from planner.equity import statistics as equity
from planner.equity.measures.base import MEASURES
from planner.policies.base import POLICIES


def measured(metric: Metric, facts: Facts, peers: Facts | None) -> MetricResult:
    """Measure a metric.

    Raises
    ------
    NotMeasured
        If the data does not hold it for any school.
    """
    comparing = Comparing(facts, metric, metric.read(facts))
    if not comparing.known.any() or math.isnan(comparing.mean):
        raise NotMeasured("no school has a figure")
    suppress = facts.settings.suppress
    if suppress and rests_on_few(comparing):
        raise NotMeasured(f"withheld, as fewer than {FEWEST} students of the whole district stand behind it")
    hidden = hidden_schools(comparing) if suppress else np.zeros(len(facts), dtype=bool)
    return MetricResult(
        name=metric.name,
        title=metric.title,
        meaning=metric.meaning,
        unit=metric.unit,
        better=metric.better,
        ranked=metric.ranked,
        mean=comparing.mean,
        spread=None if hidden.any() else comparing.spread,
        students=float(comparing.amounts.students[comparing.known].sum()),
        schools_measured=int(comparing.known.sum()),
        schools_without=comparing.without,
        schools_impossible=int(comparing.impossible.sum()),
        high_need=_high_need(comparing, suppress),
        levels=_levels(comparing, hidden, suppress),
        groups=_groups(comparing, suppress),
        peers=_peers(comparing, peers),
        state=_state(comparing),
        statistics=tuple(_statistics(comparing)),
        schools=_school_rows(comparing, hidden, suppress),
        estimated=facts.estimated(metric.columns),
        levers=tuple(lever(text) for text in metric.levers),
    )


def lever(text: str) -> Lever:
    """Return a lever declared as ``policy:name`` or ``measure:name``, with the planner's title for it."""
    kind, _, name = text.partition(":")
    if kind == "policy":
        return Lever("policy", name, POLICIES[name].title)
    return Lever("measure", name, MEASURES[name].title)


def _high_need(comparing: Comparing, suppress: bool) -> Gap | None:
    # Schools are high-need by a group's share: to compare that share by need would say so twice.
    gap = (
        None if comparing.metric.share_of == comparing.facts.settings.high_need.by else comparing.high_need()
    )
    return public_gaps([gap], comparing.metric.of_students)[0] if gap and suppress else gap


def _levels(comparing: Comparing, hidden: np.ndarray, suppress: bool) -> tuple[Gap, ...]:
    gaps = comparing.levels()
    if not suppress:
        return gaps
    public = public_gaps(gaps, comparing.metric.of_students)
    # One level kept back could be had from the others and the total, so all are.
    if hides_a_tier(comparing, hidden) or any(gap.withheld for gap in public):
        return tuple(withheld_gap(gap) for gap in gaps)
    return public


def _groups(comparing: Comparing, suppress: bool) -> tuple[Gap, ...]:
    gaps = comparing.groups()
    return public_gaps(gaps, comparing.metric.of_students) if suppress else gaps


# Beside others ----------------------------------------------------------------------------------------------


def _peers(comparing: Comparing, peers: Facts | None) -> Against | None:
    if peers is None:
        return None
    try:
        peers.require_observed(comparing.metric.columns)
        theirs = Comparing(peers, comparing.metric, comparing.metric.read(peers)).mean
    except NotMeasured:
        return None
    return _against(comparing, peers.district.name, theirs)


def _state(comparing: Comparing) -> Against | None:
    figures = comparing.facts.settings.state
    name = comparing.metric.name
    return _against(comparing, "state", figures[name]) if name in figures else None


def _against(comparing: Comparing, label: str, theirs: float) -> Against | None:
    if math.isnan(theirs):
        return None
    gap = comparing.mean - theirs
    return Against(label, theirs, gap, comparing.size(gap))


# Statistics and schools -------------------------------------------------------------------------------------


def _statistics(comparing: Comparing) -> Iterator[Statistic]:
    known, amounts, facts = comparing.known, comparing.amounts, comparing.facts
    values, weights = amounts.values[known], amounts.weights[known]
    if comparing.metric.share_of:
        yield from _mix_statistics(facts, comparing.metric.share_of)
        return
    yield _statistic("coefficient_of_variation", equity.coefficient_of_variation(values, weights))
    poor = facts.case.groups.get(facts.settings.high_need.by)
    if poor is None:
        return
    share = np.clip(np.asarray(poor) / facts.students, 0.0, 1.0)[known]
    yield _statistic("quartile_gap", equity.quartile_gap(values, share), comparing.metric.unit)
    if comparing.metric.unit == "dollars":
        yield _statistic("progressivity_ratio", equity.progressivity_ratio(values, share, weights))


def _mix_statistics(facts: Facts, group: str) -> Iterator[Statistic]:
    members = facts.group(group)
    known = ~np.isnan(members)
    ours, everyone = np.minimum(members, facts.students)[known], facts.students[known]
    cells = facts.case.level_cell[known]
    yield _statistic("dissimilarity", mix_within(ours, everyone - ours, cells))
    yield _statistic("isolation", equity.isolation(ours, everyone))
    yield _statistic("exposure_index", equity.exposure_index(ours, everyone - ours, everyone))
    yield _statistic("theil_h", equity.theil_h(np.stack([ours, everyone - ours], axis=1)))


def _statistic(name: str, value: float, unit: str = "") -> Statistic:
    description = equity.DESCRIPTIONS[name]
    words = {"share": "(as a share)", "index": "", "ratio": ""}.get(unit, unit.replace("_", " "))
    shown = None if math.isnan(value) else value
    return Statistic(name, description.title, shown, description.sentence(value, words))


def _school_rows(comparing: Comparing, hidden: np.ndarray, suppress: bool) -> tuple[SchoolFigure, ...]:
    """Return the schools to which the metric applies, in the order of their ids."""
    facts, known = comparing.facts, comparing.known
    names = facts.district.schools["school_name"].tolist()
    students = np.where(known, comparing.amounts.students, np.nan)
    rows = [
        SchoolFigure(
            school_id=facts.case.school_ids[school],
            school_name=str(names[school]),
            level=facts.case.level_of[school],
            high_need=bool(facts.case.high_need[school]),
            students=_students_shown(float(students[school]), bool(hidden[school]), suppress),
            value=None if hidden[school] else float(comparing.amounts.values[school]),
            withheld=bool(hidden[school]),
        )
        for school in np.flatnonzero(known)
    ]
    return tuple(sorted(rows, key=lambda row: row.school_id))


def _students_shown(students: float, hidden: bool, suppress: bool) -> float | None:
    return None if suppress and (hidden or is_small(students)) else students
