"""Rows of one decision: HiGHS takes them as bounds, and whoever asks finds rows with prices all the same."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog

from planner.optimize.linear import Linear
from planner.optimize.program import Program
from planner.optimize.solution import Status
from planner.optimize.warm import RowNumbers, WarmSession

COLUMNS = 3
FREE_ROW = RowNumbers((), (), -math.inf, math.inf)

numbers = st.integers(-4, 4).map(float)
ends = st.sampled_from((-math.inf, -2.0, 0.0, 1.0, 3.0, math.inf))


@st.composite
def rows(draw: st.DrawFn) -> RowNumbers:
    """Return a row, mostly of one decision; its bounds may cross nothing or everything."""
    count = draw(st.sampled_from((1, 1, 1, 2, 3)))
    columns = tuple(sorted(draw(st.permutations(range(COLUMNS)))[:count]))
    values = tuple(draw(numbers.filter(bool)) for _ in columns)
    lower, upper = sorted((draw(ends), draw(ends)))
    return RowNumbers(columns, values, min(lower, 3.0), max(upper, -2.0))


programs = st.lists(rows(), min_size=1, max_size=6)
costs = st.lists(numbers, min_size=COLUMNS, max_size=COLUMNS)
MOST = (2.0, 3.0, 5.0)


def program_of(lines: Sequence[RowNumbers]) -> Program:
    program = Program([0.0] * COLUMNS, list(MOST), [False] * COLUMNS)
    for line in lines:
        program.starts.append(len(program.indices))
        program.indices += line.columns
        program.values += line.values
        program.row_lower.append(line.lower)
        program.row_upper.append(line.upper)
    return program


def least(cost: Sequence[float], lines: Sequence[RowNumbers]) -> float:
    """Return the optimum by scipy, every row a row; inf where there is none."""
    left, right = [], []
    for line in lines:
        row = np.zeros(COLUMNS)
        row[list(line.columns)] = line.values
        for bound, sign in ((line.upper, 1.0), (line.lower, -1.0)):
            if math.isfinite(bound):
                left.append(sign * row)
                right.append(sign * bound)
    bounds = [(0.0, most) for most in MOST]
    answer = linprog(cost, np.array(left).reshape(-1, COLUMNS), np.array(right), bounds=bounds)
    return float(answer.fun) if answer.status == 0 else math.inf


def found(session: WarmSession, cost: Sequence[float]) -> float:
    session.begin()
    status = session.minimise(Linear(dict(enumerate(cost))))
    return session.objective() if status is Status.OPTIMAL else math.inf


@given(programs, costs)
def test_the_optimum_is_that_of_the_rows(lines: list[RowNumbers], cost: list[float]) -> None:
    assert found(WarmSession(program_of(lines), 10.0), cost) == pytest.approx(least(cost, lines), abs=1e-7)


@given(programs, costs)
def test_prices_of_rows_and_columns_add_up_to_the_optimum(lines: list[RowNumbers], cost: list[float]) -> None:
    session = WarmSession(program_of(lines), 10.0)
    optimum = found(session, cost)
    if math.isinf(optimum):
        return
    pairs = [(line.lower, line.upper) for line in lines] + [(0.0, most) for most in MOST]
    duals = [*session.prices(), *session.reduced_prices()]
    pressed = [(dual, pair[0 if dual > 0 else 1]) for dual, pair in zip(duals, pairs, strict=True)]
    assert sum(dual * bound for dual, bound in pressed if dual) == pytest.approx(optimum, abs=1e-7)


@given(programs, costs, st.data())
def test_rows_written_anew_are_those_of_a_new_program(
    lines: list[RowNumbers], cost: list[float], data: st.DataObject
) -> None:
    session = WarmSession(program_of(lines), 10.0)
    found(session, cost)
    present = dict(enumerate(lines))
    for _ in range(data.draw(st.integers(1, 4))):
        row = data.draw(st.sampled_from(sorted(present)))
        after = data.draw(st.one_of(rows(), st.just(FREE_ROW)))
        session.write_rows(present, {row: after})
        present[row] = after
        assert found(session, cost) == pytest.approx(least(cost, list(present.values())), abs=1e-7)


def test_a_row_that_says_the_same_as_the_column_itself_has_no_price() -> None:
    session = WarmSession(program_of([RowNumbers((0,), (2.0,), -math.inf, 2 * MOST[0])]), 10.0)
    assert found(session, [-1.0, 0.0, 0.0]) == pytest.approx(-MOST[0])
    assert session.prices() == pytest.approx([0.0])
    assert session.reduced_prices() == pytest.approx([-1.0, 0.0, 0.0])


def test_a_price_is_per_unit_of_the_row() -> None:
    session = WarmSession(program_of([RowNumbers((0,), (-2.0,), -3.0, math.inf)]), 10.0)
    assert found(session, [-1.0, 0.0, 0.0]) == pytest.approx(-1.5)
    assert session.prices() == pytest.approx([0.5])


def test_a_row_that_takes_another_decision_in_keeps_its_number_and_bounds() -> None:
    session = WarmSession(program_of([RowNumbers((0,), (1.0,), 1.0, math.inf)]), 10.0)
    column = next(iter(session.add_column().terms))
    session.change_columns({column: (0.0, 4.0)})
    session.change_terms(0, {}, {column: 0.25})
    session.begin()
    assert session.minimise(Linear({0: 1.0, column: 0.1})) is Status.OPTIMAL
    assert session.objective() == pytest.approx(0.4)
    assert session.prices()[0] == pytest.approx(0.4)
