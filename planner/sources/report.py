"""What an import did: rows read, joined and dropped, codes met, figures filled in."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import yaml

from planner.district import Imputed
from planner.imputation import METHODS, Imputations


@dataclass(frozen=True, slots=True)
class FileRead:
    """A file read: its name, rows and SHA-256."""

    name: str
    rows: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Joined:
    """How a file's rows met the schools: `unmatched` rows had no school, `without` schools had no row."""

    name: str
    rows: int
    joined: int
    unmatched: int
    without: list[str]


@dataclass(frozen=True, slots=True)
class Dropped:
    """Rows or schools left out, and why."""

    what: str
    count: int
    why: str
    keys: list[str]


@dataclass(frozen=True, slots=True)
class CodeMet:
    """A code that stands for no number, and how often it was met."""

    where: str
    code: str
    meaning: str
    count: int


@dataclass
class ImportReport:
    """The account of one import.

    Parameters
    ----------
    source
        Kind of the source, such as ``nc-report-card``.
    options
        The options of the import, defaults included.
    """

    source: str
    options: dict[str, Any] = field(default_factory=dict)
    files: list[FileRead] = field(default_factory=list)
    joined: list[Joined] = field(default_factory=list)
    dropped: list[Dropped] = field(default_factory=list)
    codes: list[CodeMet] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    totals: dict[str, float] = field(default_factory=dict)
    imputations: Imputations = field(default_factory=Imputations)

    @property
    def imputed(self) -> list[Imputed]:
        """Every figure filled in, with its method."""
        return self.imputations.listed()

    def read(self, path: Path, rows: int) -> None:
        """Note a file and the rows it held."""
        if all(known.name != path.name for known in self.files):
            self.files.append(FileRead(path.name, rows, _sha256(path)))

    def drop(self, what: str, why: str, keys: Iterable[str] = (), count: int | None = None) -> None:
        """Note rows or schools left out; nothing is noted where there are none."""
        listed = sorted(str(key) for key in keys)
        number = len(listed) if count is None else count
        if number:
            self.dropped.append(Dropped(what, number, why, listed))

    def note(self, sentence: str) -> None:
        """Keep a sentence for the reader, once."""
        if sentence not in self.notes:
            self.notes.append(sentence)

    def code(self, where: str, code: str, meaning: str, count: int) -> None:
        """Note a code met; nothing is noted where it was not."""
        if count:
            self.codes.append(CodeMet(where, code, meaning, count))

    def to_dict(self) -> dict[str, Any]:
        """Return the report as plain data."""
        plain = {
            name: [asdict(item) for item in getattr(self, name)]
            for name in ("files", "joined", "dropped", "codes")
        }
        return {
            "source": self.source,
            "options": self.options,
            "totals": self.totals,
            **plain,
            "notes": self.notes,
            "imputed": [{**entry.model_dump(), "means": METHODS[entry.method]} for entry in self.imputed],
        }

    def to_yaml(self) -> str:
        """Return the report as YAML."""
        return yaml.safe_dump(self.to_dict(), sort_keys=False, allow_unicode=True, width=110)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
