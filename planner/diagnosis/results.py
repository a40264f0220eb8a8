"""What a diagnosis says, as frozen values: the one thing that screens, files and the web app show.

Every number is None where it could not be measured or is withheld, and never 0 for either reason.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

Better = Literal["more", "less", "level"]
Certainty = Literal["clear", "open", "few schools", "no test"]
Kind = Literal["high_need", "level", "group", "mix"]
Basis = Literal["schools attended", "own figures"]

FORMAT = "planner-diagnosis-1"


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a comparison.

    Parameters
    ----------
    label
        Who it is, in words.
    value
        What the average student of this side meets [the metric's unit].
    students
        Students of this side to whom the metric applies [students].
    schools
        Schools with such students and a figure.
    """

    label: str
    value: float | None
    students: float | None
    schools: int


@dataclass(frozen=True, slots=True)
class Gap:
    """A comparison of two sides.

    Parameters
    ----------
    kind
        ``high_need`` (schools), ``level`` (the same inside a level), ``group`` (students against all others)
        or ``mix`` (the share of a group that its own students and all others meet at school).
    name
        ``high_need``, the level or the group.
    ours, theirs
        The side that is asked about, and the one it is held against.
    gap
        Ours less theirs [the metric's unit].
    low, high
        Bounds of the gap if schools like these were drawn again [the metric's unit]; None where unknown.
    size
        Points of a share (0.17 is 17 points), or else the gap as a share of the average; above 0
        where it is to the disadvantage of `ours`. For a ``mix``, how much more of its own a group meets.
    score
        `size` times the students of `ours`, where that is above 0 [students].
    certainty
        ``clear`` if the bounds leave out 0, ``open`` if not, ``few schools`` if there are none, ``no test``
        for an index that cannot fall below 0.
    basis
        Whether a group's own figures are compared, or those of the schools its students attend.
    ratio
        Ours over theirs, the risk ratio of a rate [no unit]; None where theirs is not above 0.
    withheld
        Whether the figures are withheld because few students stand behind them.
    """

    kind: Kind
    name: str
    ours: Side
    theirs: Side
    gap: float | None
    low: float | None
    high: float | None
    size: float | None
    score: float | None
    certainty: Certainty
    basis: Basis
    ratio: float | None
    withheld: bool = False


@dataclass(frozen=True, slots=True)
class Against:
    """The district's average beside that of peers or of the state [the metric's unit]."""

    label: str
    value: float
    gap: float
    size: float | None


@dataclass(frozen=True, slots=True)
class SchoolFigure:
    """A metric at one school; `withheld` where few students stand behind it."""

    school_id: str
    school_name: str
    level: str
    high_need: bool
    students: float | None
    value: float | None
    withheld: bool = False


@dataclass(frozen=True, slots=True)
class Statistic:
    """One statistic of the equity library over the schools, and what it means; None where undefined."""

    name: str
    title: str
    value: float | None
    sentence: str


@dataclass(frozen=True, slots=True)
class Lever:
    """A policy or measure of the planner that moves a metric."""

    kind: Literal["policy", "measure"]
    name: str
    title: str


@dataclass(frozen=True, slots=True)
class MetricResult:
    """A metric that could be computed.

    Parameters
    ----------
    mean
        The district's average, weighted by the students concerned [unit].
    spread
        Highest less lowest school, sized as a gap is; None where schools are withheld.
    schools_without
        Schools that have no figure and are left out.
    schools_impossible
        Of these, schools whose rate of students is below 0% or over 100% in the source.
    estimated
        Columns it rests on that were imputed, each with the method.
    """

    name: str
    title: str
    meaning: str
    unit: str
    better: Better
    ranked: bool
    mean: float
    spread: float | None
    students: float
    schools_measured: int
    schools_without: int
    schools_impossible: int
    high_need: Gap | None
    levels: tuple[Gap, ...]
    groups: tuple[Gap, ...]
    peers: Against | None
    state: Against | None
    statistics: tuple[Statistic, ...]
    schools: tuple[SchoolFigure, ...]
    estimated: tuple[str, ...]
    levers: tuple[Lever, ...]


@dataclass(frozen=True, slots=True)
class NotComputed:
    """A metric that could not be computed, why, and what would allow it."""

    name: str
    title: str
    why: str
    needs: str


@dataclass(frozen=True, slots=True)
class DimensionResult:
    """One of the ten dimensions.

    Parameters
    ----------
    rank
        1 is the first to look at; None where nothing could be computed.
    headline, headline_metric
        Its widest gap to someone's disadvantage, and the metric it belongs to; None where there is none.
    sentence
        What was found, in words.
    levers
        What of the planner moves the headline's metric; of any metric where there is no headline.
    """

    number: int
    name: str
    title: str
    questions: tuple[str, ...]
    metrics: tuple[MetricResult, ...]
    not_computed: tuple[NotComputed, ...]
    rank: int | None
    headline: Gap | None
    headline_metric: str | None
    score: float | None
    sentence: str
    levers: tuple[Lever, ...]


@dataclass(frozen=True, slots=True)
class Hidden:
    """A plain average that looks even, and the figure beneath it that is not.

    `plain_size` and `telling_size` are sizes of gaps, as `Gap.size`.
    """

    plain: str
    telling: str
    between: str
    plain_size: float
    telling_size: float
    sentence: str


@dataclass(frozen=True, slots=True)
class Definitions:
    """How the words of the diagnosis are meant here."""

    high_need: str
    high_need_schools: tuple[str, ...]
    novice: str
    gap_size: str
    ranking: str
    interval: str
    need_weights: str
    funds: str
    suppression: str


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """Where a district stands on the ten dimensions; the dimensions stand in their published order."""

    district: str
    school_year: str
    students: float
    schools: int
    definitions: Definitions
    dimensions: tuple[DimensionResult, ...]
    hidden: tuple[Hidden, ...]
    notes: tuple[str, ...]
    peers: str | None
    suppressed: bool

    @property
    def ranking(self) -> tuple[DimensionResult, ...]:
        """The dimensions that could be measured, the first to look at first."""
        ranked = [each for each in self.dimensions if each.rank is not None]
        return tuple(sorted(ranked, key=lambda each: each.rank or 0))

    def metric(self, name: str) -> MetricResult | None:
        """Return a metric by name; None where it could not be computed."""
        metrics = (metric for dimension in self.dimensions for metric in dimension.metrics)
        return next((metric for metric in metrics if metric.name == name), None)

    def to_dict(self) -> dict[str, Any]:
        """Return plain data with the field names of these classes as keys, and the order of the ranking."""
        ranking = [each.name for each in self.ranking]
        return {"format": FORMAT, **asdict(self), "ranking": ranking}
