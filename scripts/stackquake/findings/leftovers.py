"""What earlier runs of a process leave behind must not change a later run.

The workers tell of some of their runs: the input, how it ended, a hash of its traces, and every
counter. A fresh process runs the same input, and both must be equal. The check has the name
`leftovers`. Its finding cannot be shown by the input alone, so earlier inputs are looked for after
which a process runs the input otherwise than at its start.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stackquake.findings.finding import LEFTOVERS
from stackquake.jobs.libfuzzer import Violation, on_files, output_of
from stackquake.settings import Settings

# Between two comparisons of a campaign. A fresh process takes a few tenths of a second, so this
# costs a few percent of one processor.
INTERVAL = 5.0
# For the search of earlier inputs, and its smallest result.
SEARCH_SECONDS = 60


@dataclass(frozen=True)
class ToldRun:
    """A run that a target tells of."""

    text: bytes
    run: dict[str, Any]
    earlier: tuple[bytes, ...]  # the inputs that the process ran last before, oldest first


def read(told: dict[str, Any]) -> ToldRun | None:
    """The run in a target's line; None if the line is torn."""
    text, run, earlier = (told.get(name) for name in ("input", "run", "earlier"))
    if not isinstance(text, str) or not isinstance(run, dict) or not isinstance(earlier, list):
        return None
    return ToldRun(text.encode(), run, tuple(str(one).encode() for one in earlier))


def difference(worker: dict[str, Any], fresh: dict[str, Any]) -> Violation | None:
    """A violation if the runs are not equal."""
    names = [name for name in worker if worker[name] != fresh.get(name)]
    if not names:
        return None
    if names[0] == "ending":
        names = names[:1]
    values = ", ".join(f"{name} {worker[name]} and {fresh.get(name)}" for name in names)
    message = f"after other nests, the nest runs otherwise than in a fresh process: {values}"
    details = {"worker": worker, "fresh": fresh}
    return Violation(LEFTOVERS, f"{LEFTOVERS}:{names[0]}", message, details)


class Processes:
    """Runs inputs in fresh processes of a target."""

    def __init__(self, target: Path, settings: Settings, folder: Path) -> None:
        """Inputs are written to `folder`, which is made."""
        self._target = target
        self._settings = settings
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    async def run(self, text: bytes) -> dict[str, Any] | None:
        """The input's run as a fresh process tells it; None if that tells none."""
        files = self.files([text])
        output = await output_of(on_files(self._target, self._settings, files, "--tell-runs"))
        told = read(output.told_run or {})
        return told.run if told is not None else None

    async def shows(self, text: bytes, earlier: Sequence[bytes], seconds: float) -> bool:
        """Whether a process runs the input otherwise after the earlier ones than before them."""
        if seconds <= 0:
            return False
        files = self.files([text, *earlier, text])
        output = await output_of(on_files(self._target, self._settings, files), seconds)
        violation = output.violation()
        return violation is not None and violation.check == LEFTOVERS

    def files(self, texts: Sequence[bytes]) -> list[Path]:
        """Writes inputs to files, over those of the last call."""
        paths = [self._folder / str(number) for number in range(len(texts))]
        for path, text in zip(paths, texts):
            path.write_bytes(text)
        return paths


async def sequence_for(
    text: bytes, candidates: Sequence[Sequence[bytes]], processes: Processes
) -> tuple[bytes, ...] | None:
    """The fewest earlier inputs after which the input runs otherwise, as far as time allows.

    Begins with the first of the candidates that shows it; None if none does.
    """
    deadline = time.monotonic() + SEARCH_SECONDS

    async def shows(earlier: Sequence[bytes]) -> bool:
        return await processes.shows(text, earlier, deadline - time.monotonic())

    for earlier in candidates:
        if await shows(earlier):
            break
    else:
        return None
    shortest = list(earlier)
    size = len(shortest)
    while size > 0:
        begin = 0
        while begin < len(shortest):
            rest = shortest[:begin] + shortest[begin + size :]
            if await shows(rest):
                shortest = rest
            else:
                begin += size
        size //= 2
    return tuple(shortest)
