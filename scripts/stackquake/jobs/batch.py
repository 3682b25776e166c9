"""Many nests in one process of run_nests, which tells of each as soon as it has run.

A nest that ends the process, or hangs, is told of like any other, and those after it run in a new
process.
"""

import asyncio
import contextlib
import json
import signal
from asyncio.subprocess import PIPE
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from stackquake.inputs import fitting
from stackquake.jobs.libfuzzer import TIMEOUT_SECONDS
from stackquake.jobs.processes import running
from stackquake.printable import json_name
from stackquake.settings import Settings
from stackquake.status import QuakeError, Status

CHUNK = 1 << 16  # bytes that are read at once: as many as a pipe holds
QUOTED_BYTES = 200  # of output that is no report, for a message of two or three lines
# A process that ends with a greater status has crashed: a sanitizer or a library chose the status.
LAST_STATUS = max(Status)


@dataclass(frozen=True)
class Report:
    """How a nest ran.

    The verdict is "ok" or "violation", as run_nests gives it, or "crash" or "timeout" if run_nests
    ended before it could give one. All but "ok" have a violation, with "check", "signature",
    "message", "line" and "function" at least. `told` is all that run_nests has said of the nest; it
    is empty if run_nests ended before.
    """

    verdict: str
    violation: dict[str, Any] | None
    told: dict[str, Any] = field(default_factory=dict, compare=False)


class BadReport(QuakeError):
    """What run_nests printed is not what it should print."""

    def __init__(self, line: bytes) -> None:
        text = line[:QUOTED_BYTES].decode(errors="replace")
        super().__init__(Status.MISSING, f"run_nests printed what is no report: {text!r}")


class Batch:
    """Runs files with the same settings and all checks; `reports` has one for each file, in order.

    Raises QuakeError when run_nests refuses the settings or a file, or prints no reports.
    """

    def __init__(
        self,
        program: Path,
        settings: Settings,
        files: Sequence[str],
        seconds: float = TIMEOUT_SECONDS,
        options: Sequence[str] = (),
    ) -> None:
        """`seconds` is how long one nest may take; `options` are further ones of run_nests."""
        self.settings = settings
        self.files = files
        self.reports: list[Report] = []
        self._program = program
        own = ["--json", "--checks=all", *options]
        self._command = [str(program), *own, *settings.flags(), "--"]
        self._seconds = seconds
        self._end = 0  # how many files this process and those before it have been given
        self._has_begun = False  # whether this process has printed anything

    async def run(self, step: Callable[[], None]) -> None:
        """Runs all, calling `step` after each. No process outlives the call."""
        while len(self.reports) < len(self.files):
            await self._run_next(step)

    async def _run_next(self, step: Callable[[], None]) -> None:
        """Runs the next files, as many as one command can have, in one process."""
        part = fitting(self.files, len(self.reports))
        self._end = len(self.reports) + len(part)
        self._has_begun = False
        async with running([*self._command, *part], stdout=PIPE) as process:
            assert process.stdout is not None and process.stderr is not None
            errors = asyncio.create_task(process.stderr.read())
            tail, timed_out = await self._listen(process.stdout, step)
            if not timed_out:
                await process.wait()
        assert process.returncode is not None
        status = process.returncode
        said = (await errors).decode(errors="replace").strip()
        if timed_out or not 0 <= status <= LAST_STATUS:
            self._take_lost(tail, status, timed_out, said, step)
        else:
            self._check_end(status, said)

    async def _listen(
        self, output: asyncio.StreamReader, step: Callable[[], None]
    ) -> tuple[bytes, bool]:
        """Takes in reports until the output ends, or until none has come for too long.

        Gives the text behind the last end of a line, and whether the process was too slow.
        """
        tail = b""
        while True:
            try:
                async with asyncio.timeout(self._seconds):
                    chunk = await output.read(CHUNK)
            except TimeoutError:
                return tail, True
            if not chunk:
                return tail, False
            self._has_begun = True
            *lines, tail = (tail + chunk).split(b"\n")
            for line in lines:
                self._take(line, step)

    def _take(self, line: bytes, step: Callable[[], None]) -> None:
        """Takes in a line of the list: a report, or what stands around them."""
        text = line.strip(b", ")
        if text in (b"", b"[", b"]"):
            return
        try:
            document = json.loads(text)
            error, file = document.get("error"), document["file"]
            expected = json_name(self.files[len(self.reports)])["file"]
            report = None if error else Report(document["verdict"], document["violation"], document)
        except (ValueError, LookupError, TypeError, AttributeError):
            raise BadReport(line) from None
        if report is None:
            raise QuakeError(Status.BAD_INPUT, error)
        if file != expected or report.verdict not in ("ok", "violation"):
            raise BadReport(line)
        self.reports.append(report)
        step()

    def _take_lost(
        self, tail: bytes, status: int, timed_out: bool, said: str, step: Callable[[], None]
    ) -> None:
        """Reports the nest at which the process was lost: the last one if all had run.

        Raises QuakeError when the process was lost before any nest: then it is the program that is
        broken.
        """
        if not self._has_begun and not timed_out:
            message = f"{self._program.name} ended with {ending(status)} before it ran any nest"
            raise QuakeError(Status.MISSING, message)
        with contextlib.suppress(BadReport):  # torn off
            self._take(tail, step)
        if len(self.reports) == self._end:
            self.reports.pop()
        else:
            step()
        name = "run_nests"
        lost = timeout(name, self._seconds) if timed_out else crash(name, status, said)
        self.reports.append(Report(lost["check"], lost))

    def _check_end(self, status: int, said: str) -> None:
        """A process that has not crashed must have reported every file, or say why not."""
        if len(self.reports) == self._end:
            return
        message = said or f"run_nests told of {len(self.reports)} of {self._end} nests"
        refused = status in (Status.BAD_INPUT, Status.MISSING)
        raise QuakeError(Status(status) if refused else Status.MISSING, message)


def timeout(program: str, seconds: float) -> dict[str, Any]:
    """The violation of a run that did not come to an end."""
    message = f"{program} did not come to an end within {seconds:g} s"
    return _violation("timeout", "timeout", message)


def crash(program: str, status: int, said: str) -> dict[str, Any]:
    """The violation of a run that ended its process with this status."""
    message = f"{program} ended with {ending(status)}"
    if said:
        message += f", having said: {said.splitlines()[-1]}"
    return _violation("crash", f"crash {ending(status)}", message)


def ending(status: int) -> str:
    """How a process ended, in words: "SIGSEGV", or "status 3"."""
    return _signal_name(-status) if status < 0 else f"status {status}"


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def _violation(check: str, signature: str, message: str) -> dict[str, Any]:
    """A violation as run_nests reports it, without a place in the nest."""
    return {
        "check": check,
        "signature": signature,
        "message": message,
        "line": 0,
        "function": "",
    }
