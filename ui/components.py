"""Small parts that pages are made of: links between pages, tables, cards. Each is one light element.

They are plain HTML elements, so keyboards and screen readers know them, and cost a tenth of a widget.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any, ClassVar

import panel as pn
import param
from panel.custom import JSComponent

from ui import theme
from ui.drawings import Drawing, drawn

MOST_UPLOAD = 10_000_000
WIDE: dict[str, Any] = {"sizing_mode": "stretch_width", "margin": 0}


class Links(JSComponent):
    """Links to the pages; a click changes `current`, an opened link loads the page by itself.

    Parameters
    ----------
    on_back
        Called with the query of an address that the browser's back or forward button leads to.
    """

    items = param.List(default=[], doc="(key, title, address) of each page")
    current = param.String(default="")
    address = param.String(default="", doc="query of the address that what is seen has")

    _esm = theme.script("links")
    _stylesheets: ClassVar[list[str]] = [theme.CSS]

    def __init__(self, on_back: Callable[[str], None] | None = None, **params: Any) -> None:
        super().__init__(**params)
        self._on_back = on_back

    def _handle_msg(self, data: Any) -> None:
        if self._on_back is not None and isinstance(data, dict) and isinstance(data.get("address"), str):
            self._on_back(data["address"])


class Table(JSComponent):
    """A table that sorts by its headings; with `ids`, each row can be ticked, which selects a school.

    Parameters
    ----------
    on_open
        Called with the number of a row whose button is pressed; rows in `openable` have one.
    columns
        (title, side) of each column, side ``l`` or ``r``.
    rows
        Cells of each row: text, or [text, value to sort by].
    """

    caption = param.String(default="")
    columns = param.List(default=[])
    rows = param.List(default=[])
    ids = param.List(default=[])
    selected = param.List(default=[])
    summary = param.String(default="", doc="the words that open the table; open at once where empty")
    page_size = param.Integer(default=50)
    openable = param.List(default=[], doc="numbers of the rows that can be opened")

    _esm = theme.script("table")
    _stylesheets: ClassVar[list[str]] = [theme.CSS]

    def __init__(self, on_open: Callable[[int], None] | None = None, **params: Any) -> None:
        super().__init__(**params)
        self._on_open = on_open

    def _handle_msg(self, data: Any) -> None:
        if self._on_open is not None and isinstance(data, dict) and data.get("open") in self.openable:
            self._on_open(int(data["open"]))


class Editor(JSComponent):
    """A text to edit; what is typed comes back when typing rests."""

    text = param.String(default="")
    label = param.String(default="")
    rows = param.Integer(default=28)

    _esm = theme.script("editor")
    _stylesheets: ClassVar[list[str]] = [theme.CSS]

    def __init__(self, on_change: Callable[[str], None] | None = None, **params: Any) -> None:
        super().__init__(**params)
        self._on_change = on_change

    def _handle_msg(self, data: Any) -> None:
        if self._on_change is not None and isinstance(data, dict) and isinstance(data.get("text"), str):
            self._on_change(data["text"])


class Status(JSComponent):
    """One line that screen readers read out when it changes."""

    text = param.String(default="")
    busy = param.Boolean(default=False)

    _esm = theme.script("status")
    _stylesheets: ClassVar[list[str]] = [theme.CSS]


class Upload(JSComponent):
    """A choice of files to send; `on_files` gets name to content, or the size of what was too large."""

    label = param.String(default="")
    help = param.String(default="")
    accept = param.String(default="")
    most_bytes = param.Integer(default=MOST_UPLOAD)

    _esm = theme.script("upload")
    _stylesheets: ClassVar[list[str]] = [theme.CSS]

    def __init__(
        self, on_files: Callable[[dict[str, bytes] | int], None] | None = None, **params: Any
    ) -> None:
        super().__init__(**params)
        self._on_files = on_files

    def _handle_msg(self, data: Any) -> None:
        if self._on_files is None or not isinstance(data, dict):
            return
        if "too_large" in data:
            self._on_files(int(data["too_large"]))
        else:
            files = data.get("files", [])
            self._on_files({str(each["name"]): base64.b64decode(each["content"]) for each in files})


class Downloads(JSComponent):
    """Buttons that hand a file over: `make` returns name, kind and content when one is pressed."""

    items = param.List(default=[], doc="(key, label, help) of each")

    _esm = theme.script("download")
    _stylesheets: ClassVar[list[str]] = [theme.CSS]

    def __init__(
        self, make: Callable[[str], tuple[str, str, bytes] | None] | None = None, **params: Any
    ) -> None:
        super().__init__(**params)
        self._make = make

    def _handle_msg(self, data: Any) -> None:
        made = self._make(str(data.get("key"))) if self._make is not None and isinstance(data, dict) else None
        if made is not None:
            name, mime, content = made
            self._send_msg({"name": name, "mime": mime, "content": base64.b64encode(content).decode()})


class Chart(JSComponent):
    """A chart, drawn by the browser when it has time; with `schools`, marks can be selected there.

    Parameters
    ----------
    schools
        Id of the school that each mark stands for; empty where marks are no schools.
    """

    figure = param.String(default="", doc="a drawing's text")
    height = param.Integer(default=300)
    title = param.String(default="", doc="what a saved picture is called")
    schools = param.List(default=[])
    selected = param.List(default=[])

    _esm = theme.script("chart")
    _stylesheets: ClassVar[list[str]] = [theme.CSS]


def html(markup: str, **more: Any) -> pn.pane.HTML:
    """Return markup in the app's style; whoever writes it escapes what comes from data."""
    return pn.pane.HTML(markup, stylesheets=[theme.CSS], **{**WIDE, **more})


def chart(drawing: Any, title: str = "", schools: list[str] | None = None) -> Chart:
    """Return a chart of a drawing, or of a HoloViews element that is drawn now.

    Parameters
    ----------
    title
        What a saved picture is called; the finding where empty.
    schools
        Id of the school of each mark, where they are to be selected.
    """
    made = drawing if isinstance(drawing, Drawing) else drawn(drawing)
    name = title or made.told
    return Chart(figure=made.figure, height=made.height, title=name, schools=schools or [], **WIDE)


# On paper boxes are blocks: a page cannot break in the middle of a flexible one.
ON_PAPER = "@media print { :host { display: block !important; margin-bottom: 10px !important; } }"
# Panel's scroll button would take a cell of a grid, and a gap of a stack.
NO_BUTTON = ".scroll-button { display: none !important; }"


def stack(*parts: Any, gap: int = 16, **styles: str) -> pn.Column:
    """Return parts under one another."""
    looks = {"display": "flex", "gap": f"{gap}px", **styles}
    return pn.Column(*parts, styles=looks, stylesheets=[ON_PAPER, NO_BUTTON], **WIDE)


def grid(*parts: Any, least: int = 280, gap: int = 16) -> pn.Column:
    """Return parts side by side where there is room for each, else under one another."""
    styles = {
        "display": "grid",
        "grid-template-columns": f"repeat(auto-fit, minmax(min(100%, {least}px), 1fr))",
        "gap": f"{gap}px",
        "align-items": "stretch",
    }
    return pn.Column(*parts, styles=styles, stylesheets=[NO_BUTTON], **WIDE)


CARD = {
    "background": theme.CARD,
    "border": f"1px solid {theme.BORDER}",
    "border-radius": "12px",
    "padding": "18px 20px",
    "display": "flex",
    "gap": "8px",
    "min-width": "0",
}


def card(*parts: Any) -> pn.Column:
    """Return parts on a white card."""
    return pn.Column(*parts, styles=CARD, stylesheets=[ON_PAPER, NO_BUTTON], **WIDE)
