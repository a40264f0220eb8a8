"""The card on what was asked: every setting in which the plans differ."""

from __future__ import annotations

from typing import Any

from planner.comparison import compare, side_by_side
from ui import markup
from ui.comparison import Comparison
from ui.components import WIDE, Table, card, html
from ui.words import setting_value, setting_words


def inputs_card(compared: Comparison) -> Any:
    """Show the settings in which the plans differ."""
    names = compared.names
    table = compare(dict(zip(names, compared.plans, strict=True)))
    asked = side_by_side(table[table["group"] == "input"])
    rows = [[setting_words(row["item"]), *(setting_value(row[name]) for name in names if name in asked)]
            for _, row in asked.iterrows()]  # fmt: skip
    behind = Table(
        caption="Settings in which these plans differ",
        columns=[["Setting", "l"], *compared.columns("l")],
        rows=rows,
        **WIDE,
    )
    sub = "Everything else that these plans were asked is the same."
    return card(html(markup.heading(3, "What was asked differently?", sub)), behind)
