"""A form of native controls, described as plain data: choices, levers and buttons of every page.

One element carries a whole form, however many controls it has; a change comes back when a control is let go.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

import param
from panel.custom import JSComponent

from ui import theme


class Form(JSComponent):
    """Controls from a description.

    Parameters
    ----------
    fields
        One mapping a control: ``key``, ``kind`` (range, number, select, check, ticks, text, button, gap),
        ``label``, ``value``, and as fits ``options`` ([value, words]), ``min``, ``max``, ``step``, ``scale``
        (what is shown is the value times it), ``unit``, ``help``, ``main``, ``disabled``.
    on_change
        Called with the key and the new value.
    """

    fields = param.List(default=[])
    layout = param.String(default="column")
    label = param.String(default="", doc="accessible name of the form")

    _esm = theme.script("form")
    _stylesheets: ClassVar[list[str]] = [theme.CSS]

    def __init__(self, on_change: Callable[[str, Any], None] | None = None, **params: Any) -> None:
        super().__init__(**params)
        self._on_change = on_change

    def _handle_msg(self, data: Any) -> None:
        if self._on_change is not None and isinstance(data, dict) and isinstance(data.get("key"), str):
            self._on_change(data["key"], data.get("value"))


def select(key: str, label: str, value: str, options: list[tuple[str, str]], **more: Any) -> dict[str, Any]:
    """Describe a choice of one of several."""
    return {
        "key": key,
        "kind": "select",
        "label": label,
        "value": value,
        "options": [list(o) for o in options],
        **more,
    }


def button(key: str, label: str, **more: Any) -> dict[str, Any]:
    """Describe a button."""
    return {"key": key, "kind": "button", "label": label, **more}
