"""The page of a night, index.html: one file with all that it needs, small enough to be mailed.

What is new comes first, with its story, its picture and the command that shows it. Pictures and
stories are left out when the page would become larger than LARGEST; its files are beside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stackquake.nightly import verdicts
from stackquake.nightly.report import summary
from stackquake.nightly.report.gathering import ORDER, Finding, Report
from stackquake.nightly.report.plots import Line, plot
from stackquake.nightly.report.stories import Story
from stackquake.nightly.shares import Lane
from stackquake.printable import printable
from stackquake.svg import COLOURS

TEMPLATES = Path(__file__).parent / "templates"
PAGE = "index.html.j2"
# In bytes. Plots and tables take less than half a megabyte.
LARGEST = 1_200_000  # of stories and pictures together
LONGEST_STORY = 30_000
# Of a list that a person reads to its end.
SHOWN = 20


@dataclass(frozen=True)
class Shown:
    """A finding with what the page has room for."""

    finding: Finding
    where: str
    story: str
    picture: str  # an svg element, or ""
    page: str | None  # the page that steps through it, as from the report


def render(report: Report, stories: Mapping[int, Story], pages: Mapping[int, str]) -> str:
    """The page. Stories, and the names of pages as from here, are by the number of the finding."""
    # The verb alone needs Jinja; other verbs must work where it is not installed.
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["plain"] = lambda text: printable(" ".join(text.split()))
    environment.filters["thousands"] = lambda number: f"{number:,.0f}"
    return environment.get_template(PAGE).render(
        report=report,
        verdict=summary.verdict(report),
        groups=_groups(report, stories, pages),
        matrix=_matrix(report),
        plots=_plots(report),
        shown=SHOWN,
        statuses=verdicts,
    )


def _groups(
    report: Report, stories: Mapping[int, Story], pages: Mapping[int, str]
) -> list[tuple[str, list[Shown]]]:
    """The findings by status, as long as there is room with story and picture."""
    room = LARGEST
    groups: dict[str, list[Shown]] = {status: [] for status in ORDER}
    for one in report.findings:
        told = stories.get(one.stored.id, Story())
        picture, story = told.picture, _bounded(told.text)
        if len(picture) + len(story) > room:
            picture = story = ""
        room -= len(picture) + len(story)
        page = pages.get(one.stored.id)
        groups[one.verdict.status].append(Shown(one, summary.where(one), story, picture, page))
    return [(status, several) for status, several in groups.items() if several]


def _bounded(story: str) -> str:
    if len(story) <= LONGEST_STORY:
        return story
    return "…\n" + story[-LONGEST_STORY:]  # the violation stands at its end


# ---- Design × target × check ----


@dataclass(frozen=True)
class Cell:
    """The findings of a check by a lane that are there now."""

    count: int
    alarming: bool


def _matrix(report: Report) -> tuple[list[str], list[tuple[Lane, bool, list[Cell]]]]:
    """The checks that have fired, and a row for each lane: whether it ran, and a cell a check."""
    there = [one for one in report.findings if verdicts.is_there(one.verdict.status)]
    of_designs = [one for one in there if one.stored.design is not None]
    checks = sorted({one.stored.check for one in of_designs})
    rows = []
    for lane in _lanes(report, of_designs):
        ran = any(one.lane == lane for one in report.tonight)
        mine = [one for one in of_designs if _lane(one) == lane]
        cells = [_cell([one for one in mine if one.stored.check == check]) for check in checks]
        rows.append((lane, ran, cells))
    return checks, rows


def _lanes(report: Report, findings: list[Finding]) -> list[Lane]:
    """Those of the night; then those that only replayed findings have."""
    return list(dict.fromkeys([*report.lanes, *map(_lane, findings)]))


def _lane(one: Finding) -> Lane:
    return Lane(one.stored.target, one.stored.design or "")


def _cell(findings: list[Finding]) -> Cell:
    return Cell(len(findings), any(one.alarming for one in findings))


# ---- Plots ----


def _plots(report: Report) -> list[tuple[str, str]]:
    """Titles and svg elements; those without anything to draw are left out."""
    lanes = [lane for lane in report.lanes if any(one.lane == lane for one in report.campaigns)]

    def lines(value: Any) -> list[Line]:
        return [
            Line(lane.name, [(r.night, value(r)) for r in report.campaigns if r.lane == lane])
            for lane in lanes
        ]

    rate = lines(lambda ran: ran.executions / ran.seconds if ran.seconds else 0.0)
    several = [
        ("Executions", "a night", lines(lambda ran: ran.executions)),
        ("Speed", "executions a second", rate),
        ("Working corpus", "inputs", lines(lambda ran: ran.corpus)),
    ]
    drawn = [(title, plot(title, unit, of_title)) for title, unit, of_title in several]
    edges = plot("Coverage", "edges", lines(lambda ran: ran.edges), from_zero=False)
    drawn += [("Coverage", edges), _trials_plot(report), _benchmarks_plot(report)]
    return [(title, svg) for title, svg in drawn if svg]


def _trials_plot(report: Report) -> tuple[str, str]:
    """The medians of the defects that take longest now, or of those with an alarm."""
    late = {alarm.defect for alarm in report.alarms}
    ranked = sorted(
        report.trials, key=lambda one: (one.defect not in late, -one.medians[-1][1], one.defect)
    )
    lines = [Line(one.defect, one.medians) for one in ranked[: len(COLOURS) - 1]]
    title = "Time to find, median of the slowest"
    return title, plot(title, "seconds of processor time", lines, logarithmic=True)


def _benchmarks_plot(report: Report) -> tuple[str, str]:
    """Those that have moved, as a part of what they took at first."""
    lines = []
    for one in report.moved[: len(COLOURS) - 1]:
        points = list(report.benchmarks[one.name].items())
        lines.append(Line(one.name, [(night, time / one.before) for night, time in points]))
    title = "Benchmarks that moved"
    return title, plot(title, "of the median before", lines)
