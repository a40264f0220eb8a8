"""Gaps between two sides of a district's students: how large, how sure, and whose students bear them.

Every average is weighted by students: it is what the average student of a side meets (the exposure rate
of ESSA, 20 USC 6311(g)(1)(B)). A side is a column of students, so schools and groups are compared by one
formula: high-need schools count all their students, a group counts its own wherever they go to school.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from planner.diagnosis.base import Amounts, Array, Metric
from planner.diagnosis.facts import Facts
from planner.diagnosis.results import Basis, Certainty, Gap, Kind, Side
from planner.equity.statistics import Interval, dissimilarity, interval, mean

NO_DIRECTION = "level"
SHARE = "share"
ROUNDING = 1e-12


@dataclass(frozen=True)
class Column:
    """One side: its figure at each school, what it weighs there, and the students it stands for."""

    label: str
    values: Array
    weights: Array
    students: Array

    def kept(self, rows: np.ndarray) -> Column:
        """Return the side at some of the schools."""
        return Column(self.label, self.values[rows], self.weights[rows], self.students[rows])

    def side(self) -> Side:
        """Return the side as a value."""
        here = self.weights > 0
        return Side(
            self.label, _finite(mean(self.values, self.weights)), float(self.students.sum()), int(here.sum())
        )


class Comparing:
    """One metric of one district: its averages and gaps.

    Parameters
    ----------
    facts
        The district.
    metric
        The metric.
    amounts
        What the metric read.
    """

    def __init__(self, facts: Facts, metric: Metric, amounts: Amounts) -> None:
        self.facts = facts
        self.metric = metric
        self.amounts = amounts

    @cached_property
    def known(self) -> np.ndarray:
        """Schools with students to whom it applies and a figure."""
        weights = np.nan_to_num(self.amounts.weights, nan=0.0)
        figures: np.ndarray = ~np.isnan(self.amounts.values) & ~self.impossible
        known: np.ndarray = figures & (weights > 0) & ~np.isnan(self.amounts.students)
        return known

    @cached_property
    def impossible(self) -> np.ndarray:
        """Schools whose rate of students is below 0 or over 1: an error of the source."""
        values = self.amounts.values
        outside: np.ndarray = (values < 0) | (values > 1 + ROUNDING)
        return outside & self.metric.of_students

    @cached_property
    def without(self) -> int:
        """Schools of the same levels that have no figure."""
        levels = np.array(self.facts.case.level_of)
        return int((np.isin(levels, levels[self.known]) & ~self.known).sum())

    @cached_property
    def mean(self) -> float:
        """The district's average [unit]; NaN where no school has a figure."""
        return mean(self.amounts.values[self.known], self.amounts.weights[self.known])

    @cached_property
    def spread(self) -> float | None:
        """Highest less lowest school, in points of a share, or else as a share of the average."""
        values = self.amounts.values[self.known]
        apart = float(values.max() - values.min())
        if self.metric.unit == SHARE:
            return apart
        return _finite(apart / self.mean) if self.mean > 0 else None

    # Sides --------------------------------------------------------------------------------------------------

    def high_need(self) -> Gap | None:
        """Return high-need schools against all others; None where either has no school."""
        high = self.facts.case.high_need
        return self.gap(
            "high_need",
            "high_need",
            self._schools("high-need schools", high),
            self._schools("other schools", ~high),
        )

    def levels(self) -> tuple[Gap, ...]:
        """Return high-need schools against others inside each level that has both."""
        high, levels = self.facts.case.high_need, np.array(self.facts.case.level_of)
        gaps = (
            self.gap(
                "level",
                level,
                self._schools(f"high-need {level} schools", high & (levels == level)),
                self._schools(f"other {level} schools", ~high & (levels == level)),
            )
            for level in sorted(set(levels[self.known].tolist()))
        )
        return tuple(gap for gap in gaps if gap is not None)

    def groups(self) -> tuple[Gap, ...]:
        """Return each student group against all other students.

        Where a group's own figures were published, those are compared; else those of the schools attended.
        """
        if self.metric.share_of:
            gaps = [self._attended(self.metric.share_of, "mix")]
        elif self.amounts.groups:
            gaps = [self._own_figures(name) for name in sorted(self.amounts.groups)]
        else:
            gaps = [self._attended(name) for name in self.facts.group_names] if self._for_everyone else []
        return tuple(gap for gap in gaps if gap is not None)

    @property
    def _for_everyone(self) -> bool:
        """Whether the figure is one for all students of a school, so that a group's part of them is known."""
        same = self.amounts.students[self.known] == self.facts.students[self.known]
        return bool(same.all()) and not self.metric.of_students

    def _schools(self, label: str, flags: np.ndarray) -> Column:
        amounts = self.amounts
        return Column(
            label,
            amounts.values,
            np.where(flags, amounts.weights, 0.0),
            np.where(flags, amounts.students, 0.0),
        ).kept(self.known)

    def _attended(self, group: str, kind: Kind = "group") -> Gap | None:
        """Return a group against all others by the schools they attend."""
        members, everyone = self.facts.group(group), self.facts.students
        known = self.known & ~np.isnan(members)
        members = np.minimum(members, everyone)
        ours = Column(group, self.amounts.values, members, members).kept(known)
        rest = everyone - members
        theirs = Column("all other students", self.amounts.values, rest, rest).kept(known)
        return self.gap(kind, group, ours, theirs)

    def _own_figures(self, group: str) -> Gap | None:
        """Return a group's own rate against that of all others, school by school."""
        values, members = self.amounts.groups[group]
        everyone = self.amounts.students
        rates = ((values >= 0) & (values <= 1)) | (members == 0)
        known = self.known & ~np.isnan(members) & rates & (members <= everyone)
        values, members = np.nan_to_num(values[known]), members[known]
        rest = everyone[known] - members
        total = self.amounts.values[known] * everyone[known]
        others = np.divide(total - values * members, rest, out=np.zeros_like(rest), where=rest > 0)
        return self.gap(
            "group",
            group,
            Column(group, values, members, members),
            Column("all other students", others, rest, rest),
            "own figures",
        )

    # A gap --------------------------------------------------------------------------------------------------

    def gap(
        self, kind: Kind, name: str, ours: Column, theirs: Column, basis: Basis = "schools attended"
    ) -> Gap | None:
        """Return the gap of two sides with its interval; None where either side has no students."""
        if not ours.weights.sum() > 0 or not theirs.weights.sum() > 0:
            return None
        found = self._interval(sums_of(ours, theirs), kind)
        # That high-need schools have more students of a group says who they are, not what they lack.
        size = None if self.metric.share_of and kind != "mix" else self.size(found.estimate)
        students = float(ours.students.sum())
        our_side, their_side = ours.side(), theirs.side()
        return Gap(
            kind=kind,
            name=name,
            ours=our_side,
            theirs=their_side,
            gap=_finite(found.estimate),
            low=_finite(found.low),
            high=_finite(found.high),
            size=size,
            score=None if size is None else max(0.0, size) * students,
            certainty="no test" if kind == "mix" else certainty_of(found.low, found.high),
            basis=basis,
            ratio=_ratio(our_side.value, their_side.value),
        )

    def _interval(self, sums: Array, kind: Kind) -> Interval:
        """Return a gap with its interval, which only gaps that are ranked need."""
        settings = self.facts.settings
        if self.metric.ranked and kind != "level":
            return interval(gap_of_sums, sums, seed=settings.seed, draws=settings.draws)
        return Interval(gap_of_sums(sums), math.nan, math.nan, math.nan, 0.95, 0, 0)

    def size(self, gap: float) -> float | None:
        """Return the size of a gap, above 0 to the disadvantage of ours; None where neither way is better.

        A gap in a share is its points; in any other amount it is a share of the district's average.
        """
        if self.metric.better == NO_DIRECTION or math.isnan(gap):
            return None
        if abs(gap) < ROUNDING:
            return 0.0
        worse = -gap if self.metric.better == "more" else gap
        if self.metric.unit == SHARE:
            return worse
        return _finite(worse / self.mean) if self.mean > 0 else None


def sums_of(ours: Column, theirs: Column) -> Array:
    """Return four columns whose sums make a gap: weighted figures and weights of either side."""
    return np.stack(
        [ours.values * ours.weights, ours.weights, theirs.values * theirs.weights, theirs.weights], axis=1
    )


def gap_of_sums(table: Array) -> float:
    """Average of one side less that of the other [unit]; NaN where either has no students.

    As `planner.equity.statistics.exposure_gap`, from columns made once: intervals take it many times.
    """
    ours, our_weights, theirs, their_weights = table.sum(axis=0).tolist()
    if not our_weights > 0 or not their_weights > 0:
        return math.nan
    return float(ours / our_weights - theirs / their_weights)


def certainty_of(low: float, high: float) -> Certainty:
    """Tell whether an interval leaves out 0."""
    if math.isnan(low) or math.isnan(high):
        return "few schools"
    return "open" if low <= 0 <= high else "clear"


def mix_within(group: Array, others: Array, cells: Array) -> float:
    """Return the dissimilarity inside each cell, averaged by the group's students [0 to 1].

    A cell is a level of a district: no student of a high school could attend an elementary school.
    """
    total = weight = 0.0
    for cell in np.unique(cells):
        inside = cells == cell
        here = float(group[inside].sum())
        index = dissimilarity(group[inside], others[inside]) if here > 0 and others[inside].sum() > 0 else 0.0
        total, weight = total + index * here, weight + here
    return total / weight if weight > 0 else math.nan


def withheld_gap(gap: Gap) -> Gap:
    """Return a gap without its figures."""
    hidden = {"gap": None, "low": None, "high": None, "size": None, "score": None, "ratio": None}
    ours, theirs = (replace(side, value=None, students=None) for side in (gap.ours, gap.theirs))
    return replace(gap, ours=ours, theirs=theirs, withheld=True, **hidden)  # type: ignore[arg-type]


def _ratio(ours: float | None, theirs: float | None) -> float | None:
    return None if ours is None or theirs is None or theirs <= 0 else ours / theirs


def _finite(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
