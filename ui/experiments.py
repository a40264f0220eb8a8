"""What the policy lab tries: each an offer of settings, a job that can be called off, and its findings."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import panel as pn

from planner.merging import value_at
from planner.optimize.frontier import Point as FrontierPoint
from planner.optimize.frontier import edits_at
from planner.optimize.tradeoffs import Price
from planner.scenario import resolve_scenario
from planner.yaml_file import undotted
from ui import markup, numbers
from ui.cards.common import BEHIND, cell
from ui.cells import Cells
from ui.charts.frontier import frontier_chart
from ui.components import WIDE, Chart, Table, card, chart, html, stack
from ui.draft import Draft
from ui.forms import Form, button, select
from ui.pages.base import on_page
from ui.prices import policy_steps
from ui.progress import Progress
from ui.state import MOST, Workspace
from ui.sweep import WHOLE_PLAN, Axis, Edits, Job, Point, axes, frontier, sweep

SIDE = 5
# A chart is drawn anew after so many points, and at the end.
DRAWN_EACH = 5


def open_plan(state: Workspace, draft: Draft, edits: Edits, words: str) -> None:
    """Look at the plan of a draft with some edits, and put it beside the plans that are compared."""
    edited = Draft(draft.key, draft.base, draft.data)
    edited.edit_all({**edits, "name": f"{draft.data['name']}, {words}"})
    token = edited.token
    plans = [each for each in state.plans if each != token]
    state.param.update(plans=[*plans[: MOST - 1], token], draft=token, page="plan")


class Experiment:
    """A question with its settings, its progress and its findings.

    Parameters
    ----------
    state, draft
        The visitor's work, and the scenario that is tried.
    """

    title = ""
    sub = ""
    start = ""

    def __init__(self, state: Workspace, draft: Draft) -> None:
        self.state, self.draft = state, draft
        self.progress = Progress(self.stop, patience=0, **WIDE)
        self.findings = stack(gap=8)
        self._job: Job | None = None

    def view(self) -> Any:
        """Return the card."""
        fields = [*self.fields(), button("run", self.start, main=True)]
        form = Form(self._pressed, fields=fields, layout="row", label=self.title, **WIDE)
        return card(html(markup.heading(2, self.title, self.sub)), form, self.progress, self.findings)

    def fields(self) -> list[dict[str, Any]]:
        """Return the settings to choose."""
        return []

    def choose(self, key: str, value: str) -> None:
        """Take over a chosen setting."""

    def steps(self) -> Sequence[Callable[[], Sequence[Any]]]:
        """Return the steps of the job."""
        raise NotImplementedError

    def show(self, done: int, total: int, found: list[Any]) -> None:
        """Show what was found so far."""
        raise NotImplementedError

    def stop(self) -> None:
        """Call off what runs."""
        if self._job is not None:
            self._job.cancel()
            self.progress.param.update(text="Cancelled; what was found stays.", busy=False)

    def _pressed(self, key: str, value: Any) -> None:
        if key == "run":
            self.run()
        else:
            self.choose(key, str(value))

    def run(self) -> None:
        """Begin, giving up what ran before; findings are shown as they come."""
        if self._job is not None:
            self._job.cancel()
        steps, document = self.steps(), pn.state.curdoc
        self.progress.param.update(text=f"0 of {len(steps)} done", done=0.0, busy=True)

        def _tell(done: int, found: list[Any]) -> None:
            on_page(document, partial(self._told, job, done, len(steps), found))

        job = Job(steps, _tell, lambda problem: on_page(document, partial(self._failed, job, problem)))
        self._job = job
        job.start()

    def _told(self, job: Job, done: int, total: int, found: list[Any]) -> None:
        if job is self._job and not job.is_cancelled:
            text = f"{done} of {total} done" if done < total else f"All {total} done."
            self.progress.param.update(text=text, done=done / total, busy=done < total)
            self.show(done, total, found)

    def _failed(self, job: Job, problem: str) -> None:
        if job is self._job:
            self.progress.param.update(text=problem, busy=False)


class FrontierExperiment(Experiment):
    """Least inequity for each amount of moves, dollars, or each setting of one lever."""

    title = "How far does inequity fall with each step?"
    sub = (
        "The least inequity index for each amount, both ends exact. Each point is a plan: click it, or press "
        "its button in the table, to open that plan."
    )
    start = "Trace it"

    def __init__(self, state: Workspace, draft: Draft) -> None:
        super().__init__(state, draft)
        self.axes = {axis.path: axis for axis in WHOLE_PLAN} | axes(draft.data)
        self.axis = WHOLE_PLAN[0]

    def fields(self) -> list[dict[str, Any]]:
        """Return the choice of the axis."""
        return [select("axis", "Along", self.axis.path, [(a.path, a.words) for a in self.axes.values()])]

    def choose(self, key: str, value: str) -> None:
        """Take over the axis."""
        self.axis = self.axes[value]

    def steps(self) -> Sequence[Callable[[], Sequence[Any]]]:
        """Return the points to find."""
        self._traced = self.axis
        return frontier(self.state.engine.district, self.draft.data, self.axis)

    def show(self, done: int, total: int, found: list[FrontierPoint]) -> None:
        """Draw the frontier and the table behind it."""
        if done % DRAWN_EACH and done < total:
            return
        axis = self._traced
        if is_flat(found):
            self.findings[:] = [html(markup.message(f"{frontier_words(axis, found)}.", good=True))]
            return
        levels = [axis.scale * point.level for point in found]
        told = frontier_words(axis, found)
        now = self._now(axis, levels) if done == total else None
        drawing = frontier_chart(levels, [p.inequity for p in found], now, axis.words, told)
        known = [number for number, point in enumerate(found) if point.inequity is not None]
        marks = [f"{axis.path} {number}" for number in known]
        picture = chart(drawing, self.title.rstrip("?"), marks)
        points = [found[number] for number in known]
        picture.param.watch(lambda event: self._clicked(picture, points), "selected")
        table = Table(
            lambda number: self._open(found[number]),
            caption=told,
            summary="" if done == total else BEHIND,
            columns=[[axis.words, "r"], ["Inequity index", "r"], ["Points lower than the row above", "r"]],
            rows=frontier_rows(axis, found),
            openable=known,
            **WIDE,
        )
        self.findings[:] = [html(markup.message(f"{told}.", good=True)), picture, table]

    def _now(self, axis: Axis, levels: list[float]) -> float | None:
        """Return the present setting; what the plan itself takes is where its frontier ends."""
        if axis.between is None:
            return levels[-1]
        held = value_at(self.draft.data, undotted(axis.path))
        return axis.scale * float(held) if isinstance(held, int | float) else None

    def _clicked(self, picture: Chart, points: list[FrontierPoint]) -> None:
        if picture.selected:
            self._open(points[picture.schools.index(picture.selected[0])])

    def _open(self, point: FrontierPoint) -> None:
        axis = self._traced
        edits = edits_at(self.draft.data, axis.path, point.level)
        open_plan(self.state, self.draft, edits, setting_words(axis, point.level))


def is_flat(found: Sequence[FrontierPoint]) -> bool:
    """Tell whether a frontier is one point over and over: its rules leave no room along the axis."""
    return len(found) > 1 and found[0].level == found[-1].level


def frontier_words(axis: Axis, found: Sequence[FrontierPoint]) -> str:
    """Say how far a frontier falls, and from where to where."""
    known = [point for point in found if point.inequity is not None]
    if not known:
        return "No setting so far has a plan"
    first, last = known[0], known[-1]
    if is_flat(known):
        stays = numbers.points(last.inequity)
        return f"{axis.words}: these rules leave no room for any; the index stays at {stays}"
    ends = " to ".join(numbers.plain(axis.scale * point.level) for point in (first, last))
    values = " to ".join(numbers.points(point.inequity) for point in (first, last))
    return f"{axis.words}: from {ends} the index goes from {values}"


def frontier_rows(axis: Axis, found: Sequence[FrontierPoint]) -> list[list[Any]]:
    """Return a row a point: its level, its index, and what it gains on the point before."""
    rows: list[list[Any]] = []
    before: float | None = None
    for point in found:
        gain = None if point.inequity is None or before is None else before - point.inequity
        level = axis.scale * point.level
        rows.append([[numbers.plain(level, 2), level], cell(point.inequity), cell(gain, _two)])
        before = point.inequity
    return rows


def _two(value: float) -> str:
    return numbers.plain(value, 2)


def setting_words(axis: Axis, value: float) -> str:
    """Return a setting in words, for a plan's name."""
    words = axis.words.partition(" (")[0]
    # "Teachers moved" begins small inside a name, "K-3 core" does not.
    words = words[:1].lower() + words[1:] if words[1:2].islower() else words
    return f"{words} {axis.written(value)}"


class GridExperiment(Experiment):
    """Two levers together."""

    title = "Two levers together"
    sub = (
        f"{SIDE} by {SIDE} settings: the inequity index of each best plan, the paler the less inequity. "
        "Press a cell to open its plan."
    )
    start = "Try both"

    def __init__(self, state: Workspace, draft: Draft) -> None:
        super().__init__(state, draft)
        self.axes = axes(draft.data)
        paths = list(self.axes)
        down = next((path for path in paths if ".class_size." in path), paths[0])
        across = next((path for path in paths if ".stipends." in path), paths[-1])
        self.pair = {"down": down, "across": across if across != down else paths[-1]}

    def fields(self) -> list[dict[str, Any]]:
        """Return the choice of the two levers."""
        choices = [(axis.path, axis.words) for axis in self.axes.values()]
        return [
            select("down", "Down", self.pair["down"], choices),
            select("across", "Across", self.pair["across"], choices),
        ]

    def choose(self, key: str, value: str) -> None:
        """Take over one of the levers."""
        self.pair[key] = value

    def run(self) -> None:
        """Begin, unless both levers are the same."""
        if self.pair["down"] == self.pair["across"]:
            self.progress.param.update(text="Choose two different levers.", busy=False)
        else:
            super().run()

    def steps(self) -> Sequence[Callable[[], Sequence[Any]]]:
        """Return the settings to try, row by row."""
        down, across = self._tried = self.axes[self.pair["down"]], self.axes[self.pair["across"]]
        settings = [
            {down.path: a, across.path: b} for a in down.settings(SIDE) for b in across.settings(SIDE)
        ]
        caption = f"Inequity index (today 100). Down: {down.words}. Across: {across.words}"
        self._cells = Cells(
            self._open,
            caption=f"{caption}; a dash: no plan keeps all the rules",
            down=down.words,
            across=across.words,
            rows=[down.written(a) for a in down.settings(SIDE)],
            columns=[across.written(b) for b in across.settings(SIDE)],
            **WIDE,
        )
        self._found: list[Point] = []
        self.findings[:] = [self._cells]
        return sweep(self.state.engine.district, self.draft.data, settings)

    def show(self, done: int, total: int, found: list[Point]) -> None:
        """Fill the cells that are known."""
        self._found = found
        known = [self._cell(point) for point in found] + [None] * (total - done)
        self._cells.cells = [known[row * SIDE : (row + 1) * SIDE] for row in range(SIDE)]

    def _cell(self, point: Point) -> list[Any]:
        words = numbers.points(point.inequity)
        return [words, point.inequity, f"Index {words}: open the plan at {self._words(point)}"]

    def _words(self, point: Point) -> str:
        return " and ".join(setting_words(axis, float(point.edits[axis.path])) for axis in self._tried)

    def _open(self, row: int, column: int) -> None:
        point = self._found[row * SIDE + column]
        open_plan(self.state, self.draft, point.edits, self._words(point))


class PriceExperiment(Experiment):
    """What each rule costs."""

    title = "What each rule costs"
    sub = "How far the inequity index would fall if one rule were relaxed by one natural step."
    start = "Work out the prices"

    def steps(self) -> Sequence[Callable[[], Sequence[Any]]]:
        """Return the policies to price."""
        return policy_steps(self.state.engine.district, self.draft.data)

    def show(self, done: int, total: int, found: list[Price]) -> None:
        """List the prices, the dearest first."""
        self.findings[:] = [price_table(found, self.draft.data)]


def price_table(found: Sequence[Price], data: Mapping[str, Any]) -> Table:
    """Return the prices as a table, the dearest rule first."""
    titles = {name: policy.title for name, policy in resolve_scenario(data).policies.items()}
    ordered = sorted(found, key=lambda price: (-price.points, price.policy, price.step))
    rows = [
        [
            titles.get(price.policy, price.policy),
            price.step,
            ["not binding", 0.0] if price.binds is False else cell(price.points, _two),
            price.note,
        ]
        for price in ordered
    ]
    heads = [["Policy", "l"], ["One step", "l"], ["Points the index falls", "r"], ["Remark", "l"]]
    return Table(caption="The dearest rule first", columns=heads, rows=rows, page_size=15, **WIDE)
