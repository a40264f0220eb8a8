"""Schools as marks: a measure against need, and change against need. Rows stay in the district's order."""

from __future__ import annotations

from typing import Any

import holoviews as hv
import numpy as np
import pandas as pd
from bokeh.models.annotations import Span
from bokeh.models.formatters import NumeralTickFormatter

from ui import theme
from ui.charts.common import frame, styled

NEED = "need share"


def school_scatter(
    figures: pd.DataFrame,
    column: str,
    look: theme.Look | None,
    axes: tuple[str, str],
    limits: tuple[float, float],
    told: str,
) -> hv.Points:
    """Draw a measure against need, a mark a school; the same axes in every plan's panel.

    `look` is None for today; `axes` are the words for the measure and for need.
    """
    color, marker = (look.line, look.marker) if look else (theme.TODAY, "circle")
    data = pd.DataFrame({NEED: figures["need"], "amount": figures[column], "school": figures["school"]})
    points = hv.Points(data, [NEED, "amount"], ["school"])
    return points.opts(
        **frame(
            280,
            color=color,
            marker=marker,
            size=9,
            alpha=0.85,
            nonselection_alpha=0.15,
            selection_color=theme.INK,
            selection_alpha=1.0,
            tools=["box_select", "tap", "hover"],
            hover_tooltips=[
                ("School", "@school"),
                (axes[1], f"@{{{NEED}}}{{0}}"),
                (axes[0], "@amount{0,0.[00]}"),
            ],
            active_tools=["box_select"],
            xlabel=axes[1],
            ylabel=axes[0],
            yformatter=NumeralTickFormatter(format="0,0.[00]"),
            xlim=(0, 100),
            ylim=limits,
            hooks=[styled(told, grid="xy")],
        )
    )


def change_chart(
    figures: pd.DataFrame, look: theme.Look, unit: str, limits: tuple[float, float], told: str
) -> hv.Rectangles:
    """Draw each school's change as a bar, schools in order of need, least first."""
    ordered = figures.sort_values(["need", "school_id"], na_position="first", kind="stable")
    changes = ordered["change"].to_numpy(dtype=float)
    places = np.arange(len(ordered), dtype=float)
    data = pd.DataFrame(
        {
            "x0": places - 0.38,
            "y0": np.minimum(0, changes),
            "x1": places + 0.38,
            "y1": np.maximum(0, changes),
            "fill": np.where(changes >= 0, 0.95, 0.35),
        }
    )
    return hv.Rectangles(data, ["x0", "y0", "x1", "y1"], "fill").opts(
        **frame(
            240,
            color=look.line,
            line_color=look.line,
            line_width=1,
            fill_alpha=hv.dim("fill"),
            xlabel="Schools, least need to most",
            ylabel=unit,
            xlim=(-1, len(ordered)),
            ylim=limits,
            xticks=[(0, "least"), (len(ordered) - 1, "most")],
            hooks=[styled(told, grid="y"), _zero_line],
        )
    )


def _zero_line(plot: Any, element: Any) -> None:
    plot.state.add_layout(Span(location=0, dimension="width", line_color=theme.TODAY, line_width=1))
