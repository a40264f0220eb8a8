"""Rates that cannot be are left out by every source, and the list of rates is the diagnosis' own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from districts import two_schools

from planner.diagnosis.base import DIMENSIONS
from planner.diagnosis.facts import Facts
from planner.diagnosis.settings import Settings
from planner.district import load_district
from planner.sources import ImportReport, import_source
from planner.sources.importing import note_extremes
from planner.sources.rates import SHARES, possible


def test_a_share_outside_0_to_1_is_no_figure() -> None:
    rows = [
        ("a", "chronic_absence", "all", 1.7037),
        ("b", "chronic_absence", "all", 1.0),
        ("c", "suspension", "black", -0.1),
        ("d", "average_years", "all", 14.0),
        ("e", "suspension", "all", 0.0),
    ]
    table = pd.DataFrame(rows, columns=["school_id", "indicator", "group", "value"])
    report = ImportReport("any")
    kept = possible({"indicators": table}, report)["indicators"]
    assert list(kept["school_id"]) == ["b", "d", "e"]
    dropped = {item.what: item.keys for item in report.dropped}
    assert dropped == {"rates of chronic_absence": ["a all"], "rates of suspension": ["c black"]}


def test_a_school_with_more_absent_than_students(real: Callable[[str], Path], tmp_path: Path) -> None:
    """An alternative school's file counts 138 of 81 students chronically absent."""
    report = import_source("nc-report-card", real("nc_src_2019"), tmp_path / "out", district="320")
    absence = load_district(tmp_path / "out").indicators.query("indicator == 'chronic_absence'")
    assert "320341" not in set(absence["school_id"])
    assert absence["value"].max() <= 1
    dropped = next(item for item in report.dropped if item.what == "rates of chronic_absence")
    assert dropped.keys == ["320341 all"]


def test_ratios_far_from_usual_are_named_and_kept(tmp_path: Path) -> None:
    folder = two_schools(tmp_path / "data", (1, 10, 30), (41, 100, 100))
    report = ImportReport("any")
    note_extremes(load_district(folder), report)
    ids = load_district(folder).schools.set_index("school_name")["school_id"]
    assert len(report.notes) == 1
    assert report.notes[0].startswith("students per teacher below 4 or over 40, kept as published: ")
    first, _, third = sorted(ids)
    assert report.notes[0].endswith(f": {first} 41.0, {third} 3.3")


@pytest.fixture(scope="module")
def declared() -> set[str]:
    """Return the indicators that the diagnosis reads as shares."""
    district = load_district(Path(__file__).parents[2] / "scenarios" / "riverbend" / "district")
    facts = Facts(district, Settings())
    metrics = [metric for kind in DIMENSIONS for metric in DIMENSIONS[kind]().metrics(facts)]
    return {
        metric.name
        for metric in metrics
        if metric.unit == "share" and metric.columns == (f"indicators.{metric.name}",)
    }


def test_the_rates_are_those_of_the_diagnosis(declared: set[str]) -> None:
    assert declared == SHARES
