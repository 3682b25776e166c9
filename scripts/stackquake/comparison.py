"""What trials say about mutators: how often and how soon each finds a defect, and how sure that is."""

import csv
import io
import statistics
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from stackquake.significance import Comparison, compare
from stackquake.tables import cell, table
from stackquake.trials import Result, Subject


@dataclass(frozen=True)
class Column:
    """A mutator's trials of a defect, and how ours does beside them."""

    mutator: str
    results: tuple[Result, ...]
    ours_beside: Comparison | None = None  # None for ours, and where there are no trials

    @property
    def found(self) -> int:
        """In how many trials there was a finding."""
        return sum(result.found for result in self.results)

    @property
    def times(self) -> list[float]:
        """In seconds; the bound where there was no finding."""
        return [result.seconds for result in self.results]

    @property
    def median(self) -> str:
        """In seconds; a "greater than" where it lies among the trials without a finding."""
        if not self.results:
            return ""
        ranked = sorted(self.results, key=lambda result: (result.seconds, not result.found))
        prefix = "" if ranked[len(ranked) // 2].found else ">"
        return prefix + _number(statistics.median(self.times))

    @property
    def worst(self) -> str:
        """In seconds, likewise."""
        if not self.results:
            return ""
        return ("" if self.found == len(self.results) else ">") + _number(max(self.times))


@dataclass(frozen=True)
class Row:
    """A defect."""

    subject: Subject
    columns: tuple[Column, ...]

    @property
    def checks(self) -> Counter[str]:
        """How often each check was the first, with any mutator."""
        results = [result for column in self.columns for result in column.results]
        return Counter(sorted(r.check for r in results if r.found and r.check))


def rows_of(
    subjects: Sequence[Subject], mutators: Sequence[str], results: Iterable[Result]
) -> list[Row]:
    """Compares the first mutator, which is ours, with each of the others."""
    by_place: dict[tuple[str, str], list[Result]] = {}
    for result in sorted(results, key=lambda result: result.trial.seed):
        by_place.setdefault((result.trial.subject, result.trial.mutator), []).append(result)
    rows = []
    for subject in subjects:
        ours, *others = (
            Column(mutator, tuple(by_place.get((subject.name, mutator), [])))
            for mutator in mutators
        )
        rows.append(Row(subject, _columns(ours, others)))
    return rows


def _columns(ours: Column, others: Iterable[Column]) -> tuple[Column, ...]:
    compared = (replace(o, ours_beside=compare(ours.times, o.times)) for o in others)
    return (ours, *compared)


def _number(seconds: float) -> str:
    return f"{seconds:.3g}" if seconds < 100 else f"{seconds:.0f}"


def unrelated(results: Iterable[Result]) -> Counter[str]:
    """The signatures that the design shows without the defect as well: bugs of their own."""
    return Counter(sorted(r.signature for r in results if not r.found and r.signature))


def filled_table(rows: Sequence[Row], mutators: Sequence[str]) -> Any:
    """A line a defect. Bold is a check that was not expected, and a mutator that found nothing."""
    titles = ["defect", "found by"]
    for mutator in mutators:
        titles += [mutator, "median", "worst"] + (["A12", "p"] if mutator != mutators[0] else [])
    filled = table(*titles)
    for row in rows:
        ours, *others = row.columns
        cells = [cell(row.subject.name), _checks(row), *_cells(ours)]
        for column in others:
            cells += (*_cells(column), *_significance(column.ours_beside))
        filled.add_row(*cells)
    return filled


def _checks(row: Row) -> Any:
    """The checks that came first; the one that was expected stands behind where none of them is it."""
    told = ", ".join(f"{check} {count}" for check, count in row.checks.most_common())
    others = row.subject.check is not None and set(row.checks) - {row.subject.check}
    return cell(
        f"{told} (expected: {row.subject.check})" if others else told, alarming=bool(others)
    )


def _cells(column: Column) -> list[Any]:
    told = [f"{column.found}/{len(column.results)}", column.median, column.worst]
    return [cell(told[0], alarming=not column.found), *map(cell, told[1:])]


def _significance(beside: Comparison | None) -> list[Any]:
    if beside is None:
        return [cell(""), cell("")]
    return [cell(f"{beside.a12:.2f}"), cell(f"{beside.p:.2g}")]


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
    beside = column.ours_beside
    return {
        "found": column.found,
        "trials": len(column.results),
        "median_seconds": statistics.median(column.times) if column.times else None,
        "worst_seconds": max(column.times, default=None),
        "a12": beside.a12 if beside else None,
        "p": beside.p if beside else None,
        "results": [result.document() for result in column.results],
    }


def csv_text(rows: Sequence[Row]) -> str:
    """What --csv prints: a line for each defect and mutator."""
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
