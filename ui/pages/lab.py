"""Policy lab: what each rule costs, least inequity along one lever, and two levers together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import panel as pn

from planner.merging import value_at
from planner.optimize.tradeoffs import Price
from planner.scenario import resolve_scenario
from planner.yaml_file import undotted
from ui import markup, numbers
from ui.cards.common import BEHIND, cell
from ui.charts.frontier import frontier_chart
from ui.components import WIDE, Status, Table, card, chart, html, stack
from ui.draft import Draft
from ui.forms import Form, button, select
from ui.pages.base import Page, Part, on_page
from ui.state import Workspace
from ui.sweep import Job, Point, prices, sweep
from ui.tokens import key_of

STEPS, SIDE = 9, 5
LEAST_STIPEND = 1_000.0


@dataclass(frozen=True, slots=True)
class Axis:
    """A lever that can be swept: its path in the scenario, its words, and the settings tried."""

    path: str
    words: str
    low: float
    high: float
    scale: float = 1.0

    def settings(self, count: int) -> list[float]:
        """Return evenly spaced settings, both ends among them."""
        return [round(float(value), 4) for value in np.linspace(self.low, self.high, count)]


def axes(data: dict[str, Any]) -> dict[str, Axis]:
    """Return the levers of a scenario that can be swept."""
    found: list[Axis] = []
    transfers = value_at(data, ("policies", "transfers"))
    if isinstance(transfers, dict):
        share = "policies.transfers.max_share_of_district"
        found.append(Axis(share, "Most teachers moved (% of the district's)", 0.0, 0.08, 100.0))
    courses = value_at(data, ("policies", "class_size", "courses"))
    for course, limit in (courses or {}).items():
        if not limit.get("free"):
            most = float(limit["max"])
            path = f"policies.class_size.courses.{course}.max"
            found.append(Axis(path, f"{course}: most students per section", max(10.0, most - 8), most + 4))
    if value_at(data, ("policies", "hold_harmless", "dollars_per_student")) is not None:
        path = "policies.hold_harmless.dollars_per_student"
        found.append(Axis(path, "Share of today's dollars each school keeps (%)", 0.90, 1.0, 100.0))
    tiers = value_at(data, ("policies", "stipends", "tiers"))
    if isinstance(tiers, list) and tiers:
        top = float(tiers[-1]["dollars"])
        low = float(tiers[-2]["dollars"]) + LEAST_STIPEND if len(tiers) > 1 else LEAST_STIPEND
        last = len(tiers) - 1
        words = "Highest stipend (dollars a year)"
        found.append(Axis(f"policies.stipends.tiers.{last}.dollars", words, low, max(top, low + 4000)))
    return {axis.path: axis for axis in found}


class Lab(Page):
    """The page of sweeps."""

    key = "lab"
    title = "Policy lab"

    def __init__(self, state: Workspace) -> None:
        super().__init__(state)
        self._jobs: dict[str, Job] = {}

    def parts(self) -> Iterator[Part]:
        """Yield the scenario looked at, the sweep, the grid, the prices."""
        key = key_of(self.state.draft)
        self.draft = Draft(key, self.state.engine.library[key], self.state.engine.data(self.state.draft))
        self.axes = axes(self.draft.data)
        yield self._opening
        if self.axes:
            self.axis = next(iter(self.axes.values()))
            yield self._sweep_card
        if len(self.axes) > 1:
            yield self._grid_card
        yield self._price_card

    def leave(self) -> None:
        """Give up what still runs."""
        for job in self._jobs.values():
            job.cancel()
        super().leave()

    def _opening(self) -> Any:
        title = "What would it take? Try a rule at many settings"
        lede = (
            f"Every point is a plan of its own: {self.state.name_of(self.state.draft)} with only the named "
            "settings changed. Choose one to open it."
        )
        library = [(key, self.state.name_of(key)) for key in self.state.engine.library]
        chosen = [(self.state.draft, f"{self.state.name_of(self.state.draft)} (edited)")]
        options = library + (chosen if self.state.draft not in self.state.engine.library else [])
        form = Form(
            self._begin,
            fields=[select("begin", "Scenario", self.state.draft, options)],
            layout="row",
            label="Scenario to try",
            **WIDE,
        )
        return stack(html(markup.opening("Policy lab", title, lede)), form)

    def _begin(self, key: str, value: Any) -> None:
        for job in self._jobs.values():
            job.cancel()
        self.state.draft = str(value)
        self.show()

    def _run(self, name: str, steps: Sequence[Any], status: Status, show: Any) -> None:
        """Run a job of the page; its results are drawn as they come."""
        if name in self._jobs:
            self._jobs[name].cancel()
        total = len(steps)

        def draw(result: tuple[int, list[Any]]) -> None:
            done, found = result
            busy = done < total
            status.param.update(text=f"{done} of {total} done" if busy else f"All {total} done.", busy=busy)
            show(found)

        document = pn.state.curdoc
        status.param.update(text=f"0 of {total} done", busy=True)
        self._jobs[name] = Job(
            steps,
            lambda done, found: on_page(document, partial(draw, (done, found))),
            lambda problem: on_page(document, lambda: status.param.update(text=problem, busy=False)),
        ).start()

    def _stop(self, name: str, status: Status) -> None:
        if name in self._jobs:
            self._jobs[name].cancel()
            status.param.update(text="Cancelled; what was found stays.", busy=False)

    # One lever --------------------------------------------------------------------------------------------

    def _sweep_card(self) -> Any:
        self._line = stack(gap=8)
        status = Status(text="", **WIDE)
        choices = [(axis.path, axis.words) for axis in self.axes.values()]
        fields = [
            select("axis", "Lever", self.axis.path, choices),
            button("run", "Try it", main=True),
            button("stop", "Cancel"),
        ]

        def changed(key: str, value: Any) -> None:
            if key == "axis":
                self.axis = self.axes[str(value)]
            elif key == "stop":
                self._stop("line", status)
            else:
                axis = self.axis
                settings = [{axis.path: value} for value in axis.settings(STEPS)]
                steps = sweep(self.state.engine.district, self.draft.data, settings)
                self._run("line", steps, status, partial(self._draw_line, axis))

        form = Form(changed, fields=fields, layout="row", label="One lever", **WIDE)
        sub = f"{STEPS} settings of one lever; each is searched for its own best plan."
        return card(html(markup.heading(2, "Least inequity along one lever", sub)), form, status, self._line)

    def _draw_line(self, axis: Axis, found: list[Point]) -> None:
        levels = [axis.scale * float(point.edits[axis.path]) for point in found]
        now = value_at(self.draft.data, undotted(axis.path))
        known = [p.inequity for p in found if p.inequity is not None]
        told = (
            f"{axis.words}: the index runs from {numbers.points(max(known))} to {numbers.points(min(known))}"
            if known
            else "No setting so far has a plan"
        )
        now = axis.scale * float(now) if isinstance(now, int | float) else None
        drawing = frontier_chart(levels, [p.inequity for p in found], now, axis.words, told)
        rows = [_point_row(point, numbers.plain(level)) for point, level in zip(found, levels, strict=True)]
        heads = [
            [axis.words, "r"],
            ["Inequity index", "r"],
            ["Teachers moved (FTE)", "r"],
            ["Cost a year", "r"],
        ]
        table = Table(
            caption=f"{told}; dashed: as it is now", summary=BEHIND, columns=heads, rows=rows, **WIDE
        )
        points = [
            (str(n), f"{row[0]}: index {row[1][0]}") for n, row in enumerate(rows) if row[1][1] is not None
        ]
        opener = self._opener(points, found)
        self._line[:] = [html(markup.message(told + ".", good=True)), chart(drawing), table, opener]

    def _opener(self, points: list[tuple[str, str]], found: list[Point]) -> Any:
        if not points:
            return html("")
        chosen = {"point": points[0][0]}

        def changed(key: str, value: Any) -> None:
            if key == "point":
                chosen["point"] = str(value)
            else:
                self.draft.edit_all(found[int(chosen["point"])].edits)
                self.state.param.update(draft=self.draft.token, page="build")

        fields = [select("point", "Setting", points[0][0], points), button("open", "Open this plan")]
        return Form(changed, fields=fields, layout="row", label="Open a point", **WIDE)

    # Two levers -------------------------------------------------------------------------------------------

    def _grid_card(self) -> Any:
        paths = list(self.axes)
        stipend = next((path for path in paths if ".stipends." in path), paths[0])
        course = next((path for path in paths if ".class_size." in path), paths[-1])
        pair = {"one": course, "two": stipend if stipend != course else paths[0]}
        status, self._grid = Status(text="", **WIDE), stack(gap=8)
        choices = [(axis.path, axis.words) for axis in self.axes.values()]
        fields = [
            select("one", "Down", pair["one"], choices),
            select("two", "Across", pair["two"], choices),
            button("run", "Try both", main=True),
            button("stop", "Cancel"),
        ]

        def changed(key: str, value: Any) -> None:
            if key in pair:
                pair[key] = str(value)
            elif key == "stop":
                self._stop("grid", status)
            elif pair["one"] == pair["two"]:
                status.text = "Choose two different levers."
            else:
                down, across = self.axes[pair["one"]], self.axes[pair["two"]]
                settings = [
                    {down.path: a, across.path: b} for a in down.settings(SIDE) for b in across.settings(SIDE)
                ]
                steps = sweep(self.state.engine.district, self.draft.data, settings)
                self._run("grid", steps, status, partial(self._draw_grid, down, across))

        form = Form(changed, fields=fields, layout="row", label="Two levers", **WIDE)
        sub = f"{SIDE} by {SIDE} settings of two levers: the inequity index of each best plan."
        return card(html(markup.heading(2, "Two levers together", sub)), form, status, self._grid)

    def _draw_grid(self, down: Axis, across: Axis, found: list[Point]) -> None:
        values = {(p.edits[down.path], p.edits[across.path]): p.inequity for p in found}
        columns = across.settings(SIDE)
        rows = [
            [numbers.plain(down.scale * a), *(cell(values.get((a, b))) for b in columns)]
            for a in down.settings(SIDE)
        ]
        heads = [[down.words, "l"], *([numbers.plain(across.scale * b), "r"] for b in columns)]
        table = Table(
            caption=f"Inequity index; across: {across.words.lower()}; a dash: no plan keeps all the rules",
            columns=heads,
            rows=rows,
            **WIDE,
        )
        points = [
            (str(n), f"{_words(down, p)} and {_words(across, p)}: index {numbers.points(p.inequity)}")
            for n, p in enumerate(found)
            if p.inequity is not None
        ]
        self._grid[:] = [table, self._opener(points, found)]

    # Prices -----------------------------------------------------------------------------------------------

    def _price_card(self) -> Any:
        status, listed = Status(text="", **WIDE), stack(gap=8)

        def show(found: list[Price]) -> None:
            listed[:] = [_price_table(found, self.draft.data)]

        def changed(key: str, value: Any) -> None:
            if key == "stop":
                self._stop("prices", status)
            else:
                self._run("prices", prices(self.state.engine.district, self.draft.data), status, show)

        fields = [button("run", "Work out the prices", main=True), button("stop", "Cancel")]
        form = Form(changed, fields=fields, layout="row", label="Prices of rules", **WIDE)
        sub = "How far the inequity index would fall if one rule were relaxed by one natural step."
        return card(html(markup.heading(2, "What each rule costs", sub)), form, status, listed)


def _price_table(found: Sequence[Price], data: dict[str, Any]) -> Table:
    titles = {name: policy.title for name, policy in resolve_scenario(data).policies.items()}
    ordered = sorted(found, key=lambda price: (-price.points, price.policy, price.step))
    rows = [
        [
            titles.get(price.policy, price.policy),
            price.step,
            cell(price.points, lambda v: numbers.plain(v, 2)) if price.points > 0 else ["not binding", 0.0],
            price.note,
        ]
        for price in ordered
    ]
    heads = [["Policy", "l"], ["One step", "l"], ["Points the index falls", "r"], ["Remark", "l"]]
    return Table(caption="The dearest rule first", columns=heads, rows=rows, page_size=15, **WIDE)


def _point_row(point: Point, level: str) -> list[Any]:
    return [level, cell(point.inequity), cell(point.moves, numbers.fte), cell(point.dollars, numbers.dollars)]


def _words(axis: Axis, point: Point) -> str:
    return (
        f"{axis.words.partition(' (')[0].lower()} {numbers.plain(axis.scale * float(point.edits[axis.path]))}"
    )
