"""Schools in the order in which Title I serves them, and how far down the order may be served."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from planner.case import Case


@dataclass(frozen=True, slots=True)
class Ranking:
    """A district's schools in the order in which they are served.

    Parameters
    ----------
    order
        Eligible schools, poorest first.
    poverty
        Poverty share of every school; NaN where it is not known.
    first
        How many of them stand above the share that must be served first.
    above_floor
        How many stand at or above the share under which the 125% rule starts.
    least
        Least dollars per low-income student under the 125% rule.
    """

    district: int
    order: list[int]
    poverty: np.ndarray
    first: int
    above_floor: int
    least: float

    def ends(self, keep_repeats: bool) -> list[int]:
        """Return the cut-offs worth trying: schools with the same share are served together.

        Parameters
        ----------
        keep_repeats
            Whether cut-offs above the floor differ, since each served school gets a least amount.
        """
        share = [float(self.poverty[s]) for s in self.order]
        ends = [k for k in range(1, len(share) + 1) if k == len(share) or share[k] < share[k - 1]]
        ends = [k for k in ends if k >= self.first]
        if not keep_repeats:
            repeats = [k for k in ends if k <= self.above_floor][:-1]
            ends = [k for k in ends if k not in repeats]
        return ends or [0]

    def passed_over(self, reached: set[int]) -> list[int]:
        """Return the schools out of a fund's reach that stand above one within it."""
        passed = enumerate(self.order)
        return [s for n, s in passed if s not in reached and reached.intersection(self.order[n:])]

    def neighbours(self, order: Sequence[int]) -> Iterator[tuple[int, int]]:
        """Yield each school with every one of the next lower share; schools of one share are not ordered."""
        groups = [list(tied) for _, tied in itertools.groupby(order, key=lambda s: float(self.poverty[s]))]
        for upper, lower in itertools.pairwise(groups):
            yield from itertools.product(upper, lower)


def ranked(
    case: Case,
    district: int,
    poor: np.ndarray,
    *,
    first_above: float,
    eligible_from: float,
    levels: Sequence[str],
    dollars: float,
) -> Ranking:
    """Return the ranking of a district.

    Parameters
    ----------
    poor
        Low-income students by school.
    first_above, eligible_from
        Poverty shares above which schools are served first, and from which they are eligible, as are those at
        the district's average.
    levels
        Grade spans served below the first schools; all if empty.
    dollars
        What the least amount shares out among the district's low-income students [dollars a year].
    """
    share = poor / case.students
    schools = [s for s in case.schools_of[district] if poor[s] > 0]
    average = float(poor[schools].sum() / case.students[case.schools_of[district]].sum())
    eligible = [
        s
        for s in schools
        if share[s] > first_above
        or (share[s] >= min(average, eligible_from) and (not levels or case.level_of[s] in levels))
    ]
    order = sorted(eligible, key=lambda s: (-share[s], case.school_ids[s]))
    least = dollars / max(1.0, float(poor[schools].sum()))
    first = int(sum(share[s] > first_above for s in order))
    above = int(sum(share[s] >= eligible_from for s in order))
    return Ranking(district, order, share, first, above, float(least))
