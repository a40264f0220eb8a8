"""Small counts of students are withheld, and so is what would give them back.

1. A school's figure is withheld where 1 to 9 students stand behind it; for a rate of students also where 1 to
   9 of them, or all but 1 to 9, have what is counted.
2. Among the schools of the district, of each tier of need, of each level and of both, never is exactly one
   withheld: the rest and the average would give it away. The smallest other school is withheld as well.
3. Where all of a tier's schools at a level are withheld, no level is split by need for that metric.
4. A group's figure is withheld by rule 1; where exactly one group is, the smallest other one is as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from planner.diagnosis.base import Array
from planner.diagnosis.comparing import Comparing, withheld_gap
from planner.diagnosis.results import Gap
from planner.disclosure import is_small


def hidden_schools(comparing: Comparing) -> np.ndarray:
    """Return which schools' figures are withheld."""
    amounts, known = comparing.amounts, comparing.known
    students = np.where(known, np.nan_to_num(amounts.students), 0.0)
    hidden = known & _small(students)
    if comparing.metric.of_students:
        hidden |= known & _few(amounts.values, students)
    return _completed(hidden, students, known, _sets(comparing))


def rests_on_few(comparing: Comparing) -> bool:
    """Tell whether even the district's average would show a small count."""
    students = float(comparing.amounts.students[comparing.known].sum())
    reached = round(comparing.mean * students) if comparing.metric.of_students else 0
    return is_small(students) or is_small(reached)


def _small(counts: Array) -> np.ndarray:
    return np.array([is_small(float(count)) for count in counts], dtype=bool)


def _few(rates: Array, students: Array) -> np.ndarray:
    """Return where few students, or all but few, have what is counted."""
    reached = np.round(np.nan_to_num(rates) * students)
    few: np.ndarray = _small(reached) | _small(np.round(students - reached))
    return few


def _sets(comparing: Comparing) -> list[np.ndarray]:
    """Return the sets of schools whose averages are shown."""
    high, levels = comparing.facts.case.high_need, np.array(comparing.facts.case.level_of)
    tiers = [np.ones(len(high), dtype=bool), high, ~high]
    each_level = [levels == level for level in sorted(set(levels.tolist()))]
    return [*tiers, *each_level, *(tier & level for level in each_level for tier in (high, ~high))]


def _completed(
    hidden: np.ndarray, students: Array, known: np.ndarray, sets: Iterable[np.ndarray]
) -> np.ndarray:
    """Withhold the smallest other school wherever a set has exactly one, until no set has."""
    hidden, sets = hidden.copy(), list(sets)
    changed = True
    while changed:
        changed = False
        for members in sets:
            others = np.flatnonzero(members & known & ~hidden)
            if (members & hidden).sum() == 1 and len(others):
                hidden[others[np.argmin(students[others])]] = changed = True
    return hidden


def hides_a_tier(comparing: Comparing, hidden: np.ndarray) -> bool:
    """Tell whether the split of some level by need would show withheld schools alone."""
    high, levels = comparing.facts.case.high_need, np.array(comparing.facts.case.level_of)
    cells = [
        (levels == level) & tier & comparing.known
        for level in sorted(set(levels.tolist()))
        for tier in (high, ~high)
    ]
    return any(cell.any() and (cell & hidden).sum() == cell.sum() for cell in cells)


def public_gaps(gaps: Sequence[Gap], of_students: bool) -> tuple[Gap, ...]:
    """Return gaps with those of few students withheld; where that is one, the smallest other one as well."""
    small = {gap.name for gap in gaps if _is_few(gap, of_students)}
    others = sorted((gap.ours.students or 0.0, gap.name) for gap in gaps if gap.name not in small)
    if len(small) == 1 and others:
        small.add(others[0][1])
    return tuple(withheld_gap(gap) if gap.name in small else gap for gap in gaps)


def _is_few(gap: Gap, of_students: bool) -> bool:
    for side in (gap.ours, gap.theirs):
        students = side.students or 0.0
        if is_small(students):
            return True
        if of_students and side.value is not None:
            reached = round(side.value * students)
            if is_small(reached) or is_small(round(students - reached)):
                return True
    return False
