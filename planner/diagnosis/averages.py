"""What plain averages hide: figures that look even beside the ones beneath them that are not.

A pair is told of where the plain figure shows little or nothing to the disadvantage of high-need schools
and the telling one at least `LEAST`, and at least twice as much. Where the data has fewer than four schools
there are no tiers to speak of, and the highest school is held against the lowest.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from planner.diagnosis.results import DimensionResult, Hidden, MetricResult
from planner.diagnosis.words import figure, size_words

LEAST = 0.03
"""Smallest gap that is told of, sized as `planner.diagnosis.results.Gap.size`."""
TIMES = 2.0
FEWEST_SCHOOLS = 4


class Pair(NamedTuple):
    """A plain figure, the one that it hides, and why."""

    plain: str
    telling: str
    why: str


PAIRS = (
    Pair(
        "dollars_at_average_salaries",
        "dollars_per_student",
        "Charging every school the average salary hides what its teachers are paid.",
    ),
    Pair(
        "dollars_at_average_salaries",
        "teacher_pay",
        "Charging every school the average salary hides what its teachers are paid.",
    ),
    Pair(
        "dollars_per_student",
        "dollars_per_weighted_student",
        "Equal dollars per student are not equal where students' needs differ.",
    ),
    Pair(
        "dollars_per_student",
        "need_index",
        "Equal dollars per student are not equal where students' needs differ.",
    ),
    Pair(
        "students_per_teacher",
        "novice_share",
        "Students per teacher counts a first-year teacher as it counts any other.",
    ),
    Pair(
        "students_per_teacher",
        "special_teachers",
        "Students per teacher does not ask which students and which teachers.",
    ),
    Pair(
        "students_per_teacher", "vacancy_share", "Students per teacher does not show positions left unfilled."
    ),
    Pair("students_per_teacher", "class_size_index", "Students per teacher is not the size of classes."),
    Pair(
        "share_of:low_income",
        "share_of:disability",
        "Schools alike in poverty may differ in the students with disabilities they serve.",
    ),
    Pair(
        "share_of:low_income",
        "share_of:english_learner",
        "Schools alike in poverty may differ in the English learners they serve.",
    ),
)


def hidden_by_averages(dimensions: Sequence[DimensionResult]) -> tuple[Hidden, ...]:
    """Return the pairs that this district shows, in the order of `PAIRS`."""
    metrics = {metric.name: metric for dimension in dimensions for metric in dimension.metrics}
    found = []
    for pair in PAIRS:
        if pair.plain in metrics and pair.telling in metrics:
            found += [*_hides(pair, metrics[pair.plain], metrics[pair.telling])]
    return tuple(found)


def _hides(pair: Pair, plain: MetricResult, telling: MetricResult) -> Iterator[Hidden]:
    if telling.schools_measured < FEWEST_SCHOOLS:
        yield from _between_schools(pair, plain, telling)
    elif pair.plain.startswith("share_of:"):
        # Over many schools this is what the mix of the dimension itself shows.
        return
    else:
        yield from _between_tiers(pair, plain, telling)


def _between_tiers(pair: Pair, plain: MetricResult, telling: MetricResult) -> Iterator[Hidden]:
    shown, beneath = plain.high_need, telling.high_need
    if shown is None or beneath is None or shown.size is None or beneath.size is None:
        return
    if beneath.certainty == "open" or not _stands_out(max(0.0, shown.size), beneath.size):
        return
    sentence = (
        f"{pair.why} {plain.title}: {figure(shown.ours.value, plain.unit)} in high-need schools, "
        f"{figure(shown.theirs.value, plain.unit)} in others. {telling.title}: "
        f"{figure(beneath.ours.value, telling.unit)} in high-need schools, "
        f"{figure(beneath.theirs.value, telling.unit)} in others."
    )
    yield Hidden(plain.name, telling.name, "high_need", shown.size, beneath.size, sentence)


def _between_schools(pair: Pair, plain: MetricResult, telling: MetricResult) -> Iterator[Hidden]:
    if plain.spread is None or telling.spread is None or not _stands_out(plain.spread, telling.spread):
        return
    sentence = (
        f"{pair.why} {plain.title}: {_range(plain)}. {telling.title}: {_range(telling)}: "
        f"apart by {size_words(telling.spread, telling.unit)}, "
        f"against {size_words(plain.spread, plain.unit)}."
    )
    yield Hidden(plain.name, telling.name, "schools", plain.spread, telling.spread, sentence)


def _range(metric: MetricResult) -> str:
    values = [school.value for school in metric.schools if school.value is not None]
    return f"{figure(min(values), metric.unit)} to {figure(max(values), metric.unit)} by school"


def _stands_out(plain: float, telling: float) -> bool:
    return telling >= LEAST and telling >= TIMES * plain
