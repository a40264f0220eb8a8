"""How far the worst-served students fall short of an even share: today and under each plan."""

from __future__ import annotations

from collections.abc import Sequence

import holoviews as hv
import numpy as np
import pandas as pd

from ui import numbers, theme
from ui.charts.common import frame, lettered, styled

X, Y = "share of weighted students", "shortfall"
# Where the names stand, and how far they reach to either side on a telephone [percent of students]; height of
# a line of names, as a share of the highest curve.
MIDDLE, REACH, LINE = 50.0, 12.0, 0.085


def shortfall_chart(
    today: pd.DataFrame, curves: Sequence[pd.DataFrame], told: str, height: int = 340
) -> hv.Overlay:
    """Draw the shortfall curves, each with its plan's letter and its highest point.

    Parameters
    ----------
    today, curves
        Frames of `ui.frames.shortfall_curve`: today's, and one a plan.
    told
        The finding, for those who cannot see the chart.
    """
    looks = theme.LOOKS[: len(curves)]
    top = max([1e-6, *(float(each["shortfall"].max()) for each in (today, *curves))])
    lines = [_line(today, theme.TODAY, "solid", 1.5)]
    lines += [_line(curve, look.line, look.dash, 2.5) for curve, look in zip(curves, looks, strict=True)]
    letters = [look.letter for look in looks] if len(curves) > 1 else ["Plan"] * len(curves)
    words = named([today, *curves], ["Today", *letters], top)
    colors = [theme.MUTED, *(look.text for look in looks)]
    labels = lettered(words.assign(color=colors), "center", "bottom", bold=True)
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


def named(curves: Sequence[pd.DataFrame], names: Sequence[str], top: float) -> pd.DataFrame:
    """Place today's name over its peak, and the others in their order where no curve runs: under them all.

    Names are short, so that they stand inside the curves on a telephone too.
    """
    peaks = [float(curve["shortfall"].max()) for curve in curves]
    lowest = min(
        float(np.interp(share, curve["students"], curve["shortfall"]))
        for curve in curves
        for share in (MIDDLE - REACH, MIDDLE, MIDDLE + REACH)
    )
    order = sorted(range(1, len(curves)), key=lambda place: -peaks[place])
    rows = [(float(curves[0]["students"].iloc[int(curves[0]["shortfall"].argmax())]), peaks[0] + top * 0.02)]
    rows += [(MIDDLE, lowest - top * (0.1 + LINE * order.index(place))) for place in range(1, len(curves))]
    texts = [f"{name} {numbers.plain(peak)}" for name, peak in zip(names, peaks, strict=True)]
    return pd.DataFrame(rows, columns=["x", "y"]).assign(text=texts)
