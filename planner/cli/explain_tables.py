"""Rich tables of prices, gains, reasons, frontiers and stress tests, readable at 80 columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from rich import box
from rich.table import Table
from rich.text import Text

from planner.asked import settings_of, value_words
from planner.gains import UNITS, By, Change, both_ends
from planner.said import index_words, measure_words, plain_words, rule_words
from planner.yaml_file import undotted

if TYPE_CHECKING:
    from planner.explain import Why
    from planner.gains import GroupGain, SchoolGain
    from planner.optimize.frontier import Frontier
    from planner.optimize.tradeoffs import Price
    from planner.school_tests import SchoolTest
    from planner.stress import Decision, Stress, Trial

BAR = 24
TITLES: dict[By, str] = {
    "dollars": "Dollars",
    "teachers": "Teachers",
    "experienced": "Experienced teachers",
    "novice": "Novice teachers, of whom fewer is a gain",
    "class_size": "Class size, where smaller is a gain",
}
DECIDED = {"staff": "Changes of staff", "dollars": "Changes of dollars", "limit": "Class-size limits"}
UNITS_OF_DECISIONS = {"staff": "FTE", "dollars": "dollars a year", "limit": "students"}
NONE = "–"
LEAST_SHOWN = 0.01


def _table(title: str, columns: Sequence[str], numbers_from: int) -> Table:
    table = Table(title=Text(title), title_justify="left", box=box.SIMPLE_HEAD)
    for at, column in enumerate(columns):
        table.add_column(Text(column), justify="right" if at >= numbers_from else "left", overflow="fold")
    return table


def _add(table: Table, cells: Iterable[str]) -> None:
    table.add_row(*(Text(cell) for cell in cells))


def _points(value: float | None) -> str:
    """Return points as people read them; what is not 0 does not look like it."""
    if value is None:
        return NONE
    return f"{value:,.2f}" if value == 0 or abs(value) >= LEAST_SHOWN else f"under {LEAST_SHOWN}"


# Prices -----------------------------------------------------------------------------------------------------


def price_tables(prices: Sequence[Price]) -> Iterator[Table | Text]:
    """Yield what each step buys, dearest first; rules that cost nothing in one line each."""
    dear = [price for price in prices if price.points > 0 or (not price.agrees and price.binds is not None)]
    if dear:
        table = _table(
            "What one step of each rule costs [points]", ["rule", "step", "buys", "at first order"], 2
        )
        for price in dear:
            rule = plain_words(price.policy)
            _add(table, [rule, rule_words(price.step), _points(price.points), _points(price.first_order)])
        yield table
        if dear[0].points > 0:
            yield Text(rule_words(dear[0].sentence()))
    noted = [price for price in prices if not price.agrees]
    for note in dict.fromkeys(price.note for price in noted):
        of = [price.policy for price in noted if price.note == note]
        # What is true of every step needs no names.
        yield Text(note if len(of) == len(prices) > 1 else f"{_names(of)}: {note}")
    free = {price.policy for price in prices} - {price.policy for price in dear}
    for words, binds in (
        ("At a limit, though relaxing them buys nothing", {True}),
        ("Relaxing them buys nothing", {None}),
        ("With room left, so relaxing them buys nothing", {False}),
    ):
        found = {price.policy for price in prices if price.binds in binds} & free
        free -= found
        if found:
            yield Text(f"{words}: {_names(sorted(found))}.")


def _names(policies: Iterable[str]) -> str:
    return ", ".join(map(plain_words, dict.fromkeys(policies)))


# Gains ------------------------------------------------------------------------------------------------------


def gain_tables(gains: Sequence[SchoolGain], most: int, when: str = "") -> Iterator[Table | Text]:
    """Yield for each measure the schools that gain most and, beside them, those that lose most.

    Parameters
    ----------
    when
        Words for the year, where a plan has several.
    """
    for by, title in TITLES.items():
        winners, losers = both_ends(gains, by, most)
        if not winners and not losers:
            continue
        per = "" if by == "class_size" else ", by the change per student"
        head = f"{title}: who gains and who loses{when}{per} [{UNITS[by]}]"
        table = _table(head, ["gains most", "today", "plan", "loses most", "today", "plan"], 1)
        table.columns[3].justify = "left"
        for place in range(max(len(winners), len(losers))):
            _add(table, [*_end(winners, place, by), *_end(losers, place, by)])
        yield table


def _end(gains: Sequence[SchoolGain], place: int, by: By) -> tuple[str, str, str]:
    if place >= len(gains):
        return "", "", ""
    change: Change = getattr(gains[place], by)
    return gains[place].school_name, _figure(change.before, by), _figure(change.after, by)


def _figure(value: float, by: By) -> str:
    return f"{value:,.0f}" if by == "dollars" else f"{value:,.1f}"


def group_table(groups: Sequence[GroupGain], when: str = "") -> Table:
    """Return what the mean student of each group has, today and under the plan."""
    heads = ["students", "dollars each", "teachers per 100", "experienced per 100", "class size"]
    table = _table(f"What the mean student of each group has{when}, today > plan", ["group", *heads], 1)
    for gain in groups:
        figures = (gain.dollars, gain.teachers, gain.experienced, gain.class_size)
        cells = [_pair(change, place) for place, change in enumerate(figures)]
        _add(table, [gain.group.replace("_", " "), f"{gain.students:,.0f}", *cells])
    return table


def _pair(change: Change | None, place: int) -> str:
    if change is None:
        return NONE
    decimals = 0 if place == 0 else 2
    return f"{change.before:,.{decimals}f} > {change.after:,.{decimals}f}"


# Reasons ----------------------------------------------------------------------------------------------------


def reason_lines(reasons: Iterable[Why]) -> Iterator[Text]:
    """Yield each decision with what it serves and what stops it."""
    for reason in reasons:
        yield Text(reason.decision, style="bold")
        served = [
            f"{measure_words(part.measure).lower()} ({index_words(part.index)}) {part.points:+.2f}"
            for part in reason.serves
            if abs(part.points) >= LEAST_SHOWN
        ]
        yield Text(f"  {_won(reason.points)}" + (f": {', '.join(served)}" if served else ""))
        for rule in reason.keeps:
            yield Text(f"  needed to keep {rule}")
        for stop in reason.stops:
            yield Text(f"  stopped by {stop}")
        if reason.note:
            yield Text(f"  {reason.note}")


def _won(points: float) -> str:
    if points == 0:
        return "wins nothing by itself on the chosen measures"
    return f"{'wins' if points > 0 else 'costs'} {_points(abs(points))} points"


# Tests of each school ---------------------------------------------------------------------------------------


def test_tables(tests: Sequence[SchoolTest], most: int) -> Iterator[Table | Text]:
    """Yield for each federal rule how many schools' tests pass, and those that fail or come nearest to it."""
    for policy in dict.fromkeys(test.policy for test in tests):
        own = [test for test in tests if test.policy == policy]
        failed = sum(not test.passes for test in own)
        schools = len({test.school_id for test in own})
        passed = f"all {len(own)} tests" if not failed else f"{len(own) - failed} of {len(own)} tests"
        where = f"{schools} school{'s' if schools > 1 else ''}"
        title = f"{plain_words(policy)}: {passed} of {where} pass; those nearest to failing"
        table = _table(title, ["school", "year", "test", "plan", "", "limit", "unit", ""], 3)
        for test in own[:most]:
            sense = "at most" if test.sense == "<=" else "at least"
            verdict = "passes" if test.passes else "fails"
            figures = [f"{test.plan:,.2f}", sense, f"{test.limit:,.2f}"]
            _add(table, [test.school_name, test.year, test.test, *figures, test.unit, verdict])
        yield table


# Frontier ---------------------------------------------------------------------------------------------------


def frontier_table(frontier: Frontier) -> Table:
    """Return the points of a frontier, with a bar that shows the inequity left."""
    axis = frontier.axis
    known = {} if axis in ("moves", "dollars") else settings_of(frontier.scenario.resolved())
    setting = known.get(undotted(axis))
    words = f"{setting.words[:1].lower()}{setting.words[1:]}" if setting else axis
    table = _table(
        f"Least inequity by {words} [points; today is 100]", ["", frontier.unit or "level", "inequity"], 0
    )
    table.add_column(Text(""))
    most = max((point.inequity or 0.0 for point in frontier.points), default=0.0) or 1.0
    for number, point in enumerate(frontier.points):
        level = value_words(point.level, setting.part) if setting else _level(point.level, frontier.unit)
        if point.inequity is None:
            _add(table, [str(number), level, "no plan", ""])
            continue
        bar = "█" * round(BAR * point.inequity / most)
        _add(table, [str(number), level, _points(point.inequity), bar])
    return table


def _level(level: float, unit: str) -> str:
    return f"{level:,.0f}" if unit == "dollars" else f"{level:,.6g}"


# Stress -----------------------------------------------------------------------------------------------------


def stress_tables(found: Stress, most: int) -> Iterator[Table | Text]:
    """Yield the trials, then the decisions of each kind that depend on the figures, then how many stay."""
    table = _table(
        "The plan under other figures [points]",
        ["trial", "as planned", "had one known", "regret", "breaks"],
        1,
    )
    table.columns[4].justify = "left"
    for trial in found.trials:
        _add(table, [trial.name, *_trial_cells(trial), _names(trial.broken) or NONE])
    yield table
    for kind, title in DECIDED.items():
        doubtful = [each for each in found.decisions if each.kind == kind and each.verdict != "stays"]
        if doubtful:
            count = f", the largest {most} of {len(doubtful)}" if len(doubtful) > most else ""
            shown = _table(
                f"{title} that depend on the figures{count} [{UNITS_OF_DECISIONS[kind]}]",
                ["decision", "plan", "trials from", "to", "kept in", ""],
                1,
            )
            for decision in doubtful[:most]:
                _add(shown, _decision_cells(decision))
            yield shown
    shares = {verdict: found.share_that(verdict) for verdict in ("stays", "depends", "flips")}
    yield Text(
        f"Of {len(found.decisions):,} decisions {shares['stays']:.0%} stay, {shares['depends']:.0%} depend "
        f"on the figures and {shares['flips']:.0%} flip (seed {found.seed})."
    )


def _trial_cells(trial: Trial) -> tuple[str, str, str]:
    best = trial.inequity_of_best
    reached = _points(best) if best is not None else trial.status.replace("infeasible", "no plan")
    return _points(trial.inequity_of_plan), reached, _points(trial.regret)


def _decision_cells(decision: Decision) -> list[str]:
    figures = [_size(value, decision.kind) for value in (decision.size, decision.low, decision.high)]
    return [decision.what, *figures, f"{decision.kept:.0%}", decision.verdict]


def _size(value: float, kind: str) -> str:
    """Return a change with its sign, or a limit; what is 0 as people read it has no sign."""
    decimals = {"staff": 2, "dollars": 0}.get(kind, 1)
    shown = round(value, decimals) + 0.0
    return f"{shown:{'' if kind == 'limit' or not shown else '+'},.{decimals}f}"
