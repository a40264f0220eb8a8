"""What the pages show of the command line is what it prints."""

from __future__ import annotations

import contextlib
import re
import shlex
import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from planner.cli import DISTRICT, app

ROOT = Path(__file__).parents[1]
PAGES = ("explain.md", "frontier.md", "stress.md", "sweep.md")
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
LEFT_OUT = "…"


def blocks(page: str, language: str) -> list[str]:
    """Return the fenced blocks of a language on a page."""
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    return [block for found, block in BLOCK.findall(text) if found == language]


def examples() -> list[tuple[str, str]]:
    return [(page, block) for page in PAGES for block in blocks(page, "console")]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Stand where the shipped scenarios are, with the files that the pages show beside them."""
    found = tmp_path_factory.mktemp("examples")
    shutil.copytree(ROOT / "scenarios" / "riverbend", found / "scenarios" / "riverbend")
    for block in (block for page in PAGES for block in blocks(page, "yaml")):
        name, _, text = block.partition("\n")
        (found / name.removeprefix("# ")).write_text(text, encoding="utf-8")
    with contextlib.chdir(found):
        yield found


def shown(text: str) -> list[str]:
    """Return lines without the blanks at their ends, and without empty lines."""
    return [line.rstrip() for line in text.splitlines() if line.strip()]


@cache
def run(block: str) -> list[str]:
    """Return what the command of a block prints; its files lie in the folder."""
    command = block.splitlines()[0].removeprefix("$ planner ")
    result = CliRunner().invoke(app, shlex.split(command))
    assert result.exit_code == 0, result.output
    return shown(result.output)


@pytest.mark.parametrize(("page", "block"), examples())
def test_an_example_is_what_the_command_prints(page: str, block: str, folder: Path) -> None:
    printed = iter(run(block))
    left_out = False
    for line in shown(block)[1:]:
        if line == LEFT_OUT:
            left_out = True
        elif left_out:
            assert line in printed, f"docs/{page} shows a line that is not printed: {line}"
            left_out = False
        else:
            assert line == next(printed), f"docs/{page} shows another line than is printed"
    assert left_out or next(printed, None) is None, f"docs/{page} leaves out the end and does not say so"


def test_the_table_of_the_sweep_is_what_it_writes(folder: Path) -> None:
    (block,) = blocks("sweep.md", "console")
    run(block)
    written = pd.read_csv(folder / "results.csv").rename(columns=lambda name: name.rpartition(".")[2])
    text = (ROOT / "docs" / "sweep.md").read_text(encoding="utf-8")
    rows = [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("| ")]
    shown_table = pd.DataFrame(rows[1:], columns=rows[0]).astype(float)
    pd.testing.assert_frame_equal(
        shown_table, written[rows[0]].astype(float), check_exact=False, atol=0.006, rtol=0
    )


@pytest.mark.parametrize("name", ["check", "solve", "compare", "export", "program", "verify"])
def test_the_example_in_the_help_of_a_command_works_as_typed(name: str, folder: Path) -> None:
    for plan in ("today", "stipends"):
        if not (folder / "out" / f"{plan}.yaml").exists():
            run(f"$ planner solve {DISTRICT} scenarios/riverbend/{plan}.yaml -o out/{plan}.yaml")
    shown_help = CliRunner().invoke(app, [name, "--help"], env={"COLUMNS": "60"}).output
    (command,) = re.findall(r"Example: (planner .*)", shown_help)
    assert run(f"$ {command}")
