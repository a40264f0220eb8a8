"""What each rule of the compared plans costs: price lists, worked out in the background and kept.

A price list is a pure function of the data and the scenario, so all visitors share it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from planner.district import District
from planner.optimize.tradeoffs import Price, price_list
from planner.problems import InputProblems
from planner.scenario import resolve_scenario
from ui.engine import Engine
from ui.kept import Kept

MOST_KEPT = 100
type List = tuple[Price, ...]


KEPT: Kept[List] = Kept(MOST_KEPT)


def _key(engine: Engine, token: str) -> str:
    return f"{engine.fingerprint}|{json.dumps(engine.data(token), sort_keys=True, default=str)}"


def known_prices(engine: Engine, tokens: Sequence[str]) -> list[List] | None:
    """Return the price list of each scenario; None where any has still to be worked out."""
    found = [KEPT.known(_key(engine, token)) for token in tokens]
    lists = [each for each in found if each is not None]
    return lists if len(lists) == len(found) else None


def price_steps(engine: Engine, tokens: Sequence[str]) -> list[Callable[[], list[List]]]:
    """Return steps that each work out the price list of one scenario, for a `ui.sweep.Job`."""
    return [partial(_worked_out, engine, token) for token in tokens]


def _worked_out(engine: Engine, token: str) -> list[List]:
    return [KEPT.get(_key(engine, token), partial(_priced, engine.district, engine.data(token)))]


def policy_steps(district: District, data: Mapping[str, Any]) -> list[Callable[[], List]]:
    """Return steps that each price one policy of a scenario, for a `ui.sweep.Job`."""
    return [partial(_priced, district, data, [name]) for name in sorted(resolve_scenario(data).policies)]


def _priced(district: District, data: Mapping[str, Any], policies: Sequence[str] | None = None) -> List:
    try:
        return price_list(district, resolve_scenario(data), policies)
    except (InputProblems, ValueError):
        return ()


@dataclass(frozen=True, slots=True)
class Step:
    """One natural step of relaxing one policy, and what it buys in each plan.

    Parameters
    ----------
    points
        How far the inequity index would fall in each plan [points]; None where the plan has no such step.
    """

    policy: str
    words: str
    points: tuple[float | None, ...]

    @property
    def most(self) -> float:
        """What the step buys where it buys most [points]."""
        return max((points for points in self.points if points is not None), default=0.0)


def steps(lists: Sequence[List]) -> list[Step]:
    """Return every step of the plans' price lists side by side, the dearest rule first."""
    found = [{(price.policy, price.step): price.points for price in prices} for prices in lists]
    keys = dict.fromkeys(key for each in found for key in each)
    rows = [Step(*key, tuple(each.get(key) for each in found)) for key in keys]
    return sorted(rows, key=lambda step: (-step.most, step.policy, step.words))
