"""A fuzzing campaign: libFuzzer processes side by side, until time is up or something is found."""

import asyncio
import contextlib
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from stackquake.findings import Finding, Setup, replay, store
from stackquake.inputs import Inputs
from stackquake.libfuzzer import Output, Violation, fuzzing, last_words, limits, run_once
from stackquake.status import QuakeError, Status

# An interrupted libFuzzer prints its statistics and leaves at once; it gets this long to do so.
GRACE_SECONDS = 5
# Workers look at the clock between runs only, so the campaign's own clock comes a little later.
OVERTIME_SECONDS = 2
# A worker that ends this often without a finding will not do better the next time.
MAX_LOSSES = 3
MAX_LINE = 1 << 20
# For all seeds together; -timeout bounds each.
SELF_CHECK_SECONDS = 300


@dataclass(frozen=True)
class Plan:
    """What a campaign is to do."""

    setup: Setup
    program: Path
    seconds: float
    workers: int
    seed: int
    keep_going: bool
    dictionary: Path
    findings: Path


@dataclass(frozen=True)
class Snapshot:
    """How far a campaign is. The time is that of fuzzing, without the last replays; executions are
    libFuzzer's last word, which it gives now and then."""

    seconds: float
    executions: int
    edges: int
    corpus: int
    findings: int
    repeats: int
    seconds_since_new: float


class Campaign:
    """Runs a plan once. Findings are stored as they come, and stay in `findings` by signature."""

    def __init__(self, plan: Plan, inputs: Inputs, scratch: Path) -> None:
        self.findings: dict[str, Finding] = {}
        self.interrupted = False
        self._plan = plan
        self._inputs = inputs
        self._scratch = scratch
        self._running: dict[int, Output] = {}
        self._past_executions = 0
        self._edges = 0
        self._corpus = 0
        self._restarts = 0
        self._losses = 0
        self._stop = asyncio.Event()
        self._begin = self._end = self._last_new = time.monotonic()

    async def run(self, show: Callable[[Snapshot], None]) -> None:
        """Fuzzes, calling `show` twice a second. SIGINT, SIGTERM and SIGHUP end it early."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, self._interrupt)
        self._begin = self._last_new = time.monotonic()
        loop.call_later(self._plan.seconds + OVERTIME_SECONDS, self._stop.set)
        workers = [asyncio.create_task(self._work(i)) for i in range(self._plan.workers)]
        running: set[asyncio.Task[None]] = set(workers)
        while running:
            _, running = await asyncio.wait(running, timeout=0.5)
            show(self.snapshot())
        for finding in self.findings.values():
            self._store(finding)  # now with the final counts
        for worker in workers:
            worker.result()  # raises what the worker raised

    def snapshot(self) -> Snapshot:
        """The campaign as it is now."""
        now = time.monotonic() if self._running else self._end
        return Snapshot(
            seconds=now - self._begin,
            executions=self._executions(),
            edges=self._edges,
            corpus=self._corpus,
            findings=len(self.findings),
            repeats=sum(finding.times_seen - 1 for finding in self.findings.values()),
            seconds_since_new=now - self._last_new,
        )

    def _executions(self) -> int:
        return self._past_executions + sum(output.executions for output in self._running.values())

    def _interrupt(self) -> None:
        self.interrupted = True
        self._stop.set()

    def _seconds_left(self) -> float:
        return self._plan.seconds - (time.monotonic() - self._begin)

    async def _work(self, index: int) -> None:
        """One worker's place: a process, and after each finding or loss another with a new seed."""
        seed = self._plan.seed + index
        while not self._stop.is_set() and self._seconds_left() > 0:
            output = Output()
            self._running[index] = output
            status = await self._fuzz(index, seed, output)
            self._end = time.monotonic()
            seconds = self._end - self._begin
            executions = self._executions()
            self._past_executions += self._running.pop(index).executions
            violation = output.violation()
            if violation is not None and output.artifact is not None:
                await self._found(violation, output.artifact, seed, executions, seconds)
            elif status == 0 or self._stop.is_set():
                return
            else:
                self._lost(status, output)
            self._restarts += 1
            seed = self._plan.seed + self._plan.workers + self._restarts - 1

    async def _fuzz(self, index: int, seed: int, output: Output) -> int:
        """Runs a process to its end, or until the campaign stops; returns its exit status."""
        artifacts = self._scratch / f"worker-{index}"
        artifacts.mkdir(exist_ok=True)
        flags = fuzzing(self._seconds_left(), seed, artifacts, self._plan.dictionary)
        command = [str(self._plan.program), *self._plan.setup.settings.flags(), *flags]
        process = await asyncio.create_subprocess_exec(
            *command,
            str(self._inputs.new),
            str(self._inputs.start),
            cwd=self._scratch,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
            start_new_session=True,  # Ctrl-C is ours to handle
            limit=MAX_LINE,
        )
        stopper = asyncio.create_task(self._end_when_stopped(process))
        try:
            await self._listen(process, output)
            return await process.wait()
        finally:
            stopper.cancel()
            if process.returncode is None:
                process.kill()

    async def _listen(self, process: asyncio.subprocess.Process, output: Output) -> None:
        assert process.stderr is not None
        while True:
            try:
                line = await process.stderr.readline()
            except ValueError:
                continue  # a line beyond all bounds is dropped
            if not line:
                return
            output.read(line.decode(errors="replace"))
            self._corpus = max(self._corpus, output.corpus)
            if output.edges > self._edges:
                self._edges = output.edges
                self._last_new = time.monotonic()

    async def _end_when_stopped(self, process: asyncio.subprocess.Process) -> None:
        await self._stop.wait()
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
            await asyncio.sleep(GRACE_SECONDS)
            process.kill()

    async def _found(
        self, violation: Violation, artifact: Path, seed: int, executions: int, seconds: float
    ) -> None:
        nest = artifact.read_bytes()
        self._inputs.drop(nest)
        known = self.findings.get(violation.signature)
        if known is not None:
            known.times_seen += 1
            return
        finding = Finding(violation, nest, seed, executions, seconds)
        self.findings[violation.signature] = finding
        if not self._plan.keep_going:
            self._stop.set()
        self._store(finding)  # before the replays, which may be interrupted
        await self._replay(finding, artifact)
        self._store(finding)

    async def _replay(self, finding: Finding, nest: Path) -> None:
        """Replays a finding, though not beyond an interruption."""
        work = asyncio.create_task(
            replay(finding, self._plan.program, self._plan.setup.settings, nest)
        )
        while not work.done():
            await asyncio.wait([work], timeout=0.2)
            if self.interrupted:
                work.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await work

    def _store(self, finding: Finding) -> None:
        store(finding, self._plan.setup, self._plan.findings)

    def _lost(self, status: int, output: Output) -> None:
        """A worker died, and not of its input."""
        self._losses += 1
        if output.executions == 0 or self._losses >= MAX_LOSSES:
            self._stop.set()
            usage = status == Status.BAD_INPUT and output.executions == 0
            raise QuakeError(
                Status.BAD_INPUT if usage else Status.MISSING,
                f"the fuzz target ended with status {status}:\n{last_words(output.tail)}",
            )


async def check_seeds(plan: Plan, inputs: Inputs, scratch: Path) -> Finding | None:
    """Runs every seed once on the design without defects; returns the first bad one, if any.

    Raises QuakeError when the target does not even work.
    """
    artifacts = scratch / "self-check"
    artifacts.mkdir()
    command = [str(plan.program), *plan.setup.settings.without_defects().flags(), *limits()]
    command += ["-runs=0", f"-seed={plan.seed}", f"-artifact_prefix={artifacts}/"]
    try:
        status, output = await run_once([*command, str(inputs.start)], SELF_CHECK_SECONDS)
    except asyncio.TimeoutError:
        raise QuakeError(Status.MISSING, "the seeds take too long to run") from None
    violation = output.violation()
    if violation is not None and output.artifact is not None:
        nest = output.artifact.read_bytes()
        return Finding(violation, nest, plan.seed, 0, 0.0, file=inputs.origin(nest))
    if status != 0:
        raise QuakeError(
            Status.BAD_INPUT if status == Status.BAD_INPUT else Status.MISSING,
            f"the fuzz target ended with status {status} on the seeds:\n{last_words(output.tail)}",
        )
    return None
