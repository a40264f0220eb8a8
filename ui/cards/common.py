"""What every card does alike."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ui import numbers

BEHIND = "Show as a table"


def cell(value: Any, write: Callable[[float], str] = numbers.plain) -> list[Any]:
    """Return a table cell that is written one way and sorted by its number; empty where there is none."""
    known = value is not None and bool(np.isfinite(value))
    return [write(float(value)), float(value)] if known else [numbers.NONE, None]
