"""Sessions of a real server, without a browser: what a visitor holds is let go of when the visitor leaves."""

import gc
import socket
import time
from collections.abc import Callable, Iterator
from typing import Any
from weakref import WeakSet

import panel as pn
import pytest
from bokeh.client import pull_session
from bokeh.document.events import MessageSentEvent
from bokeh.events import DocumentReady

from benchmarks.serving import PAGES as KNOWN
from ui.app import PAGES, App, page_for
from ui.components import Chart
from ui.engine import open_engine
from ui.state import Workspace

SESSIONS, AT_ONCE = 30, 10
SOON = 60.0


def test_the_pages_are_those_that_browsers_look_at() -> None:
    assert [kind.key for kind in PAGES] == list(KNOWN)


def comes_true(check: Callable[[], bool]) -> bool:
    until = time.monotonic() + SOON
    while not check() and time.monotonic() < until:
        time.sleep(0.2)
        gc.collect()
    return check()


@pytest.fixture
def living(monkeypatch: pytest.MonkeyPatch) -> dict[type, WeakSet[Any]]:
    """Everything of these kinds that is made from now on, for as long as anyone holds it."""
    found: dict[type, WeakSet[Any]] = {kind: WeakSet() for kind in (App, Workspace, Chart)}
    for kind, alive in found.items():
        monkeypatch.setattr(kind, "__init__", noting(kind.__init__, alive))
    return found


def noting(begin: Callable[..., None], alive: WeakSet[Any]) -> Callable[..., None]:
    def begin_and_note(self: Any, *values: Any, **more: Any) -> None:
        begin(self, *values, **more)
        alive.add(self)

    return begin_and_note


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    engine = open_engine()
    Workspace(engine).compared()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = pn.serve(
        {"/": lambda: page_for(engine)},
        port=port,
        address="127.0.0.1",
        show=False,
        threaded=True,
        verbose=False,
        websocket_origin=[f"127.0.0.1:{port}"],
        check_unused_sessions_milliseconds=100,
        unused_session_lifetime_milliseconds=100,
    )
    time.sleep(0.5)
    yield f"http://127.0.0.1:{port}/"
    server.stop()


def visit(address: str, page: str) -> Any:
    """Open a session and say, as a browser does, that the page is there: its parts are drawn then."""
    session = pull_session(url=address, arguments={"page": page})
    ready = MessageSentEvent(session.document, "bokeh_event", DocumentReady())
    session.document.callbacks.trigger_on_change(ready)
    session.force_roundtrip()
    return session


def test_memory_returns_after_thirty_sessions(address: str, living: dict[type, WeakSet[Any]]) -> None:
    for _ in range(SESSIONS // AT_ONCE):
        open_now = [visit(address, "export" if n else "compare") for n in range(AT_ONCE)]
        # Counted while they are open: were nothing found here, finding nothing later would prove nothing.
        assert comes_true(lambda: len(living[App]) == len(living[Workspace]) == AT_ONCE)
        assert comes_true(lambda: len(living[Chart]) >= AT_ONCE)
        for session in open_now:
            session.close()
        del open_now, session
        assert comes_true(lambda: not living[App] and not living[Workspace]), "a visitor's work stays"
        assert comes_true(lambda: not living[Chart]), "a visitor's charts stay"
