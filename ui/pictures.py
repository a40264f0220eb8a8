"""The compare page as pictures, made in the visitor's own browser: the server needs no browser for it."""

from __future__ import annotations

from typing import ClassVar

import param
from panel.custom import JSComponent

from ui import theme

KINDS = [
    ["page", "Whole page (PNG)"],
    ["png", "Every chart (PNG, in one ZIP)"],
    ["svg", "Every chart (SVG, in one ZIP)"],
]


class Pictures(JSComponent):
    """Buttons that save the compare page, or its charts, as pictures; no request leaves the server."""

    address = param.String(default="", doc="link to the compare page as it is to be drawn")
    name_of_file = param.String(default="comparison", doc="what the files' names begin with")
    items = param.List(default=KINDS, doc="(kind, words) of each button")

    _esm = theme.script("pictures")
    _stylesheets: ClassVar[list[str]] = [theme.CSS]
