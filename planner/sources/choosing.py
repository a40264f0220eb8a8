"""Which district is meant, and which of its schools are left out."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from planner.problems import Problem, nearest
from planner.sources.report import ImportReport

ALL = "all"


def find_district(option: str, names: Mapping[str, str], width: int) -> tuple[str | None, list[Problem]]:
    """Find the district that an option means.

    Parameters
    ----------
    option
        A district's code (leading zeros may be missing) or name in any case, or ``all``.
    names
        Name of each district, by code.
    width
        Digits of a code.

    Returns
    -------
    tuple
        The code, None for all districts; and the problem of an unknown one, with the nearest name or code.
    """
    text = option.strip()
    if text.lower() == ALL:
        return None, []
    by_name = {name.lower(): code for code, name in names.items()}
    code = by_name.get(text.lower(), text.zfill(width))
    if code in names:
        return code, []
    spelt = {name.lower(): name for name in names.values()}
    hint = nearest(text.lower(), spelt) or nearest(code, names)
    for lower, name in spelt.items():
        hint = hint.replace(f"'{lower}'", f"'{name}'")
    expected = "'all', or the code or name of one of the file's districts"
    return code, [Problem("option district", f"'{option}'", expected, hint)]


def leave_out(schools: pd.DataFrame, reasons: Mapping[str, pd.Series], report: ImportReport) -> pd.DataFrame:
    """Return the schools to which no reason applies; the others are listed under the first that does."""
    left: set[str] = set()
    for why, hit in reasons.items():
        keys = set(schools.index[hit.fillna(False).astype(bool)]) - left
        report.drop("schools", why, keys)
        left |= keys
    return schools[~schools.index.isin(sorted(left))]


def beside(folder: Path, pattern: str) -> Path | None:
    """Find a file in `folder`, else in the folders beside it; the last by name where there are several."""
    own = sorted(folder.rglob(pattern))
    others = sorted(folder.resolve().parent.glob(f"*/{pattern}"))
    return own[-1] if own else others[-1] if others else None
