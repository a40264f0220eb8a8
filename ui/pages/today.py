"""Today: where the district stands before anything moves."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import panel as pn

from planner.case import Case
from planner.diagnosis import Diagnosis, diagnose
from planner.equity.evaluate import Evaluator
from ui import frames, markup, numbers, wording
from ui.cards.today import (
    against_need_card,
    diagnosis_card,
    indices_card,
    meanings_card,
    share_card,
    worst_card,
)
from ui.components import WIDE, Status, grid, html, stack
from ui.engine import POOL
from ui.forms import Form, select
from ui.kept import Kept
from ui.pages.base import Page, Part, failure, on_page

DIAGNOSES: Kept[Diagnosis] = Kept(20)


class Today(Page):
    """The page of today's figures."""

    key = "today"
    title = "Today"

    def parts(self) -> Iterator[Part]:
        """Yield the finding, the indices, need against what schools have, the ten dimensions."""
        state = self.state
        case = state.engine.case(state.engine.data(state.draft))
        by = case.scenario.high_need.by
        facts = frames.school_facts(state.engine.district, by)
        need = f"{by.replace('_', '-').capitalize()} students (%)"
        measures = frames.SCHOOL_MEASURES
        yield partial(self._opening, case)
        yield partial(indices_card, case)
        shown = ("dollars", "experienced_teachers")
        yield lambda: grid(*(against_need_card(case, facts, measures[m], need) for m in shown), least=420)
        yield self._choice
        chosen = measures[state.measure]
        yield lambda: grid(share_card(case, facts, chosen), worst_card(case, facts, chosen), least=420)
        yield self._diagnosis
        yield meanings_card

    def _opening(self, case: Case) -> Any:
        judge = Evaluator(case)
        terms = case.scenario.objective.measures
        worst = max(terms, key=lambda term: judge.before(term.measure, term.index))
        value = judge.before(worst.measure, worst.index)
        name = wording.measure_words(worst.measure.label).lower()
        index = wording.index_words(worst.index.label)
        title = f"Today {name} are shared least evenly: the index stands at {numbers.percent(value)}"
        meaning = wording.index_meaning(worst.index.label, worst.measure.kind)
        eyebrow = f"{case.district.name} · {case.district.facts.school_year}"
        return html(
            markup.opening(eyebrow, title, f"{wording.sentence(index)}: {meaning}. 0% would mean none.")
        )

    def _diagnosis(self) -> Any:
        """Show the ten dimensions, which are worked out once for a data set, off the page's thread."""
        engine, document = self.state.engine, pn.state.curdoc
        known = DIAGNOSES.known(engine.fingerprint)
        if known is not None:
            return diagnosis_card(known)
        place = stack(Status(text="Comparing the schools on ten dimensions …", busy=True, **WIDE))

        def work() -> None:
            try:
                found = DIAGNOSES.get(engine.fingerprint, lambda: diagnose(engine.district))
                on_page(document, lambda: place.__setitem__(slice(None), [diagnosis_card(found)]))
            except Exception as error:  # noqa: BLE001 - whatever it is, the visitor reads of it
                shown = failure(error)
                on_page(document, lambda: place.__setitem__(slice(None), [shown]))

        POOL.submit(work)
        return place

    def _choice(self) -> Any:
        options = [(measure.key, measure.title) for measure in frames.SCHOOL_MEASURES.values()]
        field = select("measure", "Measure for the two cards below", self.state.measure, options)
        return stack(Form(self._changed, fields=[field], layout="row", label="Measure", **WIDE))

    def _changed(self, key: str, value: Any) -> None:
        self.state.measure = value
