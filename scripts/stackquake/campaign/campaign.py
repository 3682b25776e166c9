"""A fuzzing campaign: several libFuzzer processes that run until time is up or one finds something.

Each process is a worker. A worker ends with its first finding, and after SHIFT_SECONDS. A new one
takes its place then, with what all have learned.
"""

import asyncio
import contextlib
import time
from asyncio.subprocess import Process
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from stackquake import targets
from stackquake.campaign import situations
from stackquake.campaign.casebook import Casebook, Tools
from stackquake.campaign.situations import Situations
from stackquake.files import reason_of
from stackquake.findings.finding import Finding, Setup
from stackquake.findings.known import KnownFinding
from stackquake.findings.leftovers import INTERVAL, Processes, ToldRun, difference, read
from stackquake.inputs import Inputs
from stackquake.jobs.interrupts import Interrupts, until
from stackquake.jobs.libfuzzer import (
    ONE_INPUT_SECONDS,
    RESOURCE_CHECKS,
    TELL_VARIATIONS,
    Output,
    Search,
    Violation,
    fuzzing,
    last_words,
    on_files,
    output_of,
)
from stackquake.jobs.group import end
from stackquake.jobs.processes import running
from stackquake.jobs.scratch import Scratch
from stackquake.poison import mode_of
from stackquake.series import seed_of
from stackquake.status import QuakeError, Status

# An interrupted libFuzzer prints its statistics and ends. It is killed if that takes longer.
GRACE_SECONDS = 5
# A worker looks at the clock only between two runs, so the campaign stops the workers a little
# later than they should have stopped themselves.
OVERTIME_SECONDS = 2
# A worker can be lost to the machine, as when memory is short for a moment. When this many have
# been lost, the cause is not one that passes, and the campaign ends.
MAX_LOSSES = 3
# A worker's memory grows, if more and more slowly: its allocator keeps, of each size, what the most
# demanding input so far has taken. So it never fuzzes for longer than this.
SHIFT_SECONDS = 1200
# How often the numbers of the campaign are shown: often enough that a terminal seems alive.
SHOW_SECONDS = 0.5


@dataclass(frozen=True)
class Plan:
    """The settings of a campaign."""

    setup: Setup
    tools: Tools
    search: Search
    seconds: float
    workers: int
    seed: int
    keep_going: bool
    findings: Path  # the folder for findings
    known: Sequence[KnownFinding] = ()  # findings that end nothing


@dataclass(frozen=True)
class Snapshot:
    """The state of a campaign at one moment.

    `seconds` counts the fuzzing, not what is done afterwards. `executions` is what libFuzzer last
    reported, which it does now and then.
    """

    seconds: float = 0
    executions: int = 0
    edges: int = 0
    features: int = 0
    corpus: int = 0
    findings: int = 0
    repeats: int = 0
    seconds_since_new: float = 0
    validity: float | None = None  # which part of the inputs were nests; None if not known
    compared_runs: int = 0  # of workers, with the run of a fresh process


class Campaign:
    """Runs a plan once.

    Each finding is stored as soon as a worker reports it. `findings` has all of them by signature.
    """

    def __init__(
        self, plan: Plan, inputs: Inputs, scratch: Scratch, interrupts: Interrupts | None = None
    ) -> None:
        self.interrupts = interrupts or Interrupts()
        self._plan = plan
        self._inputs = inputs
        self._scratch = scratch
        self._casebook = Casebook(
            plan.setup, plan.tools, plan.findings, scratch, self.interrupts.first, plan.known
        )
        self.problems: list[str] = []  # what went wrong on this machine; no finding is to blame
        self._running: dict[int, Output] = {}
        self._past_executions = 0
        self._past_situations = Situations()
        self._edges = 0
        self._features = 0
        self._corpus = 0
        self._restarts = 0
        self._losses = 0
        self._comparison: asyncio.Task[None] | None = None  # the last one
        self._next_comparison = time.monotonic()
        self._compared_runs = 0
        self._stop = asyncio.Event()
        self._begin = self._end = self._last_new = time.monotonic()

    async def run(self, show: Callable[[Snapshot], None]) -> None:
        """Fuzzes, and calls `show` every SHOW_SECONDS. An interrupt ends the fuzzing early.

        Raises QuakeError if no worker can run at all. Later failures are listed in `problems`.
        """
        self._begin = self._last_new = time.monotonic()
        asyncio.get_running_loop().call_later(self._plan.seconds + OVERTIME_SECONDS, self._stop.set)
        stopper = asyncio.create_task(self._stop_when_interrupted())
        workers = [asyncio.create_task(self._run_worker(i)) for i in range(self._plan.workers)]
        running: set[asyncio.Task[None]] = set(workers)
        while running:
            _, running = await asyncio.wait(running, timeout=SHOW_SECONDS)
            show(self.snapshot())
        stopper.cancel()
        if self._comparison is not None:
            await until(self.interrupts.first, self._comparison, ONE_INPUT_SECONDS)
        await self._casebook.close()
        errors = [error for worker in workers if (error := worker.exception()) is not None]
        for error in errors:
            self._note_error(error)
        self.problems += self._casebook.problems

    def _note_error(self, error: BaseException) -> None:
        """Raises a worker's error if there is nothing to report, and lists it otherwise."""
        expected = isinstance(error, QuakeError) and (self._executions() > 0 or self.findings)
        if not expected:
            raise error
        self.problems.append(str(error))

    @property
    def findings(self) -> dict[str, Finding]:
        """By signature."""
        return self._casebook.findings

    def situations(self) -> Situations:
        """The situations that the workers have reported so far."""
        now = (situations.read(output.situations) for output in self._running.values())
        return situations.total([self._past_situations, *now])

    def snapshot(self) -> Snapshot:
        """The state of the campaign now."""
        now = time.monotonic() if self._running else self._end
        return Snapshot(
            seconds=now - self._begin,
            executions=self._executions(),
            edges=self._edges,
            features=self._features,
            corpus=self._corpus,
            findings=len(self.findings),
            repeats=self._casebook.repeats,
            seconds_since_new=now - self._last_new,
            validity=self.situations().validity if self._may_read_nests() else None,
            compared_runs=self._compared_runs,
        )

    def _may_read_nests(self) -> bool:
        return targets.may_read_nests(self._plan.setup.target)

    def _executions(self) -> int:
        return self._past_executions + sum(output.executions for output in self._running.values())

    async def _stop_when_interrupted(self) -> None:
        await self.interrupts.first.wait()
        self._stop.set()

    def _seconds_left(self) -> float:
        return self._plan.seconds - (time.monotonic() - self._begin)

    async def _run_worker(self, index: int) -> None:
        """Runs one worker, and after each finding, loss or shift another one with a new seed."""
        seed = seed_of(self._plan.seed, index)
        while not self._stop.is_set() and self._seconds_left() > 0:
            begin = time.monotonic()
            output = Output()
            self._running[index] = output
            try:
                status = await self._fuzz(index, seed, output)
            finally:
                self._end = time.monotonic()
                self._retire(index)
            violation = output.violation()
            if violation is not None:
                await self._judge(violation, output, seed)
            elif self._stop.is_set():
                return
            elif status == 0 and time.monotonic() - begin < SHIFT_SECONDS:
                return
            elif status != 0:
                self._count_loss(f"the fuzz target ended with status {status}", status, output)
            self._restarts += 1
            seed = seed_of(self._plan.seed, self._plan.workers + self._restarts - 1)

    async def _judge(self, violation: Violation, output: Output, seed: int) -> None:
        """Takes a violation as a finding if there is an input that shows it, else as a loss."""
        nest = output.input()
        if nest and not output.told_finding and targets.runs_nests(self._plan.setup.target):
            nest = await self._variation_that_dies(nest) or nest
        if nest is None and self._stop.is_set():
            return  # it was ended while it wrote
        if nest is None:
            message = f"{violation.signature}: the worker could not write the input that shows it"
            self._count_loss(message, Status.FOUND, output)
        elif not nest and not self._may_have_empty_input(violation):
            message = f"{violation.signature}: with an empty input, so the harness is at fault"
            self._count_loss(message, Status.FOUND, output)
        else:
            seconds, executions = self._end - self._begin, self._executions()
            poison = mode_of(self._plan.setup.settings.poison, nest)
            finding = Finding(violation, nest, seed, executions, seconds, poison)
            finding.artifact = output.artifact
            self._found(finding)

    async def _variation_that_dies(self, nest: bytes) -> bytes | None:
        """The variation of a nest that ends the process; None if the nest does, or nothing."""
        path = self._scratch.path / "varied.go"
        path.write_bytes(nest)
        target, settings = self._plan.tools.target, self._plan.setup.settings
        output = await output_of(on_files(target, settings, [path], TELL_VARIATIONS))
        return output.input() if output.violation() is not None else None

    def _may_have_empty_input(self, violation: Violation) -> bool:
        """An empty text is no nest; an empty input of another target takes no time or memory."""
        return violation.check not in RESOURCE_CHECKS and not targets.runs_nests(
            self._plan.setup.target
        )

    def _retire(self, index: int) -> None:
        """Adds the counts of a worker that has ended to the totals."""
        output = self._running.pop(index)
        self._past_executions += output.executions
        told = situations.read(output.situations)
        self._past_situations = situations.total([self._past_situations, told])

    async def _fuzz(self, index: int, seed: int, output: Output) -> int:
        """Runs a process until it ends or the campaign stops; returns its exit status."""
        artifacts = self._scratch.path / f"worker-{index}"
        seconds = min(self._seconds_left(), SHIFT_SECONDS)
        flags = fuzzing(self._plan.search, seconds, seed, artifacts)
        command = [str(self._plan.tools.target), *self._plan.setup.settings.flags(), *flags]
        command += map(str, (self._inputs.new, self._inputs.seeds, self._inputs.learned))
        try:
            artifacts.mkdir(exist_ok=True)
            async with running(command, cwd=self._scratch.path) as process:
                stopper = asyncio.create_task(self._end_when_stopped(process))
                try:
                    await self._read_output(process, output, seed)
                    return await process.wait()
                finally:
                    stopper.cancel()
        except QuakeError:
            self._stop.set()
            raise
        except OSError as error:
            self._stop.set()
            message = f"a worker cannot be started: {reason_of(error)}"
            raise QuakeError(Status.MISSING, message) from None

    async def _read_output(self, process: Process, output: Output, seed: int) -> None:
        assert process.stderr is not None
        while True:
            try:
                line = await process.stderr.readline()
            except ValueError:
                continue  # the line is longer than MAX_LINE
            if not line:
                return
            output.read(line.decode(errors="replace"))
            self._note_progress(output)
            self._note_told_run(output, seed)

    def _note_progress(self, output: Output) -> None:
        if output.edges > self._edges or output.features > self._features:
            self._last_new = time.monotonic()
        self._edges = max(self._edges, output.edges)
        self._features = max(self._features, output.features)
        self._corpus = max(self._corpus, output.corpus)

    def _note_told_run(self, output: Output, seed: int) -> None:
        """Compares a run that a worker has told, if the last comparison was long enough ago."""
        told = read(output.told_run or {})
        output.told_run = None
        now = time.monotonic()
        busy = self._comparison is not None and not self._comparison.done()
        if told is None or busy or now < self._next_comparison or self._stop.is_set():
            return
        self._next_comparison = now + INTERVAL
        self._comparison = asyncio.create_task(self._compare(told, seed))

    async def _compare(self, told: ToldRun, seed: int) -> None:
        """Runs what a worker has run in a fresh process."""
        settings = self._plan.setup.settings
        poison = mode_of(settings.poison, told.text)
        folder = self._scratch.path / "fresh"
        try:
            processes = Processes(
                self._plan.tools.target, replace(settings, poison=poison), folder
            )
            fresh = await processes.run(told.text)
        except (OSError, QuakeError) as error:
            self.problems.append(f"a run cannot be compared with a fresh one: {reason_of(error)}")
            return
        if fresh is None:
            return
        self._compared_runs += 1
        violation = difference(told.run, fresh)
        if violation is not None:
            seconds, executions = time.monotonic() - self._begin, self._executions()
            finding = Finding(violation, told.text, seed, executions, seconds, poison)
            finding.before = told.earlier
            self._found(finding)

    async def _end_when_stopped(self, process: Process) -> None:
        await self._stop.wait()
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        await asyncio.sleep(GRACE_SECONDS)
        end(process)

    def _found(self, finding: Finding) -> None:
        self._inputs.drop(finding.nest)
        kept = self._casebook.take(finding)
        if kept.known is None and not self._plan.keep_going:
            self._stop.set()

    def _count_loss(self, message: str, status: int, output: Output) -> None:
        """A worker ended, and its input was not the cause."""
        self._losses += 1
        whole = f"{message}:\n{last_words(output.tail)}"
        if output.executions == 0 or self._losses >= MAX_LOSSES:
            self._stop.set()
            usage = status == Status.BAD_INPUT and output.executions == 0
            raise QuakeError(Status.BAD_INPUT if usage else Status.MISSING, whole)
        self.problems.append(whole)
