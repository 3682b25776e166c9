"""The findings that are there as SARIF 2.1.0, which code scanning reads.

Each check is a rule. A result lies where the nest is that shows it. The fingerprint is the
finding's key, by which a reader knows it again from night to night.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from stackquake.files import ROOT, short_hash
from stackquake.nightly import verdicts
from stackquake.nightly.report.gathering import Finding, Report
from stackquake.nightly.report.summary import where
from stackquake.nightly.sightings import key_of

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
VERSION = "2.1.0"
BASELINES = {
    verdicts.NEW: "new",
    verdicts.BACK: "new",
    verdicts.STILL: "unchanged",
    verdicts.KNOWN: "unchanged",
    verdicts.GONE: "absent",
}


def sarif(report: Report) -> str:
    """The document."""
    return json.dumps(document(report), indent=1) + "\n"


def document(report: Report) -> dict[str, Any]:
    """The document, before it is text."""
    told = [one for one in report.findings if one.verdict.status in BASELINES]
    checks = sorted({one.stored.check for one in told})
    return {
        "$schema": SCHEMA,
        "version": VERSION,
        "runs": [
            {
                "tool": {"driver": _driver(report, checks)},
                "invocations": [_invocation(report)],
                "results": [_result(one, checks) for one in told],
                "columnKind": "utf16CodeUnits",
            }
        ],
    }


def _driver(report: Report, checks: list[str]) -> dict[str, Any]:
    rules = [{"id": check, "shortDescription": {"text": f"the check {check}"}} for check in checks]
    return {
        "name": "stackquake",
        "version": report.night.version,
        "rules": rules,
    }


def _invocation(report: Report) -> dict[str, Any]:
    notes = [{"level": "error", "message": {"text": text}} for text in report.problems]
    notes += [
        {"level": "note", "message": {"text": f"left out: {what}: {why}"}}
        for what, why in report.skipped
    ]
    return {
        "executionSuccessful": not report.problems,
        "startTimeUtc": f"{report.begun}Z",
        "toolExecutionNotifications": notes,
    }


def _result(one: Finding, checks: list[str]) -> dict[str, Any]:
    stored = one.stored
    text = f"{stored.message} ({where(one)}). To see it again: {stored.command}"
    result: dict[str, Any] = {
        "ruleId": stored.check,
        "ruleIndex": checks.index(stored.check),
        "level": "error" if one.alarming else "note",
        "message": {"text": text},
        "partialFingerprints": {"stackquake/v1": short_hash(key_of(stored))},
        "baselineState": BASELINES[one.verdict.status],
        "locations": [_location(one)],
    }
    if one.verdict.status == verdicts.KNOWN:
        result["suppressions"] = [{"kind": "external", "justification": one.verdict.note}]
    return result


def _location(one: Finding) -> dict[str, Any]:
    """The nest, as from the project's root where it lies there."""
    uri = _uri(one.stored.nest or one.stored.place)
    physical = {"artifactLocation": {"uri": uri}, "region": {"startLine": 1}}
    return {"physicalLocation": physical, "message": {"text": where(one)}}


def _uri(path: Path | None) -> str:
    if path is None:
        return "corpus"
    whole = path.resolve()
    return str(whole.relative_to(ROOT)) if whole.is_relative_to(ROOT) else whole.as_uri()
