"""Runs the stages of a night, one after another, each within its time.

A stage commits its results as they come, and is noted as done at its end. A night that goes on
after it was killed leaves out the stages that are done; a stage that was under way goes on where
its own results end.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from stackquake.files import reason_of
from stackquake.jobs.interrupts import Interrupts, until
from stackquake.nightly import nights
from stackquake.nightly.nights import Night
from stackquake.nightly.shares import part
from stackquake.nightly.state import State, StateError
from stackquake.status import QuakeError

# Kept for verdicts and report. Both take seconds.
REPORT_SECONDS = 15.0
# A stage ends by itself when its time is up. One that has not ended after this is cancelled.
GRACE_SECONDS = 20.0
# What a campaign takes to end its workers and to store its findings.
ENDING_SECONDS = 8.0
# A stage that would have less time is left out. The night of a minute has some for all.
LEAST_SECONDS = 1.0


class Refused(QuakeError):
    """The night's fuzzers would find nothing, so there is no night."""


@dataclass
class Work:
    """What stages work with."""

    state: State
    night: Night
    workers: int
    known: Path  # the list of known findings
    go: tuple[str, ...] = ()  # toolchains, as `quake go --go` takes them; none: those installed
    interrupts: Interrupts = field(default_factory=Interrupts)
    problems: list[str] = field(default_factory=list)  # that could not be written down

    def skip(self, what: str, why: str) -> None:
        """Notes what is left out."""
        nights.skip(self.state, self.night, what, why)

    def problem(self, text: str) -> None:
        """Notes what did not work on this machine, and says it."""
        print(f"quake: {text}", file=sys.stderr, flush=True)
        try:
            nights.note_problem(self.state, self.night, text)
        except StateError:
            self.problems.append(text)
            raise


@dataclass(frozen=True)
class Stage:
    """A part of the night. `run` is given its time in seconds, and keeps to it."""

    name: str
    weight: float  # of its time, see shares.py
    run: Callable[[Work, float], Awaitable[None]]
    is_bounded: bool = True  # else it takes the time that it needs
    ends_itself: bool = False  # at an interrupt, within ENDING_SECONDS; else it is cancelled


async def run_stages(work: Work, stages: Sequence[Stage]) -> None:
    """Runs the stages that are not done yet. An interrupt ends the stage in hand, and the rest.

    What goes wrong in a stage is noted as a problem, and the night goes on, but for two errors:
    raises Refused, and StateError where the history cannot be written.
    """
    deadline = time.monotonic() + 60 * work.night.minutes - work.night.spent - REPORT_SECONDS
    done = nights.stages_done(work.state, work.night)
    waiting = [stage for stage in stages if stage.name not in done]
    while waiting and not work.interrupts.first.is_set():
        seconds = part([stage.weight for stage in waiting], deadline - time.monotonic())
        await _run(work, waiting.pop(0), seconds)


async def _run(work: Work, stage: Stage, seconds: float) -> None:
    begin = time.monotonic()
    nights.unskip(work.state, work.night, stage.name)
    if stage.is_bounded and seconds < LEAST_SECONDS:
        work.skip(stage.name, "no time was left")
        return
    print(f"quake: {stage.name}, for {seconds:.0f} s", file=sys.stderr, flush=True)
    running = asyncio.ensure_future(stage.run(work, seconds))
    try:
        if not await _ended(work, stage, running, seconds):
            if work.interrupts.first.is_set():
                return
            work.skip(stage.name, "it was not done when its time was up")
    except (Refused, StateError):
        raise
    except (QuakeError, OSError) as error:
        work.problem(f"{stage.name}: {reason_of(error)}")
    row = (work.night.id, stage.name, time.monotonic() - begin)
    work.state.write("INSERT OR REPLACE INTO stage VALUES (?, ?, ?)", *row)


async def _ended(
    work: Work, stage: Stage, running: asyncio.Future[None], seconds: float
) -> bool:
    """Waits for the end of a stage; tells whether it came. Raises what the stage raises."""
    most = seconds + GRACE_SECONDS if stage.is_bounded else None
    waiting = asyncio.ensure_future(asyncio.shield(running))
    if await until(work.interrupts.first, waiting, most):
        return True
    if stage.ends_itself and work.interrupts.first.is_set():
        await asyncio.wait([running], timeout=ENDING_SECONDS)
    running.cancel()
    await asyncio.wait([running])
    if not running.cancelled() and (error := running.exception()) is not None:
        raise error
    return False
