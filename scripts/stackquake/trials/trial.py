"""Trials: how long a fuzzer that starts with an empty corpus takes to the first finding.

A trial is one process with one seed. It is timed by the processor time that the process uses, which
depends little on what else the machine does.
"""

import asyncio
import contextlib
import tempfile
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from stackquake.findings import leftovers
from stackquake.jobs.libfuzzer import (
    ONE_INPUT_SECONDS,
    Output,
    Search,
    Violation,
    fuzzing,
    last_words,
    on_files,
    run_once,
)
from stackquake.jobs.processes import running
from stackquake.poison import mode_of
from stackquake.settings import Settings
from stackquake.status import QuakeError, Status

# Between two looks at the clock of a process, in seconds. A trial may use this much more than its
# bound, which is some seconds at least.
INTERVAL = 0.1
# On a busy machine a process gets only a part of a processor. A process that gets less than this
# part counts as one that hangs.
MIN_CPU_SHARE = 0.1
# A process that has told its finding still writes a report and the input, with a busy disk, too.
GRACE_SECONDS = 30
NANOSECONDS = 1e9  # a second; the unit of /proc/PID/schedstat


@dataclass(frozen=True)
class Subject:
    """What a trial is to find: a defect that is switched on, or the built-in ones of a design."""

    name: str
    settings: Settings
    check: str | None = None  # the one check that finds it in the corpus, if it is only one


@dataclass(frozen=True)
class Trial:
    """A trial to be done. These three name it in a result file."""

    subject: str
    mutator: str
    seed: int


@dataclass(frozen=True)
class Result:
    """What came of a trial. Without a finding the time is the bound.

    A finding does not count if the nest also fails without the mistake: `found` is false then, and
    `signature` is that of the finding.
    """

    trial: Trial
    found: bool
    seconds: float  # of processor time
    wall_seconds: float
    executions: int
    check: str | None = None  # of the finding
    signature: str | None = None
    version: str = ""  # of the project

    def document(self) -> dict[str, Any]:
        """As a line of a result file has it."""
        fields = asdict(self)
        return {**fields.pop("trial"), **fields}


def result_of(document: dict[str, Any]) -> Result:
    """The opposite of `document`. Raises KeyError or TypeError if it is not of such a form."""
    fields = dict(document)
    trial = Trial(*(fields.pop(name) for name in ("subject", "mutator", "seed")))
    return Result(trial, **fields)


class Clock:
    """The processor time of a process that may have ended.

    psutil tells it in ticks of 10 ms. Some trials take less, so they are timed by the kernel's
    nanoseconds.
    """

    def __init__(self, pid: int) -> None:
        self._file = Path(f"/proc/{pid}/schedstat")
        self.seconds = 0.0

    def look(self) -> float:
        """The time until now or, when the process is gone, until the last look."""
        with contextlib.suppress(OSError, ValueError, IndexError):
            self.seconds = max(self.seconds, int(self._file.read_text().split()[0]) / NANOSECONDS)
        return self.seconds


@dataclass(frozen=True)
class Sound:
    """What a finding is held against: a target and a design without the mistake."""

    target: Path
    settings: Settings


async def run_trial(
    target: Path,
    settings: Settings,
    search: Search,
    trial: Trial,
    seconds: float,
    version: str,
    sound: Sound | None = None,
) -> Result:
    """Runs a trial of at most `seconds` of processor time.

    Where something `sound` fails on the nest of a finding as well, the finding does not count. Now
    and then a run is compared with a fresh process, as in a campaign.
    A target that fails while it fuzzes, without a word, has crashed. Raises QuakeError when it ends
    otherwise without a finding. No process outlives the call.
    """
    with tempfile.TemporaryDirectory() as folder:
        corpus = Path(folder) / "corpus"
        corpus.mkdir()
        wall_bound = seconds / MIN_CPU_SHARE
        flags = [*settings.flags(), *fuzzing(search, wall_bound, trial.seed, Path(folder))]
        async with running([str(target), *flags, str(corpus)], cwd=Path(folder)) as process:
            fresh = _Fresh(target, settings, Path(folder) / "fresh")
            watch = _Watch(process, trial, seconds, version, fresh)
            result = await watch.result()
        if result.found and sound is not None and watch.input is not None:
            nest = Path(folder) / "found.go"
            nest.write_bytes(watch.input)
            if await _fails(sound, nest):
                return replace(result, found=False, seconds=seconds)
        return result


async def _fails(sound: Sound, nest: Path) -> bool:
    """Whether the target finds anything wrong with the nest."""
    try:
        command = on_files(sound.target, sound.settings, [nest])
        _, output = await run_once(command, ONE_INPUT_SECONDS)
    except TimeoutError:
        return True
    return output.violation() is not None


class _Fresh:
    """Compares runs that a process tells of with runs of fresh processes, one at a time."""

    def __init__(self, target: Path, settings: Settings, folder: Path) -> None:
        self._target = target
        self._settings = settings
        self._folder = folder
        self._next = 0.0
        self._comparison: asyncio.Task[None] | None = None
        self.violation: Violation | None = None

    def look(self, output: Output) -> None:
        """Takes up what has been told, if the last comparison was long enough ago."""
        told = leftovers.read(output.told_run or {})
        output.told_run = None
        now = asyncio.get_running_loop().time()
        busy = self._comparison is not None and not self._comparison.done()
        if told is not None and not busy and now >= self._next:
            self._next = now + leftovers.INTERVAL
            self._comparison = asyncio.create_task(self._compare(told))

    async def _compare(self, told: leftovers.ToldRun) -> None:
        settings = replace(self._settings, poison=mode_of(self._settings.poison, told.text))
        processes = leftovers.Processes(self._target, settings, self._folder)
        run = await processes.run(told.text)
        if run is not None:
            self.violation = self.violation or leftovers.difference(told.run, run)

    async def end(self) -> None:
        """Ends the comparison in hand, and raises what is wrong with it."""
        if self._comparison is not None:
            self._comparison.cancel()
            await asyncio.wait([self._comparison])
            if not self._comparison.cancelled():
                self._comparison.result()


class _Watch:
    """Follows the process of a trial to its end."""

    def __init__(
        self,
        process: asyncio.subprocess.Process,
        trial: Trial,
        seconds: float,
        version: str,
        fresh: _Fresh,
    ) -> None:
        self._process = process
        self._trial = trial
        self._bound = seconds
        self._version = version
        self._output = Output()
        self._clock = Clock(process.pid)
        self._begin = asyncio.get_running_loop().time()
        self._wall = 0.0
        self._silent: Violation | None = None  # how it has ended, if it has not said
        self._fresh = fresh

    @property
    def input(self) -> bytes | None:
        """The nest of the finding, where the process had the time to write it."""
        return self._output.input()

    async def result(self) -> Result:
        listening = asyncio.create_task(self._listen())
        try:
            while not listening.done() and self._violation() is None:
                if self._clock.look() >= self._bound:
                    await self._end(listening)
                    return self._result(found=False, seconds=self._bound)
                self._fresh.look(self._output)
                await asyncio.wait([listening], timeout=INTERVAL)
            if self._output.violation() is None and self._fresh.violation is not None:
                await self._end(listening)
                return self._with_finding()
            await asyncio.wait([listening], timeout=GRACE_SECONDS)
            await self._look_at_status()
            return self._with_finding()
        finally:
            listening.cancel()
            await asyncio.wait([listening])
            await self._fresh.end()

    async def _listen(self) -> None:
        assert self._process.stderr is not None
        while True:
            try:
                line = await self._process.stderr.readline()
            except ValueError:
                continue  # the line is longer than MAX_LINE
            if not line:
                return
            if self._output.violation() is None:
                self._note_time()
            self._output.read(line.decode(errors="replace"))

    def _note_time(self) -> None:
        self._clock.look()
        self._wall = asyncio.get_running_loop().time() - self._begin

    async def _end(self, listening: asyncio.Task[None]) -> None:
        """Asks the process to end. It then tells how many inputs it has run."""
        self._note_time()
        with contextlib.suppress(ProcessLookupError):
            self._process.terminate()
        await asyncio.wait([listening], timeout=GRACE_SECONDS)

    async def _look_at_status(self) -> None:
        """A process that was fuzzing, and has failed without a word, has crashed."""
        if self._output.violation() is not None or self._output.executions == 0:
            return
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(GRACE_SECONDS):
                status = await self._process.wait()
            if status != 0:
                words = f"ended with status {status}"
                self._silent = Violation("crash", words, words)

    def _violation(self) -> Violation | None:
        return self._output.violation() or self._fresh.violation or self._silent

    def _with_finding(self) -> Result:
        if self._violation() is None:
            raise QuakeError(
                Status.MISSING,
                f"the fuzz target ended without a finding, on {self._trial.subject}:"
                f"\n{last_words(self._output.tail)}",
            )
        if self._clock.seconds > self._bound:
            return self._result(found=False, seconds=self._bound)
        return self._result(found=True, seconds=self._clock.seconds)

    def _result(self, *, found: bool, seconds: float) -> Result:
        violation = self._violation() if found else None
        return Result(
            self._trial,
            found,
            round(seconds, 3),
            round(self._wall, 3),
            self._output.executions,
            violation.check if violation else None,
            violation.signature if violation else None,
            self._version,
        )
