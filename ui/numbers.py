"""How figures are written: always with their unit, never finer than they are known."""

from __future__ import annotations

import math

MINUS = "−"
NONE = "–"
# Figures of a plan are kept to a few millionths.
NEAR = 5e-6


def _known(value: float | None) -> bool:
    return value is not None and math.isfinite(value)


def plain(value: float | None, decimals: int = 1) -> str:
    """Write a number with a true minus sign; a dash where there is none."""
    if value is None or not _known(value):
        return NONE
    # Two plans that agree to the last digit kept must not be written differently: 36.65 and 36.650002.
    rounded = round(value + math.copysign(NEAR, value), decimals) + 0.0
    return f"{rounded:,.{decimals}f}".replace("-", MINUS)


def signed(text: str) -> str:
    """Put a plus before what is neither negative nor nothing."""
    nothing = not any(digit in text for digit in "123456789")
    return text if text.startswith((MINUS, NONE)) or nothing else f"+{text}"


def dollars(value: float | None) -> str:
    """Write dollars as people say them: $9.0M, $420k, $7,350."""
    if value is None or not _known(value):
        return NONE
    size, sign = abs(value), MINUS if value <= -0.5 else ""
    if size >= 999_500:
        return f"{sign}${size / 1e6:,.1f}M"
    return f"{sign}${size / 1e3:,.0f}k" if size >= 99_500 else f"{sign}${size:,.0f}"


def whole_dollars(value: float | None) -> str:
    """Write every dollar: $11,540."""
    if value is None or not _known(value):
        return NONE
    return f"{MINUS if value <= -0.5 else ''}${abs(value):,.0f}"


def fte(value: float | None) -> str:
    """Write FTE with one decimal."""
    return plain(value, 1)


def points(value: float | None) -> str:
    """Write index points with one decimal."""
    return plain(value, 1)


def percent(share: float | None) -> str:
    """Write a share as whole percents."""
    return NONE if share is None or not _known(share) else f"{plain(100 * share, 0)}%"


def count(value: float | None) -> str:
    """Write a whole count."""
    return plain(value, 0)


def words(names: list[str]) -> str:
    """Join names as a sentence does: A, B and C."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}" if names else ""
