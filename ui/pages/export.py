"""Export: the compared plans as files, and a scenario's file opened again."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from html import escape
from typing import Any

from planner.plan import Plan
from planner.problems import InputProblems
from ui import files, markup, theme, wording
from ui.comparison import Comparison, comparison
from ui.components import WIDE, Downloads, Upload, card, html
from ui.draft import Draft
from ui.pages.base import Page, Part
from ui.pictures import Pictures
from ui.tokens import key_of


class ExportPage(Page):
    """The page of files to take away."""

    key = "export"
    title = "Export"

    def parts(self) -> Iterator[Part]:
        """Yield the report, each plan's files, and the way back in."""
        yield self._opening
        if self.state.searching(self.state.plans):
            yield partial(self.searching, self.state.plans)
            return
        found = self.state.compared()
        if found:
            plans = [plan for _, plan in found]
            compared = comparison(plans, self.state.engine.district, self.state.measure)
            yield partial(self._report, compared)
            yield partial(self._pictures, compared)
        for (token, plan), look in zip(found, theme.LOOKS, strict=False):
            yield partial(self._plan, token, plan, look)
        yield self._import

    def _opening(self) -> Any:
        title = "Take the compared plans with you"
        lede = (
            "The report is one file that opens anywhere, without this app. A scenario's YAML opened here "
            "again gives the same plan. Counts of under ten students are withheld from tables and report."
        )
        return html(markup.opening("Export", title, lede))

    def _report(self, compared: Comparison) -> Any:
        items = [["report", "Report (HTML)", "All compared plans in one file"], ["print", "Print", ""]]
        buttons = Downloads(lambda key: files.report_file(compared), items=items, **WIDE)
        sub = f"{wording.headline(compared.plans)} With charts, tables and sources, in one file."
        return card(html(markup.heading(2, "Report for the board", sub)), buttons)

    def _pictures(self, compared: Comparison) -> Any:
        name = files.file_name(f"{compared.district.name} comparison", "")
        sub = "For slides and memos: drawn in this browser, 1,400 pixels wide and at twice that sharpness."
        head = html(markup.heading(2, "The compare page as pictures", sub))
        return card(head, Pictures(address=self.state.address("compare"), name_of_file=name, **WIDE))

    def _plan(self, token: str, plan: Plan, look: theme.Look) -> Any:
        draft = Draft(key_of(token), self.state.engine.library[key_of(token)], self.state.engine.data(token))
        makers = {
            "scenario": lambda: files.scenario_yaml(plan.name, draft.text),
            "plan": lambda: files.plan_yaml(plan),
            "csv": lambda: files.plan_csv(plan),
            "xlsx": lambda: files.plan_workbook(plan),
        }
        items = [
            ["scenario", "Scenario (YAML)", "What was asked"],
            [
                "plan",
                "Plan (YAML)",
                "The whole plan, to be checked with planner verify; for the district's own use",
            ],
            ["csv", "Tables (CSV)", "One file a table"],
            ["xlsx", "Workbook (XLSX)", "One sheet a table"],
        ]
        head = html(f"<h2>{markup.letter(look, small=True)}{escape(plan.name)}</h2>")
        return card(head, Downloads(lambda key: makers[key](), items=items, **WIDE))

    def _import(self) -> Any:
        self._told = html("")
        upload = Upload(
            self._uploaded, label="A scenario's YAML", help="As exported above.", accept=".yaml,.yml", **WIDE
        )
        sub = "It opens on the page Build."
        return card(html(markup.heading(2, "Open a scenario again", sub)), upload, self._told)

    def _uploaded(self, found: dict[str, bytes] | int) -> None:
        if isinstance(found, int) or not found:
            self._told.object = markup.message("That file is too large for a scenario.")
            return
        name, content = next(iter(found.items()))
        key = key_of(self.state.draft)
        draft = Draft(key, self.state.engine.library[key])
        try:
            draft.write(content.decode("utf-8-sig"), name)
        except InputProblems as error:
            self._told.object = markup.message("This scenario was not opened:", map(str, error.problems))
        except UnicodeDecodeError:
            self._told.object = markup.message("This file is not UTF-8 text.")
        else:
            self.state.param.update(draft=draft.token, page="build")
