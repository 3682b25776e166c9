"""The report of a comparison for a terminal, and as Markdown for pull requests."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from stackquake.compare.noise import summary
from stackquake.compare.record import Operation, Record, place_of, places
from stackquake.compare.verdicts import Analysis, Verdict, median_seconds
from stackquake.printable import printable
from stackquake.tables import cell, print_table, table

Rows = tuple[list[str], list[list[str]]]  # titles, and rows


def number(value: float | None, digits: int = 3) -> str:
    """A number as people read it: "1,500,000", "0.0123", "" for none."""
    if value is None:
        return ""
    if abs(value) >= 1000 or value == int(value):
        return f"{value:,.0f}"
    return f"{value:.{digits}g}"


def duration(nanoseconds: float | None) -> str:
    """A time with its unit: "1.50 µs"."""
    if nanoseconds is None:
        return ""
    for unit, size in (("s", 1e9), ("ms", 1e6), ("µs", 1e3)):
        if nanoseconds >= size:
            return f"{nanoseconds / size:.3g} {unit}"
    return f"{nanoseconds:.3g} ns"


def headline(analysis: Analysis) -> str:
    """The verdict in one line."""
    record = analysis.record
    count = f"{len(record.designs)} designs" if len(record.designs) > 1 else "1 design"
    wrong = [one.design for one in analysis.verdicts if not one.is_right]
    if not record.checked:
        return f"{count}, not checked"
    if wrong:
        return f"not as it should be: {', '.join(wrong)}, of {count}"
    text = f"{count}: all are as they should be"
    built_in = [one.name for one in record.designs if not one.must_be_right]
    if built_in:
        were = "were" if len(built_in) > 1 else "was"
        text += f"; {' and '.join(built_in)} must be wrong, and {were} found wrong"
    return text


# ---- Tables, of which each report shows some ----


def verdict_rows(analysis: Analysis) -> Rows:
    """A row for each design."""
    rows = [[one.design, *_told(one)] for one in analysis.verdicts]
    return ["design", "right?", "how soon found?", "what does it cost?", "memory"], rows


def _told(verdict: Verdict) -> list[str]:
    return [verdict.right, verdict.found, verdict.cost, verdict.memory]


def checked_rows(record: Record) -> Rows:
    """A row for each design and part of the checking."""
    rows = [
        [
            one.design,
            one.part,
            number(one.nests),
            number(one.runs),
            number(one.wrong),
            ", ".join(f"{check} {count}" for check, count in sorted(one.checks.items())),
        ]
        for one in record.checked
    ]
    return ["design", "nests of", "nests", "runs", "wrong", "checks that fired"], rows


def cost_rows(analysis: Analysis, contenders: Sequence[str]) -> Rows:
    """A row for each operation and size: the median of each contender, and where it differs."""
    record = analysis.record
    rows = []
    for operation, size, place in places(record.operations):
        row = [title_of(operation, size)]
        for name in contenders:
            row.append(_time_cell(analysis, name, place))
        rows.append(row)
    return ["operation", *contenders], rows


def _time_cell(analysis: Analysis, contender: str, place: str) -> str:
    if place in analysis.record.broken.get(contender, {}):
        return "wrong"
    told = duration(analysis.median(contender, place))
    difference = analysis.differences.get(contender, {}).get(place)
    if difference is not None and difference.sign:
        told += f" ({difference.ratio:.2f}×)"
    return told


def growth_rows(analysis: Analysis) -> Rows:
    """The operations whose cost grows otherwise than expected somewhere."""
    rows = []
    for operation in analysis.record.operations:
        growths = {name: analysis.growth(name, operation) for name in analysis.contenders}
        if any(one.is_worse for one in growths.values()):
            kinds = [one.decisive or "" for one in growths.values()]
            rows.append([operation.name, operation.complexity, *kinds])
    return ["operation", "expected", *analysis.contenders], rows


def search_rows(record: Record) -> Rows:
    """A row for each defect: how many trials found it on each design, and how soon."""
    designs = [one.name for one in record.designs if record.searched_on(one.name)]
    slugs = list(dict.fromkeys(one.defect for one in record.searched))
    by_place = {(one.design, one.defect): one for one in record.searched}
    rows = []
    for slug in slugs:
        row = [slug]
        for design in designs:
            one = by_place.get((design, slug))
            if one is None:
                row.append("")
                continue
            trials = one.trials
            found = sum(trial.found for trial in trials)
            median = median_seconds(one)
            soon = f", {median:.2g} s" if median is not None else ""
            row.append(f"{found}/{len(trials)}{soon}")
        rows.append(row)
    return ["defect", *designs], rows


def title_of(operation: Operation, size: int) -> str:
    """"repanic_chain 100"; without a size where there is only one."""
    return f"{operation.name} {size:,}" if operation.unit else operation.name


def spread_of(record: Record, contender: str, operation: Operation, size: int) -> str:
    """The quarters around a median: "1.2–1.4 µs"."""
    told = summary(record.times(contender, place_of(operation.name, size)))
    return f"{duration(told.low)} – {duration(told.high)}" if told else ""


# ---- A terminal ----


def print_report(analysis: Analysis, changes: Sequence[str]) -> None:
    """Verdicts, and the tables that fit a terminal; the page has all."""
    record = analysis.record
    print(headline(analysis))
    print_table(_filled(verdict_rows(analysis)))
    for one in record.disagreements:
        print(f"designs of level {one.level} disagree on {printable(one.nest)}:")
        for design, behaviour in one.behaviours.items():
            print(f"  {design}: {printable(behaviour)}")
    for design, names in analysis.alone().items():
        print(f"reached on {design} alone: {', '.join(names)}")
    if record.rounds:
        print_table(_filled(cost_rows(analysis, [one.name for one in record.designs])))
    for line in [*changes, *record.notes]:
        print(printable(line))


def _filled(rows: Rows) -> Any:
    filled = table(*rows[0])
    for row in rows[1]:
        filled.add_row(*map(cell, row))
    return filled


# ---- Markdown ----


def markdown(analysis: Analysis, changes: Sequence[str]) -> str:
    """A report for a pull request: verdicts first, long tables folded."""
    record = analysis.record
    names = [one.name for one in record.designs]
    lines = [f"**{_escaped(headline(analysis))}**", "", *_table(verdict_rows(analysis)), ""]
    if changes:
        lines += ["What has changed:", "", *(f"- {_escaped(one)}" for one in changes), ""]
    for one in record.disagreements:
        told = "; ".join(f"{name}: {text}" for name, text in one.behaviours.items())
        lines.append(f"- {_escaped(f'disagreement on {one.nest}: {told}')}")
    folded = [
        ("What was run", checked_rows(record)),
        ("Costs", cost_rows(analysis, names)),
        ("Costs that grow too fast", growth_rows(analysis)),
        ("Time to find each defect", search_rows(record)),
    ]
    for title, rows in folded:
        if rows[1]:
            lines += ["<details>", f"<summary>{title}</summary>", ""]
            lines += [*_table(rows), "", "</details>"]
    lines += ["", f"Version {record.version}, on {_escaped(record.machine)}, {record.begun}."]
    return "\n".join(lines) + "\n"


def _table(rows: Rows) -> list[str]:
    titles, lines = rows
    return [
        f"| {' | '.join(titles)} |",
        f"|{'---|' * len(titles)}",
        *(f"| {' | '.join(map(_escaped, line))} |" for line in lines),
    ]


def _escaped(text: str) -> str:
    return printable(text).replace("|", r"\|").replace("<", "&lt;")
