"""Data flows one way: the imports of every module are read and any arrow upward fails."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
MODULES = sorted((ROOT / "planner").rglob("*.py"))

# From the ground up. A module may import from its own layer and those below it.
LAYERS: list[set[str]] = [
    {"problems", "registry", "wording", "safe_write", "funds", "fingerprints"},
    {"yaml_file", "tables", "table_reading"},
    {"district"},
    {"imputation", "sources", "generate", "equity.statistics", "presets"},
    # The case and what is judged over it are declared against one another.
    {"equity", "policies", "scenario", "case", "outcome", "resources"},
    {"inheritance", "merging", "preset_layers", "schema", "plan", "checks", "cautions"},
    {"disclosure", "diagnosis"},
]


def module_name(path: Path) -> str:
    """Dotted name below `planner`."""
    parts = list(path.relative_to(ROOT / "planner").with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported(path: Path) -> Iterator[str]:
    """Every module that a file imports, also inside functions, but not for type checking only."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    skipped = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if id(node) in skipped:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def layer_of(name: str) -> int | None:
    """Layer of a module below `planner`; None for those above all layers."""
    levels = [
        number
        for number, layer in enumerate(LAYERS)
        for member in layer
        if name == member or name.startswith(f"{member}.")
    ]
    return min(levels, default=None)


@pytest.mark.parametrize("path", MODULES, ids=module_name)
def test_imports_point_downward(path: Path) -> None:
    own = layer_of(module_name(path))
    for name in imported(path):
        if own is None or not name.startswith("planner."):
            continue
        other = layer_of(name.removeprefix("planner."))
        assert other is not None, f"{module_name(path)} imports {name}, which is above it"
        assert other <= own, f"{module_name(path)} imports {name}, which is above it"


@pytest.mark.parametrize("path", MODULES, ids=module_name)
def test_the_solver_stays_in_its_room(path: Path) -> None:
    name, names = module_name(path), set(imported(path))
    assert not any(found.split(".")[0] == "ui" for found in names), "planner never imports ui"
    if not name.startswith("optimize"):
        assert not any(found.split(".")[0] == "pulp" for found in names), "only optimize imports pulp"
    if name != "optimize.solver":
        assert not any(found.split(".")[0] == "highspy" for found in names), "only the solver imports highspy"


@pytest.mark.parametrize(
    "part",
    ["verification", "equity", "policies", "plan_outcome", "reporting_rows", "reporting_equity", "diagnosis"],
)
def test_the_second_opinion_shares_no_code_with_the_search(part: str) -> None:
    paths = [path for path in MODULES if module_name(path).split(".")[0] == part]
    assert paths
    for path in paths:
        assert not any(found.startswith("planner.optimize") for found in imported(path)), path


def test_a_forbidden_arrow_would_be_found(tmp_path: Path) -> None:
    bad = tmp_path / "bad.py"
    bad.write_text("def f():\n    from planner.optimize import solve\n", encoding="utf-8")
    assert "planner.optimize" in set(imported(bad))
    assert layer_of("optimize") is None
    assert layer_of("equity.measures.dollars") == layer_of("case")
