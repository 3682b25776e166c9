"""What the programs that sweep print, a JSON object on each line, and where they are."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stackquake.jobs.batch import CHUNK
from stackquake.status import QuakeError, Status

# A process that has not begun with any run may take this many times longer than a run.
START_FACTOR = 20


@dataclass(frozen=True)
class Marker:
    """A file in which a program always says what it is doing."""

    path: Path

    def clear(self) -> None:
        """Before the program starts."""
        self.path.unlink(missing_ok=True)

    def read(self) -> tuple[int, int] | None:
        """Its two numbers; None if it has not begun."""
        with contextlib.suppress(OSError, ValueError):
            first, second = self.path.read_text(encoding="ascii").split()
            return int(first), int(second)
        return None


async def events_of(
    program: str, output: asyncio.StreamReader, marker: Marker, seconds: float
) -> AsyncIterator[dict[str, Any]]:
    """The events of a program until its output ends.

    Raises TimeoutError when none has come for so many seconds, and QuakeError for a line
    that is no event.
    """
    tail, waits = b"", 0
    while True:
        try:
            async with asyncio.timeout(seconds):
                chunk = await output.read(CHUNK)
        except TimeoutError:
            waits += 1
            if marker.read() is None and waits < START_FACTOR:
                continue
            raise
        if not chunk:
            return
        *lines, tail = (tail + chunk).split(b"\n")
        for line in lines:
            yield _event(program, line)


def _event(program: str, line: bytes) -> dict[str, Any]:
    try:
        event = json.loads(line)
        if isinstance(event["event"], str):
            return dict(event)
    except (ValueError, LookupError, TypeError):
        pass
    text = line[:200].decode(errors="replace")
    raise QuakeError(Status.MISSING, f"{program} printed no event: {text!r}")
