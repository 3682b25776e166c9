"""The score of trials with mutants: which are found, by what, and how soon.

Mutants that are equivalent to the sources, as their descriptions say, do not count. They are tried
all the same: one that is found is none.
"""

import csv
import io
import statistics
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from stackquake.tables import cell, table
from stackquake.trials.mutants import Mutant
from stackquake.trials.trial import Result

# What ends a process by itself. A mistake of the runtime should be told by a check that names it.
UNNAMED = ("crash", "leak", "out-of-memory", "timeout")


@dataclass(frozen=True)
class Row:
    """The trials of a mutant, by their seeds."""

    mutant: Mutant
    results: tuple[Result, ...]

    @property
    def found(self) -> list[Result]:
        """Those with a finding."""
        return [result for result in self.results if result.found]

    @property
    def verdict(self) -> str:
        """Which checks found the mutant, or that none did."""
        checks = Counter(result.check or "" for result in self.found)
        names = [check if count == 1 else f"{check} {count}" for check, count in checks.items()]
        return ", ".join(names) or ("equivalent" if self.mutant.equivalent else "missed")


@dataclass(frozen=True)
class Tally:
    """The trials of all mutants."""

    rows: Sequence[Row]

    @property
    def tried(self) -> list[Row]:
        """The mutants of which there is a trial."""
        return [row for row in self.rows if row.results]

    @property
    def counted(self) -> list[Result]:
        """The trials of mutants that are not equivalent."""
        return [r for row in self.rows if not row.mutant.equivalent for r in row.results]

    @property
    def found(self) -> list[Result]:
        """Those of them with a finding."""
        return [result for result in self.counted if result.found]

    @property
    def unnamed(self) -> list[Result]:
        """Those of these whose finding is a crash or the like, instead of a check's."""
        return [result for result in self.found if result.check in UNNAMED]

    @property
    def missed(self) -> list[str]:
        """The mutants, not equivalent, of which a trial found nothing."""
        return [
            row.mutant.name
            for row in self.rows
            if not row.mutant.equivalent and len(row.found) < len(row.results)
        ]

    def filled_table(self) -> Any:
        """A row for each mutant that has been tried. One that is missed stands out."""
        filled = table("mutant", "found by", "executions", "seconds")
        for row in self.tried:
            alarming = not row.found and not row.mutant.equivalent
            filled.add_row(
                cell(row.mutant.name),
                cell(row.verdict, alarming=alarming),
                _median([result.executions for result in row.found or row.results]),
                _median([result.seconds for result in row.found or row.results]),
            )
        return filled

    def lines(self) -> list[str]:
        """The score, in sentences."""
        lines = [f"found: {len(self.found)} of {len(self.counted)}{self._share()}"]
        if self.found:
            executions = _median([result.executions for result in self.found])
            seconds = _median([result.seconds for result in self.found])
            lines.append(f"median of the findings: {executions} executions, {seconds} s")
        lines.append(f"found by a crash or the like, not by a check: {len(self.unnamed)}")
        equivalent = sum(bool(row.mutant.equivalent) for row in self.tried)
        if equivalent:
            lines.append(f"equivalent, not counted: {equivalent}")
        if self.missed:
            lines.append(f"missed: {', '.join(self.missed)}")
        return lines

    def _share(self) -> str:
        return f" ({len(self.found) / len(self.counted):.0%})" if self.counted else ""

    def warnings(self) -> list[str]:
        """What is not as the descriptions say, and findings that do not count."""
        return [
            *(
                f"{row.mutant.name} is said to be equivalent, but it was found: {result.signature}"
                for row in self.rows
                if row.mutant.equivalent
                for result in row.found
            ),
            *(
                f"wrong without {row.mutant.name}, too: {result.signature}"
                for row in self.rows
                for result in row.results
                if not result.found and result.signature
            ),
        ]

    def document(self) -> dict[str, Any]:
        """What --json prints."""
        return {
            "found": len(self.found),
            "of": len(self.counted),
            "unnamed": len(self.unnamed),
            "median_executions": _number([result.executions for result in self.found]),
            "median_seconds": _number([result.seconds for result in self.found]),
            "missed": self.missed,
            "mutants": [
                {
                    "mutant": row.mutant.name,
                    "description": row.mutant.text,
                    "equivalent": row.mutant.equivalent,
                    "files": list(dict.fromkeys(edit.file for edit in row.mutant.edits)),
                    "results": [result.document() for result in row.results],
                }
                for row in self.rows
            ],
        }

    def csv_text(self) -> str:
        """What --csv prints: a head, and a line for each trial."""
        names = ("mutator", "seed", "found", "check", "signature", "executions", "seconds")
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(["mutant", "equivalent", *names])
        for row in self.rows:
            for result in row.results:
                document = result.document()
                values = (document[name] for name in names)
                writer.writerow([row.mutant.name, bool(row.mutant.equivalent), *values])
        return text.getvalue()


def tally(mutants: Iterable[Mutant], results: Iterable[Result]) -> Tally:
    """The score of some mutants by the results of their trials."""
    by_name: dict[str, list[Result]] = {}
    for result in sorted(results, key=lambda result: result.trial.seed):
        by_name.setdefault(result.trial.subject, []).append(result)
    return Tally([Row(mutant, tuple(by_name.get(mutant.name, []))) for mutant in mutants])


def _number(numbers: Sequence[float]) -> float | None:
    return statistics.median(numbers) if numbers else None


def _median(numbers: Sequence[float]) -> str:
    median = _number(numbers)
    return "" if median is None else f"{median:.0f}" if median >= 100 else f"{median:.3g}"
