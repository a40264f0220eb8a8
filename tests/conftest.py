"""What all tests share: Hypothesis profiles, and the flag that writes golden files anew."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, settings

# The plain profile repeats the same examples on every run, so a failure is never a matter of luck;
# `HYPOTHESIS_PROFILE=search` looks for new ones.
settings.register_profile(
    "steady",
    deadline=None,
    derandomize=True,
    max_examples=10,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.register_profile(
    "search", parent=settings.get_profile("steady"), derandomize=False, max_examples=200
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add ``--refresh-golden``: write the golden files anew, to be read before they are committed."""
    parser.addoption("--refresh-golden", action="store_true", help="write the golden files of the tests anew")


@pytest.fixture
def refresh_golden(request: pytest.FixtureRequest) -> bool:
    """Tell whether golden files are to be written rather than compared."""
    return bool(request.config.getoption("--refresh-golden"))
