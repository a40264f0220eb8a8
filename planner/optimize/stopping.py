"""Giving up a search while it runs: whoever began it may call it off from another thread.

The signal belongs to the thread that searches, so no function on the way to HiGHS has to hand it on.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from threading import Event


class CalledOff(Exception):  # noqa: N818 - a wish of the caller, not a defect
    """The search was called off before its end."""


_signal: ContextVar[Event | None] = ContextVar("signal", default=None)


@contextmanager
def stoppable(signal: Event) -> Iterator[None]:
    """Let a signal, set from any thread, end every search begun in this block with `CalledOff`."""
    token = _signal.set(signal)
    try:
        yield
    finally:
        _signal.reset(token)


def is_called_off() -> bool:
    """Tell whether this thread's search was called off."""
    signal = _signal.get()
    return signal is not None and signal.is_set()


def heed() -> None:
    """Raise `CalledOff` where this thread's search was called off."""
    if is_called_off():
        raise CalledOff("the search was called off")
