"""Grades and the levels of schools."""

from __future__ import annotations

LAST_ELEMENTARY = 6
FIRST_MIDDLE, LAST_MIDDLE = 5, 9
FIRST_HIGH = 9


def level_of(low: int | None, high: int | None) -> str:
    """Return the level of a school by its grades (kindergarten 0, pre-kindergarten -1).

    Up to grade 6 is elementary, within 5 to 9 middle, from 9 high; other spans, and unknown ones, are other.
    """
    if low is None or high is None:
        return "other"
    if high <= LAST_ELEMENTARY:
        return "elementary"
    if low >= FIRST_HIGH:
        return "high"
    return "middle" if low >= FIRST_MIDDLE and high <= LAST_MIDDLE else "other"
