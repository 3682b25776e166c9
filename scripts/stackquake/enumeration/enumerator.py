"""The enumeration of all small nests on one design, by several processes."""

import asyncio
import bisect
import itertools
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from stackquake.enumeration import state as states
from stackquake.enumeration.chunk import Chunk, Plan, Wrong, nest_of_death, run_chunk
from stackquake.enumeration.state import State, Totals
from stackquake.findings.finding import Setup
from stackquake.findings.known import KnownFinding
from stackquake.jobs.scratch import Scratch
from stackquake.sweep.events import Marker
from stackquake.sweep.keeping import Keeper
from stackquake.sweep.part import Shown

SOURCE = "enumerate"
# Nests that a process sweeps: a second or two. What is interrupted is lost, and done again.
CHUNK = 5000
# How often the state is written, in seconds.
BETWEEN_WRITES = 2.0


@dataclass
class Enumeration:
    """Sweeps all nests of some sizes, from where the state is. What it finds, the keeper gets.

    A process takes the next range as soon as it has done one. The state knows only of ranges below
    which nothing is left, so neither its totals nor its first nests depend on the number of
    processes.
    """

    plan: Plan
    setup: Setup
    runner: Path  # run_nests
    out: Path
    scratch: Scratch
    state: State
    file: Path  # of the state
    alphabet: str  # see alphabet_of
    sizes: Sequence[int]  # how many nests have exactly 0, 1, … statements
    workers: int = 1
    stop: bool = False  # at the first nest that is wrong
    known: Sequence[KnownFinding] = ()
    step: Callable[[int], None] = lambda done: None
    end: int = field(init=False)  # the number behind the last nest

    def __post_init__(self) -> None:
        self._ends = list(itertools.accumulate(self.sizes))  # of the numbers of each size
        self.end = self._ends[-1]
        self._begun = self.state.next  # the first nest that no process has taken
        self._waiting: dict[int, Chunk] = {}
        self._dead: dict[str, Wrong] = {}
        self._counting: dict[int, int] = {}  # nests done in the ranges in hand, by their first one
        self._seconds = self.state.seconds
        self._begin = self._written = time.monotonic()
        self.keeper = Keeper(
            self.plan.settings,
            self.setup,
            self.runner,
            self.out,
            self.scratch,
            self._nest_of_death,
            lambda: self.totals.runs,
            self.known,
            self.plan.seconds,
        )

    async def run(self) -> None:
        """Sweeps them. May be cancelled; what is done by then is in the file of the state."""
        try:
            async with asyncio.TaskGroup() as group:
                for number in range(self.workers):
                    group.create_task(self._work(self._folder("marks") / str(number)))
        except ExceptionGroup as group_of_errors:
            raise group_of_errors.exceptions[0] from None
        finally:
            self.keeper.store_all()
            self._write()

    @property
    def totals(self) -> Totals:
        """Of the nests of these sizes that are done, in this process and in earlier ones."""
        return self.state.up_to(len(self.sizes) - 1)

    def statements_of(self, number: int) -> int:
        """How many statements the nest with a number has."""
        return bisect.bisect_right(self._ends, number)

    @property
    def whole_statements(self) -> int:
        """All nests of at most so many statements are done; -1 if not even the empty one is."""
        return bisect.bisect_right(self._ends, self.state.next) - 1

    @property
    def next_size_ends(self) -> int:
        """How many nests there are of at most one statement more, as far as that is asked for."""
        return self._ends[min(self.whole_statements + 1, len(self._ends) - 1)]

    @property
    def is_whole(self) -> bool:
        """Whether all nests are done."""
        return self.state.next >= self.end

    async def _work(self, marker: Path) -> None:
        while self._begun < self.end and not (self.stop and self.keeper.found):
            first = self._begun
            self._begun = end = min(first + CHUNK, self._ends[self.statements_of(first)])

            def step(nests: int, first: int = first) -> None:
                self._counting[first] = nests
                self.step(self.state.next + sum(self._counting.values()))

            chunk = await run_chunk(self.plan, first, end, Marker(marker), step)
            for wrong in chunk.wrong:
                self._dead[wrong.shown.file] = wrong
                await self.keeper.take(wrong.shown, (wrong.number, wrong.shown.run))
            self._waiting[first] = chunk
            self._count()

    def _count(self) -> None:
        """Counts the ranges below which nothing is left."""
        while chunk := self._waiting.pop(self.state.next, None):
            self.state.add(chunk, self.statements_of(chunk.first), self.setup.version)
            self._counting.pop(chunk.first, None)
            for signature, times in chunk.seen.items():
                self.keeper.seen(signature, times)
        if time.monotonic() - self._written > BETWEEN_WRITES:
            self._write()

    def _write(self) -> None:
        self._written = time.monotonic()
        self.state.seconds = self._seconds + self._written - self._begin
        states.write(self.file, self.plan.settings, self.alphabet, self.state)

    async def _nest_of_death(self, shown: Shown) -> str:
        return await nest_of_death(self.plan, self._dead[shown.file], self._folder("deaths"))

    def _folder(self, name: str) -> Path:
        folder = self.scratch.path / f"{self.plan.settings.design}-{name}"
        folder.mkdir(exist_ok=True)
        return folder
