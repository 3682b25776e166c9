"""The sweep of nests on one design: by several processes, with its findings."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from stackquake.campaign.casebook import Casebook, Tools
from stackquake.files import reason_of, shown as shown_path
from stackquake.findings import folder as folders
from stackquake.findings.finding import Finding, Setup, file_of, store, stored
from stackquake.findings.known import KnownFinding, name_of
from stackquake.jobs.batch import Batch
from stackquake.jobs.interrupts import Interrupts, until
from stackquake.jobs.libfuzzer import ONE_INPUT_SECONDS, Violation, limits, run_once
from stackquake.jobs.scratch import Scratch
from stackquake.sweep.part import Part, Plan, Shown, Swept, nest_of_run

SOURCE = "sweep"
# The fuzz target that runs a nest as a sweep does.
TARGET = "nest"


@dataclass
class Found:
    """A finding, and the run that comes first among those that show it."""

    finding: Finding
    shown: Shown
    setup: Setup
    place: tuple[int, int]  # the number of the file, and of the run

    @property
    def where(self) -> str:
        """The run, in words."""
        copies = [f"a copy at safepoint {number}" for number in self.shown.move_at]
        collections = [f"a collection at safepoint {number}" for number in self.shown.gc_at]
        if self.shown.nest is None:
            return f"in run {self.shown.run}"
        return " and ".join(["with " + one for one in copies + collections]) or "without either"


@dataclass
class DesignSweep:
    """Sweeps nests on one design, and keeps what it finds: one finding for each signature.

    A finding is stored as soon as it is there. `investigate` then does with all of them what a
    campaign does: reduces, replays, and tells their stories.
    """

    plan: Plan
    setup: Setup
    runner: Path  # run_nests
    out: Path
    scratch: Scratch
    known: Sequence[KnownFinding] = ()
    step: Callable[[], None] = lambda: None
    nests: list[Swept] = field(default_factory=list)
    found: dict[str, Found] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def __post_init__(self) -> None:
        self.nests = [Swept(file) for file in self.plan.files]
        self._times: Counter[str] = Counter()
        self._names: dict[str, str] = {}  # the signature of a finding, by that of the sweep
        self._numbers = {file: number for number, file in enumerate(self.plan.files)}
        self._first: dict[str, tuple[int, int]] = {}  # the first place of a signature of the sweep
        self._begin = 0.0
        self._turn = asyncio.Lock()

    @property
    def runs(self) -> int:
        """How many have been made."""
        return sum(nest.done for nest in self.nests)

    @property
    def new(self) -> list[Found]:
        """The findings that the list of known findings does not have."""
        return [one for one in self.found.values() if one.finding.known is None]

    async def run(self) -> None:
        """Makes all runs. May be cancelled; what it has found by then is there."""
        self._begin = time.monotonic()
        try:
            async with asyncio.TaskGroup() as group:
                for number in range(self.plan.parts):
                    part = Part(self.plan, number, self.nests, self, self._folder("marks"))
                    group.create_task(part.run())
        except ExceptionGroup as group_of_errors:
            raise group_of_errors.exceptions[0] from None
        finally:
            self.seconds = time.monotonic() - self._begin
            self._store_all()

    # ---- As a watcher of its parts ----

    async def shown(self, shown: Shown) -> None:
        """Stores the finding unless its signature has been seen in an earlier run.

        Parts come to their runs at any time, but what is kept at the end does not depend on that.
        """
        signature = shown.violation["signature"]
        if shown.nest is None:
            self._times[signature] += 1  # of a death nobody else tells
        place = self._numbers[shown.file], shown.run
        if signature in self._first and self._first[signature] <= place:
            return
        self._first[signature] = place
        async with self._turn:
            if self._first[signature] == place:
                await self._take(shown, place)

    def seen(self, signature: str, times: int) -> None:
        """Counts."""
        self._times[signature] += times

    def stepped(self) -> None:
        """Passes it on."""
        self.step()

    # ---- Findings ----

    async def _take(self, shown: Shown, place: tuple[int, int]) -> None:
        nest = (shown.nest or await self._nest_of_death(shown)).encode()
        violation = await self._confirmed(nest, shown)
        self._names[shown.violation["signature"]] = violation.signature
        before = self.found.get(violation.signature)
        if before is not None and before.place < place:
            return
        settings = self.plan.settings
        seconds = time.monotonic() - self._begin
        finding = Finding(violation, nest, 0, self.runs, seconds, settings.poison)
        finding.known = name_of(self.known, violation, TARGET, settings)
        earlier = before.finding.earlier if before else stored(finding, self.setup, self.out)
        finding.earlier = earlier
        self.found[violation.signature] = Found(finding, shown, self.setup, place)
        self._store(finding)

    async def _nest_of_death(self, shown: Shown) -> str:
        nest = await nest_of_run(self.plan, shown)
        return nest or Path(shown.file).read_text(encoding="utf-8", errors="replace")

    async def _confirmed(self, nest: bytes, shown: Shown) -> Violation:
        """The violation as a fresh process shows it, with the lines of this nest; that of the sweep
        if the process shows none."""
        file = self._folder("confirmed") / f"{len(self._names)}.go"
        file.write_bytes(nest)
        batch = Batch(self.runner, self.plan.settings, [str(file)], self.plan.seconds)
        await batch.run(lambda: None)
        told = batch.reports[0].violation or shown.violation
        return Violation(told["check"], told["signature"], told["message"], told)

    def _store_all(self) -> None:
        """With the final counts."""
        for signature, times in self._times.items():
            found = self.found.get(self._names.get(signature, ""))
            if found is not None:
                found.finding.times_seen = max(times, 1)
        for found in self.found.values():
            self._store(found.finding)

    def _store(self, finding: Finding) -> None:
        try:
            store(finding, self.setup, self.out)
        except OSError as error:
            problem = f"cannot write to {shown_path(self.out)}: {reason_of(error)}"
            if problem not in self.problems:
                self.problems.append(problem)

    async def investigate(self, tools: Tools, interrupts: Interrupts) -> None:
        """Reduces, replays and tells of all that was found. An interrupt ends it."""
        casebook = Casebook(
            self.setup, tools, self.out, self.scratch, interrupts.first, self.known
        )
        for found in self.found.values():
            await self._let_the_target_name(found.finding, tools)
            casebook.take(found.finding)
        await casebook.close()
        self.problems += casebook.problems

    async def _let_the_target_name(self, finding: Finding, tools: Tools) -> None:
        """Names a crash as the fuzz target does, whose AddressSanitizer knows more of it."""
        if finding.violation.check != "crash":
            return
        file = self._folder("crashed") / "nest.go"
        file.write_bytes(finding.nest)
        command = [str(tools.target), *self.plan.settings.flags(), *limits(), str(file)]
        try:
            _, output = await run_once(command, ONE_INPUT_SECONDS)
        except asyncio.TimeoutError:
            return
        violation = output.violation()
        if violation is not None and violation.signature != finding.violation.signature:
            folders.remove(file_of(finding, self.setup, self.out).parent)
            finding.violation = violation

    def _folder(self, name: str) -> Path:
        folder = self.scratch.path / f"{self.plan.settings.design}-{name}"
        folder.mkdir(exist_ok=True)
        return folder


async def sweep_all(
    sweeps: Sequence[DesignSweep], interrupts: Interrupts, seconds: float | None
) -> None:
    """Runs one after another, until all is done, time is up or a signal comes."""
    interrupts.listen()

    async def run_all() -> None:
        for sweep in sweeps:
            await sweep.run()

    await until(interrupts.first, asyncio.create_task(run_all()), seconds)
