"""Findings: replayed in fresh processes, and stored with everything needed to see them again."""

import asyncio
import hashlib
import json
import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stackquake import repository
from stackquake.files import shown, write_atomically
from stackquake.libfuzzer import TIMEOUT_SECONDS, Output, Violation, limits

REPLAYS = 5


@dataclass(frozen=True)
class Settings:
    """What a target is told besides the nest: everything that decides how a run goes."""

    design: str = "go1.4"
    defects: tuple[str, ...] = ()
    poison: str = "asan"

    def flags(self) -> list[str]:
        """As a target's own flags, which run_nests has too."""
        defects = [f"--defect={defect}" for defect in self.defects]
        return [f"--design={self.design}", *defects, f"--poison={self.poison}"]


@dataclass
class Finding:
    """A violation and the nest that shows it."""

    violation: Violation
    nest: bytes
    seed: int
    executions: int
    seconds: float
    replays: int = 0
    reproduced: int = 0
    times_seen: int = 1
    file: Path | None = None

    def name(self) -> str:
        """The same for the same nest, so that campaigns at the same time do not collide."""
        return f"{self.violation.check}-{hashlib.sha1(self.nest).hexdigest()[:10]}"


async def run_once(command: list[str]) -> Output:
    """Runs a target on fixed inputs in a process of its own."""
    process = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
        start_new_session=True,
    )
    try:
        _, errors = await asyncio.wait_for(process.communicate(), 3 * TIMEOUT_SECONDS)
    finally:
        if process.returncode is None:
            process.kill()
    output = Output()
    for line in errors.decode(errors="replace").splitlines():
        output.read(line)
    return output


async def replay(finding: Finding, target: Path, settings: Settings, nest: Path) -> None:
    """Runs the nest several times and counts how often the same violation comes again.

    The counts are kept up to date, so that a replay that is cancelled has told what it knows.
    """
    # A nest that hangs costs the whole timeout each time.
    count = 1 if finding.violation.check == "timeout" else REPLAYS
    command = [str(target), *settings.flags(), *limits(), str(nest)]
    for _ in range(count):
        try:
            violation = (await run_once(command)).violation()
        except asyncio.TimeoutError:
            violation = None
        finding.replays += 1
        finding.reproduced += violation == finding.violation


def replay_command(settings: Settings, nest: Path) -> str:
    """The one command that shows the finding again."""
    return shlex.join(["scripts/quake", "run", *settings.flags(), shown(nest)])


def store(finding: Finding, target: str, settings: Settings, folder: Path) -> None:
    """Writes the nest and its record; once more for the same finding to bring the counts up to date."""
    nest = folder / f"{finding.name()}.go"
    write_atomically(nest, finding.nest)
    text = json.dumps(record(finding, target, settings, nest), indent=2)
    write_atomically(nest.with_suffix(".json"), text + "\n")
    finding.file = nest


def record(finding: Finding, target: str, settings: Settings, nest: Path) -> dict[str, Any]:
    """What is known of a finding, for its JSON file."""
    violation = finding.violation
    return {
        "check": violation.check,
        "signature": violation.signature,
        "message": violation.message,
        "details": violation.details,
        "nest": finding.nest.decode(errors="replace"),
        "target": target,
        "design": settings.design,
        "defects": list(settings.defects),
        "poison": settings.poison,
        "seed": finding.seed,
        "version": repository.version(),
        "executions_to_find": finding.executions,
        "seconds_to_find": round(finding.seconds, 3),
        "times_seen": finding.times_seen,
        "reliability": {"replays": finding.replays, "reproduced": finding.reproduced},
        "replay": replay_command(settings, nest),
    }
