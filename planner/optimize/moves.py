"""Who goes where: hub flows become moves by shortest travel, district by district and pool by pool."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from planner.case import Case
from planner.optimize.linear import Linear
from planner.optimize.program import Program
from planner.optimize.solver import Session

EARTH_RADIUS_MILES = 3958.8
SMALLEST_FLOW = 5e-7
# More miles than any move could save.
FORBIDDEN = 1e5


@dataclass(frozen=True, slots=True)
class Flow:
    """Staff of one pool who go from one school to another at a stipend tier in a year [FTE]."""

    year: int
    pool: int
    origin: int
    target: int
    tier: int
    fte: float


def route(
    case: Case,
    leave: Mapping[tuple[int, int, int], float],
    join: Mapping[tuple[int, int, int, int], float],
) -> list[Flow]:
    """Return moves that empty every leaver into a joiner with the fewest miles in all.

    Parameters
    ----------
    case
        The district and scenario.
    leave, join
        FTE by (school, pool, year) and (school, pool, tier, year), in balance by district and pool.
    """
    leave, join = _without_circles(case, leave, join)
    districts = case.district_of.tolist()
    leavers: dict[tuple[int, int, int], dict[int, float]] = defaultdict(dict)
    joiners: dict[tuple[int, int, int], dict[tuple[int, int], float]] = defaultdict(dict)
    for (school, pool, year), fte in leave.items():
        leavers[year, pool, districts[school]][school] = fte
    for (school, pool, tier, year), fte in join.items():
        joiners[year, pool, districts[school]][school, tier] = fte
    flows: list[Flow] = []
    for group in sorted(leavers):
        flows += _routed(case, *group[:2], leavers[group], joiners[group])
    return flows


def _without_circles(
    case: Case, leave: Mapping[tuple[int, int, int], float], join: Mapping[tuple[int, int, int, int], float]
) -> tuple[dict[tuple[int, int, int], float], dict[tuple[int, int, int, int], float]]:
    """Take out staff who would leave a school and join it again unpaid in the same year."""
    out, into = dict(leave), dict(join)
    room = _needless(case, leave, join)
    for school, pool, year in leave:
        group = (int(case.district_of[school]), pool, year)
        circle = min(out[school, pool, year], into.get((school, pool, 0, year), 0.0), room[group])
        if circle > 0:
            room[group] -= circle
            out[school, pool, year] -= circle
            into[school, pool, 0, year] -= circle
    return (
        {key: value for key, value in out.items() if value > SMALLEST_FLOW},
        {key: value for key, value in into.items() if value > SMALLEST_FLOW},
    )


def _needless(
    case: Case,
    leave: Mapping[tuple[int, int, int], float],
    join: Mapping[tuple[int, int, int, int], float],
) -> dict[tuple[int, int, int], float]:
    """Return by (district, pool, year) the moves that no paid joiner needs to come from another school."""
    room: dict[tuple[int, int, int], float] = {}
    for (school, pool, year), fte in leave.items():
        group = (int(case.district_of[school]), pool, year)
        room[group] = room.get(group, 0.0) + fte
    everyone = dict(room)
    paid: dict[tuple[int, int, int], float] = {}
    for (school, pool, tier, year), fte in join.items():
        if tier and fte > 0:
            paid[school, pool, year] = paid.get((school, pool, year), 0.0) + fte
    for (school, pool, year), joining in paid.items():
        group = (int(case.district_of[school]), pool, year)
        here = joining + leave.get((school, pool, year), 0.0)
        if group in room:
            room[group] = min(room[group], max(0.0, everyone[group] - here))
    return room


def _routed(
    case: Case, year: int, pool: int, out: Mapping[int, float], into: Mapping[tuple[int, int], float]
) -> list[Flow]:
    origins, targets = sorted(out), sorted(into)
    if not origins or not targets:
        return []
    miles = _costs(case, origins, [target for target, _ in targets])
    supply = np.array([out[origin] for origin in origins])
    demand = np.array([into[target] for target in targets])
    table = least_cost_transport(miles, supply, demand)
    return [
        Flow(year, pool, origin, target, tier, float(table[i, j]))
        for i, origin in enumerate(origins)
        for j, (target, tier) in enumerate(targets)
        if table[i, j] > SMALLEST_FLOW
    ]


def _costs(case: Case, origins: list[int], targets: list[int]) -> np.ndarray:
    """Return the miles from each origin to each target; 0 where a place is not known."""
    places = np.asarray(case.coordinates, dtype=float)
    there, here = places[targets][None, :], places[origins][:, None]
    half = (
        np.sin((there[..., 0] - here[..., 0]) / 2) ** 2
        + np.cos(here[..., 0]) * np.cos(there[..., 0]) * np.sin((there[..., 1] - here[..., 1]) / 2) ** 2
    )
    miles = np.nan_to_num(2 * EARTH_RADIUS_MILES * np.arcsin(np.sqrt(np.minimum(1.0, half))))
    # Staying is no move: it must never be the cheap way to match a leaver with a joiner.
    return np.where(np.equal.outer(origins, targets), FORBIDDEN, miles)


def miles_between(case: Case, origin: int, target: int) -> float | None:
    """Return the great-circle distance between two schools [miles], or None where a place is not known."""
    (lat1, lon1), (lat2, lon2) = case.coordinates[origin], case.coordinates[target]
    if math.isnan(lat1 + lon1 + lat2 + lon2):
        return None
    half = (
        math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    )
    return 2 * EARTH_RADIUS_MILES * math.asin(math.sqrt(min(1.0, half)))


def least_cost_transport(cost: np.ndarray, supply: np.ndarray, demand: np.ndarray) -> np.ndarray:
    """Return the cheapest flows from sources to sinks.

    Parameters
    ----------
    cost
        Cost per unit, sources by sinks.
    supply, demand
        Amounts, in balance but for rounding; the smaller side is met in full.

    Returns
    -------
    numpy.ndarray
        Flows, sources by sinks.
    """
    sources, sinks = cost.shape
    if sources == 1 or sinks == 1:
        return np.broadcast_to(demand[None, :] if sources == 1 else supply[:, None], cost.shape).copy()
    # The larger side may keep the difference, so that rounding never makes this infeasible.
    short = supply.sum() <= demand.sum()
    program = Program()
    program.lower, program.upper = [0.0] * cost.size, [math.inf] * cost.size
    program.integer = [False] * cost.size
    grid = np.arange(cost.size).reshape(cost.shape)
    for cells, amount, exact in (
        *((grid[i], supply[i], short) for i in range(sources)),
        *((grid[:, j], demand[j], not short) for j in range(sinks)),
    ):
        program.starts.append(len(program.indices))
        program.indices += cells.tolist()
        program.values += [1.0] * len(cells)
        program.row_lower.append(float(amount) if exact else -math.inf)
        program.row_upper.append(float(amount))
    session = Session(program, time_limit=60.0, gap=0.0)
    session.minimise(
        Linear({int(cell): float(c) for cell, c in zip(grid.ravel(), cost.ravel(), strict=True)})
    )
    return session.values().reshape(cost.shape)
