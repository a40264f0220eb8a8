"""Compare: two to four plans side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from planner.plan import Plan
from ui import frames, markup, numbers, theme, wording
from ui.cards.measures import every_index_card, shortfall_card, terms_card
from ui.cards.moves import map_card, sankey_card
from ui.cards.prices import price_head, price_parts
from ui.cards.record import inputs_card
from ui.cards.schools import change_card, class_card, need_card
from ui.comparison import Comparison, comparison
from ui.components import WIDE, card, grid, html, stack
from ui.forms import Form, button, select
from ui.linking import Brush
from ui.pages.base import Part
from ui.prices import known_prices, price_steps
from ui.state import FEWEST, MOST, Workspace
from ui.working import WorkingPage

WIDE_CARD = 420

# Tokens of scenarios with their plans.
type Found = Sequence[tuple[str, Plan]]


class Compare(WorkingPage):
    """The compare page."""

    key = "compare"
    title = "Compare"

    def __init__(self, state: Workspace) -> None:
        super().__init__(state)
        self._head = html("")
        # The choices stay while the rest is drawn anew, so that the keyboard's place is not lost.
        self._choices = Form(self._changed, layout="row", label="Plans to compare", **WIDE)
        self.place = stack(gap=16)
        self.body = stack(self._head, self._choices, self.place)

    def first(self) -> str:
        """Return the finding and the plans' cards where the plans are there."""
        found = [] if self.state.searching(self.state.plans) else self.state.compared()
        if not found:
            return ""
        compared = self._comparison(found)
        return _finding(compared) + self._cards(compared, found)

    def show(self) -> None:
        """Draw the page anew."""
        self._choices.fields = self._fields()
        super().show()

    def parts(self) -> Iterator[Part]:
        """Yield the plans' cards under the finding, then a card for each question."""
        if self.state.searching(self.state.plans):
            yield partial(self.searching, self.state.plans)
            return
        found = self.state.compared()
        for token, solved in self.state.without_plan():
            yield partial(_missing, self.state.name_of(token), solved.problems)
        if found:
            compared = self._comparison(found)
            self._head.object = _finding(compared)
            yield lambda: html(self._cards(compared, found))
            made = cards(compared, Brush(self.state))
            yield next(made)
            yield partial(self._price_card, compared, [token for token, _ in found])
            yield from made

    def _price_card(self, compared: Comparison, tokens: list[str]) -> Any:
        """Show what each rule costs as soon as that is known."""
        engine = self.state.engine
        known = known_prices(engine, tokens)
        if known is not None:
            return card(price_head(), *price_parts(compared, known))
        whole = card(price_head())

        def show(lists: list[Any]) -> None:
            whole[1:] = price_parts(compared, lists)

        words = "Working out what each rule costs, plan by plan"
        whole.append(self.working(price_steps(engine, tokens), words, show))
        return whole

    def _comparison(self, found: Found) -> Comparison:
        return comparison([plan for _, plan in found], self.state.engine.district, self.state.measure)

    def _cards(self, compared: Comparison, found: Found) -> str:
        notes = [self.state.note_of(token) for token, _ in found]
        return markup.plan_cards(compared.plans, notes, [wording.proof(plan) for plan in compared.plans])

    def _fields(self) -> list[dict[str, Any]]:
        state = self.state
        library = [(key, state.name_of(key)) for key in state.engine.library]
        edited = [(t, f"{state.name_of(t)} (edited)") for t in state.plans if t not in state.engine.library]
        fields = [
            select(f"place{place}", f"Plan {theme.LOOKS[place].letter}", token, library + edited)
            for place, token in enumerate(state.plans)
        ]
        measures = [(measure.key, measure.title) for measure in frames.SCHOOL_MEASURES.values()]
        fields.append(select("measure", "Measure on the charts", state.measure, measures))
        if len(state.plans) < min(MOST, len(library)):
            fields.append(button("add", "Add a plan"))
        if len(state.plans) > FEWEST:
            fields.append(button("drop", f"Remove plan {theme.LOOKS[len(state.plans) - 1].letter}"))
        return fields

    def _changed(self, key: str, value: Any) -> None:
        state = self.state
        if key == "measure":
            state.measure = value
        elif key == "add":
            state.add(next(token for token in state.engine.library if token not in state.plans))
        elif key == "drop":
            state.drop(len(state.plans) - 1)
        else:
            state.choose(int(key.removeprefix("place")), value)


def _finding(compared: Comparison) -> str:
    summary = compared.plans[0].summary
    size = f"{summary.schools} schools · {numbers.count(summary.students)} students"
    eyebrow = f"{compared.district.name} · {size}"
    lede = wording.inequity_made_of(compared.plans[0])
    return markup.opening(eyebrow, wording.headline(compared.plans), lede)


def cards(compared: Comparison, brush: Brush) -> Iterator[Part]:
    """Yield what makes each card, in reading order."""
    yield lambda: grid(terms_card(compared), shortfall_card(compared), least=WIDE_CARD)
    yield partial(need_card, compared, brush)
    yield partial(change_card, compared)
    yield partial(sankey_card, compared)
    yield partial(map_card, compared, brush)
    yield lambda: grid(class_card(compared), inputs_card(compared), least=WIDE_CARD)
    yield partial(every_index_card, compared)


def draw_ahead(state: Workspace) -> None:
    """Draw the charts of a comparison before anyone asks for them; its plans are waited for."""
    plans = [plan for _, plan in state.compared()]
    if plans:
        compared = comparison(plans, state.engine.district, state.measure)
        for make in cards(compared, Brush(state)):
            make()


def _missing(name: str, problems: Sequence[str]) -> Any:
    return html(markup.message(f"{name} has no plan.", problems))
