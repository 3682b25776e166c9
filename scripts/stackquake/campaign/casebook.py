"""The findings of a campaign: stored at once, and then investigated beside the running workers."""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from stackquake import targets
from stackquake.files import reason_of, shown
from stackquake.findings.finding import Finding, Setup, file_of, replay, store, stored
from stackquake.findings.known import KnownFinding, name_of
from stackquake.findings.leftovers import Processes, sequence_for
from stackquake.findings.telling import Told
from stackquake.jobs.interrupts import until
from stackquake.jobs.libfuzzer import TIMEOUT_SECONDS, Violation, on_files, output_of
from stackquake.jobs.processes import run_bounded
from stackquake.jobs.scratch import Scratch
from stackquake.settings import Settings
from stackquake.status import QuakeError

# For one finding. Nests of a few thousand bytes are small after a few seconds.
REDUCE_SECONDS = 60
# For all findings that wait for their investigation when the workers have ended: three that take
# their whole REDUCE_SECONDS, or dozens that do not.
CLOSING_SECONDS = 3 * REDUCE_SECONDS
# In bytes; of a longer story the end is kept. People begin to read there, since that is where the
# violation is.
LONGEST_STORY = 1 << 20

# Makes a smaller nest that shows the same signature, within a number of seconds; or None.
Reduce = Callable[[Path, Settings, str, float], Awaitable[bytes | None]]
# Tells the story of a nest; None where the run ends the process that is to tell it.
Tell = Callable[[Path, Settings], Awaitable[Told | None]]


@dataclass(frozen=True)
class Tools:
    """The programs of a campaign, all of one build."""

    target: Path
    runner: Path  # run_nests, or what tells of the inputs of a target that runs none like it
    lister: Path  # list_designs
    formatter: Path  # format_nests
    reduce: Reduce | None = None  # findings stay as they are found where there is none
    prepare: Callable[[], Awaitable[None]] | None = None  # builds what the others need
    tell: Tell | None = None


class Casebook:
    """Keeps `findings`, one for each signature, and counts the repeats.

    A new finding is stored before anything else is done with it. Then it is reduced, replayed in
    fresh processes, and its story is told. This is done for one finding at a time, so that most
    processors are left to the workers. If an earlier campaign has stored a smaller nest with the
    same signature, the reduction begins with that nest, whose files are replaced only at the end.

    A file that cannot be written does not end the campaign. `problems` has a line for each such
    file, and a finding that is not in its folder is kept in the scratch folder.
    """

    def __init__(
        self,
        setup: Setup,
        tools: Tools,
        folder: Path,
        scratch: Scratch,
        stop: asyncio.Event,
        known: Sequence[KnownFinding] = (),
    ) -> None:
        """Findings go to `folder`. Investigations end when `stop` is set."""
        self.findings: dict[str, Finding] = {}
        self.problems: list[str] = []
        self._setup = setup
        self._known = known
        self._tools = tools
        self._folder = folder
        self._scratch = scratch
        self._stop = stop
        self._turn = asyncio.Lock()
        self._work: list[asyncio.Task[None]] = []
        self._not_stored: dict[str, OSError] = {}  # by signature, why

    @property
    def repeats(self) -> int:
        """How often a signature came that was known."""
        return sum(finding.times_seen - 1 for finding in self.findings.values())

    def take(self, finding: Finding) -> Finding:
        """Takes in a finding of a worker; gives that of its signature which is kept."""
        kept = self.findings.get(finding.violation.signature)
        if kept is not None:
            kept.times_seen += 1
            return kept
        settings = finding.settings(self._setup)
        finding.known = name_of(self._known, finding.violation, self._setup.target, settings)
        self.findings[finding.violation.signature] = finding
        finding.earlier = stored(finding, self._setup, self._folder)
        self._store(finding)
        self._work.append(asyncio.create_task(self._investigate(finding)))
        return finding

    async def close(self) -> None:
        """Ends the investigations, in time or out of time, and stores the final counts."""
        try:
            await self._wait_for_the_tools()
            deadline = time.monotonic() + CLOSING_SECONDS
            for work in self._work:
                await until(self._stop, work, max(0.0, deadline - time.monotonic()))
        finally:
            for work in self._work:
                work.cancel()
            for finding in self.findings.values():
                self._store(finding)
                self._rescue(finding)

    async def _wait_for_the_tools(self) -> None:
        """The time in which they are built is not that of the investigations."""
        if self._work and self._tools.prepare is not None:
            with contextlib.suppress(QuakeError):  # that has been told of the investigation
                await until(self._stop, asyncio.ensure_future(self._tools.prepare()), None)

    async def _investigate(self, finding: Finding) -> None:
        async with self._turn:
            try:
                if finding.needs_others:
                    files = await self._find_sequence(finding)
                else:
                    await self._begin_with_earlier(finding)
                    await self._reduce(finding)
                    files = [self._copy(finding, finding.nest)]
                settings = finding.settings(self._setup)
                await replay(finding, self._tools.target, settings, files)
                await self._tell(finding, settings, files[0])
            except (OSError, QuakeError) as error:
                self.problems.append(
                    f"{finding.violation.signature} is not investigated: {reason_of(error)}"
                )
            finding.earlier = None
            self._store(finding)

    async def _find_sequence(self, finding: Finding) -> list[Path]:
        """Looks for inputs to run before the nest; gives the files of the whole sequence."""
        told = finding.before or ()
        seeds = [path.read_bytes() for path in sorted((self._scratch.path / "seeds").iterdir())]
        folder = self._scratch.path / "sequence"
        processes = Processes(self._tools.target, finding.settings(self._setup), folder)
        candidates = [(), told, (*seeds, *told)]
        finding.before = await sequence_for(finding.nest, candidates, processes)
        nest = self._copy(finding, finding.nest)
        return [nest, *processes.files(finding.before), nest] if finding.before else [nest, nest]

    async def _begin_with_earlier(self, finding: Finding) -> None:
        """Takes the smaller nest of an earlier campaign, if it still shows the same violation."""
        earlier, signature = finding.earlier, finding.violation.signature
        if earlier is None or len(earlier.nest) >= len(finding.nest):
            return
        poison = earlier.poison or finding.poison
        settings = replace(self._setup.settings, poison=poison)
        violation = await self._shown_by(settings, self._copy(finding, earlier.nest))
        if violation is not None and violation.signature == signature:
            finding.nest, finding.violation = earlier.nest, violation
            finding.original, finding.poison = earlier.original, poison

    async def _reduce(self, finding: Finding) -> None:
        """Takes the smaller nest only if a fresh process of the target agrees."""
        if self._tools.reduce is None:
            return
        signature, settings = finding.violation.signature, finding.settings(self._setup)
        nest = self._copy(finding, finding.nest)
        reduced = await self._tools.reduce(nest, settings, signature, REDUCE_SECONDS)
        if reduced is None or reduced == finding.nest:
            return
        violation = await self._shown_by(settings, self._copy(finding, reduced))
        if violation is not None and violation.signature == signature:
            finding.reduce_to(reduced, violation)

    async def _shown_by(self, settings: Settings, nest: Path) -> Violation | None:
        output = await output_of(on_files(self._tools.target, settings, [nest]))
        return output.violation()

    async def _tell(self, finding: Finding, settings: Settings, nest: Path) -> None:
        """Has its story told, or its trace: of a crash, and where it needs other inputs."""
        tell = None if finding.needs_others else self._tools.tell
        told = await tell(nest, settings) if tell is not None else None
        if told is not None:
            finding.story, finding.page = told.text, told.page
        else:
            finding.story = await self._story(settings, nest)

    async def _story(self, settings: Settings, nest: Path) -> bytes | None:
        """What the runner tells of a nest."""
        trace = [] if targets.replayer(self._setup.target) else ["--trace"]
        flags = [*trace, *settings.flags()]
        command = [str(self._tools.runner), *flags, nest.name]
        folder = nest.parent  # the story names the nest as it is named beside the story
        try:
            _, story = await run_bounded(command, TIMEOUT_SECONDS, with_output=True, cwd=folder)
        except TimeoutError:
            return None
        return story if len(story) <= LONGEST_STORY else b"...\n" + story[-LONGEST_STORY:]

    def _copy(self, finding: Finding, nest: bytes) -> Path:
        """A private copy: the stored one may be written anew by another campaign."""
        path = file_of(finding, self._setup, self._scratch.path / "copies")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(nest)
        return path

    def _store(self, finding: Finding) -> None:
        signature = finding.violation.signature
        try:
            store(finding, self._setup, self._folder)
        except OSError as error:
            self._not_stored[signature] = error
        else:
            self._not_stored.pop(signature, None)

    def _rescue(self, finding: Finding) -> None:
        """Keeps what could not be stored, and says where."""
        error = self._not_stored.get(finding.violation.signature)
        if error is None:
            return
        problem = f"cannot write to {shown(self._folder)}: {reason_of(error)}"
        kept = self._keep_in_scratch(finding)
        if kept is None:
            self.problems.append(f"{problem}; this report alone has the finding")
            return
        self._scratch.keep(kept)
        self.problems.append(f"{problem}; the only copy of the finding is {shown(kept)}")

    def _keep_in_scratch(self, finding: Finding) -> Path | None:
        """Stores a finding in the scratch folder; gives its file, or the worker's if that fails."""
        finding.earlier = None
        try:
            store(finding, self._setup, self._scratch.path / "findings")
        except OSError:
            finding.file = finding.artifact
        else:
            self._scratch.keep(self._scratch.path / "findings")
        return finding.file
