"""Write small files made like the published ones."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

Tables = dict[str, pd.DataFrame]


def write_tables(folder: Path, tables: Tables) -> Path:
    """Write tables as CSV files."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in tables.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        table.to_csv(folder / name, index=False)
    return folder


def frame(columns: tuple[str, ...], rows: list[tuple[str, ...]]) -> pd.DataFrame:
    """Return a table of text cells."""
    return pd.DataFrame(rows, columns=list(columns), dtype=object)
