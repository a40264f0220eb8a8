"""District: the data set that is open, what was checked and imputed, the schools as a table and a map."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from planner.disclosure import hidden_schools
from planner.district import District
from planner.problems import InputProblems
from planner.tables import TABLES
from ui import frames, markup, numbers
from ui.cards.checks import checks_card, imputed_card, problem_table
from ui.cards.common import cell
from ui.charts.flows import move_map
from ui.components import MOST_UPLOAD, WIDE, Table, Upload, card, chart, grid, html, stack
from ui.drawings import SHARED
from ui.engine import open_engine
from ui.forms import Form, button
from ui.pages.base import Page, Part

KINDS = ".csv,.yaml,.yml,.xlsx,.parquet"
ENDINGS = (".csv", ".yaml", ".xlsx", ".parquet")


class DistrictPage(Page):
    """The page of the data set."""

    key = "district"
    title = "District"

    def first(self) -> str:
        """Return the finding."""
        district = self.state.engine.district
        return _opening(district, frames.school_facts(district, "low_income"))

    def parts(self) -> Iterator[Part]:
        """Yield the finding, then schools, checks, and another data set."""
        district = self.state.engine.district
        facts = frames.school_facts(district, "low_income")
        yield lambda: html(_opening(district, facts))
        yield lambda: grid(
            _map_card(facts, self.state.engine.fingerprint), checks_card(self.state.engine), least=420
        )
        yield partial(imputed_card, district)
        yield partial(_schools_card, district, facts)
        yield self._other

    def _other(self) -> Any:
        self._told = stack(gap=8)
        names = ", ".join(f"{name}.csv" for name in TABLES)
        upload = Upload(
            self._uploaded,
            label="Files of another data set",
            help=f"district.yaml and the tables ({names}), all at once, {MOST_UPLOAD // 10**6} MB at most.",
            accept=KINDS,
            **WIDE,
        )
        folder = [
            {"key": "folder", "kind": "text", "label": "Or a folder on this computer", "value": ""},
            button("example", "Back to the example district"),
        ]
        form = Form(self._chosen, fields=folder, layout="row", label="Another data set", **WIDE)
        sub = "Files stay on this computer and are forgotten when the page is closed."
        return card(html(markup.heading(2, "Plan for another district", sub)), upload, form, self._told)

    def _chosen(self, key: str, value: Any) -> None:
        if key == "example":
            self._open(None)
        elif str(value).strip():
            self._open(Path(str(value).strip()).expanduser())

    def _uploaded(self, files: dict[str, bytes] | int) -> None:
        if isinstance(files, int):
            size = f"{files / 1e6:,.0f} MB were chosen; at most {MOST_UPLOAD // 10**6} MB can be sent."
            self._say(size, "Open the folder by its path, or start the app with it.")
            return
        with tempfile.TemporaryDirectory() as folder:
            for name, content in files.items():
                # Only the last part of a name counts, so that no file lands outside the folder.
                plain = Path(name.replace("\\", "/")).name
                if plain.endswith(ENDINGS):
                    (Path(folder) / plain).write_bytes(content)
            self._open(Path(folder))

    def _open(self, folder: Path | None) -> None:
        try:
            engine = open_engine(folder)
        except InputProblems as error:
            count = len(error.problems)
            head = f"This data set was not opened: {count} thing{'s' if count > 1 else ''} to mend."
            self._say(head)
            self._told.append(problem_table(error.problems))
            return
        except OSError as error:
            self._say("This data set was not opened.", str(error))
            return
        self.state.open(engine)

    def _say(self, text: str, *details: str) -> None:
        self._told[:] = [html(markup.message(text, details))]


def _opening(district: District, facts: Any) -> str:
    students = facts["students"].sum()
    staff, budget = district.staff, district.budget
    teachers = staff[staff["role"] == "teacher"]
    novice = teachers.loc[teachers["experience"] == "novice", "fte"].sum() / teachers["fte"].sum()
    vacant = teachers["vacancies"].sum() if "vacancies" in teachers else 0.0
    funds = district.facts.funds
    planned = sum(
        sum(f.dollars.values()) if isinstance(f.dollars, dict) else f.dollars for f in funds.values()
    )
    items = [
        ("Schools", numbers.count(len(facts)), ", ".join(_levels(facts))),
        ("Students", numbers.count(students), f"{len(set(district.enrollment['group'])) - 1} student groups"),
        ("Teachers", f"{numbers.fte(teachers['fte'].sum())} FTE", f"{numbers.percent(novice)} novice"),
        ("Teaching vacancies", f"{numbers.fte(vacant)} FTE", "budgeted and unfilled"),
        ("Budget lines", numbers.dollars(budget["dollars"].sum()), "a year, today"),
        ("Funds to plan", numbers.dollars(planned), f"a year, in {len(funds)} funds"),
    ]
    title = f"{district.name}: {len(facts)} schools are ready to plan with"
    lede = "Every table was read and checked. Nothing missing was filled in without being listed below."
    head = markup.opening(f"District · {district.facts.school_year}", title, lede)
    return f'{head}<section class="card apart">{markup.figures(items)}</section>'


def _levels(facts: Any) -> list[str]:
    return [f"{count} {str(level).lower()}" for level, count in facts["level"].value_counts().items()]


def _map_card(facts: Any, fingerprint: str) -> Any:
    if facts["latitude"].isna().all():
        text = "The table schools has no latitude and longitude, so no map can be drawn."
        return card(html(markup.heading(2, "The schools on a map", text)))
    known = facts["need"].dropna()
    told = (
        f"Map of {len(facts)} schools; low-income share from {known.min():.0f} to {known.max():.0f} percent"
    )
    sub = (
        "Drawn from the schools' coordinates alone. Darker: more low-income students; larger: more students."
    )
    drawing = SHARED.get(f"map {fingerprint}", lambda: move_map(facts, None, told, 400))
    return card(html(markup.heading(2, "The schools on a map", sub)), chart(drawing, "The schools on a map"))


def _schools_card(district: District, facts: Any) -> Any:
    staff = district.staff[district.staff["role"] == "teacher"]
    by_school = staff.pivot_table(
        index="school_id", columns="experience", values="fte", aggfunc="sum"
    ).fillna(0.0)
    by_school = by_school.reindex(facts["school_id"]).fillna(0.0)
    spent = district.budget.groupby("school_id")["dollars"].sum().reindex(facts["school_id"])
    hidden = hidden_schools(dict(zip(facts["school_id"], facts["students"].fillna(0), strict=True)))
    rows = []
    for row in facts.itertuples():
        teachers = by_school.loc[row.school_id]
        each = spent[row.school_id] / row.students if row.school_id not in hidden else None
        novice = teachers.get("novice", 0.0) / teachers.sum() if teachers.sum() else None
        figures = (row.students, numbers.count), (row.need, numbers.count), (teachers.sum(), numbers.fte)
        more = (novice, numbers.percent), (each, numbers.whole_dollars)
        rows.append([row.school, row.level, *(cell(value, write) for value, write in (*figures, *more))])
    heads = ("Students", "Low-income (%)", "Teachers (FTE)", "Novice", "Dollars a student")
    table = Table(
        caption="Schools as they are today; counts of under ten students are withheld",
        columns=[["School", "l"], ["Level", "l"], *([head, "r"] for head in heads)],
        rows=rows,
        page_size=40,
        **WIDE,
    )
    return card(html(markup.heading(2, "The schools", "Sort by any heading.")), table)
