"""The night in words: report.md, and what the command prints."""

from __future__ import annotations

from collections.abc import Iterator

from stackquake.nightly.report.gathering import ORDER, Finding, Report
from stackquake.printable import printable

LONGEST_LIST = 20  # findings of one status that are listed; a page has them all


def verdict(report: Report) -> str:
    """The night in one line."""
    counts = [f"{report.count(status)} {status}" for status in ORDER if report.count(status)]
    told = ", ".join(counts) or "nothing found"
    colour = "is red" if report.alarming else "is green"
    return f"night {report.night.id} {'did not work' if report.problems else colour}: {told}"


def markdown(report: Report) -> str:
    """For a CI summary."""
    return "\n".join(_lines(report)) + "\n"


def _lines(report: Report) -> Iterator[str]:
    night = report.night
    yield f"# {verdict(report).capitalize()}"
    yield ""
    designs = ", ".join(night.designs)
    yield f"{night.minutes:g} minutes on {designs}, version {night.version}, seed {night.seed}."
    yield from _problems(report)
    for status in ORDER:
        yield from _findings(status, [f for f in report.findings if f.verdict.status == status])
    yield from _mistakes(report)
    yield from _campaigns(report)
    yield from _proofs(report)
    yield from _measured(report)
    yield from _coverage(report)
    if report.skipped:
        yield from ("", "## Left out", "")
        yield from (f"- {_plain(what)}: {_plain(why)}" for what, why in report.skipped)


def _problems(report: Report) -> Iterator[str]:
    if report.problems:
        yield from ("", "## What did not work", "")
        yield from (f"- {_plain(problem)}" for problem in report.problems)


def _findings(status: str, findings: list[Finding]) -> Iterator[str]:
    if not findings:
        return
    yield from ("", f"## {status.capitalize()}: {len(findings)}", "")
    for one in findings[:LONGEST_LIST]:
        yield from _finding(one)
    if len(findings) > LONGEST_LIST:
        yield f"- and {len(findings) - LONGEST_LIST} more"


def _finding(one: Finding) -> Iterator[str]:
    stored, note = one.stored, one.verdict.note
    shows = f", shows {stored.mistake}" if stored.mistake else ""
    yield f"- `{_plain(stored.signature)}` ({where(one)}{shows}){': ' + note if note else ''}"
    if one.alarming:
        yield f"  {_plain(stored.message)}"
        yield ""
        yield f"      {_plain(stored.command)}"


def where(one: Finding) -> str:
    """On which design, by which target; on real Go the toolchain."""
    stored = one.stored
    if stored.design is None:
        return stored.target
    defects = " with " + ", ".join(stored.defects) if stored.defects else ""
    return f"{stored.target} on {stored.design}{defects}"


def _mistakes(report: Report) -> Iterator[str]:
    for design, (found, missed) in report.mistakes.items():
        count = f"{len(found)} of {len(found + missed)}"
        yield from ("", f"## Mistakes built into {design}: {count}", "")
        yield f"found: {', '.join(found) or 'none'}"
        if missed:
            yield f"not found: {', '.join(missed)}"


def _campaigns(report: Report) -> Iterator[str]:
    if not report.tonight:
        return
    yield from ("", "## Fuzzing", "")
    yield "| target | design | seconds | executions | per second | edges | new edges | corpus |"
    yield "|---|---|--:|--:|--:|--:|--:|--:|"
    for one in report.tonight:
        rate = one.executions / one.seconds if one.seconds else 0
        numbers = (one.seconds, one.executions, rate, one.edges, one.new_edges, one.corpus)
        cells = " | ".join(f"{number:,.0f}" for number in numbers)
        yield f"| {one.lane.target} | {one.lane.design} | {cells} |"
    if report.nowhere:
        yield from ("", f"Never occurred: {', '.join(report.nowhere)}.")
    for lane, names in report.never.items():
        yield from ("", f"Never occurred with {lane.name}: {', '.join(names)}.")


def _proofs(report: Report) -> Iterator[str]:
    if report.proofs:
        yield from ("", "## Proofs", "")
        yield from (f"- {kind} on {design}: {told}" for design, kind, told in report.proofs)


def _measured(report: Report) -> Iterator[str]:
    changed = [t for t in report.trophies if t.state not in ("still there", "right", "at times")]
    if changed:
        yield from ("", "## Known bugs of real Go that changed", "")
        yield from (f"- {one.nest} on {one.variant}: {one.state}" for one in changed)
    if report.alarms:
        yield from ("", "## Found later than before", "")
        for late in report.alarms:
            times = f"{late.before:.3g} s before, {late.now:.3g} s now"
            yield f"- {late.defect}: {times}, p = {late.p:.2g}"
    if report.moved:
        yield from ("", "## Benchmarks that moved", "")
        for one in report.moved:
            yield f"- {_plain(one.name)}: {one.ratio:.2f} times as long"


def _coverage(report: Report) -> Iterator[str]:
    if not report.coverage.rooms:
        return
    runtime = report.coverage.rooms[0]
    yield from ("", f"## Coverage: {runtime.share:.1f} % of the runtime's lines", "")
    unreached = report.coverage.unreached
    count = sum(map(len, unreached.values()))
    yield f"{runtime.reached} of {runtime.lines} lines have run; {count} regions have not."
    for region in unreached.get("", []):
        yield f"- not explained yet: `{region.function}`, {region.place}"


def _plain(text: str) -> str:
    """A line without control characters."""
    return printable(" ".join(text.split()))
