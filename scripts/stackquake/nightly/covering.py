"""The stage of coverage: which lines of the runtime the project's corpus and the night's reach.

An input that a lane keeps covers what the project's corpus does not. So `quake coverage` counts
both, and what is left is what no search has reached yet.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from stackquake import targets
from stackquake.coverage.lines import Region
from stackquake.nightly.lanes import Programs, has_mistakes
from stackquake.nightly.night import Work
from stackquake.nightly.nights import Night
from stackquake.nightly.shares import Lane
from stackquake.nightly.state import State
from stackquake.nightly.verb import run_verb
from stackquake.status import QuakeError, Status

STAGE = "coverage"
# These run the runtime most. The inputs of `designs` reach the same lines, on every design.
TARGETS = targets.ON_ONE_DESIGN
# What the stage runs, of the build that counts.
PROGRAMS = ("list_designs", "run_nests", *(f"replay_{target}" for target in TARGETS))


@dataclass(frozen=True)
class Room:
    """A folder of sources: how many lines it has, and how many have run."""

    name: str
    reached: int
    lines: int

    @property
    def share(self) -> float:
        """In percent."""
        return 100 * self.reached / self.lines if self.lines else 0.0


@dataclass(frozen=True)
class Coverage:
    """What a night has measured; empty if it has not."""

    rooms: list[Room] = field(default_factory=list)  # the runtime first
    unreached: dict[str, list[Region]] = field(default_factory=dict)  # by what would reach them


async def run(work: Work, programs: Programs, names: Sequence[Lane], seconds: float) -> None:
    """Measures, and takes the place of what the night has measured before it was killed."""
    corpora = [
        f"--target={lane.target}={work.state.corpus(lane.target, lane.design).resolve()}"
        for lane in names
        if lane.target in TARGETS and not has_mistakes(lane, programs)
    ]
    there = [text for text in corpora if work.state.folder.joinpath(text.split("=")[2]).is_dir()]
    said = await run_verb(["coverage", "--json", *there], seconds)
    if not said.in_time:
        work.skip(STAGE, "it was not done when its time was up")
        return
    if said.status != Status.OK:
        raise QuakeError(Status.MISSING, f"quake coverage: {said.why()}")
    told, night = said.document(), work.night.id
    rooms = [(night, name, room["reached"], room["lines"]) for name, room in told["rooms"].items()]
    fields = ("file", "first", "last", "function", "needs")
    regions = [(night, *(one[name] for name in fields)) for one in told["unreached"]]
    with work.state.transaction():
        for table in ("coverage", "unreached"):
            work.state.write(f"DELETE FROM {table} WHERE night = ?", night)
        work.state.write_all("INSERT INTO coverage VALUES (?, ?, ?, ?)", rooms)
        work.state.write_all("INSERT INTO unreached VALUES (?, ?, ?, ?, ?, ?)", regions)


def measured(state: State, night: Night) -> Coverage:
    """What the night has measured."""
    query = "SELECT room, reached, lines FROM coverage WHERE night = ? ORDER BY rowid"
    coverage = Coverage([Room(*row) for row in state.rows(query, night.id)])
    for row in state.rows("SELECT * FROM unreached WHERE night = ? ORDER BY rowid", night.id):
        region = Region(row["file"], row["function"], row["first"], row["last"])
        coverage.unreached.setdefault(row["needs"], []).append(region)
    return coverage
