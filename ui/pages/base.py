"""What pages share: parts drawn one after another, so that the first is on screen while others are made."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from typing import Any

import panel as pn

from ui import markup
from ui.components import WIDE, Status, html, stack
from ui.state import Workspace

type Part = Callable[[], Any]


class Page:
    """A page: a column that fills part by part; `place` is where, the whole body unless a part of it stays.

    Parameters
    ----------
    state
        The visitor's work; pages read it and ask it for changes, nothing else.
    """

    key = ""
    title = ""

    def __init__(self, state: Workspace) -> None:
        self.state = state
        self.body = self.place = stack(gap=16)
        self._drawing = 0

    def parts(self) -> Iterator[Part]:
        """Yield what makes each part, in reading order."""
        raise NotImplementedError

    def first(self) -> str:
        """Return markup to read until the page itself is there; empty where it would take a search."""
        return ""

    def show(self) -> None:
        """Draw the page anew, part by part."""
        self._drawing += 1
        self.place.clear()
        self._next(self.parts(), self._drawing)

    def leave(self) -> None:
        """Stop drawing and let go of what was drawn."""
        self._drawing += 1
        self.place.clear()

    def searching(self, tokens: Sequence[str]) -> Any:
        """Say that plans are being searched for, and draw the page anew once they are there."""
        document, drawing = pn.state.curdoc, self._drawing
        futures = [self.state.engine.solving(self.state.engine.data(token)) for token in tokens]
        left = [future for future in futures if not future.done()]

        def found(*done: Any) -> None:
            if all(future.done() for future in futures):
                on_page(document, lambda: self.show() if drawing == self._drawing else None)

        count = f"{len(left)} plans" if len(left) > 1 else "the plan"
        # Registered last: a search that has ended by now calls at once.
        for future in left:
            future.add_done_callback(found)
        return Status(text=f"Searching for {count} of least inequity …", busy=True, **WIDE)

    def _next(self, parts: Iterator[Part], drawing: int) -> None:
        if drawing != self._drawing:
            return
        try:
            part = next(parts, None)
            if part is None:
                return
            made = part()
            if made is not None:
                self.place.append(made)
        except Exception as error:  # noqa: BLE001 - a part that fails is a message, not a dead page
            self.place.append(failure(error))
        later(partial(self._next, parts, drawing))


def later(call: Callable[[], None]) -> None:
    """Call once the browser has what is ready by now; at once where there is no browser."""
    document = pn.state.curdoc
    if document is None or document.session_context is None:
        call()
        return
    _next_tick(document, call)


def after(milliseconds: int, call: Callable[[], None]) -> None:
    """Call once some time has passed, which is for what is more urgent; at once where there is no browser."""
    document = pn.state.curdoc
    if document is None or document.session_context is None:
        call()
        return
    document.add_timeout_callback(call, milliseconds)


def on_page(document: Any, call: Callable[[], None]) -> None:
    """Call from a worker on the page's own thread; nobody is there to see it once the page is closed."""
    context = None if document is None else document.session_context
    if context is None:
        call()
        return
    application = context.server_context.application_context
    if application is not None:
        # Not added from here: Bokeh loses one callback in a thousand of those that a worker adds just while
        # the page's thread lets go of changes it held back.
        application.io_loop.add_callback(_next_tick, document, call)


def _next_tick(document: Any, call: Callable[[], None]) -> None:
    with suppress(ValueError):
        document.add_next_tick_callback(call)


def failure(error: Exception) -> Any:
    """Return what stands where a part could not be drawn, and leave a trace in the server's log."""
    logging.getLogger("ui").exception("a part of a page failed", exc_info=error)
    return html(
        markup.message("This part could not be shown. The rest of the page still holds.", [str(error)])
    )
