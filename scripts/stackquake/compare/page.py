"""The page of a comparison: one file with all that it needs. Verdicts come first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stackquake.compare import charts, noise, text
from stackquake.compare.measuring import MEMCPY
from stackquake.compare.noise import summary
from stackquake.compare.record import Operation, Record, place_of, places
from stackquake.compare.verdicts import Analysis
from stackquake.printable import printable

TEMPLATES = Path(__file__).parent / "templates"
PAGE = "compare.html.j2"

# Whose records are drawn: where an operation's calls are deferred in another way.
RECORDS = (
    ("defer_with_arguments", 0, "no argument"),
    ("defer_with_arguments", 4, "4 words"),
    ("defer_several", 9, "9 of a function"),
    ("defer_in_loop", 100, "in a loop"),
)
# By what is counted: where the record of a deferred call is.
PLACES = (("heap_records", "heap"), ("frame_records", "frame"), ("open_coded", "open"))
# What a report of counts has, in this order; all others are in the document.
COUNTS = (
    "steps",
    "words_copied",
    "words_visited",
    "words_adjusted",
    "frames_visited",
    "heap_records",
    "frame_records",
    "open_coded",
    "runtime_records",
    "record_bytes",
    "object_bytes",
)


@dataclass(frozen=True)
class Cell:
    """A part of a row."""

    text: str
    kind: str = ""  # "bad", "good", or neither
    title: str = ""  # what there is more to say


@dataclass(frozen=True)
class Table:
    """A table with its name and the titles of its columns. The first column has names."""

    name: str
    titles: Sequence[str]
    rows: Sequence[Sequence[Cell]]


def render(analysis: Analysis, changes: Sequence[str]) -> str:
    """The page; `changes` has what differs from an earlier comparison."""
    # The verb alone needs Jinja; other verbs must work where it is not installed.
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["plain"] = lambda words: printable(" ".join(words.split()))
    record = analysis.record
    return environment.get_template(PAGE).render(
        record=record,
        headline=text.headline(analysis),
        is_good=analysis.is_as_expected,
        verdicts=analysis.verdicts,
        changes=changes,
        examples=_examples(record),
        alone=analysis.alone(),
        checked=_plain("What was run", text.checked_rows(record)),
        searched=_searched(record),
        costs=_costs(analysis),
        toolchains=_toolchains(analysis),
        growths=_growths(analysis),
        copies=_copies(analysis),
        memory=_memory(analysis),
        counts=_counts(analysis),
        spreads=_spreads(analysis),
        growth_plots=_growth_plots(analysis),
        records_plot=_records_plot(analysis),
        operations=record.operations,
        rules=noise,
    )


def _plain(name: str, rows: text.Rows) -> Table:
    return Table(name, rows[0], [[Cell(one) for one in row] for row in rows[1]])


def _examples(record: Record) -> list[tuple[str, str, str, str, str]]:
    """Design, part, nest, message and text of what was found on designs that must be right."""
    return [
        (one.design, one.part, signature, example.message, example.text)
        for one in record.checked
        if record.contender(one.design).must_be_right
        for signature, example in one.examples.items()
    ]


def _searched(record: Record) -> Table:
    titles, rows = text.search_rows(record)
    filled = []
    for slug, *found in rows:
        cells = [Cell(one, "bad" if one.startswith("0/") else "") for one in found]
        filled.append([Cell(slug), *cells])
    return Table("Time to find each defect", titles, filled)


# ---- Costs ----


def _costs(analysis: Analysis) -> Table:
    """The baseline's medians, and the others as parts of them."""
    record = analysis.record
    others = [one.name for one in record.designs if one.name != record.baseline]
    rows = []
    for operation, size, place in places(record.operations):
        row = [Cell(text.title_of(operation, size), title=operation.description)]
        row.append(_time(analysis, record.baseline, operation, size))
        row += [_ratio(analysis, name, place) for name in others]
        rows.append(row)
    return Table("Costs", ["operation", record.baseline, *others], rows)


def _time(analysis: Analysis, contender: str, operation: Operation, size: int) -> Cell:
    place = place_of(operation.name, size)
    if place in analysis.record.broken.get(contender, {}):
        return Cell("wrong", "bad", analysis.record.broken[contender][place])
    median = text.duration(analysis.median(contender, place))
    return Cell(median, title=text.spread_of(analysis.record, contender, operation, size))


def _ratio(analysis: Analysis, design: str, place: str) -> Cell:
    broken = analysis.record.broken.get(design, {})
    if place in broken:
        return Cell("wrong", "bad", broken[place])
    one = analysis.differences.get(design, {}).get(place)
    if one is None:
        return Cell("")
    kind = {-1: "good", 0: "", 1: "bad"}[one.sign]
    told = f"{one.ratio:.2f}×" if one.sign else f"({one.ratio:.2f}×)"
    return Cell(told, kind, f"p = {one.p:.2g}")


def _toolchains(analysis: Analysis) -> Table:
    """Medians of real Go, which is compiled code, beside those of the baseline."""
    record = analysis.record
    names = [record.baseline, *record.toolchains]
    rows = []
    if record.toolchains:
        for operation, size, _ in places(record.operations):
            row = [Cell(text.title_of(operation, size), title=operation.description)]
            rows.append(row + [_time(analysis, name, operation, size) for name in names])
    return Table("The same operations on real Go", ["operation", *names], rows)


def _growths(analysis: Analysis) -> Table:
    """What was counted, or fitted to times; other than expected stands out."""
    rows = []
    for operation in analysis.record.operations:
        if len(operation.sizes) < 3:
            continue
        row = [Cell(operation.name, title=operation.description), Cell(operation.complexity)]
        for name in analysis.contenders:
            one = analysis.growth(name, operation)
            told = f"times: {one.timed or 'not fitted'}"
            row.append(Cell(one.decisive or "", "bad" if one.is_worse else "", told))
        rows.append(row)
    return Table("Growth", ["operation", "expected", *analysis.contenders], rows)


def _copies(analysis: Analysis) -> Table:
    """Copies beside a memcpy of the same words."""
    record = analysis.record
    names = [one.name for one in record.designs]
    rows = []
    for operation, size, place in places(record.operations):
        if not operation.is_copy or not record.times(MEMCPY, place):
            continue
        values = [analysis.times_memcpy(name, operation, size) for name in names]
        cells = [Cell(f"{value:.2f}×" if value else "") for value in values]
        limit = Cell(text.duration(analysis.median(MEMCPY, place)))
        rows.append([Cell(text.title_of(operation, size)), limit, *cells])
    return Table("Copies beside memcpy", ["operation", MEMCPY, *names], rows)


def _memory(analysis: Analysis) -> Table:
    """Where the records of deferred calls are, and how many bytes they have."""
    names = [one.name for one in analysis.record.designs]
    rows = []
    for operation, size, place in places(analysis.record.operations):
        cells = [_record_cell(analysis, name, place) for name in names]
        if any(cell.text for cell in cells):
            rows.append([Cell(text.title_of(operation, size)), *cells])
    return Table("Records of one deferred call", ["operation", *names], rows)


def _record_cell(analysis: Analysis, design: str, place: str) -> Cell:
    calls = analysis.count(design, place, "deferred_calls")
    if not calls:
        return Cell("")
    told = []
    for name, words in PLACES:
        count = analysis.count(design, place, name)
        if count:
            told.append(words if count == calls else f"{text.number(count / calls)} {words}")
    size = analysis.count(design, place, "record_bytes")
    if size:
        told.append(f"{text.number(size / calls)} B")
    marks = analysis.count(design, place, "runtime_records")
    if marks:
        told.append(f"+{text.number(marks / calls)} of the runtime")
    return Cell(", ".join(told))


def _counts(analysis: Analysis) -> list[Table]:
    """For each operation and size: what it makes each design do."""
    record = analysis.record
    tables = []
    for operation, size, place in places(record.operations):
        names = [one.name for one in record.designs if place in record.counts.get(one.name, {})]
        rows = []
        for count in COUNTS:
            values = [analysis.count(name, place, count) for name in names]
            if any(values):
                rows.append([Cell(count), *(Cell(text.number(value, 6)) for value in values)])
        if rows:
            tables.append(Table(text.title_of(operation, size), ["count", *names], rows))
    return tables


def _spreads(analysis: Analysis) -> Table:
    """All medians with the quarters around them."""
    record = analysis.record
    rows = []
    for operation, size, place in places(record.operations):
        for name in (*analysis.contenders, MEMCPY):
            told = summary(record.times(name, place))
            if told is not None:
                cells = [text.title_of(operation, size), name, text.duration(told.median)]
                cells += [text.duration(told.low), text.duration(told.high), str(told.rounds)]
                rows.append([Cell(one) for one in cells])
    titles = ["operation", "on", "median", "lower quarter", "upper quarter", "rounds"]
    return Table("All times", titles, rows)


# ---- Plots ----


def _growth_plots(analysis: Analysis) -> list[tuple[str, str, str]]:
    """Operation, description and svg element."""
    names = [*analysis.contenders, MEMCPY]
    designs = {one.name for one in analysis.record.designs}
    drawn = []
    for operation in analysis.record.operations:
        lines = [
            charts.Line(name, _points(analysis.record, name, operation), name not in designs)
            for name in names
        ]
        svg = charts.growth(operation.description, operation.unit, lines)
        if svg:
            drawn.append((operation.name, operation.description, svg))
    return drawn


def _points(
    record: Record, contender: str, operation: Operation
) -> list[tuple[float, float, float, float]]:
    points = []
    for size in operation.sizes:
        told = summary(record.times(contender, place_of(operation.name, size)))
        if told is not None:
            points.append((float(size), told.low, told.median, told.high))
    return points


def _records_plot(analysis: Analysis) -> str:
    """Of the operations of RECORDS that were measured."""
    there = {place for _, _, place in places(analysis.record.operations)}
    drawn = [
        (place, label)
        for name, size, label in RECORDS
        if (place := place_of(name, size)) in there
    ]
    several = [
        charts.Bars(one.name, [_bytes_a_call(analysis, one.name, place) for place, _ in drawn])
        for one in analysis.record.designs
    ]
    title = "Bytes in the heap for the record of one deferred call"
    return charts.records(title, [label for _, label in drawn], several)


def _bytes_a_call(analysis: Analysis, design: str, place: str) -> float:
    calls: Any = analysis.count(design, place, "deferred_calls")
    return (analysis.count(design, place, "record_bytes") or 0.0) / calls if calls else 0.0
