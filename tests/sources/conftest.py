"""Where the real files are."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

REAL = Path(__file__).resolve().parents[3] / "shared" / "data"


@pytest.fixture(scope="session")
def real() -> Callable[[str], Path]:
    """Return a folder of real public files, or skip where there is none."""

    def folder(name: str) -> Path:
        path = REAL / name
        if not path.is_dir():
            pytest.skip(f"the public files of {name} are not beside the project")
        return path

    return folder
