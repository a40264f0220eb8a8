"""A scenario being edited: levers and text change the same data by one merge; every step can be undone."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from planner.merging import apply_edit, difference, merge
from planner.scenario import parse_scenario, resolve_scenario
from planner.yaml_file import parse_yaml
from planner.yaml_text import block
from ui.tokens import token_of

MOST_STEPS = 200


class Draft:
    """A scenario under edit.

    Parameters
    ----------
    key
        The scenario of the library that it began as.
    base
        That scenario's data.
    data
        What it is by now; `base` where None.
    """

    def __init__(self, key: str, base: Mapping[str, Any], data: Mapping[str, Any] | None = None) -> None:
        self.key = key
        self.base = dict(base)
        self.data: dict[str, Any] = deepcopy(dict(base if data is None else data))
        self._undone: list[dict[str, Any]] = []
        self._done: list[dict[str, Any]] = []

    @property
    def token(self) -> str:
        """The draft as a short text for a link."""
        return token_of(self.key, self.base, self.data)

    @property
    def text(self) -> str:
        """The draft as YAML: the whole scenario, everything inherited written out."""
        return "\n".join([*block(self.data), ""])

    def edit(self, path: str | tuple[str | int, ...], value: Any) -> None:
        """Set one value; None takes it away.

        Raises
        ------
        InputProblems
            If the scenario would not be one; the draft then stays as it was.
        """
        self._take(apply_edit(self.data, path, value))

    def edit_all(self, edits: Mapping[str, Any]) -> None:
        """Set several values by dotted path, as one step."""
        data = self.data
        for path, value in edits.items():
            data = apply_edit(data, path, value)
        self._take(data)

    def change(self, edits: Mapping[str, Any]) -> None:
        """Merge a difference in, or raise InputProblems and stay as it was."""
        self._take(merge(self.data, edits))

    def write(self, text: str, name: str = "scenario") -> None:
        """Take over a scenario from YAML, or raise InputProblems with the lines and stay as it was."""
        file = parse_yaml(text, name)
        parse_scenario(file)
        self.change(difference(self.data, file.data))

    def weigh(self, place: int, weight: float) -> None:
        """Give one measure of the objective a weight; the others share what is left as they stood."""
        terms = deepcopy(self.data["objective"]["measures"])
        rest = sum(term.get("weight", 1.0) for number, term in enumerate(terms) if number != place)
        weight = min(max(weight, 0.01), 1.0 - 0.01 * (len(terms) - 1))
        for number, term in enumerate(terms):
            share = term.get("weight", 1.0) / rest if rest else 1.0 / max(1, len(terms) - 1)
            term["weight"] = round(weight if number == place else (1 - weight) * share, 4)
        terms[place]["weight"] = round(1 - sum(t["weight"] for n, t in enumerate(terms) if n != place), 4)
        self.edit("objective.measures", terms)

    def undo(self) -> bool:
        """Take the last step back; False where there is none."""
        return self._step(self._done, self._undone)

    def redo(self) -> bool:
        """Take an undone step again; False where there is none."""
        return self._step(self._undone, self._done)

    @property
    def can_undo(self) -> bool:
        """Whether there is a step to take back."""
        return bool(self._done)

    @property
    def can_redo(self) -> bool:
        """Whether there is a step to take again."""
        return bool(self._undone)

    def _take(self, data: dict[str, Any]) -> None:
        resolve_scenario(data)
        if data != self.data:
            self._done = [*self._done, self.data][-MOST_STEPS:]
            self._undone = []
            self.data = data

    def _step(self, source: list[dict[str, Any]], target: list[dict[str, Any]]) -> bool:
        if not source:
            return False
        target.append(self.data)
        self.data = source.pop()
        return True
