"""The sweep of nests on one design: by several processes, with its findings."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from stackquake.findings.finding import Setup
from stackquake.findings.known import KnownFinding
from stackquake.jobs.interrupts import Interrupts, until
from stackquake.jobs.scratch import Scratch
from stackquake.sweep.keeping import Keeper
from stackquake.sweep.part import Part, Plan, Shown, Swept, nest_of_run

SOURCE = "sweep"


@dataclass
class DesignSweep:
    """Sweeps nests on one design. What it finds, the keeper gets."""

    plan: Plan
    setup: Setup
    runner: Path  # run_nests
    out: Path
    scratch: Scratch
    known: Sequence[KnownFinding] = ()
    step: Callable[[], None] = lambda: None
    nests: list[Swept] = field(default_factory=list)
    seconds: float = 0.0

    def __post_init__(self) -> None:
        self.nests = [Swept(file) for file in self.plan.files]
        self._numbers = {file: number for number, file in enumerate(self.plan.files)}
        self.keeper = Keeper(
            self.plan.settings,
            self.setup,
            self.runner,
            self.out,
            self.scratch,
            self.nest_of_death,
            lambda: self.runs,
            self.known,
            self.plan.seconds,
        )

    @property
    def runs(self) -> int:
        """How many have been made."""
        return sum(nest.done for nest in self.nests)

    async def run(self) -> None:
        """Makes all runs. May be cancelled; what it has found by then is there."""
        begin = time.monotonic()
        marks = self.scratch.path / f"{self.plan.settings.design}-marks"
        marks.mkdir(exist_ok=True)
        try:
            async with asyncio.TaskGroup() as group:
                for number in range(self.plan.parts):
                    group.create_task(Part(self.plan, number, self.nests, self, marks).run())
        except ExceptionGroup as group_of_errors:
            raise group_of_errors.exceptions[0] from None
        finally:
            self.seconds = time.monotonic() - begin
            self.keeper.store_all()

    async def nest_of_death(self, shown: Shown) -> str:
        """The nest of a run that has ended its process, or the whole file's if it is not told."""
        nest = await nest_of_run(self.plan, shown)
        return nest or Path(shown.file).read_text(encoding="utf-8", errors="replace")

    # ---- As a watcher of its parts ----

    async def shown(self, shown: Shown) -> None:
        """Passes it on, with its place."""
        await self.keeper.take(shown, (self._numbers[shown.file], shown.run))

    def seen(self, signature: str, times: int) -> None:
        """Passes it on."""
        self.keeper.seen(signature, times)

    def stepped(self) -> None:
        """Passes it on."""
        self.step()


async def sweep_all(
    sweeps: Sequence[DesignSweep], interrupts: Interrupts, seconds: float | None
) -> None:
    """Runs one after another, until all is done, time is up or a signal comes."""
    interrupts.listen()

    async def run_all() -> None:
        for sweep in sweeps:
            await sweep.run()

    await until(interrupts.first, asyncio.create_task(run_all()), seconds)
