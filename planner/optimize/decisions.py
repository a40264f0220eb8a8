"""The variable blocks: what the planner may decide. All zero (and sections as today) means today's plan."""

from __future__ import annotations

import math

import numpy as np

from planner.case import Case
from planner.optimize.linear import Linear, total
from planner.optimize.model import DOLLAR_UNIT, AllocationModel


def add_decisions(model: AllocationModel) -> None:
    """Add every decision of the case, block by block, in canonical order."""
    for year in range(len(model.case.years)):
        _add_transfers(model, year)
        _add_positions(model, year)
        _add_stipend_ends(model, year)
        _add_sections(model, year)
        _add_dollars(model, year)


def _add_transfers(model: AllocationModel, year: int) -> None:
    case = model.case
    step = case.scenario.fte_step
    sources, targets = transfer_cells(case)
    most = case.fte[sources] if year == 0 else math.inf
    model.decide_each("leave", [(school, pool, year) for school, pool in _cells(sources)], most, step=step)
    paid, unpaid = list(model.tiers[1:]), [0]
    pays = case.paid_join.tolist()
    joins = [
        (school, pool, tier, year)
        for school, pool in _cells(targets)
        for tier in (paid if pays[school][pool] else unpaid)
    ]
    model.decide_each("join", joins, step=step)


def transfer_cells(case: Case) -> tuple[np.ndarray, np.ndarray]:
    """Return where staff may leave and join, as masks of (school, pool); a move needs two schools."""
    joinable = case.joinable.copy()
    present = np.zeros_like(joinable)
    supply = (case.fte > 0) | (case.hire_limits > 0)
    later = len(case.years) > 1
    for schools in case.schools_of:
        cells = np.ix_(schools, case.teacher_pools)
        moves = supply[cells].any(axis=0) & joinable[cells].any(axis=0) & (len(schools) > 1)
        joinable[cells] &= moves
        present[cells] = moves & (supply[cells] | (joinable[cells] & later))
    if len(case.years) == 1:
        present &= case.fte > 0
    return present, joinable


def _add_positions(model: AllocationModel, year: int) -> None:
    case = model.case
    step = case.scenario.fte_step
    hiring = case.hiring
    for school, pool in _cells(case.hire_limits > 0):
        model.decide("hire", (school, pool, year), case.hire_limits[school, pool], step=step)
        if year and hiring and hiring.release:
            model.decide("release", (school, pool, year), step=step)
        if case.stipends and case.stipends.recruits and case.paid_join[school, pool]:
            for tier in model.tiers[1:]:
                model.decide("recruit", (school, pool, tier, year), case.vacancies[school, pool], step=step)
    if hiring and hiring.attrition_share:
        limits = hiring.attrition_limits(case)
        for school, pool in _cells(limits > 0):
            model.decide("attrition", (school, pool, year), float(limits[school, pool]), step=step)


def _add_stipend_ends(model: AllocationModel, year: int) -> None:
    if year == 0:
        return
    for school, pool, tier, joined in model.keys("join"):
        if tier and joined == year - 1:
            model.decide("stipend_end", (school, pool, tier, year), step=model.case.scenario.fte_step)


def _add_sections(model: AllocationModel, year: int) -> None:
    case = model.case
    step = case.scenario.section_step
    for block in case.blocks.values():
        if block.course not in case.decided_courses:
            continue
        key = (block.school, block.course, year)
        more = model.decide("sections_added", key)
        fewer = model.decide("sections_cut", key, upper=block.sections)
        changed = total([block.sections, more, -fewer])
        if step is None:
            model.set("sections", key, changed)
        else:
            whole = model.decide("sections", key, step=step)
            model.define(("sections", *key), changed.equals(whole))


def _add_dollars(model: AllocationModel, year: int) -> None:
    case = model.case
    alive = {fund for fund in case.planned_funds if case.alive(fund, year)}
    cells = [cell for cell in case.cells if cell[1] in alive]
    today = {(*cell, year): case.lines.get(cell, 0.0) for cell in cells}
    held = [key for key, dollars in today.items() if dollars > 0]
    more = [(*cell, year) for cell in cells if case.may_spend(*cell)]
    model.decide_each("dollars_added", more, unit=DOLLAR_UNIT)
    model.decide_each("dollars_cut", held, np.array([today[key] for key in held]), DOLLAR_UNIT)
    for key, dollars in today.items():
        cut = model.get("dollars_cut", key).terms
        terms = model.get("dollars_added", key).terms | {column: -unit for column, unit in cut.items()}
        model.set("dollars", key, Linear(terms, dollars))


def _cells(mask: np.ndarray) -> list[tuple[int, int]]:
    return [(school, pool) for school, pool in np.argwhere(mask).tolist()]
