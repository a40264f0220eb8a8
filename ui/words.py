"""Settings of a scenario in words."""

from __future__ import annotations

from typing import Any


def setting_words(path: Any) -> str:
    """Return a setting's path in words."""
    return str(path).removeprefix("policies.").replace(".", " › ").replace("_", " ")


def setting_value(value: Any) -> str:
    """Return a setting's value in words."""
    if value is None or value != value:  # noqa: PLR0124 - NaN is not itself
        return "not set"
    return f"{value:g}" if isinstance(value, float) else str(value) or "none"
