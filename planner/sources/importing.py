"""Import a public source into a data set folder that `planner.district.load_district` accepts."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from planner.district import District, load_district
from planner.problems import Problem, raise_all
from planner.sources.base import SOURCES, Draft, Options, Source
from planner.sources.frames import MAX_SHOWN
from planner.sources.rates import possible
from planner.sources.report import ImportReport
from planner.sources.staffing import ROLE
from planner.yaml_file import YamlFile, validate

REPORT_FILE = "import_report.yaml"
# Half the median to three times it and more of any state held; outside, a reader should look.
USUAL = {"students per teacher": (4, 40), "dollars per student": (3_000, 50_000)}


def import_source(kind: str, folder: str | Path, out: str | Path, **options: Any) -> ImportReport:
    """Read a public source and write it as a data set.

    Parameters
    ----------
    kind
        A kind of `SOURCES`, such as ``nc-report-card``.
    folder
        Folder with the source's files.
    out
        Folder to write; it must not exist yet.
    options
        The source's options, such as ``district="320"``.

    Returns
    -------
    ImportReport
        What was read, joined, dropped and imputed; also written as ``import_report.yaml``.

    Raises
    ------
    InputProblems
        Missing files, unknown districts and options, unreadable cells: every one found, at once.
    """
    source = SOURCES[kind]()
    chosen = read_options(source, options)
    raise_all(_folder_problems(Path(folder), Path(out)))
    report = ImportReport(kind, chosen.model_dump(mode="json"))
    draft = _sound(source.read(Path(folder), chosen, report), report)
    with _staged(Path(out)) as staging:
        write_dataset(draft, report, staging)
        district = load_district(staging)
        _total(district, report)
        note_extremes(district, report)
        (staging / REPORT_FILE).write_text(report.to_yaml(), encoding="utf-8")
    return report


def _sound(draft: Draft, report: ImportReport) -> Draft:
    """Keep need weights of groups that the enrollment counts, and rates that can be; the rest is noted."""
    counted = set(draft.tables["enrollment"]["group"])
    weights = dict(draft.facts.get("need_weights", {}))
    for group in sorted(set(weights) - counted):
        report.note(f"no school has a count of {group}; its need weight {weights.pop(group)} is dropped")
    return Draft({**draft.facts, "need_weights": weights}, possible(draft.tables, report))


def read_options(source: Source, options: dict[str, Any]) -> Options:
    """Check options against those of a source."""
    return validate(source.options, YamlFile(f"options of {source.kind}", options, {}))


def write_dataset(draft: Draft, report: ImportReport, folder: Path) -> None:
    """Write ``district.yaml`` and the tables of a draft."""
    imputed = [entry.model_dump() for entry in report.imputed]
    facts = {**draft.facts, "imputed": imputed}
    text = yaml.safe_dump(facts, sort_keys=False, allow_unicode=True, width=110)
    (folder / "district.yaml").write_text(text, encoding="utf-8")
    for name, table in draft.tables.items():
        if len(table):
            table.to_csv(folder / f"{name}.csv", index=False)


def _folder_problems(folder: Path, out: Path) -> list[Problem]:
    problems = []
    if not folder.is_dir():
        problems.append(Problem(str(folder), "no such folder", "the folder with the source's files"))
    if out.exists():
        problems.append(
            Problem(str(out), "a folder or file that exists", "a new folder", "choose another name")
        )
    return problems


@contextmanager
def _staged(out: Path) -> Iterator[Path]:
    """Yield a new folder beside `out` that takes its name only if nothing fails."""
    out.parent.mkdir(parents=True, exist_ok=True)
    staging = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
    try:
        yield staging
        staging.chmod(0o755)
        staging.rename(out)
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def note_extremes(district: District, report: ImportReport) -> None:
    """Name the schools whose ratios are far from usual: true of some, an error of the files for others."""
    everyone = district.enrollment[district.enrollment["group"] == "all"]
    students = everyone.set_index("school_id")["students"]
    dollars = district.budget.groupby("school_id")["dollars"].sum().reindex(students.index)
    ratios = {
        "students per teacher": students / _teachers(district).reindex(students.index),
        "dollars per student": dollars / students,
    }
    for what, (least, most) in USUAL.items():
        ratio = ratios[what]
        far = sorted(ratio.index[(ratio < least) | (ratio > most)])
        if far:
            shown = ", ".join(f"{school} {ratio[school]:,.1f}" for school in far[:MAX_SHOWN])
            more = f" and {len(far) - MAX_SHOWN} more" if len(far) > MAX_SHOWN else ""
            report.note(f"{what} below {least:,} or over {most:,}, kept as published: {shown}{more}")


def _teachers(district: District) -> pd.Series:
    """Return the teachers of each school that has any [FTE]."""
    rows = district.staff[district.staff["role"] == ROLE]
    fte = rows["fte"].groupby(rows["school_id"]).sum()
    return fte[fte > 0]


def _total(district: District, report: ImportReport) -> None:
    everyone = district.enrollment["group"] == "all"
    report.totals |= {
        "districts": float(district.schools["district_id"].nunique()),
        "schools": float(len(district.schools)),
        "students": float(district.enrollment.loc[everyone, "students"].sum()),
        "fte": round(float(district.staff["fte"].sum()), 2),
        "sections": round(float(district.courses["sections"].sum()), 2),
        "dollars": round(float(district.budget["dollars"].sum()), 2),
    }
