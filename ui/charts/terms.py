"""The indices that were optimised, today and under each plan: one row an index, one mark a plan."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import holoviews as hv
import numpy as np
import pandas as pd

from ui import theme
from ui.charts.common import Hook, frame, lettered, padded, styled

VALUE, ROW = "index value", "index row"
LANE = 0.16


def terms_chart(table: pd.DataFrame, labels: Sequence[str], told: str) -> hv.Points:
    """Draw each index as a line from today to the plans' marks.

    Parameters
    ----------
    table
        A frame of `ui.frames.terms`: ``today`` and ``plan0``, ``plan1``, ...
    labels
        Words for each row.
    """
    plans = [str(column) for column in table.columns if str(column).startswith("plan")]
    looks = theme.LOOKS[: len(plans)]
    top = float(np.nanmax(table[["today", *plans]].to_numpy(dtype=float), initial=1.0))
    marks = _marks(table, plans)
    points = hv.Points(marks, [VALUE, ROW], ["marker", "color"])
    beside = (
        marks.rename(columns={VALUE: "x", ROW: "y"}).drop(columns="color").rename(columns={"ink": "color"})
    )
    above = LANE * (len(looks) + 1.1) / 2
    heads = [(0.0, len(table) - 1 - place + above, label) for place, label in enumerate(labels)]
    return points.opts(
        **frame(
            max(220, 40 + len(table) * (50 + 22 * len(plans))),
            marker=hv.dim("marker"),
            color="color",
            size=10,
            xlabel="Index × 100 (0: none found)",
            ylabel="",
            xlim=(-top * 0.12, padded(0, top)[1]),
            ylim=(-0.55, len(table) - 0.3),
            hooks=[
                styled(told, grid="x", clean="y"),
                _lines(table, marks),
                lettered(beside, "right", aside=-9),
                lettered(_today(table, len(plans)), "right", "top", aside=2),
                lettered(pd.DataFrame(heads, columns=["x", "y", "text"]), "left", "bottom", bold=True),
            ],
        )
    )


def _today(table: pd.DataFrame, plans: int) -> pd.DataFrame:
    """Return the words of today's value, under the tick that marks it."""
    under = _reach(plans) + 0.01
    rows = [
        (value, len(table) - 1 - place - under, f"Today {value:.1f}", theme.MUTED)
        for place, value in enumerate(table["today"])
    ]
    return pd.DataFrame(rows, columns=["x", "y", "text", "color"])


def _marks(table: pd.DataFrame, plans: Sequence[str]) -> pd.DataFrame:
    """Return a mark for each index and plan, and the value of today that its line begins at."""
    rows = []
    for place, row in enumerate(table.to_dict("records")):
        for lane, (plan, look) in enumerate(zip(plans, theme.LOOKS, strict=False)):
            y = len(table) - 1 - place + LANE * ((len(plans) - 1) / 2 - lane)
            text = f"{look.letter} {row[plan]:.1f}"
            rows.append((row[plan], y, row["today"], look.marker, look.line, look.text, text))
    return pd.DataFrame(rows, columns=[VALUE, ROW, "today", "marker", "color", "ink", "text"])


def _reach(plans: int) -> float:
    """Return how far today's tick reaches above and below the middle of its row."""
    return LANE * (plans - 1) / 2 + 0.1


def _lines(table: pd.DataFrame, marks: pd.DataFrame) -> Hook:
    """Return a hook that draws a line from today to each mark, and a tick for today."""
    reach = _reach(len(marks) // len(table))
    rows = len(table) - 1 - np.arange(len(table), dtype=float)
    today = table["today"].to_numpy(dtype=float)

    def apply(plot: Any, element: Any) -> None:
        figure = plot.state
        begin, end, y = (marks[column].to_numpy(dtype=float) for column in ("today", VALUE, ROW))
        colors = marks["color"].tolist()
        figure.segment(x0=begin, y0=y, x1=end, y1=y, color=colors, line_width=2, level="underlay")
        figure.segment(x0=today, y0=rows - reach, x1=today, y1=rows + reach, color=theme.TODAY, line_width=3)

    return apply
