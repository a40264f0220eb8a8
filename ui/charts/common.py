"""What every chart shares: fonts, grid, an accessible name, no toolbar, no link to other charts' axes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import holoviews as hv
import pandas as pd

from ui import theme

hv.extension("bokeh", logo=False)
# Without a graphics card WebGL stalls the page, and marks by the hundred need none.
hv.renderer("bokeh").webgl = False

type Hook = Callable[[Any, Any], None]
TEXT = {"value": theme.CHART_FONT}


def styled(name: str, *, grid: str = "y", x_ticks: int = 5, y_ticks: int = 5, clean: str = "") -> Hook:
    """Return a hook that gives a chart the house style and an accessible name.

    Parameters
    ----------
    name
        What a screen reader says the chart shows: its finding.
    grid
        Axes with grid lines: ``x``, ``y`` or both.
    clean
        Axes without labels and line: ``x``, ``y`` or both.
    """

    def apply(plot: Any, element: Any) -> None:
        figure = plot.state
        figure.html_attributes = {"role": "img", "aria-label": name}
        figure.outline_line_color = None
        figure.background_fill_color = figure.border_fill_color = theme.CARD
        figure.toolbar.logo = None
        figure.min_border_right = 12
        axes = (("x", figure.xaxis, figure.xgrid, x_ticks), ("y", figure.yaxis, figure.ygrid, y_ticks))
        for axis, lines, rules, ticks in axes:
            _axis(lines[0], ticks)
            rules[0].grid_line_color = theme.GRID if axis in grid else None
            if axis in clean:
                lines[0].visible = False

    return apply


def lettered(
    words: pd.DataFrame, align: str = "left", baseline: str = "middle", bold: bool = False, aside: int = 0
) -> Hook:
    """Return a hook that writes words on a chart: a layer of HoloViews' own costs four times as much.

    Parameters
    ----------
    words
        Columns ``x``, ``y``, ``text`` and, where it is not the ink of the house, ``color``.
    aside
        How far right of its place each word stands [pixels], however wide the chart is.
    """

    def apply(plot: Any, element: Any) -> None:
        colors = words["color"] if "color" in words else [theme.INK] * len(words)
        plot.state.text(
            x=words["x"].to_numpy(),
            y=words["y"].to_numpy(),
            text=words["text"].tolist(),
            text_color=list(colors),
            text_align=align,
            x_offset=aside,
            text_baseline=baseline,
            text_font=TEXT,
            text_font_size="13px" if bold else "12px",
            text_font_style="bold" if bold else "normal",
        )

    return apply


def _axis(axis: Any, ticks: int) -> None:
    axis.axis_line_color = axis.major_tick_line_color = theme.BORDER
    axis.minor_tick_line_color = None
    axis.major_label_text_color = axis.axis_label_text_color = theme.MUTED
    axis.major_label_text_font = axis.axis_label_text_font = theme.CHART_FONT
    axis.major_label_text_font_size = axis.axis_label_text_font_size = "12px"
    axis.axis_label_text_font_style = "normal"
    if hasattr(axis.ticker, "desired_num_ticks"):
        axis.ticker.desired_num_ticks = ticks


def frame(height: int, **more: Any) -> dict[str, Any]:
    """Return the options of a chart that fills its card's width."""
    return {
        "responsive": True,
        "height": height,
        "toolbar": None,
        "default_tools": [],
        "show_legend": False,
        **more,
    }


def padded(low: float, high: float, share: float = 0.06) -> tuple[float, float]:
    """Return a range a little wider than its data; never of no width."""
    room = (high - low) * share or max(abs(high), 1.0) * share
    return low - room, high + room
