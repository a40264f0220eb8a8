"""What is worked out once and kept for all visitors: values that depend on their names alone."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future
from threading import Lock


class Kept[Value]:
    """Values by name, the least used dropped first; two who ask for one at once share it.

    Nobody waits for a value of another name.

    Parameters
    ----------
    most
        How many are kept.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self._values: OrderedDict[str, Future[Value]] = OrderedDict()
        self._lock = Lock()

    def known(self, name: str) -> Value | None:
        """Return the value of a name where it is there already; never waits for one being made."""
        with self._lock:
            found = self._values.get(name)
            if found is None or not found.done():
                return None
            self._values.move_to_end(name)
        return found.result() if found.exception() is None else None

    def get(self, name: str, make: Callable[[], Value]) -> Value:
        """Return the value of a name, made now where it is not there yet and nobody makes it."""
        while True:
            mine: Future[Value] = Future()
            with self._lock:
                found = self._values.setdefault(name, mine)
                if len(self._values) > self.most:
                    self._values.popitem(last=False)
            if found is mine:
                return self._made(name, mine, make)
            # Whoever made it may have been called off, which is no reason for this one to go without.
            if found.exception() is None:
                return found.result()

    def _made(self, name: str, mine: Future[Value], make: Callable[[], Value]) -> Value:
        try:
            mine.set_result(make())
        except BaseException as error:
            with self._lock:
                if self._values.get(name) is mine:
                    del self._values[name]
            mine.set_exception(error)
            raise
        return mine.result()
