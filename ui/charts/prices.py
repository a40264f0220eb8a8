"""What each rule costs: for each step of relaxing one, how far the index of each plan would fall."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap

import holoviews as hv
import pandas as pd

from ui import theme
from ui.charts.common import frame, lettered, styled
from ui.prices import Step

# Half the height of a bar and the height of a title over bars, in lines of bars.
BAR, HEAD = 0.42, 2.0
# A line of a title: its height in lines of bars, and what a telephone's width holds of it [characters].
LINE, WIDEST = 0.85, 46


def price_chart(steps: Sequence[Step], titles: Sequence[str], told: str) -> hv.Rectangles:
    """Draw a bar for each step and plan, named; a plan whose rule has room left is said to have it.

    Parameters
    ----------
    steps
        The steps to draw, from the top.
    titles
        Words over each step's bars.
    """
    bars, notes, heads = [], [], []
    longest = max((step.most for step in steps), default=1.0) or 1.0
    y = 0.0
    for step, title in zip(steps, titles, strict=True):
        lines = wrap(title, WIDEST)
        y -= HEAD + LINE * (len(lines) - 1)
        heads.append((0.0, y + 0.6, "\n".join(lines)))
        for look, points in zip(theme.LOOKS, step.points, strict=False):
            if points is not None:
                text = f"{look.letter}  {points:.2f}" if points > 0 else f"{look.letter}  has room left"
                bars.append((0.0, y - BAR, points, y + BAR, look.line))
                notes.append((points + 0.008 * longest, y, text, look.text if points > 0 else theme.MUTED))
                y -= 1
    data = pd.DataFrame(bars, columns=["px0", "py0", "px1", "py1", "color"])
    return hv.Rectangles(data, ["px0", "py0", "px1", "py1"], "color").opts(
        **frame(
            int(60 - 20 * y),
            color="color",
            line_alpha=0,
            xlabel="Points that the inequity index would fall",
            ylabel="",
            xlim=(0, 1.26 * longest),
            ylim=(y, 0.0),
            hooks=[
                styled(told, grid="x", clean="y"),
                lettered(pd.DataFrame(notes, columns=["x", "y", "text", "color"])),
                lettered(pd.DataFrame(heads, columns=["x", "y", "text"]), "left", "bottom", bold=True),
            ],
        )
    )
