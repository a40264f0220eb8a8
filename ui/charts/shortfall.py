"""How far the worst-served students fall short of an even share: today and under each plan."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import holoviews as hv
import numpy as np
import pandas as pd

from ui import theme
from ui.charts.common import frame, lettered, styled

X, Y = "share of weighted students", "shortfall"


def shortfall_chart(
    today: pd.DataFrame, curves: Sequence[pd.DataFrame], names: Sequence[str], told: str, height: int = 340
) -> hv.Overlay:
    """Draw the shortfall curves, each named at its highest point.

    Parameters
    ----------
    today, curves
        Frames of `ui.frames.shortfall_curve`: today's, and one a plan.
    names
        Letter and name of each plan.
    told
        The finding, for those who cannot see the chart.
    """
    looks = theme.LOOKS[: len(curves)]
    top = max([1e-6, *(float(each["shortfall"].max()) for each in (today, *curves))])
    lines = [_line(today, theme.TODAY, "solid", 1.5)]
    lines += [_line(curve, look.line, look.dash, 2.5) for curve, look in zip(curves, looks, strict=True)]
    peaks = _peaks([today, *curves], ["Today", *names], top)
    colors = [theme.MUTED, *(look.text for look in looks)]
    labels = lettered(peaks.assign(color=colors), "center", "bottom", bold=True)
    return hv.Overlay(lines).opts(
        **frame(
            height,
            xlabel="Weighted students, worst served first (%)",
            ylabel="Shortfall (points of the whole)",
            xlim=(0, 100),
            ylim=(min(0.0, *(float(each["shortfall"].min()) for each in (today, *curves))), top * 1.16),
            hooks=[styled(told, grid="xy"), labels],
        )
    )


def _line(curve: pd.DataFrame, color: str, dash: str, width: float) -> hv.Curve:
    data = (curve["students"].to_numpy(), curve["shortfall"].to_numpy())
    return hv.Curve(data, X, Y).opts(color=color, line_dash=dash, line_width=width)


def _peaks(curves: Sequence[pd.DataFrame], names: Sequence[str], top: float) -> pd.DataFrame:
    """Place each name over its curve's peak; under all curves, in their order, where names would collide."""
    peaks = [
        (float(c["students"].iloc[_highest(c)]), float(c["shortfall"].iloc[_highest(c)])) for c in curves
    ]
    apart = top * 0.09
    order = sorted(range(len(peaks)), key=lambda place: -peaks[place][1])
    close = any(
        peaks[a][1] - peaks[b][1] < apart for a, b in pairwise(order[1:] if len(order) > 2 else order)
    )
    floor = min(height for _, height in peaks) - 1.6 * apart
    rows = []
    for place, (x, y) in enumerate(peaks):
        rank = order.index(place)
        under = close and len(order) > 2 and rank > 0
        at = 50.0 if under else float(np.clip(x, 18, 82))
        rows.append((at, floor - (rank - 1) * apart if under else y, names[place]))
    return pd.DataFrame(rows, columns=["x", "y", "text"])


def _highest(curve: pd.DataFrame) -> int:
    return int(np.argmax(curve["shortfall"].to_numpy()))
