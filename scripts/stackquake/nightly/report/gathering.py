"""Takes from a state all that is told of a night. The printers of the report read nothing else."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from stackquake.inputs import FINDING_NEST
from stackquake.nightly import benchmarks, covering, on_go, proving, searching, verdicts
from stackquake.nightly.benchmarks import Moved
from stackquake.nightly.covering import Coverage
from stackquake.nightly.lanes import Programs, lanes
from stackquake.nightly.mistakes import switches_of
from stackquake.nightly.night import Work
from stackquake.nightly.nights import Night
from stackquake.nightly.searching import Alarm, History
from stackquake.nightly.shares import Lane
from stackquake.nightly.sightings import Stored, every
from stackquake.nightly.state import State
from stackquake.nightly.verdicts import Verdict

# What comes first for whoever reads the report.
ORDER = (
    verdicts.NEW,
    verdicts.BACK,
    verdicts.GONE,
    verdicts.STILL,
    verdicts.KNOWN,
    verdicts.NOT_LOOKED_AT,
)


@dataclass(frozen=True)
class Finding:
    """A finding, and what this night tells of it."""

    stored: Stored
    verdict: Verdict
    nest: str = ""
    story: str = ""

    @property
    def alarming(self) -> bool:
        """Whether the night fails because of it."""
        return self.verdict.status in verdicts.ALARMING


@dataclass(frozen=True)
class Ran:
    """The campaign of a lane in a night."""

    night: int
    lane: Lane
    seconds: float
    executions: int
    edges: int
    features: int
    corpus: int
    new_edges: int


@dataclass(frozen=True)
class Trophy:
    """A known bug of real Go on a toolchain; `state` as on_go.trophy_state says it."""

    variant: str
    nest: str
    state: str


@dataclass
class Report:
    """All that is told of a night."""

    night: Night
    begun: str
    machine: str
    findings: list[Finding] = field(default_factory=list)  # as ORDER has them
    stages: list[tuple[str, float]] = field(default_factory=list)  # that are done, with seconds
    lanes: list[Lane] = field(default_factory=list)
    campaigns: list[Ran] = field(default_factory=list)  # of this night and all before it
    nowhere: list[str] = field(default_factory=list)  # situations that no lane had
    never: dict[Lane, list[str]] = field(default_factory=dict)  # of the others, those at zero
    mistakes: dict[str, tuple[list[str], list[str]]] = field(default_factory=dict)  # found, missed
    proofs: list[tuple[str, str, str]] = field(default_factory=list)  # design, kind, what is proved
    trophies: list[Trophy] = field(default_factory=list)
    trials: list[History] = field(default_factory=list)
    alarms: list[Alarm] = field(default_factory=list)
    benchmarks: dict[str, dict[int, float]] = field(default_factory=dict)
    moved: list[Moved] = field(default_factory=list)
    coverage: Coverage = field(default_factory=Coverage)
    skipped: list[tuple[str, str]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    @property
    def alarming(self) -> list[Finding]:
        """The findings that are new or back."""
        return [one for one in self.findings if one.alarming]

    @property
    def tonight(self) -> list[Ran]:
        """The campaigns of this night."""
        return [one for one in self.campaigns if one.night == self.night.id]

    def count(self, status: str) -> int:
        """How many findings have this status."""
        return sum(one.verdict.status == status for one in self.findings)


def gather(work: Work, programs: Programs) -> Report:
    """The report on the night of this work."""
    state, night = work.state, work.night
    [row] = state.rows("SELECT * FROM night WHERE id = ?", night.id)
    report = Report(night, row["begun"], row["machine"])
    report.findings = _findings(state, night)
    stages = state.rows("SELECT * FROM stage WHERE night = ? ORDER BY rowid", night.id)
    report.stages = [(one["name"], one["seconds"]) for one in stages]
    report.lanes = lanes(night.designs, programs)
    report.campaigns = _campaigns(state, night)
    report.nowhere, report.never = _never(state, night)
    report.mistakes = _mistakes(report.findings, programs, night)
    proved = proving.proofs(state, night)
    report.proofs = [(one.design, one.kind, proving.sentence(one)) for one in proved]
    report.trophies = [Trophy(*one) for one in on_go.trophy_states(work)]
    report.trials = searching.histories(state, night)
    report.alarms = searching.alarms(report.trials, night)
    report.benchmarks = benchmarks.medians(state, night)
    report.moved = benchmarks.moved(report.benchmarks, night)
    report.coverage = covering.measured(state, night)
    skipped = state.rows("SELECT * FROM skipped WHERE night = ? ORDER BY rowid", night.id)
    report.skipped = [(one["what"], one["why"]) for one in skipped]
    problems = state.rows("SELECT text FROM problem WHERE night = ? ORDER BY rowid", night.id)
    report.problems = [*(one["text"] for one in problems), *work.problems]
    return report


def _findings(state: State, night: Night) -> list[Finding]:
    rows = state.rows("SELECT * FROM verdict WHERE night = ?", night.id)
    told = {row["finding"]: Verdict(row["status"], row["note"]) for row in rows}
    found = [
        Finding(one, told[one.id], _text(one.place, FINDING_NEST), _text(one.place, "story.md"))
        for one in every(state)
        if one.id in told
    ]
    return sorted(found, key=lambda one: (ORDER.index(one.verdict.status), one.stored.id))


def _text(place: Path | None, name: str) -> str:
    """A file of a finding's folder; "" where there is none."""
    if place is None:
        return ""
    with contextlib.suppress(OSError):
        return (place / name).read_text(encoding="utf-8", errors="replace")
    return ""


def _campaigns(state: State, night: Night) -> list[Ran]:
    query = "SELECT * FROM campaign WHERE night <= ? ORDER BY night"
    names = ("night", "seconds", "executions", "edges", "features", "corpus", "new_edges")
    return [
        Ran(lane=Lane(row["target"], row["design"]), **{name: row[name] for name in names})
        for row in state.rows(query, night.id)
    ]


def _never(state: State, night: Night) -> tuple[list[str], dict[Lane, list[str]]]:
    """The situations that occurred nowhere, and those that did not occur in one lane."""
    query = "SELECT * FROM situation WHERE night = ? ORDER BY name"
    rows = state.rows(query, night.id)
    somewhere = {row["name"] for row in rows if row["count"]}
    nowhere = sorted({row["name"] for row in rows} - somewhere)
    never: dict[Lane, list[str]] = {}
    for row in rows:
        if not row["count"] and row["name"] in somewhere:
            never.setdefault(Lane(row["target"], row["design"]), []).append(row["name"])
    return nowhere, never


def _mistakes(
    findings: Sequence[Finding], programs: Programs, night: Night
) -> dict[str, tuple[list[str], list[str]]]:
    """For each design with mistakes built in, those that are found now, and those that are not."""
    told: dict[str, tuple[list[str], list[str]]] = {}
    for design in night.designs:
        slugs = [one.slug for one in switches_of(programs.inventory, design)]
        there = {
            one.stored.mistake
            for one in findings
            if one.stored.design == design and verdicts.is_there(one.verdict.status)
        }
        if slugs:
            missed = [slug for slug in slugs if slug not in there]
            told[design] = ([slug for slug in slugs if slug in there], missed)
    return told
