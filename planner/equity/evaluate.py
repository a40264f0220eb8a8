"""Every measure and index of a plan and of today, by the plain formulas of the equity library."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from planner.case import Case
from planner.equity.indices.base import INDICES, Index, Spread
from planner.equity.measures.base import MEASURES, Measure
from planner.outcome import Outcome, Today
from planner.problems import Problem

# An index below this is 0 but for the rounding of a sum; as a yardstick it would make noise of any plan.
FAIR = 1e-9


@dataclass(frozen=True, slots=True)
class Judgement:
    """One index of one measure, today and under the plan (the mean of its years)."""

    measure: Measure
    index: Index
    weight: float
    before: float
    after: float

    @property
    def optimised(self) -> bool:
        """Whether the scenario asked for it."""
        return self.weight > 0

    @property
    def points_after(self) -> float:
        """The plan's index on the scale where today is 100; 100 times itself where it is 0 today."""
        return 100.0 * self.after / self.before if self.before > 0 else 100.0 * self.after


class Evaluator:
    """Today's amounts and references of a case, worked out once for all measures and indices.

    Parameters
    ----------
    case
        The district and scenario.
    """

    def __init__(self, case: Case) -> None:
        self.case = case

    def today(self, measure: Measure) -> np.ndarray:
        """Today's amount of every school, `A_s`."""
        return self.case.once(
            ("amounts", measure.label),
            lambda: np.asarray(measure.amount(Today(self.case), 0), dtype=float),
        )

    def spread(self, measure: Measure, index: Index) -> Spread:
        """Return the weights, reference and cells over which an index of a measure is judged.

        The reference is today's mean ``sum A_s / sum N_s`` of each school's cell, or the index's target.
        """
        key = ("spread", measure.label, index.within, repr(index.target), getattr(index, "group", ""))
        return self.case.once(key, lambda: self._spread(measure, index))

    def _spread(self, measure: Measure, index: Index) -> Spread:
        weights = np.asarray(measure.weights(self.case), dtype=float)
        cell = self.case.cell_of(index.within)
        reference = np.zeros(len(weights))
        for number in sorted(set(cell.tolist())):
            inside = (cell == number) & (weights > 0)
            mean = self.today(measure)[inside].sum() / weights[inside].sum() if inside.any() else 0.0
            reference[cell == number] = mean if index.target is None else index.target
        group = getattr(index, "group", None)
        counts = (self.case.groups[group], self.case.students - self.case.groups[group]) if group else None
        return Spread(weights, reference, cell, counts, measure.fewer_is_better)

    def before(self, measure: Measure, index: Index) -> float:
        """Return an index of a measure today; NaN where it is not defined."""
        today = self.case.once(
            ("before", measure.label, index.label, repr(index.target)),
            lambda: index.value(self.today(measure), self.spread(measure, index)),
        )
        return 0.0 if today < FAIR else today

    def judge(self, outcome: Outcome) -> list[Judgement]:
        """Return the scenario's own terms, then every other measure and index that the data can carry."""
        terms = self.case.scenario.objective.measures
        chosen = [(term.measure, term.index, term.weight) for term in terms]
        asked = {(measure.label, index.label) for measure, index, _ in chosen}
        others = [
            (measure, index, 0.0)
            for measure in library_measures(self.case)
            for index in library_indices(self.case)
            if (measure.label, index.label) not in asked
        ]
        return self.judge_terms(outcome, chosen) + [
            item for item in self.judge_terms(outcome, others) if not np.isnan(item.before)
        ]

    def judge_terms(self, outcome: Outcome, terms: list[tuple[Measure, Index, float]]) -> list[Judgement]:
        """Return the given measures and indices, today and under the plan."""
        years = range(len(self.case.years))
        after: dict[str, list[np.ndarray]] = {}
        judgements = []
        for measure, index, weight in terms:
            if measure.label not in after:
                after[measure.label] = [
                    np.asarray(measure.amount(outcome, year), dtype=float) for year in years
                ]
            spread = self.spread(measure, index)
            mean = float(np.mean([index.value(amounts, spread) for amounts in after[measure.label]]))
            judgements.append(Judgement(measure, index, weight, self.before(measure, index), mean))
        return judgements


def undefined_terms(case: Case) -> Iterator[Problem]:
    """Yield the chosen indices that have no value today, and so nothing to be lowered from."""
    evaluator = Evaluator(case)
    for number, term in enumerate(case.scenario.objective.measures):
        if np.isnan(evaluator.before(term.measure, term.index)):
            found = f"an index that is not defined today ({term.name})"
            expected = "a measure that some school has an amount of"
            yield Problem(f"objective.measures.{number}", found, expected)


def inequity(judgements: list[Judgement]) -> float:
    """Return the inequity of a plan: 100 is today, 0 means no chosen index finds any (model.md section 6)."""
    return sum(item.weight * item.points_after for item in judgements if item.optimised)


def inequity_today(judgements: list[Judgement]) -> float:
    """Return the inequity of today: 100, but for weights on indices that are already 0."""
    return sum(item.weight * 100.0 for item in judgements if item.optimised and item.before > 0)


def library_measures(case: Case) -> list[Measure]:
    """Return every measure of the library that the data can carry, with its usual parameters."""
    found: list[Measure] = []
    for kind in MEASURES:
        if kind == "sections":
            found += [MEASURES[kind].model_validate({"courses": [course]}) for course in case.courses]
        elif kind == "support":
            targets = {use: spec.target for use, spec in case.uses.items()}
            known = [use for use, group in targets.items() if not np.isnan(case.groups[group]).any()]
            found += [MEASURES[kind].model_validate({"use": use}) for use in known]
        else:
            found.append(MEASURES[kind].model_validate({}))
    return found


def library_indices(case: Case) -> list[Index]:
    """Return every index of the library with its usual parameters; gaps for the low-income group."""
    by = case.scenario.high_need.by
    has_group = by in case.groups and not np.isnan(case.groups[by]).any()
    kinds = [kind for kind in INDICES if kind != "gap" or has_group]
    return [INDICES[kind].model_validate({"group": by} if kind == "gap" else {}) for kind in kinds]
