"""Writes the report: all its files, or none."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from stackquake.files import reason_of, shown, write_together
from stackquake.nightly.report import summary
from stackquake.nightly.report.gathering import Report
from stackquake.status import QuakeError, Status

PAGE = "report.md"


def write(report: Report, folder: Path) -> None:
    """Writes all forms into a folder. Raises QuakeError, having changed nothing, if it cannot."""
    contents: dict[Path, str | bytes | None] = {folder / "report.md": summary.markdown(report)}
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
