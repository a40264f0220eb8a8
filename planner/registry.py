"""Kinds of things that are one file each: policies, measures, indices, sources.

A module registers its class with ``@REGISTRY.register``; importing the package that holds it fills the
registry, so adding a kind is adding a file.
"""

from __future__ import annotations

import importlib
import pkgutil
import threading
from collections.abc import Iterator
from typing import Any

from planner.problems import Problem, nearest, raise_all


class Registry[T]:
    """Classes by their ``kind``, discovered by importing every module of one package.

    Parameters
    ----------
    noun
        What is registered, for messages (``policy``).
    package
        Dotted name of the package whose modules register themselves.
    """

    def __init__(self, noun: str, package: str) -> None:
        self.noun = noun
        self._package = package
        self._kinds: dict[str, T] = {}
        self._discovered = False
        self._lock = threading.RLock()

    def register(self, kind: str) -> Any:
        """Return a decorator that files its class or function under `kind`."""

        def file(item: T) -> T:
            if kind in self._kinds:
                raise ValueError(f"two {self.noun} files register '{kind}'")
            self._kinds[kind] = item
            return item

        return file

    def names(self) -> list[str]:
        """Every kind known, sorted."""
        self._discover()
        return sorted(self._kinds)

    def __iter__(self) -> Iterator[str]:
        return iter(self.names())

    def __contains__(self, kind: object) -> bool:
        self._discover()
        return kind in self._kinds

    def __getitem__(self, kind: str) -> T:
        """Return what is filed under `kind`, or raise `InputProblems` with the nearest right name."""
        self._discover()
        if kind not in self._kinds:
            raise_all([self.unknown(kind, self.noun)])
        return self._kinds[kind]

    def unknown(self, kind: str, where: str) -> Problem:
        """Return the problem of naming a kind that does not exist."""
        return Problem(
            where, f"{self.noun} '{kind}'", f"one of {', '.join(self.names())}", nearest(kind, self.names())
        )

    def _discover(self) -> None:
        # The flag is set last, so that a second thread waits for the first instead of seeing half the kinds.
        if self._discovered:
            return
        with self._lock:
            package = importlib.import_module(self._package)
            for module in sorted(found.name for found in pkgutil.iter_modules(package.__path__)):
                importlib.import_module(f"{self._package}.{module}")
            self._discovered = True
