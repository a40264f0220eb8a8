"""Policy lab: the frontier along one axis, two levers together, and what each rule costs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ui import markup
from ui.components import WIDE, html, stack
from ui.draft import Draft
from ui.experiments import Experiment, FrontierExperiment, GridExperiment, PriceExperiment
from ui.forms import Form, select
from ui.pages.base import Page, Part
from ui.state import Workspace
from ui.sweep import axes
from ui.tokens import key_of


class Lab(Page):
    """The page of experiments."""

    key = "lab"
    title = "Policy lab"

    def __init__(self, state: Workspace) -> None:
        super().__init__(state)
        self._experiments: list[Experiment] = []

    def parts(self) -> Iterator[Part]:
        """Yield the scenario that is tried, then each experiment."""
        self._give_up()
        key = key_of(self.state.draft)
        draft = Draft(key, self.state.engine.library[key], self.state.engine.data(self.state.draft))
        self._experiments = [FrontierExperiment(self.state, draft)]
        if len(axes(draft.data)) > 1:
            self._experiments.append(GridExperiment(self.state, draft))
        self._experiments.append(PriceExperiment(self.state, draft))
        yield self._opening
        yield from (experiment.view for experiment in self._experiments)

    def leave(self) -> None:
        """Give up what still runs."""
        self._give_up()
        super().leave()

    def _give_up(self) -> None:
        for experiment in self._experiments:
            experiment.stop()

    def _opening(self) -> Any:
        state = self.state
        title = "What would it take? Try a rule at many settings"
        lede = (
            f"Every point is a plan of its own: {state.name_of(state.draft)} with only the named settings "
            "changed. Choose one to open it."
        )
        library = [(key, state.name_of(key)) for key in state.engine.library]
        edited = [(state.draft, f"{state.name_of(state.draft)} (edited)")]
        options = library + (edited if state.draft not in state.engine.library else [])
        fields = [select("begin", "Scenario", state.draft, options)]
        form = Form(self._begin, fields=fields, layout="row", label="Scenario to try", **WIDE)
        return stack(html(markup.opening("Policy lab", title, lede)), form)

    def _begin(self, key: str, value: Any) -> None:
        self.state.draft = str(value)
        self.show()
