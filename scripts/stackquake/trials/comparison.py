"""Tells from trials how often and how soon each mutator finds a defect.

The first mutator is compared with each of the others: Vargha and Delaney's A12 says how often it is
the faster one, and p how likely such a difference is by chance.
"""

import csv
import io
import statistics
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from stackquake.tables import cell, table
from stackquake.trials.significance import Comparison, compare
from stackquake.trials.trial import Result, Subject


@dataclass(frozen=True)
class Column:
    """The trials of a mutator on a defect, and how the first mutator compares with them."""

    mutator: str
    results: tuple[Result, ...]
    compared: Comparison | None = None  # None for the first mutator, and where there are no trials

    @property
    def found(self) -> int:
        """The number of trials with a finding."""
        return sum(result.found for result in self.results)

    @property
    def times(self) -> list[float]:
        """The seconds of each trial; the bound where there was no finding."""
        return [result.seconds for result in self.results]

    @property
    def median(self) -> str:
        """The median in seconds; ">60" when it belongs to a trial without a finding."""
        if not self.results:
            return ""
        ranked = sorted(self.results, key=lambda result: (result.seconds, not result.found))
        prefix = "" if ranked[len(ranked) // 2].found else ">"
        return prefix + _number(statistics.median(self.times))

    @property
    def worst(self) -> str:
        """The longest time in seconds; ">60" when a trial had no finding."""
        if not self.results:
            return ""
        return ("" if self.found == len(self.results) else ">") + _number(max(self.times))


@dataclass(frozen=True)
class Row:
    """A defect with the trials of all mutators."""

    subject: Subject
    columns: tuple[Column, ...]

    @property
    def checks(self) -> Counter[str]:
        """How many trials, of all mutators, each check ended."""
        results = [result for column in self.columns for result in column.results]
        return Counter(sorted(r.check for r in results if r.found and r.check))


def rows_of(
    subjects: Sequence[Subject], mutators: Sequence[str], results: Iterable[Result]
) -> list[Row]:
    """A row for each subject, in which the first mutator is compared with each of the others."""
    by_place: dict[tuple[str, str], list[Result]] = {}
    for result in sorted(results, key=lambda result: result.trial.seed):
        by_place.setdefault((result.trial.subject, result.trial.mutator), []).append(result)
    rows = []
    for subject in subjects:
        first, *others = (
            Column(mutator, tuple(by_place.get((subject.name, mutator), [])))
            for mutator in mutators
        )
        rows.append(Row(subject, _columns(first, others)))
    return rows


def _columns(first: Column, others: Iterable[Column]) -> tuple[Column, ...]:
    compared = (replace(o, compared=compare(first.times, o.times)) for o in others)
    return (first, *compared)


def _number(seconds: float) -> str:
    return f"{seconds:.3g}" if seconds < 100 else f"{seconds:.0f}"


def unrelated(results: Iterable[Result]) -> Counter[str]:
    """The signatures that the design shows without the defect too, and in how many trials."""
    return Counter(sorted(r.signature for r in results if not r.found and r.signature))


def filled_table(rows: Sequence[Row]) -> Any:
    """A row for each defect and mutator. A mutator that never finds the defect stands out."""
    filled = table("defect", "mutator", "found", "median", "worst", "A12", "p")
    for row in rows:
        name = row.subject.name
        for column in row.columns:
            found = f"{column.found}/{len(column.results)}"
            filled.add_row(
                cell(name),
                cell(column.mutator),
                cell(found, alarming=not column.found),
                column.median,
                column.worst,
                *_significance(column.compared),
            )
            name = ""  # the lines below belong to the same defect
    return filled


def check_lines(rows: Sequence[Row]) -> list[str]:
    """The checks that found a defect, where others than its own check did, or it has none."""
    return [_check_line(row) for row in rows if set(row.checks) - {row.subject.check}]


def _check_line(row: Row) -> str:
    counts = ", ".join(f"{check} {count}" for check, count in row.checks.most_common())
    expected = f" (expected: {row.subject.check})" if row.subject.check else ""
    return f"{row.subject.name}: found by {counts}{expected}"


def _significance(compared: Comparison | None) -> list[str]:
    return [f"{compared.a12:.2f}", f"{compared.p:.2g}"] if compared else ["", ""]


def documents(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """What --json prints."""
    return [
        {
            "defect": row.subject.name,
            "design": row.subject.settings.design,
            "expected_check": row.subject.check,
            "checks": dict(row.checks),
            "mutators": {column.mutator: _document(column) for column in row.columns},
        }
        for row in rows
    ]


def _document(column: Column) -> dict[str, Any]:
    compared = column.compared
    return {
        "found": column.found,
        "trials": len(column.results),
        "median_seconds": statistics.median(column.times) if column.times else None,
        "worst_seconds": max(column.times, default=None),
        "a12": compared.a12 if compared else None,
        "p": compared.p if compared else None,
        "results": [result.document() for result in column.results],
    }


def csv_text(rows: Sequence[Row]) -> str:
    """What --csv prints: a head, and a line for each defect and mutator."""
    names = ["found", "trials", "median_seconds", "worst_seconds", "a12", "p"]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["defect", "design", "mutator", *names])
    for row in rows:
        for column in row.columns:
            document = _document(column)
            place = [row.subject.name, row.subject.settings.design, column.mutator]
            writer.writerow([*place, *(document[name] for name in names)])
    return text.getvalue()
