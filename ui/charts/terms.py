"""The indices that were optimised, today and under each plan: one row an index, one mark a plan."""

from __future__ import annotations

from collections.abc import Sequence

import holoviews as hv
import numpy as np
import pandas as pd

from ui import theme
from ui.charts.common import TEXT, frame, padded, styled

VALUE, ROW = "index value", "index row"
LANE = 0.16


def terms_chart(table: pd.DataFrame, labels: Sequence[str], told: str) -> hv.Overlay:
    """Draw each index as a line from today to the plans' marks.

    Parameters
    ----------
    table
        A frame of `ui.frames.terms`: ``today`` and ``plan0``, ``plan1``, ...
    labels
        Words for each row.
    """
    plans = [column for column in table if column.startswith("plan")]
    looks = theme.LOOKS[: len(plans)]
    top = float(np.nanmax(table[["today", *plans]].to_numpy(dtype=float), initial=1.0))
    rows, marks = [], []
    for place, row in enumerate(table.itertuples(index=False)):
        base = float(len(table) - 1 - place)
        for lane, (plan, look) in enumerate(zip(plans, looks, strict=True)):
            y = base + LANE * ((len(plans) - 1) / 2 - lane)
            today, value = float(row.today), float(getattr(row, plan))
            rows.append((today, y, value, y, look.line))
            marks.append((value, y, look.marker, look.line, look.text, f"{look.letter} {value:.1f}"))
    lines = hv.Segments(
        pd.DataFrame(rows, columns=["x0", "y0", "x1", "y1", "color"]), ["x0", "y0", "x1", "y1"], "color"
    )
    points = pd.DataFrame(marks, columns=[VALUE, ROW, "marker", "color", "ink", "text"])
    dots = hv.Points(points, [VALUE, ROW], ["marker", "color"])
    todays = _today_ticks(table, len(plans))
    named = pd.DataFrame(
        [(0.0, len(table) - 1 - i + LANE * (len(plans) + 1.1) / 2, label) for i, label in enumerate(labels)],
        columns=[VALUE, ROW, "text"],
    )
    text = {"text_font_size": "12px", "text_font": TEXT}
    overlay = hv.Overlay(
        [
            lines.opts(color="color", line_width=2),
            todays,
            dots.opts(marker=hv.dim("marker"), color="color", size=10),
            hv.Labels(points, [VALUE, ROW], ["text", "ink"]).opts(
                text_color="ink", text_align="right", xoffset=-top * 0.014, text_font_style="bold", **text
            ),
            hv.Labels(named, [VALUE, ROW], "text").opts(
                text_color=theme.INK, text_align="left", text_baseline="bottom", text_font_size="13px",
                text_font=TEXT, text_font_style="bold",
            ),
        ]
    )  # fmt: skip
    return overlay.opts(
        **frame(
            max(220, 40 + len(table) * (50 + 22 * len(plans))),
            xlabel="Index × 100 (0: none found)",
            ylabel="",
            xlim=(-top * 0.12, padded(0, top)[1]),
            ylim=(-0.55, len(table) - 0.3),
            hooks=[styled(told, grid="x", clean="y")],
        )
    )


def _today_ticks(table: pd.DataFrame, plans: int) -> hv.Segments:
    reach = LANE * (plans - 1) / 2 + 0.1
    rows = [
        (float(today), len(table) - 1 - place - reach, float(today), len(table) - 1 - place + reach)
        for place, today in enumerate(table["today"])
    ]
    frame_ = pd.DataFrame(rows, columns=["x0", "y0", "x1", "y1"])
    return hv.Segments(frame_, ["x0", "y0", "x1", "y1"]).opts(color=theme.TODAY, line_width=3)
