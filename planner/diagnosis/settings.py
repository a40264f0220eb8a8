"""The definitions a diagnosis works by; there is no single legal one, so each is a parameter."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from planner.district import Strict
from planner.scenario import HighNeed


class Settings(Strict):
    """What counts as high-need and novice, and how the diagnosis is made."""

    high_need: HighNeed = Field(default_factory=HighNeed, description="which schools count as high-need")
    novice: tuple[str, ...] = Field(
        default=("novice",), min_length=1, description="bands of experience that count as novice"
    )
    state: dict[str, float] = Field(
        default_factory=dict, description="the state's figure by metric, in the metric's unit"
    )
    suppress: bool = Field(default=True, description="whether counts of fewer than 10 students are withheld")
    draws: Annotated[int, Field(ge=2, le=100_000)] = Field(
        default=200, description="draws of schools behind each interval"
    )
    seed: Annotated[int, Field(ge=0)] = Field(default=1, description="seed of the draws")
