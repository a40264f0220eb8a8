"""Charts as inline SVG, drawn here so that the page asks nothing of any server.

Each has a title and a description for readers who do not see it, direct labels and few ticks; the page
puts a table beside it. Colours: the planner's palette, grey for what is compared against.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from planner.diagnosis.results import DimensionResult, Gap, MetricResult, SchoolFigure
from planner.diagnosis.words import capital, count, figure, side_words

INK, MUTED, GREY, GRID = "#14213D", "#4B5563", "#6B7280", "#E3E8EF"
BLUE, OPEN = "#08519C", "#9DB7D5"
WIDTH = 720
LABELS = 250
RIGHT = 90
ROW = 30
MOST_TICKS = 5
DOT = 10.0
SHIFTS = (0.0, -10.0, 10.0, -20.0, 20.0)
STEPS = (1, 2, 5, 10)
NARROWEST = 0.10
"""Least width of an axis as a share of its figures: a small gap is to look small."""


@dataclass(frozen=True, slots=True)
class Axis:
    """A linear scale from figures to places on the page.

    Parameters
    ----------
    low, high
        Ends in the unit of the figures.
    left, right
        Ends in pixels.
    ticks
        Figures to mark.
    """

    low: float
    high: float
    left: float
    right: float
    ticks: tuple[float, ...]

    def at(self, value: float) -> float:
        """Return the place of a figure [pixels]."""
        return self.left + (value - self.low) / (self.high - self.low) * (self.right - self.left)


def axis(values: Sequence[float], left: float, right: float, from_zero: bool = False) -> Axis:
    """Return a scale with round ends that holds the figures."""
    low, high = min(values), max(values)
    missing = NARROWEST * max(abs(low), abs(high)) - (high - low)
    if missing > 0:
        low, high = low - missing / 2, high + missing / 2
    low = min(0.0, low) if from_zero else low
    step = _step((high - low) or abs(high) or 1.0)
    first, last = step * (low // step), step * -(-high // step)
    last = last if last > first else first + step
    count_of = round((last - first) / step)
    return Axis(first, last, left, right, tuple(first + step * number for number in range(count_of + 1)))


def _step(span: float) -> float:
    power: float = 10.0 ** len(str(int(span))) / 10.0 if span >= 1 else 1.0
    while power > span:
        power /= 10
    return next(power * each for each in STEPS if span / (power * each) <= MOST_TICKS - 1)


def ranking_chart(dimensions: Sequence[DimensionResult]) -> Markup:
    """Draw the dimensions' widest gaps as bars: size times students, the longest first."""
    rows = [each for each in dimensions if each.headline is not None]
    if not rows:
        return Markup("")
    scale = axis([each.score or 0.0 for each in rows], LABELS + 60, WIDTH - RIGHT, from_zero=True)
    height = ROW * len(rows) + 44
    parts = list(_grid(scale, height - 26, lambda value: f"{value:,.0f}"))
    for place, each in enumerate(rows):
        parts += _bar(each, place * ROW + 4, scale)
    parts.append(_text(scale.left, height - 6, "size of the widest gap × students on that side", MUTED))
    said = "; ".join(f"{each.rank}. {each.title}: {each.score or 0:,.0f}" for each in rows)
    return _svg("ranking", height, "Where to look first", said, parts)


def _bar(each: DimensionResult, top: float, scale: Axis) -> Iterable[str]:
    assert each.headline is not None
    end = scale.at(each.score or 0.0)
    is_open = each.headline.certainty == "open"
    colour, dash = (OPEN, f' stroke="{BLUE}" stroke-dasharray="4 3"') if is_open else (BLUE, "")
    yield _text(0, top + 16, f"{each.rank}. {each.title}", INK)
    width = max(1.0, end - scale.left)
    yield f'<rect x="{scale.left:.1f}" y="{top:.1f}" width="{width:.1f}" height="20" fill="{colour}"{dash}/>'
    yield _text(end + 6, top + 15, f"{each.score or 0:,.0f}{' (open)' if is_open else ''}", INK)


def school_chart(metric: MetricResult) -> Markup:
    """Draw every school as a dot, high-need above others, with each tier's average."""
    shown = [row for row in metric.schools if row.value is not None]
    gap = metric.high_need
    if len(shown) < 2 or gap is None or gap.withheld:
        return Markup("")
    values = [row.value for row in shown if row.value is not None]
    scale = axis(values, LABELS - 80, WIDTH - 30)
    parts = list(_grid(scale, 142, lambda value: figure(value, metric.unit)))
    tiers = ((True, 14.0, BLUE, gap.ours.value), (False, 76.0, GREY, gap.theirs.value))
    for high, top, colour, average in tiers:
        rows = [row for row in shown if row.high_need is high]
        parts += _tier(rows, metric, high, (top, colour, average), scale)
    said = (
        f"{len(shown)} schools. Average of high-need schools {figure(gap.ours.value, metric.unit)}, of other "
        f"schools {figure(gap.theirs.value, metric.unit)}."
    )
    return _svg(f"schools-{metric.name}", 148, f"{metric.title} by school", said, parts)


def _tier(
    rows: Sequence[SchoolFigure],
    metric: MetricResult,
    high: bool,
    style: tuple[float, str, float | None],
    scale: Axis,
) -> Iterable[str]:
    top, colour, average = style
    middle = top + 16
    yield _text(0, middle - 2, "High-need schools" if high else "Other schools", INK, bold=True)
    if average is not None:
        yield _text(0, middle + 14, f"average {figure(average, metric.unit)}", MUTED)
    for row, place in zip(rows, _apart([scale.at(row.value or 0.0) for row in rows]), strict=True):
        words = escape(f"{row.school_name}: {figure(row.value, metric.unit)}")
        yield (
            f'<circle cx="{scale.at(row.value or 0.0):.1f}" cy="{middle + place:.1f}" r="5" fill="{colour}" '
            f'fill-opacity=".6" stroke="#FFFFFF"><title>{words}</title></circle>'
        )
    if average is not None:
        x = scale.at(min(max(average, scale.low), scale.high))
        yield f'<path d="M{x:.1f} {top - 10:.1f}V{top + 42:.1f}" stroke="{INK}" stroke-width="2.5"/>'


def _apart(places: Sequence[float]) -> list[float]:
    """Return how far each dot is put up or down so that few lie on one another [pixels]."""
    taken: list[tuple[float, float]] = []
    for x in places:
        free = (y for y in SHIFTS if all(abs(x - ox) >= DOT or y != oy for ox, oy in taken))
        taken.append((x, next(free, 0.0)))
    return [y for _, y in taken]


def group_chart(metric: MetricResult, mixes: Sequence[MetricResult] = ()) -> Markup:
    """Draw each student group beside all other students: a filled dot, a hollow square, a line between.

    Parameters
    ----------
    metric
        The metric.
    mixes
        For the mix of schools, the metrics of all groups, drawn as one chart.
    """
    pairs = [gap for each in (mixes or (metric,)) for gap in each.groups]
    gaps = [gap for gap in pairs if gap.ours.value is not None and gap.theirs.value is not None]
    if not gaps:
        return Markup("")
    values = [value for gap in gaps for value in (gap.ours.value, gap.theirs.value) if value is not None]
    scale = axis(values, LABELS + 20, WIDTH - 60)
    height = ROW * len(gaps) + 46
    parts = list(_grid(scale, height - 28, lambda value: figure(value, metric.unit)))
    for place, gap in enumerate(gaps):
        parts += _pair(gap, metric.unit, place * ROW + ROW / 2, scale)
    parts.append(_text(scale.left, height - 6, "● the group   □ all other students", MUTED))
    said = "; ".join(
        f"{side_words(gap.ours.label)} {figure(gap.ours.value, metric.unit)}, others "
        f"{figure(gap.theirs.value, metric.unit)}"
        for gap in gaps
    )
    title = "Share of its own among the schoolmates of a group, and of others" if mixes else metric.title
    return _svg(f"groups-{metric.name}", height, f"{title}, by student group", said, parts)


def _pair(gap: Gap, unit: str, middle: float, scale: Axis) -> Iterable[str]:
    assert gap.ours.value is not None
    assert gap.theirs.value is not None
    ours, theirs = scale.at(gap.ours.value), scale.at(gap.theirs.value)
    worse = (gap.size or 0.0) > 0
    colour = BLUE if worse else GREY
    yield _text(0, middle + 4, f"{capital(side_words(gap.ours.label))} ({count(gap.ours.students)})", INK)
    yield f'<path d="M{ours:.1f} {middle:.1f}H{theirs:.1f}" stroke="{colour}" stroke-width="2"/>'
    yield (
        f'<rect x="{theirs - 5:.1f}" y="{middle - 5:.1f}" width="10" height="10" fill="#FFFFFF" '
        f'stroke="{GREY}" stroke-width="2"/>'
    )
    yield f'<circle cx="{ours:.1f}" cy="{middle:.1f}" r="6" fill="{colour}"/>'
    to_right = ours >= theirs
    place = ours + 10 if to_right else ours - 10
    yield _text(place, middle + 4, figure(gap.ours.value, unit), INK, anchor="start" if to_right else "end")


def _grid(scale: Axis, bottom: float, words: object) -> Iterable[str]:
    assert callable(words)
    for tick in scale.ticks:
        x = scale.at(tick)
        yield f'<path d="M{x:.1f} 0V{bottom - 14:.1f}" stroke="{GRID}"/>'
        yield _text(x, bottom, words(tick), MUTED, anchor="middle")


def _text(x: float, y: float, words: str, colour: str, anchor: str = "start", bold: bool = False) -> str:
    weight = ' font-weight="700"' if bold else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" fill="{colour}" text-anchor="{anchor}"{weight}>{escape(words)}</text>'
    )


def _svg(name: str, height: float, title: str, said: str, parts: Iterable[str]) -> Markup:
    key = "".join(letter if letter.isalnum() else "-" for letter in name)
    # Every part is markup of ours whose texts went through `escape`.
    return Markup(  # noqa: S704
        f'<svg viewBox="0 0 {WIDTH} {height:.0f}" role="img" aria-labelledby="{key}-t {key}-d">'
        f'<title id="{key}-t">{escape(title)}</title><desc id="{key}-d">{escape(said)}</desc>'
        f"{''.join(parts)}</svg>"
    )
