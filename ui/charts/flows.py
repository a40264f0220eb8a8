"""Moves of teachers: as bands from school to school, and as lines on a map. All plans drawn to one scale."""

from __future__ import annotations

from typing import Any

import holoviews as hv
import numpy as np
import pandas as pd

from ui import theme
from ui.charts.common import Hook, frame, lettered, padded, styled
from ui.frames import rows_of

GAP = 0.035
STEPS = 24
LEFT, RIGHT, BLOCK = 0.0, 1.0, 0.012
HEAD_AT = 0.66
# Width of a letter, of the narrowest chart and of the narrowest bands in it [pixels].
LETTER, NARROWEST, LEAST_BAND = 6.6, 290.0, 60.0

# Name of a school: where its block begins from the top, and how high it is.
type Places = dict[str, tuple[float, float]]


def sankey(flows: pd.DataFrame, look: theme.Look, scale: float, told: str, height: int = 340) -> hv.Polygons:
    """Draw flows as bands whose thickness is FTE times `scale`, senders left, receivers right.

    Parameters
    ----------
    flows
        A frame of `ui.frames.flows`, cut to those that are to be seen.
    scale
        Height of one FTE, the whole chart being 1 high: the same for every plan, so that bands compare.
    """
    senders, receivers = _stacked(flows, "from", scale), _stacked(flows, "to", scale)
    bands, used = [], {("from", name): top for name, (top, _) in senders.items()}
    used |= {("to", name): top for name, (top, _) in receivers.items()}
    places = {name: top for name, (top, _) in receivers.items()}
    for row in sorted(rows_of(flows), key=lambda each: (-senders[each._3][0], -places[each.to])):
        thick = row.fte * scale
        start, end = used["from", row._3], used["to", row.to]
        bands.append(_band(start, end, thick))
        used["from", row._3], used["to", row.to] = start - thick, end - thick
    polygons = hv.Polygons(bands, ["flow x", "flow y"]).opts(color=look.line, line_alpha=0, fill_alpha=0.55)
    return polygons.opts(
        **frame(
            height,
            xlim=_room(senders, receivers, scale),
            ylim=(-0.04, 1.02),
            xlabel="",
            ylabel="",
            hooks=[
                styled(told, grid="", clean="xy"),
                _blocks(senders, receivers, look.line),
                lettered(_names(senders, LEFT, scale), "right", aside=-6),
                lettered(_names(receivers, RIGHT, scale), "left", aside=6),
            ],
        )
    )


def _blocks(senders: Places, receivers: Places, color: str) -> Hook:
    """Return a hook that draws a block for each school at the ends of its bands."""
    both = [*((LEFT - BLOCK, LEFT, *place) for place in senders.values()),
            *((RIGHT, RIGHT + BLOCK, *place) for place in receivers.values())]  # fmt: skip
    left, right, top, size = (np.array(column) for column in zip(*both, strict=True))

    def apply(plot: Any, element: Any) -> None:
        plot.state.quad(left=left, right=right, top=top, bottom=top - size, color=color, line_alpha=0)

    return apply


def sankey_scale(all_flows: list[pd.DataFrame]) -> float:
    """Return the height of one FTE that lets the fullest of the plans just fit."""
    scales = []
    for flows in all_flows:
        nodes = max(flows["from"].nunique(), flows["to"].nunique(), 1)
        scales.append((1 - GAP * (nodes - 1)) / max(flows["fte"].sum(), 1e-9))
    return min(scales, default=1.0)


def _stacked(flows: pd.DataFrame, side: str, scale: float) -> Places:
    """Place schools from the top down, largest first: name to (top, thickness)."""
    totals = flows.groupby(side)["fte"].sum().sort_values(ascending=False, kind="stable")
    placed, top = {}, 1.0
    for name, fte in totals.items():
        placed[str(name)] = (top, float(fte) * scale)
        top -= float(fte) * scale + GAP
    return placed


def _band(start: float, end: float, thick: float) -> dict[str, np.ndarray]:
    along = np.linspace(0, 1, STEPS)
    ease = along * along * (3 - 2 * along)
    upper = start + (end - start) * ease
    return {
        "flow x": np.concatenate([along, along[::-1]]),
        "flow y": np.concatenate([upper, (upper - thick)[::-1]]),
    }


def _room(senders: Places, receivers: Places, scale: float) -> tuple[float, float]:
    """Return ends of the axis that leave room for the longest names beside the bands, on a telephone too."""
    left, right = (
        LETTER * max(len(text) for text in _names(nodes, 0.0, scale)["text"]) + 10
        for nodes in (senders, receivers)
    )
    bands = max(NARROWEST - left - right, LEAST_BAND)
    return -left / bands, 1 + right / bands


def _names(nodes: Places, x: float, scale: float) -> pd.DataFrame:
    rows = [(x, top - size / 2, f"{name} {size / scale:.1f}") for name, (top, size) in nodes.items()]
    return pd.DataFrame(rows, columns=["x", "y", "text"])


def move_map(
    facts: pd.DataFrame,
    moves: tuple[pd.DataFrame, theme.Look, float] | None,
    told: str,
    height: int = 340,
) -> hv.Points:
    """Draw schools where they stand, darker with need, and moves as lines as thick as FTE.

    No tiles are fetched: the coordinates alone make the map. `moves` are a frame of `ui.frames.flows`, the
    plan's look and the largest FTE of any plan; None for schools alone.
    """
    x, y = _projected(facts)
    places = dict(zip(facts["school_id"], zip(x, y, strict=True), strict=True))
    need = facts["need"].to_numpy(dtype=float)
    data = pd.DataFrame(
        {
            "map x": x,
            "map y": y,
            "school": facts["school"],
            "size": 6 + 9 * np.sqrt(facts["students"].fillna(0) / max(facts["students"].max(), 1)),
            "color": [_shade(share) for share in need],
        }
    )
    points = hv.Points(data, ["map x", "map y"], ["size", "color", "school"])
    arrows = [_arrows(moves[0], places, moves[1], moves[2])] if moves is not None and len(moves[0]) else []
    return points.opts(
        **frame(
            height,
            color="color",
            size="size",
            line_color=theme.MUTED,
            tools=["tap", "box_select", "hover"],
            hover_tooltips=[("School", "@school")],
            nonselection_alpha=0.2,
            selection_line_color=theme.INK,
            xlim=padded(float(np.nanmin(x)), float(np.nanmax(x))),
            ylim=padded(float(np.nanmin(y)), float(np.nanmax(y))),
            xlabel="",
            ylabel="",
            data_aspect=None,
            hooks=[styled(told, grid="", clean="xy"), *arrows],
        )
    )


def _arrows(
    flows: pd.DataFrame, places: dict[str, tuple[float, float]], look: theme.Look, largest: float
) -> Hook:
    """Return a hook that draws moves under the schools, as lines with heads."""
    ends = np.array([[*places[row.from_id], *places[row.to_id]] for row in rows_of(flows)])
    x0, y0, x1, y1 = ends.T
    width = 1 + 7 * flows["fte"].to_numpy() / largest

    def apply(plot: Any, element: Any) -> None:
        figure = plot.state
        figure.segment(
            x0=x0, y0=y0, x1=x1, y1=y1, color=look.line, line_width=width, alpha=0.55, level="underlay"
        )
        # A head stands at two thirds of its line and points to the receiving school.
        figure.scatter(
            x=x0 + HEAD_AT * (x1 - x0),
            y=y0 + HEAD_AT * (y1 - y0),
            angle=np.arctan2(y1 - y0, x1 - x0) - np.pi / 2,
            size=6 + width,
            marker="triangle",
            color=look.text,
            line_alpha=0,
            level="underlay",
        )

    return apply


def _projected(facts: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Return miles east and north of the middle: good to a fraction of a percent at a district's size."""
    latitude, longitude = facts["latitude"].to_numpy(dtype=float), facts["longitude"].to_numpy(dtype=float)
    middle = np.radians(np.nanmean(latitude))
    return 69.17 * np.cos(middle) * (longitude - np.nanmean(longitude)), 69.0 * (
        latitude - np.nanmean(latitude)
    )


def _shade(share: float) -> str:
    """Return white for no need to the ink of the house for all students in need; grey where not known."""
    if not np.isfinite(share):
        return "#C5CDD8"
    low, high = np.array([236, 241, 247]), np.array([20, 33, 61])
    red, green, blue = (low + (high - low) * np.clip(share, 0, 100) / 100).astype(int)
    return f"#{red:02x}{green:02x}{blue:02x}"
