"""What a sweep finds on one design: a finding for each signature, stored as soon as it is there."""

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from stackquake.campaign.casebook import Casebook, Tools
from stackquake.files import reason_of, shown as shown_path
from stackquake.findings import folder as folders
from stackquake.findings.finding import Finding, Setup, file_of, store, stored
from stackquake.findings.known import KnownFinding, name_of
from stackquake.jobs.batch import Batch
from stackquake.jobs.interrupts import Interrupts
from stackquake.jobs.libfuzzer import TIMEOUT_SECONDS, Violation, on_files, output_of
from stackquake.jobs.scratch import Scratch
from stackquake.settings import Settings
from stackquake.sweep.part import Shown

# The fuzz target that runs a nest as a sweep does.
TARGET = "nest"


@dataclass
class Found:
    """A finding, and the run that comes first among those that show it."""

    finding: Finding
    shown: Shown
    setup: Setup
    place: tuple[int, int]  # the number of the file or nest, and of the run

    @property
    def where(self) -> str:
        """The run, in words."""
        copies = [f"a copy at safepoint {number}" for number in self.shown.move_at]
        collections = [f"a collection at safepoint {number}" for number in self.shown.gc_at]
        if self.shown.nest is None:
            return f"in run {self.shown.run}"
        return " and ".join(["with " + one for one in copies + collections]) or "without either"


@dataclass
class Keeper:
    """Keeps what is found on one design.

    `investigate` does with all of it what a campaign does: reduces, replays, and tells the stories.
    """

    settings: Settings
    setup: Setup
    runner: Path  # run_nests
    out: Path
    scratch: Scratch
    nest_of_death: Callable[[Shown], Awaitable[str]]  # the nest of a run that ended its process
    runs: Callable[[], int]  # that have been made
    known: Sequence[KnownFinding] = ()
    seconds: float = TIMEOUT_SECONDS  # that one run may take
    found: dict[str, Found] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._times: Counter[str] = Counter()
        self._names: dict[str, str] = {}  # the signature of a finding, by that of the sweep
        self._first: dict[str, tuple[int, int]] = {}  # the first place of a signature of the sweep
        self._begin = time.monotonic()
        self._turn = asyncio.Lock()

    @property
    def new(self) -> list[Found]:
        """The findings that the list of known findings does not have."""
        return [one for one in self.found.values() if one.finding.known is None]

    async def take(self, shown: Shown, place: tuple[int, int]) -> None:
        """Stores a finding unless its signature has been seen at an earlier place.

        Processes come to their places at any time, but what is kept at the end does not depend on
        that.
        """
        signature = shown.violation["signature"]
        if shown.nest is None:
            self._times[signature] += 1  # of a death nobody else tells
        if signature in self._first and self._first[signature] <= place:
            return
        self._first[signature] = place
        async with self._turn:
            if self._first[signature] == place:
                await self._take(shown, place)

    def seen(self, signature: str, times: int) -> None:
        """So many runs more have shown a signature."""
        self._times[signature] += times

    async def _take(self, shown: Shown, place: tuple[int, int]) -> None:
        nest = (shown.nest or await self.nest_of_death(shown)).encode()
        violation = await self._confirmed(nest, shown)
        self._names[shown.violation["signature"]] = violation.signature
        before = self.found.get(violation.signature)
        if before is not None and before.place < place:
            return
        seconds = time.monotonic() - self._begin
        finding = Finding(violation, nest, 0, self.runs(), seconds, self.settings.poison)
        finding.known = name_of(self.known, violation, TARGET, self.settings)
        earlier = before.finding.earlier if before else stored(finding, self.setup, self.out)
        finding.earlier = earlier
        self.found[violation.signature] = Found(finding, shown, self.setup, place)
        self._store(finding)

    async def _confirmed(self, nest: bytes, shown: Shown) -> Violation:
        """The violation as a fresh process shows it, with the lines of this nest; that of the sweep
        if the process shows none."""
        file = self._folder("confirmed") / f"{len(self._names)}.go"
        file.write_bytes(nest)
        batch = Batch(self.runner, self.settings, [str(file)], self.seconds)
        await batch.run(lambda: None)
        told = batch.reports[0].violation or shown.violation
        return Violation(told["check"], told["signature"], told["message"], told)

    def store_all(self) -> None:
        """Stores all findings again, with the final counts."""
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
        output = await output_of(on_files(tools.target, self.settings, [file]))
        violation = output.violation()
        if violation is not None and violation.signature != finding.violation.signature:
            folders.remove(file_of(finding, self.setup, self.out).parent)
            finding.violation = violation

    def _folder(self, name: str) -> Path:
        folder = self.scratch.path / f"{self.settings.design}-{name}"
        folder.mkdir(exist_ok=True)
        return folder


async def investigate_all(
    keepers: Sequence[Keeper], interrupts: Interrupts, tools: Tools
) -> None:
    """Investigates what each has."""
    interrupts.listen()
    for keeper in keepers:
        await keeper.investigate(tools, interrupts)
