"""Cards on the data set: what was read, what was filled in, what stands against a plan before any search."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from planner.checks import check
from planner.district import District, Imputed
from planner.imputation import METHODS
from planner.problems import InputProblems, Problem
from ui import markup, numbers
from ui.cards.common import cell
from ui.components import WIDE, Table, card, html
from ui.engine import Engine

MOST_NAMED = 3


def checks_card(engine: Engine) -> Any:
    """Show what was read, and what the scenarios ask that these figures cannot give."""
    district = engine.district
    rows = [_table_row(name, table) for name, table in district.tables.items()]
    table = Table(
        caption="Tables read, their rows, and cells that are empty or suppressed",
        columns=[["Table", "l"], ["Rows", "r"], ["Empty cells", "r"]],
        rows=rows,
        **WIDE,
    )
    sub = "Every cell was checked for its kind, its range and its place among the other tables."
    return card(
        html(markup.heading(2, "What was checked", sub)), html(_against(engine)), table, *_sources(district)
    )


def _table_row(name: str, table: Any) -> list[Any]:
    empty = int(table.isna().to_numpy().sum())
    return [name.replace("_", " "), cell(len(table), numbers.count), cell(empty, numbers.count)]


def _against(engine: Engine) -> str:
    """Say what stands against each scenario of the library."""
    found = {key: _checked(engine, key) for key in engine.library}
    sentences = [
        f"{engine.library[key].get('name', key)}: {sentence}"
        for key, all_found in found.items()
        for sentence in all_found
    ]
    count = len(found)
    if not sentences:
        text = f"Nothing in these figures stands against any of the {count} scenarios to begin from."
        return markup.message(text, good=True)
    return markup.message("Before any search, this can be told of the scenarios:", sentences)


def _checked(engine: Engine, key: str) -> list[str]:
    try:
        problems, warnings = check(engine.district, engine.scenario(key))
    except InputProblems as error:
        return [str(problem) for problem in error.problems]
    return [*map(str, problems), *warnings]


def _sources(district: District) -> list[Table]:
    facts = [[name.replace("_", " "), text] for name, text in district.facts.sources.items()]
    if not facts:
        return []
    heads = [["What", "l"], ["From where", "l"]]
    caption = "Where figures come from"
    return [Table(caption=caption, summary="Show sources", columns=heads, rows=facts, **WIDE)]


def imputed_card(district: District) -> Any:
    """List every figure that was not observed but filled in, with how."""
    imputed = district.facts.imputed
    head = html(markup.heading(2, "What was filled in"))
    if not imputed:
        return card(head, html(markup.message("No figure was filled in: all were observed.", good=True)))
    rows = [
        [each.table.replace("_", " "), each.column.replace("_", " "), *_filled(each), _how(each)]
        for each in imputed
    ]
    heads = [["Table", "l"], ["Column", "l"], ["Cells", "r"], ["Which", "l"], ["How", "l"]]
    told = f"{len(imputed)} kinds of figures were not observed; plans rest on these estimates too."
    table = Table(caption="Figures filled in, and by which method", columns=heads, rows=rows, **WIDE)
    return card(head, html(markup.message(told)), table)


def _filled(each: Imputed) -> tuple[list[Any], str]:
    """Return how many cells were filled, and which."""
    if isinstance(each.rows, str):
        return cell(None), each.rows
    more = len(each.rows) - MOST_NAMED
    named = ", ".join(each.rows[:MOST_NAMED])
    return cell(len(each.rows), numbers.count), f"{named} and {more} more" if more > 0 else named


def _how(each: Imputed) -> str:
    words = str(METHODS.get(each.method, each.method.replace("_", " "))).rstrip(".")
    return f"{words[:1].upper()}{words[1:]}. {each.note}".strip()


def problem_table(problems: Iterable[Problem]) -> Table:
    """Return defects of an input: where each is, what stands there, what would be right."""
    rows = [[each.where, each.found, each.expected, each.hint] for each in problems]
    heads = [["Where", "l"], ["What stands there", "l"], ["What would be right", "l"], ["Try", "l"]]
    return Table(
        caption="What to mend, by file, row and column", columns=heads, rows=rows, page_size=25, **WIDE
    )
