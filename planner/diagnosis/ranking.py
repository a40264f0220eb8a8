"""Which dimension to look at first: size of its widest gap times the students who bear it.

The size of a gap in a share is its points, and in any other amount its share of the district's average, so
that rates, dollars and staff compare: either is a part of all that students get or meet. Only gaps to the
disadvantage of high-need schools or of a student group count. Gaps that the few schools leave open rank
after those that they do not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from planner.diagnosis.base import Dimension
from planner.diagnosis.results import DimensionResult, Gap, Lever, MetricResult, NotComputed
from planner.diagnosis.words import gap_sentence

LEAST = 0.01
"""Smallest gap that is named: one point, or 1% of the average."""


NOT_NAMED = ("white",)
"""Groups whose gaps are shown but make no headline: ESSA section 1111(g)(1)(B) asks about low-income and
minority students, and dollars that follow need leave other students with fewer, as they are meant to."""


class Candidate(NamedTuple):
    """A gap that competes for a dimension's headline."""

    gap: Gap
    metric: MetricResult

    @property
    def place(self) -> tuple[bool, float, str, str]:
        """Order among candidates, the widest first; names break exact ties."""
        return (self.gap.certainty == "open", -(self.gap.score or 0.0), self.metric.name, self.gap.name)


def candidates(metrics: Iterable[MetricResult]) -> Iterator[Candidate]:
    """Yield every gap to someone's disadvantage: high-need schools', groups', and uneven mixes."""
    for metric in metrics:
        if not metric.ranked:
            continue
        for gap in (metric.high_need, *metric.groups):
            if gap is None or gap.withheld or gap.name in NOT_NAMED:
                continue
            if (gap.size or 0.0) >= LEAST:
                yield Candidate(gap, metric)


def described(
    dimension: Dimension, name: str, metrics: tuple[MetricResult, ...], missing: tuple[NotComputed, ...]
) -> DimensionResult:
    """Return a dimension with its headline, what it says, and its levers; the rank comes later."""
    first = min(candidates(metrics), key=lambda each: each.place, default=None)
    return DimensionResult(
        number=dimension.number,
        name=name,
        title=dimension.title,
        questions=dimension.questions,
        metrics=metrics,
        not_computed=missing,
        rank=None,
        headline=first.gap if first else None,
        headline_metric=first.metric.name if first else None,
        score=first.gap.score if first else (0.0 if metrics else None),
        sentence=_sentence(first, metrics),
        levers=first.metric.levers if first else _all_levers(metrics),
    )


def _sentence(first: Candidate | None, metrics: Sequence[MetricResult]) -> str:
    if first:
        return gap_sentence(first.metric, first.gap)
    if metrics:
        return (
            "Of what could be computed, no gap of 1% or a point is to the disadvantage of high-need schools "
            "or of a student group."
        )
    return "Nothing could be computed from this data."


def _all_levers(metrics: Iterable[MetricResult]) -> tuple[Lever, ...]:
    return tuple(dict.fromkeys(lever for metric in metrics for lever in metric.levers))


def ranked(sections: Sequence[DimensionResult]) -> tuple[DimensionResult, ...]:
    """Return the dimensions, in the order given, each with its rank."""
    order = sorted((each for each in sections if each.score is not None), key=_place)
    places = {each.name: place for place, each in enumerate(order, start=1)}
    return tuple(replace(each, rank=places.get(each.name)) for each in sections)


def _place(section: DimensionResult) -> tuple[int, float, int]:
    """Order of dimensions: clear gaps, then open ones, then those without a gap."""
    if section.headline is None:
        return (2, 0.0, section.number)
    return (int(section.headline.certainty == "open"), -(section.score or 0.0), section.number)
