"""What workers find reaches the page: every word of it, and on the page's own thread."""

from __future__ import annotations

from threading import Thread, get_ident
from types import SimpleNamespace

from bokeh.document import Document
from tornado.ioloop import IOLoop

from ui.pages.base import on_page

WORDS = 3_000


def test_a_worker_adds_nothing_to_a_document_itself() -> None:
    """Bokeh would lose some of it: the page's thread holds changes back and lets them go all the while."""
    loop, document, threads = IOLoop(make_current=False), Document(), set()
    seen: list[object] = []

    class Receiver:
        def _session_callback_added(self, event: object) -> None:
            threads.add(get_ident())
            seen.append(event)

    document.callbacks.on_change_dispatch_to(Receiver())
    application = SimpleNamespace(io_loop=loop)
    server = SimpleNamespace(application_context=application)
    document._session_context = lambda: SimpleNamespace(server_context=server)  # type: ignore[assignment]

    def work() -> None:
        for _ in range(WORDS):
            on_page(document, lambda: None)
        loop.add_callback(loop.stop)

    def hold_and_let_go() -> None:
        document.hold("combine")
        document.unhold()
        loop.add_callback(hold_and_let_go)

    loop.add_callback(hold_and_let_go)
    Thread(target=work).start()
    loop.start()
    loop.close()
    assert threads == {get_ident()}
    assert len(seen) == WORDS
