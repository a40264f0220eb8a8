"""What a dimension and a metric are, as they are declared: one file a dimension, one entry a metric."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import numpy.typing as npt

from planner.diagnosis.results import Better
from planner.registry import Registry

if TYPE_CHECKING:
    from planner.diagnosis.facts import Facts

type Array = npt.NDArray[np.float64]


class NotMeasured(LookupError):  # noqa: N818 - the data does not hold it; nothing went wrong
    """The data does not say; the message is the reason in words."""


@dataclass(frozen=True)
class Amounts:
    """What a metric reads from a data set, one entry a school in canonical order.

    Parameters
    ----------
    values
        The figure of each school [the metric's unit]; NaN where it is not known.
    weights
        What each school's figure weighs in an average [students, or weighted students].
    students
        Students to whom the figure applies [students].
    groups
        A group's own figures and its students, where they were published.
    """

    values: Array
    weights: Array
    students: Array
    groups: Mapping[str, tuple[Array, Array]] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True)
class Metric:
    """A figure of every school that answers part of a key question.

    Parameters
    ----------
    name, title
        Its key, and its name in the field's words.
    meaning
        What is divided by what, in one sentence, with the source where it is not plain arithmetic.
    unit
        A key of `planner.diagnosis.words.UNITS`.
    better
        Whether students are better off with ``more`` or ``less`` of it; ``level`` where neither.
    read
        Reads the data; raises `NotMeasured`.
    needs
        The column or indicator that would allow it.
    columns
        ``table.column`` or ``indicators.name`` it rests on, to tell measured from imputed.
    levers
        ``policy:name`` and ``measure:name`` of the planner that move it.
    of_students
        Whether it is a rate of students, whose small counts may give someone away.
    ranked
        Whether its gaps compete for the dimension's headline.
    share_of
        The student group of which this is the share of a school; empty for any other figure.
    """

    name: str
    title: str
    meaning: str
    unit: str
    better: Better
    read: Callable[[Facts], Amounts]
    needs: str
    columns: tuple[str, ...]
    levers: tuple[str, ...] = ()
    of_students: bool = False
    ranked: bool = True
    share_of: str = ""


@dataclass(frozen=True)
class Unavailable:
    """A metric of the blueprint that no table of the planner can hold, and what it would take."""

    name: str
    title: str
    needs: str


class Dimension:
    """One of the ten dimensions of resource equity (Alliance for Resource Equity)."""

    number: ClassVar[int]
    title: ClassVar[str]
    questions: ClassVar[tuple[str, ...]]

    @abstractmethod
    def metrics(self, facts: Facts) -> Sequence[Metric]:
        """Return the metrics; those by course or by use depend on what the data has."""

    def unavailable(self) -> Sequence[Unavailable]:
        """Return what the published questions ask and the planner's tables do not hold."""
        return ()


DIMENSIONS: Registry[type[Dimension]] = Registry("dimension", "planner.diagnosis.dimensions")


def indicator_metric(  # noqa: PLR0913 - a declaration with names at every call
    name: str,
    title: str,
    meaning: str,
    unit: str,
    better: Better,
    *,
    levers: tuple[str, ...] = (),
    of_students: bool = False,
    ranked: bool = True,
) -> Metric:
    """Return a metric that the table `indicators` holds under its own name."""
    return Metric(
        name=name,
        title=title,
        meaning=meaning,
        unit=unit,
        better=better,
        read=lambda facts: facts.indicator(name),
        needs=f"the indicator '{name}' in the table indicators"
        + (", with a row a student group and the students behind it in count" if of_students else ""),
        columns=(f"indicators.{name}",),
        levers=levers,
        of_students=of_students,
        ranked=ranked,
    )
