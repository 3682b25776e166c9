"""Findings: replayed in fresh processes, and stored with everything needed to see them again.

A finding is a few files of one name: NAME.go, the nest; NAME.json, all that is known of it;
NAME.txt, the story of its run; and NAME.original.go, the input that was found, where NAME.go has
been reduced from it. The input of a target that runs no nests is NAME.input.
"""

import asyncio
import hashlib
import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from stackquake import targets
from stackquake.files import write_atomically
from stackquake.libfuzzer import TIMEOUT_SECONDS, Violation, limits, run_once

REPLAYS = 5


@dataclass(frozen=True)
class Settings:
    """What a target is told besides the nest: everything that decides how a run goes."""

    design: str = "go1.4"
    defects: tuple[str, ...] = ()
    poison: str = "asan"

    def without_defects(self) -> "Settings":
        """The design as it is meant to be."""
        return replace(self, defects=())

    def flags(self) -> list[str]:
        """As a target's own flags, which run_nests has too."""
        defects = [f"--defect={defect}" for defect in self.defects]
        return [f"--design={self.design}", *defects, f"--poison={self.poison}"]


@dataclass(frozen=True)
class Setup:
    """What a campaign fuzzes: a target, of some version, with its settings."""

    target: str
    version: str
    settings: Settings


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
    original: bytes | None = None  # the input that was found, if `nest` was reduced from it
    story: bytes | None = None  # what `quake run --trace` tells of the nest
    file: Path | None = None

    def reduce_to(self, nest: bytes, violation: Violation) -> None:
        """Puts a smaller nest in its place, with the violation as that nest shows it."""
        self.original = self.original or self.nest
        self.nest, self.violation = nest, violation


def name_of(violation: Violation, setup: Setup) -> str:
    """The name of the files: one for a signature, in this campaign and in later ones."""
    settings = setup.settings
    cause = "\n".join([setup.target, settings.design, *settings.defects, violation.signature])
    return f"{violation.check}-{hashlib.sha1(cause.encode()).hexdigest()[:10]}"


async def replay(finding: Finding, target: Path, settings: Settings, nest: Path) -> None:
    """Runs the nest several times and counts how often the same violation comes again.

    The counts are kept up to date, so that a replay that is cancelled has told what it knows.
    """
    # A nest that hangs costs the whole timeout each time.
    count = 1 if finding.violation.check == "timeout" else REPLAYS
    command = [str(target), *settings.flags(), *limits(), str(nest)]
    for _ in range(count):
        try:
            _, output = await run_once(command, 3 * TIMEOUT_SECONDS)
            violation = output.violation()
        except asyncio.TimeoutError:
            violation = None
        finding.replays += 1
        finding.reproduced += violation == finding.violation


def replay_command(settings: Settings, nest: Path) -> str:
    """The one command that runs a nest again with these settings."""
    return targets.replay_command("nest", settings.flags(), nest)


def command_for(setup: Setup, nest: Path) -> str:
    """The one command that shows a finding of this target again."""
    return targets.replay_command(setup.target, setup.settings.flags(), nest)


def store(finding: Finding, setup: Setup, folder: Path) -> None:
    """Writes the files of a finding; again for the same finding to update them."""
    nest = folder / f"{name_of(finding.violation, setup)}{targets.ending(setup.target)}"
    write_atomically(nest, finding.nest)
    text = json.dumps(record(finding, setup, nest), indent=2)
    write_atomically(nest.with_suffix(".json"), text + "\n")
    _write_or_remove(nest.with_suffix(".txt"), finding.story)
    _write_or_remove(nest.with_suffix(f".original{nest.suffix}"), finding.original)
    finding.file = nest


def _write_or_remove(path: Path, content: bytes | None) -> None:
    """What an earlier campaign knew of the same signature is not left beside another nest."""
    if content is None:
        path.unlink(missing_ok=True)
    else:
        write_atomically(path, content)


def record(finding: Finding, setup: Setup, nest: Path) -> dict[str, Any]:
    """What is known of a finding, for its JSON file."""
    violation, settings = finding.violation, setup.settings
    runs_nests = targets.runs_nests(setup.target)
    return {
        "check": violation.check,
        "signature": violation.signature,
        "message": violation.message,
        "details": violation.details,
        "nest": finding.nest.decode(errors="replace") if runs_nests else None,
        "reduced": finding.original is not None,
        "target": setup.target,
        "design": settings.design,
        "defects": list(settings.defects),
        "poison": settings.poison,
        "seed": finding.seed,
        "version": setup.version,
        "executions_to_find": finding.executions,
        "seconds_to_find": round(finding.seconds, 3),
        "times_seen": finding.times_seen,
        "reliability": {"replays": finding.replays, "reproduced": finding.reproduced},
        "replay": command_for(setup, nest),
    }
