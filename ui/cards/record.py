"""The card on what was asked: every setting in which the plans differ."""

from __future__ import annotations

from typing import Any

from planner.asked import asked_differently
from ui import markup
from ui.comparison import Comparison
from ui.components import WIDE, Table, card, html


def inputs_card(compared: Comparison) -> Any:
    """Show the settings in which the plans differ."""
    behind = Table(
        caption="Settings in which these plans differ; a dash: the plan has no such rule",
        columns=[["Setting", "l"], *compared.columns("l")],
        rows=[[row.words, *row.values] for row in asked_differently(compared.plans)],
        **WIDE,
    )
    sub = "Everything else that these plans were asked is the same."
    return card(html(markup.heading(3, "What was asked differently?", sub)), behind)
