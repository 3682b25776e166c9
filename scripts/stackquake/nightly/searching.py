"""The stage of trials: how soon the search finds defects, a third of them each night.

Each trial begins with an empty corpus and ends with its first finding. Every third night has the
same defects, with seeds that no other night has. An alarm is given for a defect that takes
significantly longer than in the NIGHTS nights before that had it.
"""

from __future__ import annotations

import asyncio
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from stackquake.campaign.tools import search_of
from stackquake.jobs.designs import Inventory
from stackquake.nightly.lanes import Programs
from stackquake.nightly.night import Work
from stackquake.nightly.nights import Night
from stackquake.nightly.state import State
from stackquake.series import seed_of
from stackquake.settings import Settings
from stackquake.trials.significance import compare
from stackquake.trials.trial import Result, Sound, Trial, run_trial

STAGE = "trials"
TARGET, DESIGN, POISON, MUTATOR = "goroutines", "go1.4", "asan", "tree"
THIRDS = 3
TRIALS = 5  # of each defect, in one night
# Of processor time. Most defects take some seconds; the slow ones count as this much.
BOUND_SECONDS = 20.0

NIGHTS = 10
# How likely a false alarm may be, of all defects of a night together (Bonferroni).
ALPHA = 0.05


@dataclass(frozen=True)
class History:
    """The times to find a defect, night after night."""

    defect: str
    nights: list[tuple[int, list[float]]]  # the last one is this night, if it had the defect

    @property
    def medians(self) -> list[tuple[int, float]]:
        """By night, in seconds."""
        return [(night, statistics.median(times)) for night, times in self.nights]


@dataclass(frozen=True)
class Alarm:
    """A defect that takes longer now."""

    defect: str
    before: float  # median, in seconds
    now: float
    p: float


def third(inventory: Inventory, number: int) -> list[str]:
    """The defects of a night, by its number."""
    slugs = sorted(one.slug for one in inventory.defects if one.design == DESIGN)
    return slugs[number % THIRDS :: THIRDS]


def planned(night: Night, slugs: Sequence[str]) -> list[Trial]:
    """The trials of a night; a cut in time leaves equally many of each defect."""
    return [
        Trial(slug, MUTATOR, seed_of(night.seed, 1000 + number))
        for number in range(TRIALS)
        for slug in slugs
    ]


async def run(work: Work, programs: Programs, seconds: float) -> None:
    """Does the trials that have no result yet, and ends those in hand when the time is up."""
    trials = planned(work.night, third(programs.inventory, work.night.id))
    query = "SELECT defect, seed FROM trial WHERE night = ?"
    done = {(row["defect"], row["seed"]) for row in work.state.rows(query, work.night.id)}
    waiting = [one for one in trials if (one.subject, one.seed) not in done][::-1]
    total = len(waiting)

    async def take() -> None:
        while waiting:
            trial = waiting.pop()
            try:
                result = await _trial(programs, trial, work.night.version)
            except asyncio.CancelledError:
                waiting.append(trial)
                raise
            _commit(work, result)

    tasks = [asyncio.create_task(take()) for _ in range(work.workers)]
    try:
        await asyncio.wait(tasks, timeout=seconds, return_when=asyncio.FIRST_EXCEPTION)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
    for task in tasks:
        if not task.cancelled() and (error := task.exception()) is not None:
            raise error
    if waiting:
        work.skip(f"{len(waiting)} of {total} trials", "no time was left")


async def _trial(programs: Programs, trial: Trial, version: str) -> Result:
    program = programs.tools[TARGET].target
    settings = Settings(DESIGN, (trial.subject,), POISON)
    sound = Sound(program, settings.without_defects())
    search = search_of(TARGET, MUTATOR)
    return await run_trial(program, settings, search, trial, BOUND_SECONDS, version, sound)


def _commit(work: Work, result: Result) -> None:
    write = "INSERT OR REPLACE INTO trial VALUES (?, ?, ?, ?, ?, ?)"
    trial = result.trial
    values = (trial.subject, trial.seed, int(result.found), result.seconds, result.executions)
    work.state.write(write, work.night.id, *values)


def histories(state: State, night: Night) -> list[History]:
    """Of all defects, up to this night."""
    rows = state.rows("SELECT * FROM trial WHERE night <= ? ORDER BY defect, night", night.id)
    found: dict[str, dict[int, list[float]]] = {}
    for row in rows:
        found.setdefault(row["defect"], {}).setdefault(row["night"], []).append(row["seconds"])
    return [History(defect, list(of_night.items())) for defect, of_night in found.items()]


def alarms(several: Sequence[History], night: Night) -> list[Alarm]:
    """The defects that take significantly longer in this night than before."""
    tested = [one for one in several if len(one.nights) > 1 and one.nights[-1][0] == night.id]
    found = []
    for one in tested:
        now = one.nights[-1][1]
        before = [time for _, times in one.nights[-1 - NIGHTS : -1] for time in times]
        compared = compare(now, before)
        if compared is None or compared.a12 >= 0.5 or compared.p * len(tested) >= ALPHA:
            continue
        medians = statistics.median(before), statistics.median(now)
        found.append(Alarm(one.defect, *medians, compared.p))
    return found
