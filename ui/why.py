"""Why a move is in a plan, and what a plan leaves when a grant ends: sentences and frames from plans."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from functools import cached_property, partial
from itertools import pairwise

import pandas as pd

from planner.case import Case
from planner.explain import Reasons, Stop, Why
from planner.plan import Plan
from planner.said import fund_words, measure_words, plain_words, sentence
from ui import numbers

# Moves whose reasons are worked out: the largest.
MOST_MOVES = 15
MOST_STOPS = 3
NO_POINTS = 0.005


class MoveReasons:
    """Why each of a plan's largest moves is there, one question at a time.

    Parameters
    ----------
    plan, case
        The plan and the case it was made for.
    """

    def __init__(self, plan: Plan, case: Callable[[], Case]) -> None:
        self.plan, self._case = plan, case

    @property
    def rows(self) -> list[int]:
        """Rows of the plan's moves, the largest first."""
        order = sorted(range(len(self.plan.moves)), key=lambda row: (-self.plan.moves[row].fte, row))
        return order[:MOST_MOVES]

    def steps(self) -> list[Callable[[], list[tuple[int, Why]]]]:
        """Return steps that each answer for one move, for a `ui.sweep.Job`."""
        return [partial(self._answer, row) for row in self.rows]

    @cached_property
    def _reasons(self) -> Reasons:
        return Reasons(self.plan, self._case())

    def _answer(self, row: int) -> list[tuple[int, Why]]:
        return [(row, self._reasons.why("move", row))]


def serves_words(found: Why) -> str:
    """Say which measures a decision serves, and how much, most first."""
    parts = [
        f"{measure_words(part.measure).lower()} {numbers.signed(numbers.plain(part.points, 2))}"
        for part in found.serves
        if abs(part.points) >= NO_POINTS
    ]
    text = ", ".join(parts) or "none by itself"
    return text[:1].upper() + text[1:]


def stops_words(found: Why, names: Mapping[str, str]) -> str:
    """Say which rules stopped a decision from being larger; the same rule of several years is said once.

    Parameters
    ----------
    names
        What a school of a long name is called on this page.
    """
    # The limit of another year is the same rule.
    first = {(stop.policy, stop.where, stop.rule): stop for stop in reversed(found.stops)}
    said = [_stop_words(stop, names) for stop in reversed(first.values())]
    if not said:
        return found.note
    more = len(said) - MOST_STOPS
    return "; ".join([*said[:MOST_STOPS], *([f"{more} more"] if more > 0 else [])])


def _stop_words(stop: Stop, names: Mapping[str, str]) -> str:
    at = next((f" at {short}" for name, short in names.items() if stop.where.startswith(name)), "")
    if not stop.policy:
        return f"{stop.rule}{at}"
    return f"{sentence(plain_words(stop.policy))}{at}: {', '.join(filter(None, (stop.rule, stop.limit)))}"


def funds_by_year(plan: Plan) -> pd.DataFrame:
    """Return what each fund has, pays and leaves, year by year [dollars]."""
    rows = [
        (row.year, row.fund, row.available + row.carried_in, row.pay, row.placed_after, row.unspent)
        for row in plan.funds
    ]
    frame = pd.DataFrame(rows, columns=["year", "fund", "available", "pay", "placed", "unspent"])
    return frame.groupby(["year", "fund"], sort=True, as_index=False).sum()


def staff_by_year(plan: Plan) -> pd.DataFrame:
    """Return what happens to staff each year [FTE]: who moves, positions filled, stipends that end."""
    kinds = {"hire": "filled", "recruit": "filled", "stipend_end": "ended", "release": "released"}
    totals = {year: dict.fromkeys(("moved", "filled", "ended", "released"), 0.0) for year in plan.years}
    for move in plan.moves:
        totals[move.year]["moved"] += move.fte
    for change in plan.staff_changes:
        if change.change in kinds:
            totals[change.year][kinds[change.change]] += change.fte
    return pd.DataFrame([{"year": year, **each} for year, each in totals.items()])


def cliffs(plan: Plan) -> list[str]:
    """Say where the planned dollars of a fund fall from one year to the next to nothing."""
    placed: dict[str, dict[str, float]] = defaultdict(dict)
    for row in plan.funds:
        placed[row.fund][row.year] = placed[row.fund].get(row.year, 0.0) + row.placed_after
    found = []
    for fund, years in sorted(placed.items()):
        for before, after in pairwise(plan.years):
            if years.get(before, 0.0) > 0.5 and years.get(after, 0.0) <= 0.5:
                ends = numbers.dollars(years[before])
                found.append(f"{fund_words(fund)} pays {ends} in {before} and nothing in {after}.")
    return found
