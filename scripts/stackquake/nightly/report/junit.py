"""The night as JUnit's XML, which dashboards for tests read: a suite for each part of the night."""

from __future__ import annotations

import re
from collections.abc import Iterable
from xml.etree import ElementTree as xml

from stackquake.nightly.report.gathering import Finding, Report
from stackquake.nightly.report.summary import where
from stackquake.nightly.verdicts import NOT_LOOKED_AT

# XML 1.0 has no other control characters.
_FORBIDDEN = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit(report: Report) -> str:
    """The document. A finding that is new or back fails, what did not work is an error."""
    suites = xml.Element("testsuites", name=f"quake nightly, night {report.night.id}")
    _add(suites, "findings", map(_finding, report.findings))
    _add(suites, "fuzzing", _campaigns(report))
    _add(suites, "known bugs of Go", _trophies(report))
    _add(suites, "trials", _trials(report))
    _add(suites, "the night", _night(report))
    xml.indent(suites)
    head = '<?xml version="1.0" encoding="UTF-8"?>\n'
    return head + xml.tostring(suites, encoding="unicode") + "\n"


def _case(name: str, group: str, seconds: float = 0.0) -> xml.Element:
    attributes = {"name": _clean(name), "classname": group, "time": f"{seconds:.3f}"}
    return xml.Element("testcase", attributes)


def _bad(case: xml.Element, kind: str, message: str, text: str = "") -> xml.Element:
    """The case with a `kind`: failure, error or skipped."""
    element = xml.SubElement(case, kind, message=_clean(message))
    element.text = _clean(text)
    return case


def _add(suites: xml.Element, name: str, cases: Iterable[xml.Element]) -> None:
    inside = list(cases)
    suite = xml.SubElement(suites, "testsuite", name=name, tests=str(len(inside)))
    for kind, count in (("failure", "failures"), ("error", "errors"), ("skipped", "skipped")):
        suite.set(count, str(sum(case.find(kind) is not None for case in inside)))
    suite.extend(inside)


def _finding(one: Finding) -> xml.Element:
    stored, status = one.stored, one.verdict.status
    case = _case(f"{stored.signature} ({where(one)})", f"findings.{stored.check}")
    if one.alarming:
        text = f"{stored.message}\n\n{stored.command}\n\n{one.story}"
        return _bad(case, "failure", f"{status}: {stored.message}", text)
    if status == NOT_LOOKED_AT:
        return _bad(case, "skipped", status)
    xml.SubElement(case, "system-out").text = _clean(f"{status}. {one.verdict.note}")
    return case


def _campaigns(report: Report) -> Iterable[xml.Element]:
    for one in report.tonight:
        yield _case(one.lane.name, "fuzzing", one.seconds)


def _trophies(report: Report) -> Iterable[xml.Element]:
    for one in report.trophies:
        case = _case(f"{one.nest} on {one.variant}", "trophies")
        xml.SubElement(case, "system-out").text = one.state
        yield case


def _trials(report: Report) -> Iterable[xml.Element]:
    """The defects of this night; one that is found later than before fails."""
    late = {alarm.defect: alarm for alarm in report.alarms}
    for history in report.trials:
        night, times = history.nights[-1]
        if night != report.night.id:
            continue
        case = _case(history.defect, "trials", sum(times))
        if alarm := late.get(history.defect):
            message = f"{alarm.before:.3g} s before, {alarm.now:.3g} s now, p = {alarm.p:.2g}"
            _bad(case, "failure", message)
        yield case


def _night(report: Report) -> Iterable[xml.Element]:
    for name, seconds in report.stages:
        yield _case(name, "stages", seconds)
    for what, why in report.skipped:
        yield _bad(_case(what, "left out"), "skipped", why)
    for problem in report.problems:
        yield _bad(_case(problem.splitlines()[0], "problems"), "error", problem, problem)


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", text)
