"""A grid of buttons coloured by their figure: two levers together, each cell a plan."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

import param
from panel.custom import JSComponent

from ui import theme


class Cells(JSComponent):
    """A table whose cells are buttons, the darker the larger their figure.

    Parameters
    ----------
    on_open
        Called with the row and the column of the cell that is pressed.
    """

    caption = param.String(default="")
    down = param.String(default="", doc="what the rows are")
    across = param.String(default="", doc="what the columns are")
    rows = param.List(default=[], doc="words of each row")
    columns = param.List(default=[], doc="words of each column")
    cells = param.List(default=[], doc="rows of [words, figure, name], or None where nothing is known yet")

    _esm = theme.script("cells")
    _stylesheets: ClassVar[list[str]] = [theme.CSS]

    def __init__(self, on_open: Callable[[int, int], None] | None = None, **params: Any) -> None:
        super().__init__(**params)
        self._on_open = on_open

    def _handle_msg(self, data: Any) -> None:
        if self._on_open is not None and isinstance(data, dict):
            self._on_open(int(data["row"]), int(data["column"]))
