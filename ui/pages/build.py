"""Build: every policy a card with its levers, the scenario's text beside them, the plan's figures follow."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from html import escape
from typing import Any

import panel as pn

from planner.optimize.conflicts import Conflict
from planner.plan import Plan
from planner.policies.base import POLICIES, Policy
from planner.problems import InputProblems
from planner.scenario import Scenario, Term, resolve_scenario
from ui import frames, markup, numbers, theme, wording
from ui.cards.measures import shortfall_card
from ui.comparison import Comparison
from ui.components import WIDE, Editor, Status, card, html, stack
from ui.draft import Draft
from ui.engine import Solved
from ui.forms import Form, button, select
from ui.levers import levers, path_of
from ui.live import LiveSolver
from ui.pages.base import Page, Part, later
from ui.starters import starters
from ui.state import MOST, Workspace
from ui.tokens import key_of

LOOK = theme.LOOKS[0]
MOST_YEARS = 4
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
        self._solver = LiveSolver(state.engine.district)
        self._plan: Plan | None = None
        self._forms: dict[str, tuple[Form, pn.pane.HTML]] = {}

    # The page ---------------------------------------------------------------------------------------------

    @property
    def draft(self) -> Draft:
        """The scenario being edited, as the link or the visitor chose it."""
        if self._draft is None or self._draft.token != self.state.draft:
            key = key_of(self.state.draft)
            self._draft = Draft(key, self.state.engine.library[key], self.state.engine.data(self.state.draft))
            self._solver.cancel()
        return self._draft

    def parts(self) -> Iterator[Part]:
        """Yield the heading, then levers beside figures and text."""
        self._forms = {}
        self._status = Status(text="", **WIDE)
        self._figures, self._trouble = html(""), stack(gap=8)
        self._chart = stack(gap=0)
        self._editor = Editor(self._written, text=self.draft.text, label="The scenario as YAML", **WIDE)
        self._wrong = html("")
        self._steps = Form(self._pressed, fields=self._step_fields(), layout="row", label="Steps", **WIDE)
        self._policies = stack(gap=16)
        yield self._opening
        yield self._layout
        yield from (partial(self._add_card, name) for name in self._scenario().policies)
        yield self._add_offer
        yield self._solve

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
        live = card(self._figures, self._status, self._trouble, self._steps)
        text = card(html(markup.heading(2, "As text")), self._editor, self._wrong)
        right = stack(live, self._chart, text, position="sticky", top="12px")
        left = stack(self._objective(), self._policies)
        hide = ".scroll-button { display: none !important; }"
        return pn.Column(left, right, styles=TWO, stylesheets=[hide], **WIDE)

    def _scenario(self) -> Scenario:
        return resolve_scenario(self.draft.data)

    # Levers -----------------------------------------------------------------------------------------------

    def _objective(self) -> Any:
        self._weights = Form(self._weighed, fields=self._weight_fields(), label="Weights and years", **WIDE)
        sub = "Weights of what the inequity index is made of; moving one shares the rest among the others."
        return card(html(markup.heading(2, "What is lowered", sub)), self._weights)

    def _weight_fields(self) -> list[dict[str, Any]]:
        scenario = self._scenario()
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
        policy = self._scenario().policies[name]
        rule = html(rule_markup(policy))
        fields = [*levers(policy), button("remove", f"Take {policy.title.lower()} out")]
        form = Form(partial(self._moved, name), fields=fields, label=policy.title, **WIDE)
        self._forms[name] = (form, rule)
        self._policies.append(card(rule, _folded(form, len(fields))))

    def _add_offer(self) -> None:
        self._offer = Form(
            self._added, fields=self._offer_fields(), layout="row", label="Add a policy", margin=0
        )
        self._policies.append(card(html(markup.heading(2, "Another policy")), self._offer))

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
        self._try(lambda: self.draft.edit(("policies", kind), found[kind]), anew=True)

    def _moved(self, name: str, key: str, value: Any) -> None:
        if key == "remove":
            self._try(lambda: self.draft.edit(("policies", name), None), anew=True)
            return
        field = next((f for f in self._forms[name][0].fields if f["key"] == key), {})
        if field.get("kind") == "button":
            self._try(lambda: self.draft.edit(path_of(key), field["start"]))
        else:
            self._try(lambda: self.draft.edit(path_of(key), value))

    # Edits ------------------------------------------------------------------------------------------------

    def _try(self, edit: Callable[[], Any], anew: bool = False) -> None:
        """Make an edit; one that gives no scenario is said in words and changes nothing."""
        try:
            edit()
        except InputProblems as error:
            self._wrong.object = markup.message("Not taken over:", map(str, error.problems))
            self._follow(anew=False, solve=False)
            return
        self._wrong.object = ""
        self._follow(anew)

    def _follow(self, anew: bool, solve: bool = True) -> None:
        """Bring everything on the page to the draft."""
        # The link is brought along without the page starting over: the draft is this page's own.
        self.state.draft = self.draft_token()
        if anew or set(self._scenario().policies) != set(self._forms):
            self.show()
            return
        for name, (form, rule) in self._forms.items():
            policy = self._scenario().policies[name]
            fields = [*levers(policy), button("remove", f"Take {policy.title.lower()} out")]
            if fields != form.fields or not solve:
                form.fields = [dict(field) for field in fields]
                rule.object = rule_markup(policy)
        self._weights.fields = self._weight_fields()
        self._editor.text = self._draft.text if self._draft else ""
        self._steps.fields = self._step_fields()
        if solve:
            self._solve()

    def draft_token(self) -> str:
        """Return the draft's token."""
        return self._draft.token if self._draft is not None else self.state.draft

    def _written(self, text: str) -> None:
        if self._draft is not None:
            draft = self._draft
            self._try(lambda: draft.write(text))

    def _begin(self, key: str, value: Any) -> None:
        self.state.draft = str(value)
        self._draft = None
        self.show()

    def _step_fields(self) -> list[dict[str, Any]]:
        draft = self.draft
        room = self.draft.token not in self.state.plans
        return [
            button("undo", "Undo", disabled=not draft.can_undo),
            button("redo", "Redo", disabled=not draft.can_redo),
            button("compare", "Compare this plan", main=True, disabled=not room),
        ]

    def _pressed(self, key: str, value: Any) -> None:
        draft = self.draft
        if key == "compare":
            place = next((n for n, token in enumerate(self.state.plans) if key_of(token) == draft.key), None)
            if not (len(self.state.plans) < MOST and self.state.add(draft.token)):
                self.state.choose(len(self.state.plans) - 1 if place is None else place, draft.token)
            self.state.page = "compare"
        elif draft.undo() if key == "undo" else draft.redo():
            self._wrong.object = ""
            self._follow(anew=False)

    # Solving ----------------------------------------------------------------------------------------------

    def _solve(self) -> None:
        self._status.param.update(text="Searching for the best plan…", busy=True)
        document = pn.state.curdoc
        self._solver.request(self.draft.data, partial(on_page, document, self._solved))

    def _solved(self, solved: Solved) -> None:
        self._trouble.clear()
        if solved.plan is None:
            self._status.param.update(
                text="No plan. The figures are those of the last plan found.", busy=False
            )
            self._trouble.append(html(markup.message(" ".join(solved.problems))))
            if solved.clash:
                self._explain()
            return
        self._plan = solved.plan
        self._figures.object = live_figures(solved.plan)
        text = f"Best plan found in {1000 * solved.seconds:,.0f} ms: inequity index "
        self._status.param.update(text=text + numbers.points(solved.plan.summary.inequity_after), busy=False)
        later(partial(self._draw, solved.plan))

    def _draw(self, plan: Plan) -> None:
        if plan is self._plan:
            measure = frames.SCHOOL_MEASURES[self.state.measure]
            self._chart[:] = [shortfall_card(Comparison((plan,), self.state.engine.district, measure))]

    def _explain(self) -> None:
        self._status.param.update(text="No plan. Working out which rules conflict…", busy=True)
        document = pn.state.curdoc
        self._solver.explain(self.draft.data, partial(on_page, document, self._explained))

    def _explained(self, conflict: Conflict | None) -> None:
        self._status.param.update(text="No plan keeps all these rules.", busy=False)
        if conflict is None:
            return
        titles = [_title(self._scenario().policies.get(name), name) for name in conflict.policies]
        head = f"These rules conflict: {numbers.words(titles)}." if len(titles) > 1 else conflict.sentence
        details = [conflict.least_change and f"Least change that makes room: {conflict.least_change}"]
        self._trouble[:] = [html(markup.message(head, [each for each in details if each]))]
        if conflict.patch:
            make = button("ease", "Make this change", main=True)
            ease = partial(self._ease, conflict.patch)
            self._trouble.append(Form(ease, fields=[make], layout="row", label="Least change", **WIDE))

    def _ease(self, patch: Mapping[str, Any], key: str, value: Any) -> None:
        self._try(lambda: self.draft.edit_all(patch))


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


def rule_markup(policy: Policy) -> str:
    """Return a policy's title, its rule in words and its source."""
    return (
        f"<h2>{escape(policy.title)}</h2><p class='rule'>{escape(policy.statement())}</p>"
        f"<p class='source'>Source: {escape(policy.citation)}</p>"
    )


def _title(policy: Policy | None, name: str) -> str:
    return policy.title.lower() if policy is not None else name


def _folded(form: Form, count: int) -> Any:
    """Return a form; a long one scrolls in its card, so that the page stays a page."""
    if count <= 16:
        return form
    return stack(form, **{"max-height": "460px", "overflow-y": "auto", "display": "block"})


def live_figures(plan: Plan) -> str:
    """Return the figures beside the levers."""
    style = f"--line:{LOOK.line};--text:{LOOK.text};--tint:{LOOK.tint}"
    rows = [row for row in plan.indices if row.weight > 0]
    top = max([row.before for row in rows] + [row.after for row in rows] + [1e-9])
    bars = "".join(
        f"<div><div class='top'><span>{escape(wording.measure_words(r.measure))}: "
        f"{escape(wording.index_words(r.index))}</span><span class='num'>{numbers.plain(100 * r.before)} → "
        f"<b>{numbers.plain(100 * r.after)}</b></span></div>"
        f"<div class='track'><i style='width:{min(1, r.after / top):.1%}'></i></div></div>"
        for r in rows
    )
    return (
        f'<section style="{style}; display: grid; gap: 14px" aria-label="The plan\'s figures">'
        f"<h2>{escape(plan.name)}</h2>{markup.hero(plan)}{markup.figures(markup.plan_figures(plan))}"
        f'<div class="terms">{bars}</div></section>'
    )


def on_page(document: Any, call: Callable[[Any], None], result: Any) -> None:
    """Hand a worker's result to the page's own thread; nobody is there to take it once the page is closed."""
    if document is None or document.session_context is None:
        call(result)
        return
    document.add_next_tick_callback(partial(call, result))
