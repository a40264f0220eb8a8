"""What every public source has in common: its name, the files it reads, its options, and what it yields."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Protocol

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field

from planner.registry import Registry
from planner.sources.report import ImportReport


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file of a source.

    Parameters
    ----------
    name
        File name, or a pattern such as ``raw_*.csv``; letter case does not matter.
    title
        What it holds.
    required
        Whether the import stops without it.
    """

    name: str
    title: str
    required: bool = True


class Options(BaseModel):
    """Options of an import; each source adds its own. Unknown ones are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    include_special: bool = Field(
        default=False, description="keep special, hospital and very small schools that still can be described"
    )


@dataclass(frozen=True)
class Draft:
    """A data set before it is written.

    Parameters
    ----------
    facts
        Contents of ``district.yaml`` but for ``imputed``, which the report carries.
    tables
        Tables by name, as `planner.tables` declares them.
    """

    facts: Mapping[str, Any]
    tables: Mapping[str, pd.DataFrame]


class Source(Protocol):
    """One public data format. A source is one file of this package, registered under its kind.

    `not_read` says of files published beside its own why they are left aside.
    """

    kind: ClassVar[str]
    title: ClassVar[str]
    description: ClassVar[str]
    files: ClassVar[tuple[SourceFile, ...]]
    not_read: ClassVar[dict[str, str]]
    options: ClassVar[type[Options]]

    def read(self, folder: Path, options: Any, report: ImportReport) -> Draft:
        """Read the files of `folder` into a data set, noting in `report` what was done."""


SOURCES: Registry[type[Source]] = Registry("source", "planner.sources")
