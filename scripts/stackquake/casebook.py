"""The findings of a campaign: stored at once, and then investigated beside the running workers."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from stackquake import targets
from stackquake.files import ROOT, shown
from stackquake.findings import Finding, Settings, Setup, name_of, replay, store
from stackquake.interrupts import until
from stackquake.libfuzzer import TIMEOUT_SECONDS, Violation, limits, run_bounded, run_once

# For one finding. Nests of a few thousand bytes are small after a few seconds.
REDUCE_SECONDS = 60
# For all that is still to be investigated when the workers have ended.
CLOSING_SECONDS = 180
# A story is read by people, who begin with its end: the violation.
LONGEST_STORY = 1 << 20

# Makes a smaller nest that shows the same signature, within a number of seconds; or None.
Reduce = Callable[[Path, Settings, str, float], Awaitable[bytes | None]]


@dataclass(frozen=True)
class Tools:
    """The programs of a campaign, all of one build."""

    target: Path
    runner: Path  # run_nests, or what tells of the inputs of a target that runs none like it
    lister: Path  # list_designs
    formatter: Path  # format_nests
    reduce: Reduce | None = None  # findings stay as they are found where there is none


class Casebook:
    """Keeps `findings`, one for a signature, and counts the repeats.

    A new one is stored before anything else is done with it. Then it is reduced, replayed in fresh
    processes, and its story told: one finding at a time, so that the workers get on.
    """

    def __init__(
        self, setup: Setup, tools: Tools, folder: Path, scratch: Path, stop: asyncio.Event
    ) -> None:
        """Findings go to `folder`. Investigations end when `stop` is set."""
        self.findings: dict[str, Finding] = {}
        self._setup = setup
        self._tools = tools
        self._folder = folder
        self._scratch = scratch
        self._stop = stop
        self._turn = asyncio.Lock()
        self._work: list[asyncio.Task[None]] = []

    @property
    def repeats(self) -> int:
        """How often a signature came that was known."""
        return sum(finding.times_seen - 1 for finding in self.findings.values())

    def take(self, finding: Finding) -> None:
        """Takes in what a worker has found."""
        known = self.findings.get(finding.violation.signature)
        if known is not None:
            known.times_seen += 1
            return
        self.findings[finding.violation.signature] = finding
        self._store(finding)
        self._work.append(asyncio.create_task(self._investigate(finding)))

    async def close(self) -> None:
        """Ends the investigations, in time or out of time, and stores the final counts."""
        deadline = time.monotonic() + CLOSING_SECONDS
        try:
            for work in self._work:
                await until(self._stop, work, max(0.0, deadline - time.monotonic()))
        finally:
            for work in self._work:
                work.cancel()
            for finding in self.findings.values():
                self._store(finding)

    async def _investigate(self, finding: Finding) -> None:
        async with self._turn:
            await self._reduce(finding)
            nest = self._copy(finding, finding.nest)
            await replay(finding, self._tools.target, self._setup.settings, nest)
            self._store(finding)
            finding.story = await self._story(finding)
            self._store(finding)

    async def _reduce(self, finding: Finding) -> None:
        """Takes the smaller nest only if a fresh process of the target agrees."""
        if self._tools.reduce is None:
            return
        signature, settings = finding.violation.signature, self._setup.settings
        nest = self._copy(finding, finding.nest)
        reduced = await self._tools.reduce(nest, settings, signature, REDUCE_SECONDS)
        if reduced is None or reduced == finding.nest:
            return
        violation = await self._shown_by(self._copy(finding, reduced))
        if violation is not None and violation.signature == signature:
            finding.reduce_to(reduced, violation)

    async def _shown_by(self, nest: Path) -> Violation | None:
        flags = [*self._setup.settings.flags(), *limits()]
        try:
            _, output = await run_once(
                [str(self._tools.target), *flags, str(nest)], 3 * TIMEOUT_SECONDS
            )
        except asyncio.TimeoutError:
            return None
        return output.violation()

    async def _story(self, finding: Finding) -> bytes | None:
        """What the runner tells."""
        assert finding.file is not None
        trace = [] if targets.replayer(self._setup.target) else ["--trace"]
        flags = [*trace, *self._setup.settings.flags()]
        command = [str(self._tools.runner), *flags, shown(finding.file)]
        try:
            _, story = await run_bounded(command, TIMEOUT_SECONDS, with_output=True, cwd=ROOT)
        except asyncio.TimeoutError:
            return None
        return story if len(story) <= LONGEST_STORY else b"...\n" + story[-LONGEST_STORY:]

    def _copy(self, finding: Finding, nest: bytes) -> Path:
        """A private copy: the stored one may be written anew by another campaign."""
        name = name_of(finding.violation, self._setup)
        path = self._scratch / f"{name}{targets.ending(self._setup.target)}"
        path.write_bytes(nest)
        return path

    def _store(self, finding: Finding) -> None:
        store(finding, self._setup, self._folder)
