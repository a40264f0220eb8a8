"""One selection of schools on every chart and table: a box, a click or a tick anywhere shows everywhere.

Between charts it runs in the browser; tables and links follow by way of the server.
"""

from __future__ import annotations

from ui.components import Chart, Table
from ui.state import Workspace


class Brush:
    """The selection shared by the charts and tables of one page.

    Parameters
    ----------
    state
        Holds the selected ids.
    """

    def __init__(self, state: Workspace) -> None:
        self.state = state
        self._followers: list[Chart | Table] = []

    def follow[Follower: (Chart, Table)](self, part: Follower) -> Follower:
        """Join a chart or a table to the others, and return it."""
        part.selected = list(self.state.selected)
        self._followers.append(part)
        part.param.watch(lambda event: self.choose(event.new), "selected")
        return part

    def choose(self, ids: list[str]) -> None:
        """Select schools by id, on every chart and table."""
        chosen = sorted(ids)
        if chosen == sorted(self.state.selected):
            return
        self.state.selected = chosen
        for part in self._followers:
            part.selected = chosen
