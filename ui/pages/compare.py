"""Compare: two to four plans side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from ui import frames, markup, numbers, theme, wording
from ui.cards.measures import every_index_card, shortfall_card, terms_card
from ui.cards.moves import map_card, sankey_card
from ui.cards.record import inputs_card
from ui.cards.schools import change_card, class_card, need_card
from ui.comparison import Comparison
from ui.components import WIDE, grid, html, stack
from ui.forms import Form, button, select
from ui.linking import Brush
from ui.pages.base import Page, Part
from ui.state import FEWEST, MOST

WIDE_CARD = 420


class Compare(Page):
    """The compare page."""

    key = "compare"
    title = "Compare"

    def parts(self) -> Iterator[Part]:
        """Yield the choices, the finding with the plans' cards, then a card for each question."""
        yield self._choices
        found = self.state.compared()
        for token, solved in self.state.without_plan():
            yield partial(_missing, self.state.name_of(token), solved.problems)
        if found:
            plans = tuple(plan for _, plan in found)
            measure = frames.SCHOOL_MEASURES[self.state.measure]
            compared = Comparison(plans, self.state.engine.district, measure)
            yield partial(self._opening, compared, [token for token, _ in found])
            yield from self._cards(compared)

    def _cards(self, compared: Comparison) -> Iterator[Part]:
        brush = Brush(self.state, compared.facts["school_id"].tolist())
        yield lambda: grid(terms_card(compared), shortfall_card(compared), least=WIDE_CARD)
        yield partial(need_card, compared, brush)
        yield partial(change_card, compared)
        yield partial(sankey_card, compared)
        yield partial(map_card, compared, brush)
        yield lambda: grid(class_card(compared), inputs_card(compared), least=WIDE_CARD)
        yield partial(every_index_card, compared)

    def _choices(self) -> Any:
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
        return Form(self._changed, fields=fields, layout="row", label="Plans to compare", **WIDE)

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

    def _opening(self, compared: Comparison, tokens: Sequence[str]) -> Any:
        summary = compared.plans[0].summary
        size = f"{summary.schools} schools · {numbers.count(summary.students)} students"
        eyebrow = f"{compared.district.name} · {size}"
        notes = [self.state.note_of(token) for token in tokens]
        status = [wording.proof(plan) for plan in compared.plans]
        lede = wording.inequity_made_of(compared.plans[0])
        top = markup.opening(eyebrow, wording.headline(compared.plans), lede)
        return stack(html(top), html(markup.plan_cards(compared.plans, notes, status)))


def _missing(name: str, problems: Sequence[str]) -> Any:
    return html(markup.message(f"{name} has no plan.", problems))
