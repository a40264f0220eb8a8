"""A frontier: least inequity along one axis, each point a plan that can be opened, the present one marked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import holoviews as hv
import numpy as np
import pandas as pd
from bokeh.models.annotations import Span

from ui import numbers, theme
from ui.charts.common import Hook, frame, lettered, padded, styled

X, Y = "setting", "frontier index"


def frontier_chart(
    levels: Sequence[float], inequity: Sequence[float | None], now: float | None, words: str, told: str
) -> hv.Points:
    """Draw the least inequity index against the setting; settings without a plan are left out.

    Parameters
    ----------
    levels, inequity
        By point.
    now
        The present setting; None where there is none.
    words
        Words for the axis.
    told
        The finding, for those who cannot see the chart.
    """
    known = [(x, y) for x, y in zip(levels, inequity, strict=True) if y is not None]
    data = pd.DataFrame(known, columns=[X, Y]).astype(float)
    data["words"] = [numbers.plain(x) for x in data[X]]
    look = theme.LOOKS[0]
    values = data[Y].to_numpy() if len(data) else np.array([0.0, 100.0])
    return hv.Points(data, [X, Y], ["words"]).opts(
        **frame(
            320,
            color=look.line,
            size=11,
            nonselection_alpha=1.0,
            selection_color=theme.INK,
            tools=["tap", "hover"],
            hover_tooltips=[
                (words, "@words"),
                ("Inequity index", f"@{{{Y}}}{{0.0}}"),
                ("Its plan", "click to open it"),
            ],
            xlabel=words,
            ylabel="Inequity index (today 100)",
            xlim=padded(min(levels), max(levels), 0.07),
            ylim=(max(0.0, float(values.min()) - 4), float(values.max()) + 4),
            hooks=[
                styled(told, grid="xy"),
                _joined(data, now),
                lettered(_ends(data), "left", "bottom", aside=7),
            ],
        )
    )


def _ends(data: pd.DataFrame) -> pd.DataFrame:
    """Return the words at both ends: what the index is there."""
    ends = data.iloc[[0, -1]] if len(data) > 1 else data
    return pd.DataFrame({"x": ends[X], "y": ends[Y], "text": [numbers.points(value) for value in ends[Y]]})


def _joined(data: pd.DataFrame, now: float | None) -> Hook:
    """Return a hook that joins the points by a line under them and marks the present setting."""

    def apply(plot: Any, element: Any) -> None:
        line = {"line_color": theme.LOOKS[0].line, "line_width": 2.5, "level": "underlay"}
        plot.state.line(data[X].to_numpy(), data[Y].to_numpy(), **line)
        if now is not None:
            mark = Span(location=now, dimension="height", line_color=theme.TODAY, line_width=1.5)
            mark.line_dash = "dashed"
            plot.state.add_layout(mark)

    return apply
