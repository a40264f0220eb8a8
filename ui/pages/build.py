"""Build: every policy a card with its levers, the scenario's text beside them, the plan's figures follow."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import panel as pn

from planner.policies.base import POLICIES
from planner.problems import InputProblems
from planner.scenario import Scenario, Term, resolve_scenario
from ui import markup, wording
from ui.answer import Answer
from ui.cards.policy import PolicyCard
from ui.components import NO_BUTTON, WIDE, Editor, card, html, stack
from ui.draft import Draft
from ui.forms import Form, button, select
from ui.levers import path_of
from ui.pages.base import Page, Part, after
from ui.starters import starters
from ui.state import MOST, Workspace
from ui.tokens import key_of

MOST_YEARS = 4
# The text and the levers' words follow after the figures, most of which are there by then [milliseconds].
UNHURRIED = 250
TWO = {
    "display": "grid",
    "grid-template-columns": "repeat(auto-fit, minmax(min(100%, 400px), 1fr))",
    "gap": "16px",
    "align-items": "start",
}


class Build(Page):
    """The build page."""

    key = "build"
    title = "Build"

    def __init__(self, state: Workspace) -> None:
        super().__init__(state)
        self._draft: Draft | None = None
        self._offer_card: pn.Column | None = None
        self._token = ""
        self._answer = Answer(state, lambda patch: self._try(lambda: self.draft.edit_all(patch)))
        self._cards: dict[str, PolicyCard] = {}

    # The page ---------------------------------------------------------------------------------------------

    @property
    def draft(self) -> Draft:
        """The scenario being edited, as the link or the visitor chose it."""
        if self._draft is None or self._token != self.state.draft:
            self._token = self.state.draft
            key = key_of(self._token)
            self._draft = Draft(key, self.state.engine.library[key], self.state.engine.data(self._token))
            self._answer.leave()
        return self._draft

    def parts(self) -> Iterator[Part]:
        """Yield the heading, then levers beside figures and text."""
        self._cards = {}
        self._offer_card = None
        self._editor = Editor(self._written, text=self.draft.text, label="The scenario as YAML", **WIDE)
        self._wrong = html("")
        self._steps = Form(self._pressed, fields=self._step_fields(), layout="row", label="Steps", **WIDE)
        self._policies = stack(gap=16)
        yield self._opening
        yield self._layout
        yield from (partial(self._add_card, name) for name in self._scenario().policies)
        yield self._add_offer
        yield self._search

    def leave(self) -> None:
        """Call off the search that nobody waits for any more."""
        self._answer.leave()
        super().leave()

    def _opening(self) -> Any:
        library = [(key, self.state.name_of(key)) for key in self.state.engine.library]
        choose = select("begin", "Begin from", self.draft.key, library)
        form = Form(self._begin, fields=[choose], layout="row", label="Scenario to edit", **WIDE)
        title = "Move a lever: the plan is searched for again and its figures follow"
        lede = (
            "Each card is one policy with its rule and its source. The text beside it is the same scenario: "
            "editing either changes both."
        )
        return stack(html(markup.opening("Build a plan", title, lede)), form)

    def _layout(self) -> Any:
        text = card(html(markup.heading(2, "As text")), self._editor)
        below = stack(self._wrong, self._steps, gap=8)
        right = stack(*self._answer.parts(below), text, position="sticky", top="12px")
        left = stack(self._objective(), self._policies)
        return pn.Column(left, right, self._answer.bar, styles=TWO, stylesheets=[NO_BUTTON], **WIDE)

    def _scenario(self) -> Scenario:
        return resolve_scenario(self.draft.data)

    # Levers -----------------------------------------------------------------------------------------------

    def _objective(self) -> Any:
        fields = self._weight_fields(self._scenario())
        self._weights = Form(self._weighed, fields=fields, label="Weights and years", **WIDE)
        sub = "Weights of what the inequity index is made of; moving one shares the rest among the others."
        return card(html(markup.heading(2, "What is lowered", sub)), self._weights)

    def _weight_fields(self, scenario: Scenario) -> list[dict[str, Any]]:
        fields: list[dict[str, Any]] = [
            _weight_field(place, term, len(scenario.objective.measures))
            for place, term in enumerate(scenario.objective.measures)
        ]
        first = self.state.engine.district.facts.school_year
        years = [(str(n), f"{n} year{'s' if n > 1 else ''} from {first}") for n in range(1, MOST_YEARS + 1)]
        fields.append(select("years", "Years planned", str(max(1, len(scenario.years))), years))
        return fields

    def _weighed(self, key: str, value: Any) -> None:
        if key == "years":
            first = int(self.state.engine.district.facts.school_year[:4])
            years = [f"{first + n}-{(first + n + 1) % 100:02d}" for n in range(int(value))]
            self._try(lambda: self.draft.edit("years", years))
        else:
            self._try(lambda: self.draft.weigh(int(key), float(value)))

    def _add_card(self, name: str) -> None:
        self._policies.append(self._card(name, self._scenario()).view)

    def _card(self, name: str, scenario: Scenario) -> PolicyCard:
        if name not in self._cards:
            self._cards[name] = PolicyCard(scenario.policies[name], partial(self._moved, name))
        return self._cards[name]

    def _add_offer(self) -> None:
        offered = self._offer_fields()
        self._offer = Form(self._added, fields=offered, layout="row", label="Add a policy", margin=0)
        self._offer_card = card(html(markup.heading(2, "Another policy")), self._offer)
        self._policies.append(self._offer_card)
        self._arrange(self._scenario())

    def _offer_fields(self) -> list[dict[str, Any]]:
        found = starters(self.state.engine.district, self.draft.data)
        if not found:
            return []
        options = [(kind, POLICIES[kind].title) for kind in found]
        return [select("kind", "Policy", options[0][0], options), button("add", "Add it")]

    def _added(self, key: str, value: Any) -> None:
        if key == "kind":
            self._chosen = str(value)
            return
        found = starters(self.state.engine.district, self.draft.data)
        kind = getattr(self, "_chosen", None)
        kind = kind if kind in found else next(iter(found))
        self._try(lambda: self.draft.edit(("policies", kind), found[kind]))

    def _moved(self, name: str, key: str, value: Any) -> None:
        field = self._cards[name].field(key)
        if field.get("kind") == "button":
            value = field["start"]
        self._try(lambda: self.draft.edit(path_of(field.get("target", key)), value))

    # Edits ------------------------------------------------------------------------------------------------

    def _try(self, edit: Callable[[], Any]) -> None:
        """Make an edit; one that gives no scenario is said in words and changes nothing."""
        try:
            edit()
        except InputProblems as error:
            self._wrong.object = markup.message("Not taken over:", map(str, error.problems))
            self._follow(whole=True)
            return
        self._edited()

    def _edited(self) -> None:
        """Search for the draft's plan, then bring the page to the draft."""
        draft = self.draft
        self._answer.search(draft.data)
        self._wrong.object = ""
        self._link()
        after(UNHURRIED, self._follow)

    def _link(self) -> None:
        """Bring the link along without the page starting over: the draft is this page's own."""
        self._token = self.draft.token
        self.state.draft = self._token

    def _search(self) -> None:
        self._answer.search(self.draft.data)

    def _follow(self, whole: bool = False) -> None:
        """Bring everything on the page to the draft; `whole` also what did not change."""
        scenario = self._scenario()
        for name, each in self._cards.items():
            if name in scenario.policies:
                each.follow(scenario.policies[name], whole)
        self._arrange(scenario)
        self._weights.fields = self._weight_fields(scenario)
        self._editor.text = self.draft.text
        self._steps.fields = self._step_fields()

    def _arrange(self, scenario: Scenario) -> None:
        """Show a card for each policy of the draft, and what else may be added.

        While the cards come one by one there is nothing to arrange: an edit made just before the page began
        anew would otherwise put the cards of both in it. Once the last is there, all is brought to the draft.
        """
        if self._offer_card is None or list(scenario.policies) == list(self._cards):
            return
        cards = {name: self._card(name, scenario) for name in scenario.policies}
        self._cards = cards
        self._policies[:] = [*(each.view for each in cards.values()), self._offer_card]
        self._offer.fields = self._offer_fields()

    def _written(self, text: str) -> None:
        self._try(lambda: self.draft.write(text))

    def _begin(self, key: str, value: Any) -> None:
        self.state.draft = str(value)
        self._draft = None
        self.show()

    def _step_fields(self) -> list[dict[str, Any]]:
        draft = self.draft
        room = self.draft.token not in self.state.plans
        said = "" if room else "Compared already. A changed plan can be put beside it."
        return [
            button("undo", "Undo", disabled=not draft.can_undo),
            button("redo", "Redo", disabled=not draft.can_redo),
            button("compare", "Compare this plan", main=True, disabled=not room, help=said),
        ]

    def _pressed(self, key: str, value: Any) -> None:
        draft = self.draft
        if key == "compare":
            if draft.data["name"] == draft.base["name"]:
                # Beside the plan it began as, it must not have the same name.
                draft.edit("name", f"{draft.base['name']}, edited")
                self._link()
            place = next((n for n, token in enumerate(self.state.plans) if key_of(token) == draft.key), None)
            if not (len(self.state.plans) < MOST and self.state.add(draft.token)):
                self.state.choose(len(self.state.plans) - 1 if place is None else place, draft.token)
            self.state.page = "compare"
        elif draft.undo() if key == "undo" else draft.redo():
            self._edited()


def _weight_field(place: int, term: Term, terms: int) -> dict[str, Any]:
    words = wording.index_words(term.index.label)
    return {
        "key": str(place),
        "kind": "range",
        "value": term.weight,
        "min": 0.05,
        "max": 0.9,
        "step": 0.05,
        "scale": 100,
        "unit": "%",
        "label": f"{wording.measure_words(term.measure.label)}: {words}",
        "help": wording.index_meaning(term.index.label, term.measure.kind),
        "disabled": terms == 1,
    }
