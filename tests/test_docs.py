"""The reference pages are those that the declarations give."""

from __future__ import annotations

from pathlib import Path

import pytest

from planner.docs import pages, write_pages
from planner.equity.indices.base import INDICES
from planner.equity.measures.base import MEASURES
from planner.equity.statistics import DESCRIPTIONS
from planner.policies.base import POLICIES
from planner.sources import SOURCES
from planner.tables import TABLES

DOCS = Path(__file__).parents[1] / "docs"
PAGES = pages()


@pytest.mark.parametrize("name", PAGES)
def test_page_is_current(name: str) -> None:
    written = (DOCS / name).read_text(encoding="utf-8")
    assert written == PAGES[name], "write the pages anew: python -m planner.docs docs/"


def test_no_page_is_left_over() -> None:
    assert {path.name for path in (DOCS / "policies").glob("*.md")} == {f"{kind}.md" for kind in POLICIES}


def test_everything_declared_is_there() -> None:
    assert all(f"## `{kind}`" in PAGES["sources.md"] for kind in SOURCES)
    assert all(f"{number}. " in PAGES["dimensions.md"] for number in range(1, 11))
    assert all(f"## `{name}`" in PAGES["statistics.md"] for name in DESCRIPTIONS)
    assert all(f"`{kind}`" in PAGES["measures.md"] for kind in MEASURES)
    assert all(f"`{kind}`" in PAGES["indices.md"] for kind in INDICES)
    for name, table in TABLES.items():
        assert f"## `{name}`" in PAGES["tables.md"]
        assert all(f"`{column}`" in PAGES["tables.md"] for column in table.schema.columns)


@pytest.mark.parametrize("kind", list(POLICIES))
def test_every_setting_is_explained(kind: str) -> None:
    """No row of a table ends in an empty cell, and no key says only that it holds settings."""
    rows = [line for line in PAGES[f"policies/{kind}.md"].splitlines() if line.startswith("| `")]
    assert not [row for row in rows if row.endswith("|  |") or "settings:  |" in row]


def test_pages_are_written_below_a_folder(tmp_path: Path) -> None:
    written = write_pages(tmp_path)
    assert {path.relative_to(tmp_path).as_posix() for path in written} == set(PAGES)
