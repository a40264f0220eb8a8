"""One line that says what is being worked on, how far it is, and a button that calls it off."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

import param
from panel.custom import JSComponent

from ui import theme

# A search that is over sooner needs no button: it would only flicker.
PATIENCE = 400


class Progress(JSComponent):
    """A status that screen readers read out, with a bar and a button while the work takes long.

    Parameters
    ----------
    on_stop
        Called when the button is pressed.
    """

    text = param.String(default="")
    busy = param.Boolean(default=False)
    done = param.Number(default=-1.0, doc="share that is done; below 0 where it is not known")
    stop = param.String(default="Cancel", doc="words on the button; none where empty")
    patience = param.Integer(default=PATIENCE, doc="milliseconds before the button shows")

    _esm = theme.script("progress")
    _stylesheets: ClassVar[list[str]] = [theme.CSS]

    def __init__(self, on_stop: Callable[[], None] | None = None, **params: Any) -> None:
        super().__init__(**params)
        self._on_stop = on_stop

    def _handle_msg(self, data: Any) -> None:
        if self._on_stop is not None:
            self._on_stop()
