"""Figures and findings in words that a school board reads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from planner.diagnosis.results import Gap, MetricResult, NotComputed

NO_FIGURE: Final = "–"
WITHHELD: Final = "withheld"


@dataclass(frozen=True, slots=True)
class Unit:
    """How a unit is written: before and after the number, decimals, and what one stands for."""

    words: str
    before: str = ""
    after: str = ""
    decimals: int = 1
    times: float = 1.0
    gap_after: str = ""


UNITS: dict[str, Unit] = {
    "dollars": Unit("dollars a year", before="$", decimals=0),
    "share": Unit("percent", after="%", times=100.0, gap_after=" points"),
    "students": Unit("students"),
    "seats": Unit("seats per 100 students"),
    "per_thousand": Unit("FTE per 1,000 students", decimals=2),
    "per_hundred": Unit("FTE per 100 students", decimals=2),
    "years": Unit("years"),
    "score": Unit("points"),
    "minutes": Unit("minutes a week", decimals=0),
    "days": Unit("days per 100 students"),
    "index": Unit("1.00 is the average of all schools", decimals=3),
    "ratio": Unit("per student", decimals=2),
    "times": Unit("one over the other", decimals=2),
    "teachers": Unit("teachers"),
}
GROUP_WORDS: dict[str, str] = {
    "low_income": "low-income students",
    "english_learner": "English learners",
    "disability": "students with disabilities",
    "homeless": "homeless students",
    "foster": "students in foster care",
    "migrant": "migrant students",
    "american_indian": "American Indian students",
    "asian": "Asian students",
    "black": "Black students",
    "hispanic": "Hispanic students",
    "pacific_islander": "Pacific Islander students",
    "two_or_more": "students of two or more races",
    "white": "white students",
}


COLUMN_WORDS: dict[str, str] = {
    "budget.dollars": "dollars by fund and use",
    "courses.sections": "class sections",
    "courses.students": "seats in classes",
    "enrollment.students": "students by group",
    "staff.experience": "experience of staff",
    "staff.fte": "staff (FTE)",
    "staff.salary": "salaries",
}
"""Columns of the tables that metrics rest on, in words; others are named as they are."""


def figure(value: float | None, unit: str) -> str:
    """Return a value as it is read: ``$12,960``, ``31.2%``, ``24.6``; a dash where there is none."""
    if value is None:
        return NO_FIGURE
    form = UNITS[unit]
    return f"{_minus(value * form.times, form)}{form.after}"


def difference(value: float | None, unit: str) -> str:
    """Return a gap with its sign: ``+17.1 points``, ``−$120``."""
    if value is None:
        return NO_FIGURE
    form = UNITS[unit]
    text = _minus(value * form.times, form)
    return f"{'' if text.startswith('−') else '+'}{text}{form.gap_after or form.after}"


def _minus(number: float, form: Unit) -> str:
    number = round(number, form.decimals) + 0.0
    return f"{'−' if number < 0 else ''}{form.before}{abs(number):,.{form.decimals}f}"


def percent(size: float | None) -> str:
    """Return a gap's size as a percent of the average: ``54%``; below 1% with one decimal."""
    if size is None:
        return NO_FIGURE
    decimals = 0 if abs(size) >= 0.0095 else 1
    number = round(100 * size, decimals) + 0.0
    return f"{'−' if number < 0 else ''}{abs(number):,.{decimals}f}%"


def ratio_words(ratio: float | None) -> str:
    """Return one side over the other: ``1.85×``; a dash where there is none."""
    return NO_FIGURE if ratio is None else f"{ratio:,.2f}×"


def count(students: float | None) -> str:
    """Return a number of students; a dash where there is none."""
    return NO_FIGURE if students is None else f"{students:,.0f}"


def group_words(name: str) -> str:
    """Return a student group in words; an unknown name with its underscores as blanks."""
    return GROUP_WORDS.get(name, name.replace("_", " "))


def side_words(label: str) -> str:
    """Return one side of a comparison in words."""
    return GROUP_WORDS.get(label, label.replace("_", " "))


def capital(text: str) -> str:
    """Return text with a capital first letter."""
    return text[:1].upper() + text[1:]


def gap_sentence(metric: MetricResult, gap: Gap) -> str:
    """Say a gap: what both sides meet, how large it is, how many students it concerns, how sure it is."""
    if gap.withheld:
        return f"{metric.title}: withheld, because few students stand behind it."
    parts = [
        f"{metric.title}: {figure(gap.ours.value, metric.unit)} for {_whose(gap.ours.label)}, "
        f"{figure(gap.theirs.value, metric.unit)} for {_whose(gap.theirs.label)}"
    ]
    if gap.kind == "mix":
        parts = [
            f"{capital(side_words(gap.name))} attend schools where on average "
            f"{figure(gap.ours.value, metric.unit)} are of their group; all others, "
            f"{figure(gap.theirs.value, metric.unit)}"
        ]
    if gap.size is not None:
        parts.append(f": a gap of {size_words(gap.size, metric.unit)}{_way(gap)}")
    if gap.ours.students is not None:
        parts.append(f"; {count(gap.ours.students)} students")
    basis = " It rests on imputed figures." if metric.estimated else ""
    return "".join(parts) + "." + certainty_words(metric, gap) + basis


def short_gap(metric: MetricResult, gap: Gap) -> str:
    """Say in a few words who meets what: the title of a chart, or the cell of a table."""
    ours, theirs = figure(gap.ours.value, metric.unit), figure(gap.theirs.value, metric.unit)
    if gap.kind == "mix":
        return f"{capital(side_words(gap.name))}: {ours} of the schoolmates of their own, {theirs} of others'"
    if gap.kind == "group":
        return f"{metric.title}: {ours} for {side_words(gap.ours.label)}, {theirs} for all others"
    return f"{metric.title}: {ours} in {gap.ours.label}, {theirs} in {gap.theirs.label}"


def _way(gap: Gap) -> str:
    if gap.kind == "mix" or not gap.size:
        return ""
    return ", to their disadvantage" if gap.size > 0 else ", to their advantage"


def size_words(size: float | None, unit: str) -> str:
    """Return a gap's size: ``17.1 points`` for a share, ``13% of the average`` for an amount."""
    if size is None:
        return NO_FIGURE
    return f"{100 * abs(size):.1f} points" if unit == "share" else f"{percent(abs(size))} of the average"


def _whose(label: str) -> str:
    words = side_words(label)
    return f"students of {words}" if words.endswith("schools") else words


def bounds_words(gap: Gap, unit: str) -> str:
    """Return a gap's interval: ``+2.6 to +4.3 points``; a dash where there is none."""
    if gap.low is None or gap.high is None:
        return NO_FIGURE
    return f"{difference(gap.low, unit).removesuffix(UNITS[unit].gap_after)} to {difference(gap.high, unit)}"


def certainty_words(metric: MetricResult, gap: Gap) -> str:
    """Say how far a gap hangs on the few schools there are."""
    if gap.low is None or gap.high is None:
        return " Too few schools for an interval." if gap.certainty == "few schools" else ""
    bounds = bounds_words(gap, metric.unit)
    if gap.certainty == "open":
        return f" It is open: with schools like these drawn again it could lie from {bounds}."
    return f" With schools like these drawn again it would mostly lie from {bounds}."


def missing_sentence(missing: NotComputed) -> str:
    """Say what could not be computed, why, and what would allow it."""
    return f"{missing.title}: {missing.why}. It would take {missing.needs}."
