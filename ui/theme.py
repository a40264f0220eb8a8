"""One look for the app, the charts and the static report: palette, sizes, styles of marks, CSS."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

INK = "#14213D"
MUTED = "#4B5563"
TODAY = "#6B7280"
PAGE = "#F5F7FA"
CARD = "#FFFFFF"
BORDER = "#E3E8EF"
GRID = "#EDF1F5"
LOSS = "#8C2D19"
FONT = "Roboto, 'Segoe UI', Helvetica, Arial, sans-serif"
CHART_FONT = "Roboto, Segoe UI, Helvetica, Arial, sans-serif"
ASSETS = Path(__file__).parent / "assets"


@dataclass(frozen=True, slots=True)
class Look:
    """How one of the compared plans is drawn: letter, colours, dash and mark say the same thing."""

    letter: str
    line: str
    text: str
    tint: str
    dash: str
    marker: str


# Told apart by colour-blind eyes too: a test simulates them (worst pair, with the grey of today, dE 18).
LOOKS = (
    Look("A", "#08519C", "#08519C", "#EAF1F8", "solid", "circle"),
    Look("B", "#D95F02", "#A84300", "#FDF1E7", "dashed", "square"),
    Look("C", "#1B9E77", "#0B6E53", "#E8F5F0", "dotdash", "triangle"),
    Look("D", "#6D071A", "#6D071A", "#F6EBEE", "dotted", "diamond"),
)


def script(name: str) -> str:
    """Return the JavaScript of one of the app's own elements."""
    return (Path(__file__).parent / "scripts" / f"{name}.js").read_text(encoding="utf-8")


def stylesheet() -> str:
    """Return the app's CSS, for every shadow root and for the document."""
    return (ASSETS / "app.css").read_text(encoding="utf-8")


CSS = stylesheet()
