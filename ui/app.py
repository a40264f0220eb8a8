"""The app: one page shell, one state a visitor, pages drawn when they are first seen."""

from __future__ import annotations

import logging
import os
import warnings
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any

# A stray setting in the environment must not make pages ask other servers for their scripts.
os.environ["BOKEH_RESOURCES"] = "server"

import panel as pn
from bokeh.settings import settings
from bokeh.util.warnings import BokehUserWarning

from planner.problems import InputProblems
from ui import markup, theme
from ui.components import Links, html, stack
from ui.engine import BACKGROUND, Engine, open_engine
from ui.pages.base import Page
from ui.pages.build import Build
from ui.pages.compare import Compare, draw_ahead
from ui.pages.district import DistrictPage
from ui.pages.export import ExportPage
from ui.pages.lab import Lab
from ui.pages.plan import PlanPage
from ui.pages.today import Today
from ui.state import Workspace

PAGES: tuple[type[Page], ...] = (DistrictPage, Today, Build, Compare, Lab, PlanPage, ExportPage)
TITLE = "Resource Reallocation Planner"
# Only its fonts are used: importing the package would load its scripts and styles into every page.
FONTS = Path(str(getattr(find_spec("panel_material_ui"), "origin", ""))).parent / "dist"
SHELL = (Path(__file__).parent / "shell.html").read_text(encoding="utf-8")

settings.resources = "server"
# BokehJS takes what the server adds to a page for new, and sends it back whole with the page's next message.
warnings.filterwarnings("ignore", "reference already known", BokehUserWarning)
pn.extension(throttled=True, reconnect=True, design="native")
pn.config.lazy_resources = False


def font_faces() -> str:
    """Return the CSS that names the bundled Roboto files; none are fetched from elsewhere."""
    rules = []
    for weight in (400, 700):
        for file in sorted(FONTS.glob(f"roboto-latin-{weight}-normal-*.woff2")):
            source = f"url(fonts/{file.name}) format('woff2')"
            face = f"font-family: Roboto; font-weight: {weight}; font-display: swap; src: {source}"
            rules.append(f"@font-face {{ {face}; }}")
    return "\n".join(rules)


class App:
    """One visitor's app."""

    def __init__(self, engine: Engine) -> None:
        self.state = Workspace(engine)
        location = pn.state.location
        if location is not None:
            self.state.read_address(location.search)
        self.pages = {kind.key: kind(self.state) for kind in PAGES}
        # Nothing but empty columns at first: an HTML pane here would load the scripts of MathJax, 1.8 MB.
        self.body = stack()
        self.status = stack()
        self.links = Links(self._back, current=self._current().key, margin=0)
        self._remember()
        self.links.param.watch(lambda event: setattr(self.state, "page", event.new), "current")
        self.state.param.watch(self._turn, "page")
        self.state.param.watch(self._redraw, ["plans", "measure"])
        self.state.param.watch(self._renew, "data_set")
        self.state.param.watch(self._remember, ["page", "plans", "measure", "draft", "selected"])

    def template(self) -> pn.Template:
        """Return the page; its parts follow once the browser is there."""
        template = pn.Template(SHELL, location=True)
        template.add_variable("app_title", TITLE)
        template.add_variable("district", self.state.engine.district.name)
        template.add_variable("css", theme.CSS)
        template.add_variable("fonts", font_faces())
        template.add_variable("prefix", "")
        template.add_variable("first", self._current().first())
        for name, part in (("nav", self.links), ("status", self.status), ("body", self.body)):
            template.add_panel(name, part)
        pn.state.onload(self._open)
        if pn.state.curdoc is not None:
            pn.state.on_session_destroyed(self._left)
        return template

    def _left(self, context: Any) -> None:
        """The visitor is gone: nothing goes on being worked out for this page."""
        # The document is gone already, and with it what a page would clear.
        with suppress(AttributeError):
            self._current().leave()

    def _current(self) -> Page:
        return self.pages.get(self.state.page, next(iter(self.pages.values())))

    def _open(self) -> None:
        page = self._current()
        self.body[:] = [page.body]
        page.show()
        self.status[:] = [html(markup.message(self.state.problem))] if self.state.problem else []

    def _turn(self, event: Any) -> None:
        self.pages[event.old].leave() if event.old in self.pages else None
        self.links.current = self._current().key
        self._open()

    def _redraw(self, *events: Any) -> None:
        self._current().show()

    def _renew(self, *events: Any) -> None:
        """Another data set is open: no page keeps anything of the old one."""
        self._current().leave()
        self.pages = {kind.key: kind(self.state) for kind in PAGES}
        self._open()
        self._remember()

    def _remember(self, *events: Any) -> None:
        items = [[kind.key, kind.title, self.state.address(kind.key)] for kind in PAGES]
        self.links.param.update(address=self.state.address(), items=items)

    def _back(self, address: str) -> None:
        """Show what an address of before showed."""
        page = self.state.page
        self.state.read_address(address)
        if self.state.page == page:
            self._current().show()


def page_for(engine: Engine) -> pn.Template:
    """Return a visitor's page; one that cannot be made is a page that says so."""
    try:
        return App(engine).template()
    except Exception as error:
        # Otherwise the visitor would see an empty page that never ends.
        logging.getLogger("ui").exception("the app could not be opened")
        return error_page(error)


def error_page(error: Exception) -> pn.Template:
    """Return a page that says what went wrong."""
    details = (
        [str(problem) for problem in error.problems] if isinstance(error, InputProblems) else [str(error)]
    )
    template = pn.Template(SHELL, location=True)
    for name, value in {
        "app_title": TITLE,
        "district": "",
        "css": theme.CSS,
        "fonts": font_faces(),
        "prefix": "",
    }.items():
        template.add_variable(name, value)
    message = "<h1>The planner could not be opened</h1>" + markup.message("This is what went wrong:", details)
    for name, part in (("nav", html("")), ("status", html("")), ("body", html(message))):
        template.add_panel(name, part)
    return template


def serve(
    data: str | Path | None = None, port: int = 5006, show: bool = False, address: str = "127.0.0.1"
) -> None:
    """Serve the app on this computer until interrupted.

    Parameters
    ----------
    data
        A folder with a data set, or with scenarios and a data set in ``district``; the example where None.
    port
        Port to listen on.
    show
        Whether to open a browser.

    Raises
    ------
    InputProblems
        If the data set or a scenario has defects.
    """
    engine = open_engine(data)
    warm(engine)
    pn.serve(
        {"/": lambda: page_for(engine)},
        port=port,
        address=address,
        show=show,
        title=TITLE,
        liveness=True,
        websocket_origin=[f"{address}:{port}", f"localhost:{port}"],
        static_dirs={"assets": str(theme.ASSETS), "fonts": str(FONTS)},
    )


def warm(engine: Engine) -> None:
    """Begin what the first visitor will ask for: the plans, and then their charts."""
    state = Workspace(engine)
    state.searching(state.plans)
    BACKGROUND.submit(draw_ahead, state)
