"""What one visitor is doing: the page, the plans compared, the draft. No Panel here; edits go one way.

Everything that a link must bring back is a plain value here, and the link is nothing but these values.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl, urlencode

import param

from planner.asked import scenarios_apart
from planner.plan import Plan
from planner.problems import InputProblems
from ui.engine import Engine, Solved
from ui.frames import SCHOOL_MEASURES
from ui.tokens import is_edited, key_of

FEWEST, MOST = 2, 4
PREFERRED = ("stipends", "redistribute", "limits-by-need")
PAGES = ("district", "today", "build", "compare", "lab", "plan", "export")


class Workspace(param.Parameterized):
    """One visitor's work.

    Parameters
    ----------
    engine
        The data set and the scenarios to begin from.
    """

    page: Any = param.Selector(default="district", objects=list(PAGES), check_on_set=False)
    plans = param.List(default=[], item_type=str, doc="tokens of the plans compared, two to four")
    measure: Any = param.Selector(default="experienced_teachers", objects=list(SCHOOL_MEASURES))
    draft = param.String(default="", doc="token of the scenario being edited")
    selected = param.List(default=[], item_type=str, doc="ids of the schools that stand out on every chart")
    data_set = param.String(default="", doc="changes when another data set is opened")
    problem = param.String(default="", doc="what the visitor should know; empty where all is well")

    def __init__(self, engine: Engine, **values: Any) -> None:
        self.engine = engine
        self._solved: dict[str, Solved] = {}
        super().__init__(**values)
        if not self.plans:
            self.plans = self.default_plans()
        if not self.draft:
            self.draft = self.plans[0]

    def open(self, engine: Engine) -> None:
        """Begin anew with another data set."""
        self.engine = engine
        self._solved = {}
        with param.parameterized.discard_events(self):
            self.plans = self.default_plans()
            self.draft = self.plans[0]
            self.selected = []
        self.data_set = engine.fingerprint

    # Links --------------------------------------------------------------------------------------------

    def default_plans(self) -> list[str]:
        """Return the plans to compare where the link names none."""
        library = self.engine.library
        wanted = [key for key in PREFERRED if key in library]
        wanted += [key for key in library if key not in wanted and key != "today"]
        return wanted[: max(FEWEST, min(3, len(library)))]

    def query(self) -> dict[str, str]:
        """Return what a link to this view carries."""
        values = {"page": self.page, "plans": " ".join(self.plans), "measure": self.measure}
        if self.draft != self.plans[0]:
            values["draft"] = self.draft
        if self.selected:
            values["schools"] = " ".join(self.selected)
        return values

    def address(self, page: str = "") -> str:
        """Return the link to this view, or to another page of it, as a query."""
        return f"?{urlencode({**self.query(), 'page': page or self.page})}"

    def read_address(self, address: str) -> None:
        """Take over what the query of an address carries; an id of digits stays a text."""
        self.read_query(dict(parse_qsl(address.removeprefix("?"))))

    def read_query(self, query: Mapping[str, str]) -> None:
        """Take over what a link carries; what cannot be read is said and left out."""
        values: dict[str, Any] = {}
        if query.get("page") in PAGES:
            values["page"] = query["page"]
        if query.get("measure") in SCHOOL_MEASURES:
            values["measure"] = query["measure"]
        known = set(self.engine.district.schools["school_id"])
        values["selected"] = [school for school in query.get("schools", "").split() if school in known]
        tokens, problems = self._readable(query.get("plans", "").split())
        if len(tokens) >= FEWEST:
            values["plans"] = tokens[:MOST]
        drafts, more = self._readable(query.get("draft", "").split()[:1])
        values["draft"] = drafts[0] if drafts else values.get("plans", self.plans)[0]
        problems += more
        if problems:
            values["problem"] = f"Part of this link could not be opened. {' '.join(problems)}"
        self.param.update(**values)

    def _readable(self, tokens: list[str]) -> tuple[list[str], list[str]]:
        good, problems = [], []
        for token in tokens:
            try:
                self.engine.scenario(token)
                good.append(token)
            except InputProblems as error:
                problems.append(f"{error.problems[0]}.")
        return list(dict.fromkeys(good)), problems

    # Plans ------------------------------------------------------------------------------------------------

    def solved(self, token: str) -> Solved:
        """Return what came of a scenario, waiting for the search if need be."""
        if token not in self._solved:
            self._solved[token] = self.engine.solved(self.engine.data(token))
        return self._solved[token]

    def ready(self, token: str) -> bool:
        """Tell whether a scenario's plan is there without waiting."""
        return self.engine.solving(self.engine.data(token)).done()

    def searching(self, tokens: Sequence[str]) -> bool:
        """Tell whether any of these scenarios' plans is still searched for, beginning those searches."""
        ready = [self.ready(token) for token in tokens]
        return not all(ready)

    def name_of(self, token: str) -> str:
        """Return a scenario's name."""
        return str(self.engine.data(token).get("name", token))

    def note_of(self, token: str) -> str:
        """Say whether a plan is a shipped scenario, or what was edited in it here."""
        if not is_edited(token):
            return "Scenario as shipped"
        edits = scenarios_apart([self.engine.library[key_of(token)], self.engine.data(token)])
        if not edits:
            return "Edited here: its name alone"
        first = f"{edits[0].words}: {' → '.join(edits[0].values)}"
        more = len(edits) - 1
        return f"Edited here. {first}" + (f"; {more} more setting{'s' if more > 1 else ''}" if more else "")

    def compared(self) -> list[tuple[str, Plan]]:
        """Return the compared tokens that have a plan, with their plans."""
        found = ((token, self.solved(token).plan) for token in self.plans)
        return [(token, plan) for token, plan in found if plan is not None]

    def without_plan(self) -> list[tuple[str, Solved]]:
        """Return the compared tokens that have none, with why."""
        return [(token, self.solved(token)) for token in self.plans if self.solved(token).plan is None]

    def choose(self, place: int, token: str) -> None:
        """Put a scenario at one of the compared places; a scenario chosen twice trades places."""
        plans = list(self.plans)
        if token in plans:
            plans[plans.index(token)] = plans[place]
        plans[place] = token
        self.plans = plans

    def add(self, token: str) -> bool:
        """Compare one more scenario; False where four are compared already."""
        if token in self.plans or len(self.plans) >= MOST:
            return False
        self.plans = [*self.plans, token]
        return True

    def drop(self, place: int) -> None:
        """Compare one scenario fewer, but never less than two."""
        if len(self.plans) > FEWEST:
            self.plans = [token for number, token in enumerate(self.plans) if number != place]
