"""Charts drawn once and kept as text: a browser gets the text, so a second visitor costs next to nothing.

A drawing is a pure function of what it shows, as a plan is, and whoever looks at the text cannot change it,
so all visitors share them. Making HoloViews' models is what a page costs most.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import RLock
from typing import Any

import holoviews as hv
from bokeh.document import Document

from ui.kept import Kept

# A drawing is some ten to thirty kilobytes.
MOST_KEPT = 100
# HoloViews keeps options in places that all threads share, so one chart is drawn at a time.
ONE_AT_A_TIME = RLock()


@dataclass(frozen=True, slots=True)
class Drawing:
    """A chart as the text that a browser draws it from.

    Parameters
    ----------
    figure
        Bokeh's JSON of it.
    height
        Its height [pixels].
    told
        Its finding, for those who cannot see it.
    """

    figure: str = field(repr=False)
    height: int
    told: str


def drawn(element: Any) -> Drawing:
    """Draw a HoloViews element."""
    with ONE_AT_A_TIME:
        figure = hv.render(element, backend="bokeh")
        document = Document()
        document.add_root(figure)
        item: dict[str, Any] = dict(document.to_json(deferred=False))
    # A chart needs neither a place for messages nor the definitions of the app's own elements.
    item["config"]["attributes"]["notifications"] = None
    item.pop("defs", None)
    text = json.dumps({"doc": item, "root_id": figure.id}, separators=(",", ":"))
    return Drawing(text, int(figure.height), str(figure.html_attributes.get("aria-label", "")))


class Drawings:
    """Drawings by name, each made when it is first asked for."""

    def __init__(self) -> None:
        self._kept: Kept[Drawing] = Kept(MOST_KEPT)

    def get(self, name: str, element: Callable[[], Any]) -> Drawing:
        """Return the drawing of a name, `element` being called only where there is none yet."""
        return self._kept.get(name, lambda: self._drawn(element))

    def _drawn(self, element: Callable[[], Any]) -> Drawing:
        with ONE_AT_A_TIME:
            return drawn(element())


# Drawings of data sets and of today; their names begin with what they were drawn from.
SHARED = Drawings()
