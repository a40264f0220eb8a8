"""The same linear program side by side: this planner, HiGHS alone, linopy, CVXPY and Pyomo.

    pip install -e '.[benchmarks]'
    python benchmarks/peers.py [schools ...] [--repeats 3] [--limit 300]

For each number of schools a district is generated and its program of least inequity written down once. Then
each entry solves it in a process of its own, one after another, the order turning from round to round; of the
rounds, the one with the median total is shown (above 1,000 schools there is one round). Objectives agree to
1e-6, or the script stops. The table is Markdown: docs/benchmarks.md holds one, with what it favours.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import resource
import subprocess
import sys
import tempfile
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

SIZES = (50, 150, 500, 1000, 3000)
FIRST, OURS, OURS_GIVEN = "HiGHS alone", "this planner", "this planner, given"
PEERS = ("linopy", "CVXPY", "Pyomo")
NAMES = (FIRST, OURS, OURS_GIVEN, *PEERS)
MOST_TIMES_HIGHS, GOAL_SIZE = 1.3, 1000
SAME = 1e-6
# Processor time then means the work done, and nobody gains or loses by a second core.
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "POLARS_MAX_THREADS"), "1")
LIBRARIES = ("highspy", "linopy", "cvxpy", "pyomo", "pulp", "numpy")
MEASURED = ("build", "solve", "total", "peak")
TIMES = tuple(f"{part} x" for part in MEASURED)
HEADINGS = ("schools", "entry", "build s", "solve s", "total s", "peak MiB", *TIMES)

Row = dict[str, Any]


def peak_mebibytes() -> float:
    """Return the most memory this process has held, libraries included."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / 2**20 if sys.platform == "darwin" else most / 2**10


def in_a_process(*arguments: str, limit: float | None = None) -> str | None:
    """Return what this script prints when asked for one step; None where it takes longer than the limit."""
    command = [sys.executable, __file__, *arguments]
    try:
        done = subprocess.run(  # noqa: S603 - this very script
            command, capture_output=True, text=True, timeout=limit, check=True, env=os.environ | ONE_THREAD
        )
    except subprocess.TimeoutExpired:
        return None
    except subprocess.CalledProcessError as failed:
        sys.exit(f"{' '.join(arguments)} failed:\n{failed.stderr}")
    return done.stdout.splitlines()[-1] if done.stdout else ""


def one_step(step: str, folder: Path, schools: int) -> None:
    """Write the program down, or solve it by one entry and print the figures."""
    # Loaded only here: what the parent holds would count in the peak of the processes it starts.
    from entries import ENTRIES, write_given  # noqa: PLC0415

    if step == "write":
        write_given(schools, folder)
        return
    found = ENTRIES[step](folder)
    sys.stdout.write("\n" + json.dumps(asdict(found) | {"peak": peak_mebibytes()}) + "\n")


def side_by_side(schools: int, repeats: int, limit: float) -> dict[str, Row | None]:
    """Return each entry's figures, those of the round with the median total; None where over the limit."""
    rounds: dict[str, list[Row]] = {name: [] for name in NAMES}
    slow: set[str] = set()
    with tempfile.TemporaryDirectory() as folder:
        in_a_process("--step", "write", "--folder", folder, str(schools))
        for turn in range(repeats):
            start = turn % len(NAMES)
            for name in (*NAMES[start:], *NAMES[:start]):
                if name in slow:
                    continue
                printed = in_a_process("--step", name, "--folder", folder, limit=limit)
                if printed is None:
                    slow.add(name)
                else:
                    rounds[name].append(with_total(json.loads(printed)))
    found = {name: None if name in slow else median(rows) for name, rows in rounds.items()}
    agree(found)
    return found


def with_total(row: Row) -> Row:
    """Return the row with its seconds added up."""
    return row | {"total": row["build"] + row["solve"]}


def median(rows: list[Row]) -> Row:
    """Return the row with the median total."""
    return sorted(rows, key=lambda row: row["total"])[len(rows) // 2]


def agree(found: dict[str, Row | None]) -> None:
    """Stop where two entries found another least inequity."""
    objectives = {name: row["objective"] for name, row in found.items() if row}
    least, most = min(objectives.values()), max(objectives.values())
    if most - least > SAME * max(1.0, abs(most)):
        sys.exit(f"the entries disagree: {objectives}")


def lines(schools: int, found: dict[str, Row | None], limit: float) -> list[str]:
    """Return the table's lines of one size."""
    written = []
    for name, row in found.items():
        cells = figures(row, found[FIRST]) if row else ["", "", f"over {limit:g}", "", *("" for _ in TIMES)]
        written.append(f"| {' | '.join([str(schools), name, *cells])} |")
    return written


def figures(row: Row, first: Row | None) -> list[str]:
    """Return one entry's seconds and memory, and how many times those of HiGHS alone they are."""
    times = [f"{row[part] / first[part]:.2f}" if first else "" for part in MEASURED]
    return [*(f"{row[part]:.2f}" for part in MEASURED[:3]), f"{row['peak']:.0f}", *times]


def verdict(found: dict[str, Row | None]) -> str:
    """Say whether the goal is kept at the size that it is set for."""
    totals = {name: row["total"] for name, row in found.items() if row}
    if not {FIRST, OURS, OURS_GIVEN} <= totals.keys():
        return "The goal could not be judged: an entry ran over its limit."
    times = totals[OURS] / totals[FIRST]
    kept = "kept" if times <= MOST_TIMES_HIGHS else "missed"
    return (
        f"At {GOAL_SIZE:,} schools the planner takes {times:.2f} times HiGHS alone from a district's tables "
        f"(goal: at most {MOST_TIMES_HIGHS}, {kept}; {_faster(totals, OURS)}), and "
        f"{totals[OURS_GIVEN] / totals[FIRST]:.2f} times given the same coefficients as the peers "
        f"({_faster(totals, OURS_GIVEN)})."
    )


def _faster(totals: dict[str, float], ours: str) -> str:
    faster = [name for name in PEERS if totals.get(name, math.inf) < totals[ours]]
    return f"faster: {', '.join(faster)}" if faster else "no peer is faster"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("schools", type=int, nargs="*", default=SIZES)
    parser.add_argument("--repeats", type=int, default=3, help="rounds at each size")
    parser.add_argument("--limit", type=float, default=300.0, help="seconds that one entry may take")
    parser.add_argument("--step", help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.step:
        one_step(asked.step, asked.folder, asked.schools[0])
        return
    versions = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    heads = [f"| {' | '.join(HEADINGS)} |", "|" + "--:|--|" + "--:|" * (len(HEADINGS) - 2)]
    sys.stdout.write(
        "\n".join([f"{versions}; rounds: {asked.repeats}, above {GOAL_SIZE:,} schools 1.", "", *heads, ""])
    )
    said = ""
    for schools in asked.schools:
        rounds = asked.repeats if schools <= GOAL_SIZE else 1
        found = side_by_side(schools, rounds, asked.limit)
        sys.stdout.write("\n".join([*lines(schools, found, asked.limit), ""]))
        sys.stdout.flush()
        said = verdict(found) if schools == GOAL_SIZE else said
    sys.stdout.write(f"\n{said}\n" if said else "")


if __name__ == "__main__":
    main()
