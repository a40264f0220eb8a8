"""The card on what was asked: every setting in which the plans differ."""

from __future__ import annotations

from typing import Any

from planner.comparison import compare, side_by_side
from ui import markup, numbers
from ui.comparison import Comparison
from ui.components import Table, card, html


def inputs_card(compared: Comparison) -> Any:
    """Show the settings in which the plans differ."""
    names = compared.names
    table = compare(dict(zip(names, compared.plans, strict=True)))
    asked = side_by_side(table[table["group"] == "input"])
    rows = [[setting_words(row["item"]), *(_setting(row[name]) for name in names if name in asked)]
            for _, row in asked.iterrows()]  # fmt: skip
    behind = Table(
        caption="Settings in which these plans differ",
        columns=[["Setting", "l"], *compared.columns("l")],
        rows=rows,
        margin=0,
    )
    sub = "Everything else that these plans were asked is the same."
    return card(html(markup.heading(3, "What was asked differently?", sub)), behind)


def setting_words(path: Any) -> str:
    """Return a setting's path in words."""
    return str(path).removeprefix("policies.").replace(".", " › ").replace("_", " ")


def _setting(value: Any) -> str:
    if value is None or value != value:  # noqa: PLR0124 - NaN is not itself
        return "not set"
    return f"{value:g}" if isinstance(value, float) else str(value) or numbers.NONE
