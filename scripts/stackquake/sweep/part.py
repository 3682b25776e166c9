"""One part of the runs of a sweep: processes of sweep_nests, one after another.

A run that ends its process, or hangs, is told of like any other. A new process goes on behind it.
"""

import asyncio
import contextlib
import json
from asyncio.subprocess import PIPE
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from stackquake.inputs import fitting
from stackquake.jobs.batch import LAST_STATUS, crash, ending, timeout
from stackquake.jobs.libfuzzer import TIMEOUT_SECONDS
from stackquake.jobs.processes import run_bounded, running
from stackquake.settings import Settings
from stackquake.status import QuakeError, Status
from stackquake.sweep.events import Marker, events_of

PROGRAM = "sweep_nests"
# Runs of one nest that may end or hang their process in one part. A hanging run takes
# TIMEOUT_SECONDS, and where so many hang the rest has little new.
MOST_DEATHS = 3


@dataclass(frozen=True)
class Plan:
    """What is swept: nests on one design."""

    program: Path  # sweep_nests
    settings: Settings
    files: Sequence[str]
    pairs: bool = False
    most_runs: int = 1 << 40  # of one nest
    parts: int = 1
    seconds: float = TIMEOUT_SECONDS  # that one run may take

    def command(self, *options: str) -> list[str]:
        """Everything but the files."""
        pairs = ["--pairs"] if self.pairs else []
        most = f"--max-runs={self.most_runs}"
        return [str(self.program), *self.settings.flags(), *pairs, most, *options, "--"]


@dataclass
class Swept:
    """How far the sweep of a nest has come."""

    file: str
    safepoints: int | None = None  # None until the dry run has counted them
    runs: int = 1  # that there are
    done: int = 0
    too_many: bool = False
    given_up: bool = False  # where too many runs have ended their process

    @property
    def is_whole(self) -> bool:
        """Whether every run has been made."""
        return self.safepoints is not None and self.done >= self.runs


@dataclass(frozen=True)
class Shown:
    """A run that shows a violation."""

    file: str
    run: int
    violation: dict[str, Any]  # as run_nests tells it
    nest: str | None = None  # that shows it by itself; None where the process has died
    move_at: tuple[int, ...] = ()
    gc_at: tuple[int, ...] = ()


class Watcher(Protocol):
    """Is told what a part finds, and how often."""

    async def shown(self, shown: Shown) -> None:
        """A violation, for the first time in this process and file."""

    def seen(self, signature: str, times: int) -> None:
        """So many runs more have shown a signature."""

    def stepped(self) -> None:
        """Some runs more are done."""


@dataclass
class _Process:
    """What one process has told so far."""

    first: int  # the number of its first file
    begin: int  # the run of that file with which it began
    file: int  # the number of the file in hand
    done: int = 0  # runs of the file in hand
    seen: dict[str, int] = field(default_factory=dict)


class Part:
    """Makes every run of a plan whose number leaves `part` when divided by `parts`.

    The counts go to `nests`, one for each file, which all parts of a plan share. Raises QuakeError
    when sweep_nests refuses something, or does not work.
    """

    def __init__(
        self, plan: Plan, part: int, nests: Sequence[Swept], watcher: Watcher, scratch: Path
    ) -> None:
        """`scratch` is a folder for a small file."""
        self._plan = plan
        self._part = part
        self._nests = nests
        self._watcher = watcher
        self._marker = Marker(scratch / f"part-{part}")
        self._first = 0  # the file with which the next process begins
        self._from = 0  # and its run
        self._deaths = 0  # in that file

    async def run(self) -> None:
        """Makes all runs. No process outlives the call."""
        while self._first < len(self._plan.files):
            await self._run_next()

    async def _run_next(self) -> None:
        """Sweeps the next files, as many as one command can have, in one process."""
        files = fitting(self._plan.files, self._first)
        part = f"--part={self._part + 1}/{self._plan.parts}"
        options = [part, f"--from={self._from}", f"--marker={self._marker.path}"]
        self._marker.clear()
        told = _Process(self._first, self._from, self._first)
        command = [*self._plan.command(*options), *files]
        async with running(command, stdout=PIPE) as process:
            assert process.stdout is not None and process.stderr is not None
            errors = asyncio.create_task(process.stderr.read())
            timed_out = await self._listen(process.stdout, told)
            if not timed_out:
                await process.wait()
        assert process.returncode is not None
        said = (await errors).decode(errors="replace").strip()
        if timed_out or not 0 <= process.returncode <= LAST_STATUS:
            await self._go_on_behind(told, process.returncode, timed_out, said)
        elif process.returncode in (Status.BAD_INPUT, Status.MISSING):
            raise QuakeError(Status(process.returncode), said)
        elif told.file < told.first + len(files):
            message = f"{PROGRAM} told of {told.file - told.first} of {len(files)} nests"
            raise QuakeError(Status.MISSING, message + (f": {said}" if said else ""))
        else:
            self._first, self._from, self._deaths = told.first + len(files), 0, 0

    async def _listen(self, output: asyncio.StreamReader, told: _Process) -> bool:
        """Takes in events until the output ends; true if none came for too long."""
        try:
            async for event in events_of(PROGRAM, output, self._marker, self._plan.seconds):
                await self._take(event, told)
        except TimeoutError:
            return True
        return False

    async def _take(self, event: dict[str, Any], told: _Process) -> None:
        kind = event["event"]
        nest = self._nests[told.file]
        if kind == "nest":
            nest.safepoints, nest.runs = event["safepoints"], event["runs"]
            nest.too_many = event["too_many"]
        elif kind == "finding":
            places = tuple(event["move_at"]), tuple(event["gc_at"])
            run, violation, text = event["run"], event["violation"], event["nest"]
            await self._watcher.shown(Shown(nest.file, run, violation, text, *places))
        else:
            self._count(told, event["done"], event["seen"])
        if kind == "end":
            told.file += 1
            told.done, told.seen = 0, {}

    def _count(self, told: _Process, done: int, seen: dict[str, int]) -> None:
        """Adds what has come since the last time."""
        self._nests[told.file].done += done - told.done
        for signature, times in seen.items():
            self._watcher.seen(signature, times - told.seen.get(signature, 0))
        told.done, told.seen = done, seen
        self._watcher.stepped()

    async def _go_on_behind(
        self, told: _Process, status: int, timed_out: bool, said: str
    ) -> None:
        """Tells of the run that ended the process, and lets the next process begin behind it."""
        place = self._marker.read()
        if place is None:
            how = "no event" if timed_out else ending(status)
            message = f"{PROGRAM} ended with {how} before it ran any nest"
            raise QuakeError(Status.MISSING, message + (f": {said}" if said else ""))
        number, run = told.first + place[0], place[1]
        begin = told.begin if number == told.first else 0
        if number != told.file:
            told.file, told.done, told.seen = number, 0, {}
        self._count(told, max(told.done, self._runs_between(begin, run)), told.seen)
        self._deaths = self._deaths + 1 if number == self._first else 1
        self._first, self._from = number, run + 1
        # The dry run is every part's; one of them tells of it.
        if run > 0 or self._part == 0:
            seconds = self._plan.seconds
            lost = timeout(PROGRAM, seconds) if timed_out else crash(PROGRAM, status, said)
            await self._watcher.shown(Shown(self._nests[number].file, run, lost))
        if run == 0 or self._deaths >= MOST_DEATHS:
            self._nests[number].given_up = True
            self._first, self._from, self._deaths = number + 1, 0, 0

    def _runs_between(self, begin: int, last: int) -> int:
        """How many runs this part has from one to another, both included."""
        step = self._plan.parts
        return len(range(self._part, last + 1, step)) - len(range(self._part, begin, step))


async def nest_of_run(plan: Plan, shown: Shown) -> str | None:
    """The nest of a run that has ended its process; None if that cannot be told."""
    command = [*plan.command(f"--show={shown.run}"), shown.file]
    try:
        _, output = await run_bounded(command, plan.seconds, with_output=True)
    except TimeoutError:
        return None
    for line in output.splitlines():
        with contextlib.suppress(ValueError, LookupError, TypeError):
            nest = json.loads(line)["nest"]
            return str(nest) if nest is not None else None
    return None
