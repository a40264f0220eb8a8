"""A sweep: least inequity at each setting of one lever, the present one marked."""

from __future__ import annotations

from collections.abc import Sequence

import holoviews as hv
import numpy as np

from ui import theme
from ui.charts.common import frame, padded, styled


def frontier_chart(
    levels: Sequence[float], inequity: Sequence[float | None], now: float | None, words: str, told: str
) -> hv.Overlay:
    """Draw the least inequity index against the setting; settings without a plan are left out."""
    known = [(x, y) for x, y in zip(levels, inequity, strict=False) if y is not None]
    look = theme.LOOKS[0]
    line = hv.Curve(known, "setting", "frontier index").opts(color=look.line, line_width=2.5)
    dots = hv.Points(known, ["setting", "frontier index"]).opts(color=look.line, size=9)
    layers = [line, dots]
    if now is not None:
        layers.append(hv.VLine(now).opts(color=theme.TODAY, line_dash="dashed", line_width=1.5))
    values = np.array([y for _, y in known] or [0.0, 100.0])
    return hv.Overlay(layers).opts(
        **frame(
            320,
            xlabel=words,
            ylabel="Inequity index (today 100)",
            xlim=padded(min(levels), max(levels), 0.04),
            ylim=(max(0.0, float(values.min()) - 8), float(values.max()) + 8),
            hooks=[styled(told, grid="xy")],
        )
    )
