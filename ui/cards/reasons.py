"""The card on why the largest moves are in a plan, worked out in the background."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from planner.explain import Why
from ui import markup, numbers
from ui.cards.common import cell
from ui.comparison import Comparison
from ui.components import WIDE, Table, html
from ui.why import MOST_MOVES, serves_words, stops_words


def reasons_head() -> Any:
    """Return the head of the card."""
    sub = (
        f"The {MOST_MOVES} largest moves. Each is undone by itself, to see how far the inequity index (today "
        "100) would rise and on which measure; then made a little larger, to see which rule stops it."
    )
    return html(markup.heading(2, "Why these moves", sub))


def reasons_table(compared: Comparison, found: Sequence[tuple[int, Why]]) -> Table:
    """Return the moves with their reasons, the one that wins most first."""
    plan = compared.plans[0]
    short = dict(zip(compared.facts["school_id"], compared.facts["school"], strict=True))
    names = {row.school_name: short[row.school_id] for row in plan.schools if row.school_id in short}
    rows = []
    for number, reason in sorted(found, key=lambda pair: -pair[1].points):
        move = plan.moves[number]
        places = [short.get(school, school) for school in (move.from_school, move.to_school)]
        who = f"{move.experience} {move.field.replace('_', ' ')}"
        points = cell(reason.points, lambda v: numbers.signed(numbers.plain(v, 2)))
        why_no_more = stops_words(reason, names)
        rows.append([*places, who, cell(move.fte, numbers.fte), points, serves_words(reason), why_no_more])
    heads = [
        ["From", "l"],
        ["To", "l"],
        ["Who", "l"],
        ["FTE", "r"],
        ["Points won", "r"],
        ["Measures served (points)", "l"],
        ["What stopped a larger one", "l"],
    ]
    caption = "Points that each move wins by itself, all else in the plan as it is"
    return Table(caption=caption, columns=heads, rows=rows, page_size=MOST_MOVES, **WIDE)
