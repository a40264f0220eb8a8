"""Dimension 9, Learning-Ready Facilities: buildings, room and devices."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from planner.diagnosis.base import DIMENSIONS, Amounts, Dimension, Metric, indicator_metric
from planner.diagnosis.facts import Facts
from planner.equity.statistics import per_student


@DIMENSIONS.register("learning_facilities")
class LearningFacilities(Dimension):
    """Learning-Ready Facilities."""

    number: ClassVar[int] = 9
    title: ClassVar[str] = "Learning-Ready Facilities"
    questions: ClassVar[tuple[str, ...]] = (
        "Are school buildings safe and well maintained?",
        "Do schools have functioning, up-to-date equipment?",
    )

    def metrics(self, facts: Facts) -> Sequence[Metric]:
        """Return the condition of buildings, how full they are, and devices per student."""
        return _METRICS


def _use_of_room(facts: Facts) -> Amounts:
    room = facts.indicator("capacity").values
    students = np.where(np.isnan(room), 0.0, facts.students)
    return Amounts(per_student(students, np.nan_to_num(room)), students, students)


def _devices(facts: Facts) -> Amounts:
    devices = facts.indicator("devices").values
    students = np.where(np.isnan(devices), 0.0, facts.students)
    return Amounts(per_student(devices, students), students, students)


_METRICS = (
    indicator_metric(
        "facility_score",
        "Condition of the building",
        "Facility condition score of the school; higher is better.",
        "score",
        "more",
    ),
    Metric(
        "utilisation",
        "Students over capacity",
        "Students over the places the building has; over 100% is crowded.",
        "share",
        "less",
        _use_of_room,
        "the indicator 'capacity' in the table indicators",
        ("indicators.capacity",),
    ),
    Metric(
        "devices_per_student",
        "Devices per student",
        "Working computers and tablets over students.",
        "ratio",
        "more",
        _devices,
        "the indicator 'devices' in the table indicators",
        ("indicators.devices",),
    ),
)
