"""Money and staff are conserved, nothing is overspent or negative, and no plan is worse than doing nothing.

Everything is added up here from the plan's rows and the raw tables: neither the optimiser nor `verify` helps.
"""

from __future__ import annotations

import tempfile
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from independent import doing_nothing
from independent_rules import StipendRule, stipend_rule
from random_districts import random_question
from raw_tables import Pool, Raw

from planner.district import load_district
from planner.optimize import Infeasible, solve
from planner.plan import Plan
from planner.problems import InputProblems
from planner.scenario import resolve_scenario

FTE = 2e-5
DOLLARS = 2.0
COME = ("hire", "recruit")
GO = ("release", "attrition")

# A range small enough that the tests share most of their plans.
seeds = st.integers(10_000, 10_059)


@dataclass(frozen=True)
class Case:
    """A plan beside the raw tables and the scenario it answers."""

    raw: Raw
    plan: Plan

    def staff(self) -> dict[tuple[str, Pool, str], float]:
        """Staff by school, pool and year, from today's table and the plan's rows."""
        held = {(s, p): self.raw.fte(s, p) for s in self.raw.ids for p in self.raw.pools}
        found: dict[tuple[str, Pool, str], float] = {}
        for year in self.raw.years:
            for move in self.plan.moves:
                if move.year == year:
                    pool = (move.role, move.field, move.experience)
                    held[move.from_school, pool] -= move.fte
                    held[move.to_school, pool] += move.fte
            for change in self.plan.staff_changes:
                if change.year == year and change.change in (*COME, *GO):
                    pool = (change.role, change.field, change.experience)
                    held[change.school_id, pool] += change.fte if change.change in COME else -change.fte
            found |= {(school, pool, year): fte for (school, pool), fte in held.items()}
        return found

    def positions(self, year: str) -> dict[tuple[str, Pool], float]:
        """Positions hired under the plan and not released, up to and in a year."""
        found: dict[tuple[str, Pool], float] = defaultdict(float)
        for row in self.plan.staff_changes:
            if row.year <= year and row.change in (*COME, "release"):
                key = (row.school_id, (row.role, row.field, row.experience))
                found[key] += row.fte if row.change in COME else -row.fte
        return found

    def spent(self, year: str, school: str, use: str) -> float:
        """Planned dollars on a use at a school."""
        rows = self.plan.dollars
        return sum(r.after for r in rows if (r.year, r.school_id, r.use) == (year, school, use))


@cache
def _answer(seed: int) -> Case | None:
    with tempfile.TemporaryDirectory() as name:
        question = random_question(seed, Path(name))
        try:
            plan = solve(load_district(name), resolve_scenario(question))
        except (Infeasible, InputProblems):
            return None
        return Case(Raw(Path(name), question), plan)


def solved(seed: int) -> Case:
    """Return a random case; one without a plan is passed over."""
    case = _answer(seed)
    assume(case is not None)
    assert case is not None
    return case


@given(seeds)
def test_staff_are_conserved(seed: int) -> None:
    case = solved(seed)
    raw, held = case.raw, case.staff()
    assert min(held.values()) >= -FTE
    for move in case.plan.moves:
        assert move.from_school != move.to_school
        assert raw.district(move.from_school) == raw.district(move.to_school)
        assert move.role == "teacher"
    for district in raw.districts:
        for pool in raw.pools:
            total = sum(raw.fte(school, pool) for school in raw.inside(district))
            for year in raw.years:
                total += _come_and_gone(case, district, pool, year)
                assert sum(held[s, pool, year] for s in raw.inside(district)) == pytest.approx(total, abs=FTE)
    for row in case.plan.schools:
        teachers = sum(held[row.school_id, pool, row.year] for pool in raw.teacher_pools)
        assert row.teachers_after == pytest.approx(teachers, abs=FTE)


def _come_and_gone(case: Case, district: str, pool: Pool, year: str) -> float:
    rows = [
        row
        for row in case.plan.staff_changes
        if (row.year, (row.role, row.field, row.experience)) == (year, pool)
        and case.raw.district(row.school_id) == district
    ]
    return sum(r.fte for r in rows if r.change in COME) - sum(r.fte for r in rows if r.change in GO)


@given(seeds)
def test_nobody_leaves_who_was_not_there(seed: int) -> None:
    case = solved(seed)
    raw, held = case.raw, case.staff()
    going: dict[tuple[str, Pool, str], float] = defaultdict(float)
    for move in case.plan.moves:
        going[move.from_school, (move.role, move.field, move.experience), move.year] += move.fte
    for row in case.plan.staff_changes:
        if row.change in GO:
            going[row.school_id, (row.role, row.field, row.experience), row.year] += row.fte
    for (school, pool, year), fte in going.items():
        place = raw.years.index(year)
        before = held[school, pool, raw.years[place - 1]] if place else raw.fte(school, pool)
        assert fte <= before + FTE


@given(seeds)
def test_no_fund_is_overspent_or_spent_past_its_end(seed: int) -> None:
    case = solved(seed)
    raw = case.raw
    for fund, spec in raw.funds.items():
        for district in raw.districts:
            room, left = raw.amount(fund, district) - raw.pay_lines(fund, district), 0.0
            for year in raw.years:
                rows = [row for row in case.plan.dollars if (row.fund, row.year) == (fund, year)]
                spent = sum(row.after for row in rows if raw.district(row.school_id) == district)
                if not raw.alive(fund, year):
                    assert spent == 0
                    continue
                left += room - spent
                assert left >= -DOLLARS
                left = left if spec.get("carry_over") else 0.0
    for row in case.plan.dollars:
        allowed = raw.allows(row.fund, row.use, row.school_id)
        assert allowed or row.after <= row.before + 0.01


@given(seeds)
def test_every_cost_is_charged(seed: int) -> None:
    """Hired positions are paid in every later year, and so are today's on a fund that has ended."""
    case = solved(seed)
    raw, rule = case.raw, stipend_rule(case.raw)
    for year in raw.years:
        positions = case.positions(year)
        for school in raw.ids:
            cost = sum(raw.lines.get((school, fund, "positions"), 0.0) for fund in raw.funds)
            ended = [fund for fund in raw.funds if not raw.alive(fund, year)]
            cost += sum(raw.lines.get((school, fund, "staff"), 0.0) for fund in ended)
            for pool in raw.pools:
                cost += positions[school, pool] * raw.average_pay(raw.district(school), pool)
            assert case.spent(year, school, "positions") == pytest.approx(cost, abs=DOLLARS)
            stipends = sum(raw.today(school, fund, "stipends", year) for fund in raw.funds)
            stipends += _stipends(case, rule, school, year)
            assert case.spent(year, school, "stipends") == pytest.approx(stipends, abs=DOLLARS)


def _stipends(case: Case, rule: StipendRule | None, school: str, year: str) -> float:
    """Stipends that are paid in a year to all who came for one and have not left again."""
    if rule is None:
        return 0.0
    moves = [row for row in case.plan.moves if row.to_school == school and row.year <= year]
    changes = [row for row in case.plan.staff_changes if row.school_id == school and row.year <= year]
    paid = sum(row.fte * row.stipend for row in moves)
    paid += sum(row.fte * row.stipend for row in changes if row.change == "recruit")
    paid -= sum(row.fte * row.stipend for row in changes if row.change == "stipend_end")
    return paid * (1 + rule.fringe)


@given(seeds)
def test_dollars_of_schools_add_up_to_those_of_their_district(seed: int) -> None:
    """Transfers move pay from school to school and leave the district's as it was."""
    case = solved(seed)
    raw = case.raw
    for district in raw.districts:
        schools = raw.inside(district)
        pay = sum(raw.fte(s, p) * raw.pay(s, p) for s in schools for p in raw.pools)
        for year in raw.years:
            for pool in raw.pools:
                pay += _come_and_gone(case, district, pool, year) * raw.average_pay(district, pool)
            planned = sum(
                row.after
                for row in case.plan.dollars
                if row.year == year and row.school_id in schools and row.use != "positions"
            )
            fixed = sum(
                dollars
                for (school, fund, use), dollars in raw.lines.items()
                if school in schools and fund not in raw.funds and use not in ("staff", "positions")
            )
            rows = [r for r in case.plan.schools if r.year == year and r.school_id in schools]
            found = sum(row.dollars_after for row in rows)
            assert found == pytest.approx(pay + planned + fixed, abs=DOLLARS)


@given(seeds)
def test_nothing_is_negative(seed: int) -> None:
    case = solved(seed)
    plan = case.plan
    assert all(row.fte > 0 for row in (*plan.moves, *plan.staff_changes))
    assert all(row.after >= 0 for row in plan.dollars)
    assert all(row.sections_after >= 0 for row in plan.class_sizes)
    for row in plan.schools:
        assert min(row.teachers_after, row.novice_after, row.experienced_after) >= -FTE
    assert all(min(row.unspent, row.carried_in, row.placed_after) >= -DOLLARS for row in plan.funds)
    assert all(row.before >= 0 and row.after >= 0 for row in plan.indices)


@given(seeds)
def test_no_plan_is_worse_than_doing_nothing(seed: int) -> None:
    case = solved(seed)
    today = doing_nothing(case.raw)
    assume(today is not None)
    assert today is not None
    summary = case.plan.summary
    room = 1e-6 * today + 100 * sum(row.weight * 1e-5 / (row.before or 1.0) for row in case.plan.indices)
    assert summary.inequity_after <= today + room
    ends = any(not case.raw.alive(fund, year) for fund in case.raw.funds for year in case.raw.years)
    if not ends:
        assert summary.inequity_after <= summary.inequity_before + room
