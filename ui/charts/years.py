"""Planned dollars year by year, a block a fund: where a grant ends, the bar falls."""

from __future__ import annotations

import holoviews as hv
import numpy as np
import pandas as pd

from planner.said import fund_words
from ui import numbers, theme
from ui.charts.common import frame, lettered, styled

HALF = 0.36
# Blocks lower than this share of the highest bar hold no words.
LEAST_FOR_WORDS = 0.07
INKS = (*(look.text for look in theme.LOOKS), theme.MUTED)


def years_chart(funds: pd.DataFrame, told: str) -> hv.Rectangles:
    """Draw what the plan places each year as a bar of blocks, each named in itself.

    Parameters
    ----------
    funds
        A frame of `ui.why.funds_by_year`.
    """
    years, names = sorted(set(funds["year"])), sorted(set(funds["fund"]))
    placed = funds.pivot_table(index="year", columns="fund", values="placed", aggfunc="sum").fillna(0.0) / 1e6
    top = float(placed.sum(axis=1).max()) or 1.0
    blocks, words = [], []
    for place, year in enumerate(years):
        base = 0.0
        for number, fund in enumerate(names):
            size = float(placed.loc[year, fund])
            if size <= 0:
                continue
            blocks.append((place - HALF, base, place + HALF, base + size, INKS[number % len(INKS)]))
            if size > LEAST_FOR_WORDS * top:
                text = f"{fund_words(fund)}  {numbers.dollars(1e6 * size)}"
                words.append((float(place), base + size / 2, text, "#FFFFFF"))
            base += size
    data = pd.DataFrame(blocks, columns=["yx0", "yy0", "yx1", "yy1", "color"])
    return hv.Rectangles(data, ["yx0", "yy0", "yx1", "yy1"], "color").opts(
        **frame(
            280,
            color="color",
            line_color=theme.CARD,
            line_width=2,
            xlabel="",
            ylabel="Placed by the plan ($ millions)",
            xlim=(-0.6, len(years) - 0.4),
            ylim=(0, 1.06 * top),
            xticks=list(zip(np.arange(len(years)).tolist(), years, strict=True)),
            hooks=[
                styled(told, grid="y"),
                lettered(pd.DataFrame(words, columns=["x", "y", "text", "color"]), "center"),
            ],
        )
    )
