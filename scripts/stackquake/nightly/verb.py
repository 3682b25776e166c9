"""Runs another verb of `quake` within a night, and reads the JSON that it prints."""

from __future__ import annotations

import asyncio
import contextlib
import json
import signal
from asyncio.subprocess import PIPE
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from stackquake.files import ROOT
from stackquake.jobs.group import end
from stackquake.jobs.processes import running
from stackquake.status import QuakeError, Status

QUAKE = ROOT / "scripts" / "quake"
# The kernel sends a verb SIGTERM when the night is killed: a night that goes on needs its files.
TIED = ("setpriv", "--pdeathsig=TERM", "--")
# A verb that is told to end writes down what it has. It is killed if that takes longer.
ENDING_SECONDS = 10.0
LAST_LINES = 5  # of what a verb has said, in a message


@dataclass(frozen=True)
class Said:
    """How a verb ended, and what it printed."""

    status: int
    output: str
    errors: str
    in_time: bool

    def document(self) -> Any:
        """The JSON document that it printed. Raises QuakeError, with its message, if it is none."""
        try:
            return json.loads(self.output)
        except ValueError:
            raise QuakeError(Status.MISSING, self.why()) from None

    def why(self) -> str:
        """Its last lines, in one."""
        lines = [line.strip() for line in self.errors.splitlines() if line.strip()]
        words = "; ".join(lines[-LAST_LINES:]) or "it said nothing"
        return f"status {self.status}: {words}"


async def run_verb(arguments: Sequence[str], seconds: float) -> Said:
    """Runs `quake` with these arguments. A verb that takes longer gets SIGTERM, then SIGKILL.

    Neither the verb nor its children outlive the call, even if the night is killed.
    """
    command = [*TIED, str(QUAKE), *arguments]
    async with running(command, stdout=PIPE, stderr=PIPE, cwd=ROOT) as process:
        talking = asyncio.ensure_future(process.communicate())
        done, _ = await asyncio.wait([talking], timeout=seconds)
        if not done:
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(signal.SIGTERM)
            await asyncio.wait([talking], timeout=ENDING_SECONDS)
            end(process)
        output, errors = await talking
        status = await process.wait()
    told, messages = (text.decode(errors="replace") for text in (output, errors))
    return Said(status, told, messages, bool(done))
