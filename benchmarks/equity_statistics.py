"""Rows per second of every statistic: ``python benchmarks/equity_statistics.py [rows]``."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from functools import partial

import numpy as np

from planner.equity import statistics as s


def cases(rows: int) -> dict[str, Callable[[], object]]:
    """Return one call of each statistic over random schools."""
    lot = np.random.default_rng(0)
    amounts, students = lot.gamma(9.0, 1500.0, rows), lot.integers(50, 2000, rows).astype(float)
    poverty = lot.random(rows)
    poor = np.floor(students * poverty)
    others, mix = students - poor, np.column_stack([poor, students - poor])
    columns: dict[str, tuple[object, ...]] = {
        "theil_between": (amounts, lot.integers(0, 50, rows), students),
        "theil_within": (amounts, lot.integers(0, 50, rows), students),
        "adequacy_shortfall": (amounts, 12_000.0, students),
        "adequacy_shortfall_share": (amounts, 12_000.0, students),
        "efig_coefficient_of_variation": (amounts * students, students, poor),
        "efig_equity_factor": (amounts * students, students, poor),
        "exposure_rate": (amounts, poor),
        "exposure_gap": (amounts, poor, others),
        "exposure_ratio": (amounts, poor, others),
        "dissimilarity": (poor, others),
        "exposure_index": (poor, others, students),
        "isolation": (poor, students),
        "theil_h": (mix,),
    }
    with_poverty = ("wealth_", "progressivity", "quartile", "high_quartile")
    parameters = {
        "quantile": {"part": 0.25},
        "lorenz_share": {"part": 0.25},
        "high_quartile_gap": {"state_average": 0.1},
    }
    calls: dict[str, Callable[[], object]] = {}
    for name in s.DESCRIPTIONS:
        usual = (amounts, poverty, students) if name.startswith(with_poverty) else (amounts, students)
        calls[name] = partial(getattr(s, name), *columns.get(name, usual), **parameters.get(name, {}))
    calls["lorenz_curve"] = partial(s.lorenz_curve, amounts, students)
    calls["need_index"] = partial(s.need_index, amounts * students, mix, np.array([1e9, 1e9]))
    return calls


def seconds(call: Callable[[], object], repeats: int = 3) -> float:
    """Return the shortest of a few timings."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return min(times)


def main() -> None:
    """Print the table, slowest first, then the time of one interval over 60 schools."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    rates = {name: rows / seconds(call) for name, call in cases(rows).items()}
    for name, rate in sorted(rates.items(), key=lambda pair: pair[1]):
        sys.stdout.write(f"{name:32} {rate / 1e6:8.1f} million rows/s\n")
    amounts = np.random.default_rng(1).gamma(9.0, 1500.0, 60)
    took = seconds(lambda: s.interval(s.gini, amounts, amounts, seed=1))
    sys.stdout.write(f"{'interval(gini), 60 schools':32} {1000 * took:8.1f} ms for 1000 draws\n")


if __name__ == "__main__":
    main()
