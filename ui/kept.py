"""What is worked out once and kept for all visitors: values that depend on their names alone."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock, RLock


class Kept[Value]:
    """Values by name, the least used dropped first; two who ask for one at once share it.

    Parameters
    ----------
    most
        How many are kept.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self._values: OrderedDict[str, Value] = OrderedDict()
        self._reading = Lock()
        self._making = RLock()

    def known(self, name: str) -> Value | None:
        """Return the value of a name where it is there already; never waits for one being made."""
        with self._reading:
            if name in self._values:
                self._values.move_to_end(name)
            return self._values.get(name)

    def get(self, name: str, make: Callable[[], Value]) -> Value:
        """Return the value of a name, made now where it is not there yet."""
        with self._making:
            value = self.known(name)
            if value is None:
                value = make()
                with self._reading:
                    self._values[name] = value
                    if len(self._values) > self.most:
                        self._values.popitem(last=False)
            return value
