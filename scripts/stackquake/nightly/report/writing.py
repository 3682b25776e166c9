"""Writes the report: all its files, or none.

| file | for |
|---|---|
| index.html | people: one file, which needs nothing else |
| stories/ | people: a page for each new finding that steps through its run |
| report.md | the summary of a CI run |
| junit.xml | dashboards for tests |
| results.sarif | code scanning |
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from stackquake.files import reason_of, shown, write_together
from stackquake.nightly.report import page, summary
from stackquake.nightly.report.gathering import Report
from stackquake.nightly.report.junit import junit
from stackquake.nightly.report.sarif import sarif
from stackquake.nightly.report.stories import stories
from stackquake.status import QuakeError, Status

PAGE = "index.html"
STORIES = "stories"


def write(report: Report, folder: Path, teller: Path) -> None:
    """Writes all forms into a folder; `teller` is explain_nest.

    Raises QuakeError, having changed nothing, if they cannot be written.
    """
    told = stories(teller, report.alarming)
    pages = {number: f"{STORIES}/{number}.html" for number, one in told.items() if one.page}
    contents: dict[Path, str | bytes | None] = {
        folder / PAGE: page.render(report, told, pages),
        folder / "report.md": summary.markdown(report),
        folder / "junit.xml": junit(report),
        folder / "results.sarif": sarif(report),
    }
    for old in (folder / STORIES).glob("*.html"):
        contents[old] = None
    contents |= {folder / name: told[number].page for number, name in pages.items()}
    try:
        write_together(contents)
    except OSError as error:
        message = f"the report cannot be written to {shown(folder)}: {reason_of(error)}"
        raise QuakeError(Status.MISSING, message) from None


def document(report: Report) -> dict[str, Any]:
    """What --json prints."""
    return {
        "night": report.night.id,
        "version": report.night.version,
        "designs": list(report.night.designs),
        "seed": report.night.seed,
        "findings": [
            {
                "status": one.verdict.status,
                "note": one.verdict.note,
                "target": one.stored.target,
                "design": one.stored.design,
                "defects": list(one.stored.defects),
                "check": one.stored.check,
                "signature": one.stored.signature,
                "mistake": one.stored.mistake,
                "replay": one.stored.command,
                "place": str(one.stored.place) if one.stored.place else None,
            }
            for one in report.findings
        ],
        "mistakes": {
            design: {"found": found, "missed": missed}
            for design, (found, missed) in report.mistakes.items()
        },
        "skipped": [{"what": what, "why": why} for what, why in report.skipped],
        "problems": report.problems,
    }
