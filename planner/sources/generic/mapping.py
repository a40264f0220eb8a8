"""The mapping: which column of which file is which column of ours."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from planner.district import Fund, SchoolYear, Use

TableName = Literal["schools", "enrollment", "staff", "courses", "budget", "indicators"]


class Strict(BaseModel):
    """A frozen model that refuses keys it does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Constant(Strict):
    """The same value in every row."""

    value: str | float


class Wide(Strict):
    """Columns that become rows: their names go into column `into`, their cells into column `value`."""

    into: str = Field(description="our column that takes the name, such as group")
    value: str = Field(description="our column that takes the cell, such as students")
    columns: dict[str, str] = Field(description="name to take: column of the file", min_length=1)


class Bands(Strict):
    """Years of experience, told as bands."""

    years: str = Field(description="column with years of experience")
    developing_from: float = Field(default=3, description="first year that is no longer novice")
    experienced_from: float = Field(default=10, description="first year that is experienced")


class Piece(Strict):
    """Part of a table, from one file."""

    file: str
    sheet: str | None = Field(default=None, description="of a workbook; the first where not given")
    header: int = Field(default=0, ge=0, le=100, description="rows above the header")
    encoding: str = Field(default="utf-8-sig", description="of a CSV file, such as cp1252")
    columns: dict[str, str | Constant] = Field(
        description="our column: column of the file, or {value: constant}"
    )
    values: dict[str, dict[str, str]] = Field(
        default_factory=dict, description="our column: words of the file and ours, such as {ES: elementary}"
    )
    wide: Wide | None = None
    experience: Bands | None = None
    skip: dict[str, list[str]] = Field(
        default_factory=dict, description="column of the file: words of rows that are totals or not schools"
    )


def _listed(piece: Any) -> Any:
    return piece if isinstance(piece, list) else [piece]


class Mapping(Strict):
    """The contents of ``mapping.yaml``."""

    name: str
    school_year: SchoolYear
    benefit_rate: float = Field(default=0.0, ge=0, le=2)
    need_weights: dict[str, float] = Field(default_factory=dict)
    funds: dict[str, Fund] = Field(default_factory=dict)
    uses: dict[str, Use] = Field(default_factory=dict)
    missing: list[str] = Field(
        default_factory=lambda: ["NA", "N/A", "*", "s", "-", "."],
        description="words for a figure that is not known",
    )
    id_digits: dict[str, int] = Field(
        default_factory=dict, description="our id column: digits of an id, to put lost leading zeros back"
    )
    tables: dict[TableName, Annotated[list[Piece], BeforeValidator(_listed)]]
