"""The 125% rule in districts that need not rank their schools: any of them may be served, each with enough.

Section 1113(a) exempts small districts from the ranking; the 125% rule stands in subsection (c) and in 34 CFR
200.78(b), which except nobody but who serves no school under 35%. Which schools are served is then a choice
of a set, and each set is a case.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from planner.case import Case

# Sets of schools that are tried in all: those of one district of four schools, or of few smaller ones.
MOST_SETS = 16


@dataclass(frozen=True, slots=True)
class Unranked:
    """A district exempt from the ranking.

    Parameters
    ----------
    schools
        Its schools that the fund reaches.
    under
        Those of them under the share at which the rule starts.
    least
        Least dollars per low-income student once one of these is served.
    """

    district: int
    schools: tuple[int, ...]
    under: frozenset[int]
    least: float

    def floor(self, served: Sequence[int]) -> float:
        """Return the least dollars per low-income student where these are served; 0 where the rule rests."""
        return self.least if self.under.intersection(served) else 0.0

    @property
    def choices(self) -> int:
        """How many sets `served_sets` has."""
        return int(1 + 2 ** len(self.schools) - 2 ** (len(self.schools) - len(self.under)))

    def served_sets(self) -> list[tuple[int, ...]]:
        """Return the sets that may be served: no school under the share, or any with one such school."""
        over = tuple(school for school in self.schools if school not in self.under)
        sets = itertools.chain.from_iterable(
            itertools.combinations(self.schools, count) for count in range(1, len(self.schools) + 1)
        )
        return [over, *(served for served in sets if self.under.intersection(served))]


def unranked(
    case: Case, fund: str, poor: np.ndarray, share: float, floor_share: float, ranked: Sequence[int]
) -> list[Unranked]:
    """Return the districts that are not ranked and whose fund reaches a school.

    Parameters
    ----------
    fund
        The Title I fund.
    poor
        Low-income students by school.
    share, floor_share
        The share under which the rule starts, and its multiple of the district's dollars.
    ranked
        Districts that the ranking binds.
    """
    reached = {school for school, name, _ in [*case.cells, *case.lines] if name == fund}
    found = []
    for district, schools in enumerate(case.schools_of):
        own = tuple(school for school in schools if school in reached)
        if own and district not in ranked:
            under = frozenset(school for school in own if poor[school] < share * case.students[school])
            dollars = floor_share * case.fund_dollars(fund, district)
            found.append(Unranked(district, own, under, dollars / max(1.0, float(poor[schools].sum()))))
    return found


def ways_to_serve(
    case: Case, districts: Sequence[Unranked], known: Mapping[str, Sequence[str]]
) -> list[dict[str, list[str]]]:
    """Return every way to choose the schools served, by district; none where there are too many to try.

    Parameters
    ----------
    known
        Schools served, by district_id, where it is known.
    """
    names = [case.district_names[each.district] for each in districts]
    # Counted before they are made: a district of twenty small schools has a million.
    free = (each for name, each in zip(names, districts, strict=True) if name not in known)
    if math.prod(each.choices for each in free) > MOST_SETS:
        return []
    choices = [
        [list(known[name])]
        if name in known
        else [[case.school_ids[school] for school in served] for served in each.served_sets()]
        for name, each in zip(names, districts, strict=True)
    ]
    return [dict(zip(names, way, strict=True)) for way in itertools.product(*choices)]
