"""The definitions behind a diagnosis, written out, and what a reader should know before trusting it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from planner.diagnosis.facts import LOW_INCOME, Facts
from planner.diagnosis.results import Definitions, DimensionResult
from planner.diagnosis.words import COLUMN_WORDS, count, group_words, percent
from planner.disclosure import FEWEST
from planner.funds import TITLE_I
from planner.imputation import METHODS

INDICATORS = "indicators"
NEAR = 0.05
"""Tiers whose share of the group differs by less than this are hardly told apart [share]."""

GAP_SIZE = (
    "Size of a gap: the difference of two averages, each what the average student of that side meets. In a "
    "share (of teachers, of students) it is counted in points; in any other amount as a percent of the "
    "average over all schools of the data set."
)
RANKING = (
    "Order of the dimensions: the widest gap to the disadvantage of high-need schools or of a student group "
    "that ESSA names (not white students), its size times the students on that side. Gaps under 1%, or one "
    "point, are not named. Gaps whose interval includes 0 come after the others. The order says where to "
    "look first; it does not say that one gap matters more."
)
NO_SAMPLE = (
    "A district's schools are no sample: it shows how much a gap hangs on the few schools there are, and is "
    "no test. Many gaps are compared here, so some will stand out by chance."
)


def definitions_of(facts: Facts) -> Definitions:
    """Return the words of the diagnosis as they are meant for this district."""
    settings = facts.settings
    return Definitions(
        high_need=_high_need(facts),
        high_need_schools=tuple(
            sorted(np.array(facts.case.school_ids, dtype=object)[facts.case.high_need].tolist())
        ),
        novice=(
            f"Novice: teachers of the band {' or '.join(settings.novice)} in the column experience of the "
            "table staff; the source of the data says how many years that is. There is no single legal "
            "definition."
        ),
        gap_size=GAP_SIZE,
        ranking=RANKING,
        interval=(
            f"Interval: schools drawn again with replacement {settings.draws:,} times (seed "
            f"{settings.seed}), the middle 95%. {NO_SAMPLE}"
        ),
        need_weights=_weights(facts),
        funds=_funds(facts),
        suppression=(
            f"Figures that rest on fewer than {FEWEST} students are withheld, with what would give them back."
            if settings.suppress
            else "Small counts are shown: for the district's own use only."
        ),
    )


def _high_need(facts: Facts) -> str:
    rule, high = facts.settings.high_need, facts.case.high_need
    within = "in their grade span and district" if rule.within == "grade_span" else "in their district"
    return (
        f"High-need: the {percent(rule.top_share)} of schools with the largest share of "
        f"{group_words(rule.by)} {within}, rounded up, ties included (as Maintenance of Equity ranks "
        f"schools): {high.sum()} of {len(facts)} schools with {count(float(facts.students[high].sum()))} of "
        f"{count(float(facts.students.sum()))} students. There is no single legal definition."
    )


def _weights(facts: Facts) -> str:
    weights = facts.district.facts.need_weights
    if not weights:
        return "Need weights: none in district.yaml, so nothing is need-weighted."
    listed = ", ".join(f"{group_words(group)} +{weight:g}" for group, weight in sorted(weights.items()))
    return f"Need weights: every student 1, {listed}, from district.yaml."


def _funds(facts: Facts) -> str:
    if facts.district.budget.empty:
        return "Funds: there is no table budget."
    federal = ", ".join(facts.federal_funds) or "none"
    return f"Funds taken for federal by their names: {federal}. Title I is the fund {TITLE_I}."


def notes_of(facts: Facts, dimensions: Sequence[DimensionResult]) -> tuple[str, ...]:
    """Return what a reader should know before trusting the figures."""
    return (
        *_tier_notes(facts),
        *_district_notes(facts),
        *_impossible_notes(dimensions),
        *_estimate_notes(dimensions),
    )


def _tier_notes(facts: Facts) -> Iterator[str]:
    by, high = facts.settings.high_need.by, facts.case.high_need
    members = np.asarray(facts.case.groups[by])
    if np.isnan(members).any():
        unknown = int(np.isnan(members).sum())
        yield f"{unknown} schools have no figure of {group_words(by)} and do not count as high-need."
    if not high.any():
        yield "No school is high-need by this definition, so nothing is compared by need."
        return
    shares = [
        float(np.nansum(members[side]) / facts.students[side].sum()) for side in (high, ~high) if side.any()
    ]
    if len(shares) == 2 and shares[0] - shares[1] < NEAR:
        yield (
            f"The definition of high-need hardly tells the schools apart: {percent(shares[0])} "
            f"{group_words(by)} in high-need schools, {percent(shares[1])} in others. Compare the schools "
            f"themselves, or define high-need by another group than {by}."
        )


def _district_notes(facts: Facts) -> Iterator[str]:
    districts = len(facts.case.district_names)
    if districts > 1:
        yield (
            f"The data set holds {districts} districts. High-need schools are found inside each, and "
            "averages run over all, so a gap may also come from differences between districts."
        )
    if LOW_INCOME not in facts.case.groups:
        yield "The table enrollment has no group low_income."


def _impossible_notes(dimensions: Sequence[DimensionResult]) -> Iterator[str]:
    for metric in (metric for each in dimensions for metric in each.metrics):
        if metric.schools_impossible:
            schools = (
                "1 school has"
                if metric.schools_impossible == 1
                else f"{metric.schools_impossible} schools have"
            )
            yield f"{metric.title}: {schools} a rate below 0% or over 100%; taken for no figure and left out."


def _estimate_notes(dimensions: Sequence[DimensionResult]) -> Iterator[str]:
    found = {text for each in dimensions for metric in each.metrics for text in metric.estimated}
    titles = {metric.name: metric.title for each in dimensions for metric in each.metrics}
    methods: dict[str, list[str]] = {}
    for text in sorted(found):
        column, _, method = text.partition(": ")
        methods.setdefault(column, []).append(METHODS.get(method, method))
    for column, used in methods.items():
        table, _, name = column.partition(".")
        what = titles.get(name, name) if table == INDICATORS else COLUMN_WORDS.get(column, column)
        yield f"Imputed, in part or in whole, when the data set was made: {what} ({'; '.join(used)})."
    if methods:
        yield "Metrics that rest on imputed figures are marked estimated."
