"""Many plans as one long table: what was asked differently, and what came of it. One plan is many of one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import pandas as pd

from planner.export import flattened
from planner.plan import ClassSize, IndexRow, Plan

COLUMNS = ("plan", "group", "item", "before", "after", "unit")
# Settings that say what a plan is called, not what was asked.
NOT_ASKED = ("name", "description")
DOLLARS = "dollars a year"
# An index that rises by less counts as unchanged.
RAISED = 0.0005


class Figure(NamedTuple):
    """One figure of a plan, today and under it; ``before`` is None where today has no such figure."""

    group: str
    item: str
    before: float | str | None
    after: float | str | None
    unit: str


def compare(plans: Plan | Sequence[Plan] | Mapping[str, Plan]) -> pd.DataFrame:
    """Return one long table of plans.

    Parameters
    ----------
    plans
        One plan, several, or several under names to show. Plans of one name are numbered.

    Returns
    -------
    pandas.DataFrame
        Columns ``plan``, ``group`` (input, inequity, index, moves, dollars, class size, limit), ``item``,
        ``before``, ``after``, ``unit``. Inputs are listed where the plans' scenarios differ.
    """
    named = _named(plans)
    inputs = _differing_inputs(named)
    rows = [
        (name, *figure)
        for name, plan in named.items()
        for figure in (*inputs.get(name, ()), *figures_of(plan))
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype({"before": object, "after": object})


def side_by_side(table: pd.DataFrame) -> pd.DataFrame:
    """Return a comparison with a row a figure: today, then a column for each plan.

    Figures that a plan does not have are None; today's are those of the first plan that has them.
    """
    cells: dict[tuple[str, str, str], dict[str, Any]] = {}
    for row in table.itertuples(index=False):
        line = cells.setdefault((str(row.group), str(row.item), str(row.unit)), {})
        line.setdefault("today", _absent_as_none(row.before))
        line[f"plan {row.plan}"] = _absent_as_none(row.after)
    names = list(dict.fromkeys(table["plan"]))
    rows = [
        [*key, line.get("today"), *(line.get(f"plan {name}") for name in names)]
        for key, line in cells.items()
    ]
    return pd.DataFrame(rows, columns=["group", "item", "unit", "today", *names], dtype=object)


def _absent_as_none(value: Any) -> Any:
    return None if value is None or value != value else value  # noqa: PLR0124 - NaN is not itself


def figures_of(plan: Plan) -> Iterator[Figure]:
    """Yield what came of a plan."""
    figures = plan.summary
    yield Figure("inequity", "inequity", figures.inequity_before, figures.inequity_after, "points")
    yield Figure("inequity", "lower bound", None, figures.bound, "points")
    for row in plan.indices:
        group = "index, optimised" if row.weight else "index, reported"
        yield Figure(group, f"{row.measure}, {row.index}", row.before, row.after, "index")
    yield from _raised_figures(plan)
    yield Figure("moves", "staff who transfer, all years", 0.0, figures.moves_fte, "FTE")
    yield Figure("moves", "mean distance", None, _mean_miles(plan), "miles")
    yield Figure("moves", "positions filled, all years", 0.0, figures.hires_fte, "FTE")
    yield from _dollar_figures(plan)
    yield from _class_figures(plan.class_sizes)
    for limit in plan.limits:
        item = f"{limit.course}, {limit.tier}, {limit.year} ({limit.policy})"
        yield Figure("limit", item, None, limit.limit, "students per section")


def raised(plan: Plan) -> list[IndexRow]:
    """Return the indices that a plan raises, most first: measures disagree, and the reader must see it."""
    rows = [row for row in plan.indices if row.after > row.before + RAISED]
    return sorted(rows, key=lambda row: row.before - row.after)


def _raised_figures(plan: Plan) -> Iterator[Figure]:
    """Yield how many of all indices a plan raises, and which it raises most."""
    worse = raised(plan)
    yield Figure("every index", f"raised, of {len(plan.indices)}", None, float(len(worse)), "indices")
    most = f"{worse[0].measure}, {worse[0].index}" if worse else "none"
    yield Figure("every index", "raised most", None, most, "")


def _mean_miles(plan: Plan) -> float | None:
    known = [(move.fte, move.miles) for move in plan.moves if move.miles is not None]
    total = sum(fte for fte, _ in known)
    return sum(fte * miles for fte, miles in known) / total if total > 0 else None


def _dollar_figures(plan: Plan) -> Iterator[Figure]:
    """Yield planned dollars, a year on average: in all, on stipends, by fund and by use."""
    years = len(plan.years)
    yield Figure("dollars", "above today's lines", 0.0, plan.summary.cost_dollars / years, DOLLARS)
    yield Figure("dollars", "stipends above today's", 0.0, plan.summary.stipend_dollars / years, DOLLARS)
    for column in ("fund", "use"):
        totals: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
        for line in plan.dollars:
            both = totals[getattr(line, column)]
            both[0] += line.before / years
            both[1] += line.after / years
        for name, (before, after) in sorted(totals.items()):
            yield Figure("dollars", f"{column} {name}", before, after, DOLLARS)


def _class_figures(rows: Iterable[ClassSize]) -> Iterator[Figure]:
    """Yield the mean class size of each course, over schools and years."""
    totals: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0])
    for row in rows:
        total = totals[row.course]
        for at, value in enumerate((row.students, row.sections_before, row.sections_after)):
            total[at] += value
    for course, (students, before, after) in sorted(totals.items()):
        sizes = [students / sections if sections > 0 else None for sections in (before, after)]
        yield Figure("class size", course, sizes[0], sizes[1], "students per section")


def _named(plans: Plan | Sequence[Plan] | Mapping[str, Plan]) -> dict[str, Plan]:
    if isinstance(plans, Mapping):
        return dict(plans)
    named: dict[str, Plan] = {}
    for plan in [plans] if isinstance(plans, Plan) else plans:
        name, again = plan.name, 1
        while name in named:
            again += 1
            name = f"{plan.name} ({again})"
        named[name] = plan
    return named


def _differing_inputs(named: Mapping[str, Plan]) -> dict[str, list[Figure]]:
    """Return each plan's settings on paths where the plans do not all agree."""
    settings = {name: dict(flattened(plan.scenario)) for name, plan in named.items()}
    for name, plan in named.items():
        settings[name]["data set"] = str(plan.district.get("name", ""))
    paths = dict.fromkeys(path for each in settings.values() for path in each if path not in NOT_ASKED)
    differing = [path for path in paths if len({repr(each.get(path)) for each in settings.values()}) > 1]
    return {
        name: [Figure("input", path, None, _setting(each.get(path)), "") for path in differing]
        for name, each in settings.items()
    }


def _setting(value: Any) -> float | str | None:
    if value is None or isinstance(value, float) or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    return str(value).lower() if isinstance(value, bool) else str(value)
