"""One selection of schools on every chart and table: a box, a click or a tick anywhere shows everywhere.

Between charts it runs in the browser. HoloViews' own linking cost 1.7 s a page and lost selections.
"""

from __future__ import annotations

from typing import Any

from ui.components import Table
from ui.state import Workspace


class Brush:
    """The selection shared by the charts of one page; all draw the schools in the same order.

    Parameters
    ----------
    state
        Holds the selected ids.
    schools
        School ids in the order of the charts' rows.
    """

    def __init__(self, state: Workspace, schools: list[str]) -> None:
        self.state = state
        self.schools = schools
        self._sources: list[Any] = []
        self._tables: list[Table] = []

    def hook(self, plot: Any, element: Any) -> None:
        """Join a chart of schools to the others."""
        self._join(plot.handles["source"])

    def map_hook(self, plot: Any, element: Any) -> None:
        """Join the schools of a map, which has other layers too."""
        for source in (sub.handles.get("source") for sub in plot.subplots.values()):
            if source is not None and len(source.data.get("school", ())) == len(self.schools):
                self._join(source)

    def follow(self, table: Table) -> None:
        """Join a table whose rows are the schools."""
        self._tables.append(table)
        table.param.watch(lambda event: self.choose(event.new), "selected")

    def choose(self, ids: list[str]) -> None:
        """Select schools by id, on every chart and table."""
        if list(self.state.selected) == ids:
            return
        self.state.selected = ids
        places = [self.schools.index(school) for school in ids if school in self.schools]
        for source in self._sources:
            source.selected.indices = places
        for table in self._tables:
            table.selected = ids

    def _join(self, source: Any) -> None:
        if any(source is known for known in self._sources):
            return
        source.selected.indices = [
            self.schools.index(school) for school in self.state.selected if school in self.schools
        ]
        for other in self._sources:
            other.selected.js_link("indices", source.selected, "indices")
            source.selected.js_link("indices", other.selected, "indices")
        self._sources.append(source)
        source.selected.on_change("indices", self._picked)

    def _picked(self, attr: str, old: list[int], new: list[int]) -> None:
        self.choose(sorted(self.schools[place] for place in new))
