"""Policies that can be added to a draft, each with figures to begin from that fit the district."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from planner.district import District
from planner.merging import apply_edit
from planner.policies.base import POLICIES
from planner.problems import InputProblems
from planner.scenario import resolve_scenario

BEGINNINGS: dict[str, dict[str, Any]] = {
    "hold_harmless": {"dollars_per_student": 0.97},
    "measure_floor": {"measure": "experienced_teachers", "share_of_today": 0.9},
    "novice_share": {"relative_to_district": 2.0},
    "reallocation_limit": {"max_share": 0.10},
    "stipends": {"tiers": [{"dollars": 5000.0}, {"dollars": 10000.0}]},
    "transfers": {"max_share_per_school": 0.10, "max_share_of_district": 0.04},
    "hiring": {"vacancies_only": True},
    "plan_limit": {"max_moves": 20.0},
}


def starters(district: District, data: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the kinds of policy that a draft does not hold yet and that read, with their settings."""
    beginnings = {**BEGINNINGS, "class_size": {"courses": _limits(district)}}
    held = {spec.get("kind", name) for name, spec in data.get("policies", {}).items() if spec is not None}
    found = {}
    for kind in POLICIES:
        settings = beginnings.get(kind, {})
        if kind not in held and _reads(data, kind, settings):
            found[kind] = settings
    return found


def _reads(data: Mapping[str, Any], kind: str, settings: dict[str, Any]) -> bool:
    try:
        resolve_scenario(apply_edit(data, ("policies", kind), settings))
    except InputProblems:
        return False
    return True


def _limits(district: District) -> dict[str, dict[str, float]]:
    """Return for each course a limit that every school's average keeps today."""
    courses = district.courses
    sizes = courses[courses["sections"] > 0].assign(size=lambda rows: rows["students"] / rows["sections"])
    return {
        str(name): {"max": float(np.ceil(size))}
        for name, size in sizes.groupby("course")["size"].max().items()
    }
