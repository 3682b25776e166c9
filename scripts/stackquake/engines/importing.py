"""What another engine has found becomes findings as a campaign stores them.

Each input runs in a fresh process of the target of `quake fuzz`. An input that shows a violation
there becomes a finding, unless one of its signature is known, or stored already.
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path, PurePath

from stackquake import poison, targets
from stackquake.campaign.casebook import Casebook, Tools
from stackquake.engines.inputs import FoundInput
from stackquake.files import shown
from stackquake.findings.finding import Finding, Setup, file_of, stored
from stackquake.findings.known import KnownFinding
from stackquake.inputs import name_of
from stackquake.jobs import build
from stackquake.jobs.interrupts import Interrupts, until
from stackquake.jobs.libfuzzer import (
    TELL_VARIATIONS,
    Output,
    Violation,
    on_files,
    output_of,
)
from stackquake.jobs.scratch import Scratch
from stackquake.printable import printable
from stackquake.settings import Settings

SOURCE = "import"


class Verdict(Enum):
    """What an input turned out to be."""

    NEW = "new"
    REPEAT = "repeat"  # of another input's signature
    KNOWN = "known"  # by the list of known findings
    STORED = "stored already"
    NOT_REPRODUCIBLE = "not reproducible"


@dataclass(frozen=True)
class Imported:
    """An input, and what became of it."""

    place: PurePath
    setup: Setup
    verdict: Verdict
    finding: Finding | None = None  # the one that is kept
    file: Path | None = None  # where it is stored, if it is not new

    @property
    def known(self) -> str | None:
        """The name in the list of known findings."""
        return self.finding.known if self.finding else None


class Importer:
    """Imports inputs of one target and design. `done` has those that are through."""

    def __init__(
        self,
        setup: Setup,
        tools: Tools,
        folder: Path,
        scratch: Scratch,
        interrupts: Interrupts,
        known: Sequence[KnownFinding],
    ) -> None:
        """Findings go to `folder`. An interrupt ends the import; what is found by then is kept."""
        self.done: list[Imported] = []
        self._setup = setup
        self._tools = tools
        self._folder = folder
        self._scratch = scratch
        self._interrupts = interrupts
        self._casebook = Casebook(setup, tools, folder, scratch, interrupts.first, known)
        self._free_cores = asyncio.Semaphore(build.cores())

    @property
    def problems(self) -> list[str]:
        """What could not be written or investigated."""
        return self._casebook.problems

    async def run(self, inputs: Sequence[FoundInput], step: Callable[[], None]) -> None:
        """Imports them, and calls `step` after each."""
        (self._scratch.path / "imported").mkdir(exist_ok=True)
        (self._scratch.path / "seeds").mkdir(exist_ok=True)

        async def run_all() -> None:
            async with asyncio.TaskGroup() as group:
                for one in inputs:
                    group.create_task(self._run(one, step))

        try:
            await until(self._interrupts.first, asyncio.create_task(run_all()), None)
        finally:
            await self._casebook.close()

    async def _run(self, one: FoundInput, step: Callable[[], None]) -> None:
        async with self._free_cores:
            shown_by = await self._replay(one.data) or await self._replay_variations(one.data)
        if shown_by is None:
            self._note(one, Verdict.NOT_REPRODUCIBLE)
        else:
            self._take(one, *shown_by)
        step()

    async def _replay(self, data: bytes) -> tuple[bytes, Violation, str] | None:
        """An input, the violation that it shows, and the poison mode that it needs."""
        for mode in self._modes(data):
            violation = (await self._run_target(data, mode)).violation()
            if violation is not None:
                return data, violation, mode
        return None

    async def _replay_variations(self, data: bytes) -> tuple[bytes, Violation, str] | None:
        """The same of a variation of the input; the engine's target has run these, too."""
        if not targets.runs_nests(self._setup.target):
            return None
        output = await self._run_target(data, poison.MIXED, TELL_VARIATIONS)
        violation, variation = output.violation(), output.input()
        if violation is None or variation is None:
            return None
        return variation, violation, poison.mode_of(poison.MIXED, variation)

    async def _run_target(self, data: bytes, mode: str, *flags: str) -> Output:
        """What a fresh process says of an input."""
        file = self._scratch.path / "imported" / name_of(data)
        file.write_bytes(data)
        settings = replace(self._setup.settings, poison=mode)
        return await output_of(on_files(self._tools.target, settings, [file], *flags))

    def _modes(self, data: bytes) -> Iterable[str]:
        """The modes to try: first those in which builds with and without AddressSanitizer ran it.

        The language has no memory to poison.
        """
        first = poison.mode_of(poison.MIXED, data)
        if self._setup.target == "language":
            return [first]
        return dict.fromkeys([first, "fill", *poison.MODES])

    def _take(self, one: FoundInput, data: bytes, violation: Violation, mode: str) -> None:
        """Hands a violation to the casebook unless an earlier campaign has stored it."""
        finding = Finding(violation, data, 0, 0, 0.0, mode)
        finding.imported_from = printable(str(one.place))
        is_first = violation.signature not in self._casebook.findings
        if is_first and stored(finding, self._setup, self._folder) is not None:
            file = file_of(finding, self._setup, self._folder)
            self._note(one, Verdict.STORED, finding, file)
            return
        kept = self._casebook.take(finding)
        verdict = Verdict.NEW if is_first else Verdict.REPEAT
        self._note(one, Verdict.KNOWN if kept.known else verdict, kept)

    def _note(
        self,
        one: FoundInput,
        verdict: Verdict,
        finding: Finding | None = None,
        file: Path | None = None,
    ) -> None:
        self.done.append(Imported(one.place, self._setup, verdict, finding, file))


def setup_of(target: str, design: str, version: str) -> Setup:
    """How the findings of a target on a design are stored."""
    return Setup(target, version, Settings(design, (), poison.MIXED), SOURCE)


def told(one: Imported) -> str:
    """An input on one line or, where there is a finding to look at, on more."""
    line = f"{printable(str(one.place))}: {one.verdict.value}"
    if one.finding is None:
        return f"{line} on {_where(one.setup)}"
    line += f", {one.finding.violation.signature}" + (f" ({one.known})" if one.known else "")
    file = one.file or one.finding.file
    if one.verdict is Verdict.REPEAT or file is None:
        return line
    return f"{line}\n  {shown(file.parent)}"


def _where(setup: Setup) -> str:
    words = [setup.target, setup.settings.design]
    return ", ".join(words if targets.runs_designs(setup.target) else words[:1])
