"""Sets of schools that may be served where no ranking binds: counted before they are made."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from planner.policies.base import many
from planner.policies.unranked import Unranked, ways_to_serve


@given(st.integers(1, 7), st.data())
def test_sets_are_counted_as_they_are_made(schools: int, data: st.DataObject) -> None:
    under = data.draw(st.frozensets(st.integers(0, schools - 1)))
    district = Unranked(0, tuple(range(schools)), under, 1.0)
    assert district.choices == len(district.served_sets())


def test_too_many_sets_are_not_begun_however_many_there_are() -> None:
    """64 districts of two sets have 2 to the 64th, which is 0 as a whole number of 64 bits."""
    case: Any = SimpleNamespace(district_names=[f"D{n}" for n in range(64)], school_ids=["A"])
    districts = [Unranked(n, (0,), frozenset({0}), 1.0) for n in range(64)]
    assert ways_to_serve(case, districts, {}) == []
    large = Unranked(0, tuple(range(40)), frozenset({0}), 1.0)
    assert ways_to_serve(case, [large], {}) == []
    known = {f"D{n}": ["A"] for n in range(63)}
    assert len(ways_to_serve(case, districts, known)) == 2


def test_a_count_beyond_any_float_is_still_said() -> None:
    assert (many(66), many(2**2000)) == ("66", "1e+300")
