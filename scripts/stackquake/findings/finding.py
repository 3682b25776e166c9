"""Findings: replayed in fresh processes, and stored with all that shows them again.

A finding is a few files of one name:

- NAME.go: the nest;
- NAME.json: all that is known of it;
- NAME.txt: the story of its run;
- NAME.original.go: the input that was found, where NAME.go has been reduced from it;
- NAME.earlier-N.go: of a finding of the check `leftovers`, the inputs that run before it;
- NAME.latest.go: what a later campaign found with the same signature, until that campaign has
  compared it with NAME.go. It stays there if the campaign is ended before it can do so.

The input of a target that runs no nests is NAME.input; its other files are named accordingly.
"""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from stackquake import targets
from stackquake.files import short_hash, write_together
from stackquake.jobs.libfuzzer import (
    ONE_INPUT_SECONDS,
    RESOURCE_CHECKS,
    Violation,
    limits,
    run_once,
)
from stackquake.poison import MODES
from stackquake.settings import Settings

# The check that compares the run of a worker with that of a fresh process.
LEFTOVERS = "leftovers"

NOTE = (
    "No earlier inputs were found after which the nest runs otherwise. `replay` shows the run of a"
    " fresh process, which is the reference; `details` has it as `fresh`, and the run of the worker"
    " as `worker`."
)
NOTE_OF_SEQUENCE = "`replay` runs the nest, the inputs of `run_before`, and the nest again."

# Enough to tell a finding that comes every time from one that comes now and then. A replay takes a
# tenth of a second.
REPLAYS = 5


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
    poison: str  # the mode in which the nest shows it
    replays: int = 0
    reproduced: int = 0
    times_seen: int = 1
    original: bytes | None = None  # the input that was found, if `nest` was reduced from it
    story: bytes | None = None  # what `quake run --trace` tells of the nest
    file: Path | None = None  # where the nest is
    artifact: Path | None = None  # what the worker wrote, in the scratch folder
    # Of the check LEFTOVERS: inputs that a process runs before the nest. At first those that the
    # worker ran; after the investigation those that show it again, or None if none were found.
    before: tuple[bytes, ...] | None = None
    # What an earlier campaign has stored under the same name, until both have been compared.
    earlier: "Stored | None" = None

    @property
    def needs_others(self) -> bool:
        """Whether the nest shows it only in a process that has run other inputs."""
        return self.violation.check == LEFTOVERS

    def settings(self, setup: Setup) -> Settings:
        """What shows it, of a campaign that may have mixed the poison modes."""
        return replace(setup.settings, poison=self.poison)

    def reduce_to(self, nest: bytes, violation: Violation) -> None:
        """Puts a smaller nest in its place, with the violation as that nest shows it."""
        self.original = self.original or self.nest
        self.nest, self.violation = nest, violation


@dataclass(frozen=True)
class Stored:
    """The nest of a finding in its folder."""

    nest: bytes
    original: bytes | None
    poison: str | None  # the mode in its record; None if that cannot be read


def name_of(violation: Violation, setup: Setup) -> str:
    """The name of the files: one for a signature, in this campaign and in later ones."""
    settings = setup.settings
    cause = "\n".join([setup.target, settings.design, *settings.defects, violation.signature])
    return f"{violation.check}-{short_hash(cause)}"


async def replay(
    finding: Finding, target: Path, settings: Settings, files: Sequence[Path]
) -> None:
    """Runs the nest several times and counts how often the same violation comes again.

    `files` are what a process runs, usually the nest alone. The counts are kept up to date, so that
    a replay that is cancelled has told what it knows.
    """
    # A nest that hangs takes TIMEOUT_SECONDS each time.
    count = 1 if finding.violation.check == "timeout" else REPLAYS
    command = [str(target), *settings.flags(), *limits(), *map(str, files)]
    for _ in range(count):
        try:
            _, output = await run_once(command, ONE_INPUT_SECONDS)
            violation = output.violation()
        except asyncio.TimeoutError:
            violation = None
        finding.replays += 1
        finding.reproduced += _is_same(violation, finding.violation)


def _is_same(violation: Violation | None, expected: Violation) -> bool:
    """Whether a replay shows the violation.

    The numbers of leftovers depend on what has run before, and so does the first that differs.
    """
    if violation is not None and expected.check == LEFTOVERS:
        return violation.check == LEFTOVERS
    return violation == expected


def replay_command(settings: Settings, nest: Path) -> str:
    """The one command that runs a nest again with these settings."""
    return targets.replay_command("nest", settings.flags(), [nest])


def command_for(finding: Finding, setup: Setup, nest: Path) -> str:
    """The one command that shows a finding again, stored as `nest`.

    Of leftovers for which no earlier inputs were found it shows the fresh run, which is right.
    """
    flags = finding.settings(setup).flags()
    if finding.needs_others:
        program = f"fuzz_{setup.target}"  # runs files one after another
        files = run_before(finding, nest)
        sequence = [nest, *files, nest] if finding.before is not None else [nest]
        return targets.replay_command(setup.target, flags, sequence, program)
    # AddressSanitizer and libFuzzer tell of these, in any poison mode, and only in their build.
    own = finding.violation.check in ("crash", *RESOURCE_CHECKS)
    program = "run_nests" if own and targets.replayer(setup.target) is None else None
    return targets.replay_command(setup.target, flags, [nest], program)


def run_before(finding: Finding, nest: Path) -> list[Path]:
    """Where the inputs are stored that run before the nest."""
    count = len(finding.before or ())
    return [_beside(nest, f"earlier-{number}") for number in range(1, count + 1)]


def stored(finding: Finding, setup: Setup, folder: Path) -> Stored | None:
    """What an earlier campaign has stored under the finding's name, as far as it can be read."""
    nest = file_of(finding, setup, folder)
    try:
        poison = _poison_in(nest.with_suffix(".json"))
        return Stored(nest.read_bytes(), _read(_beside(nest, "original")), poison)
    except OSError:
        return None


def file_of(finding: Finding, setup: Setup, folder: Path) -> Path:
    """Where the nest of a finding is stored."""
    return folder / f"{name_of(finding.violation, setup)}{targets.ending(setup.target)}"


def store(finding: Finding, setup: Setup, folder: Path) -> None:
    """Writes the files of a finding; again for the same finding to update them.

    As long as the finding has not been compared with an earlier one, the earlier one's files stay
    as they are, and only the nest is written, beside them. Raises OSError, having changed nothing,
    if the files cannot be written.
    """
    nest = file_of(finding, setup, folder)
    if finding.earlier is not None:
        latest = _beside(nest, "latest")
        write_together({latest: finding.nest})
        finding.file = latest
        return
    text = json.dumps(record(finding, setup, nest), indent=2) + "\n"
    write_together(
        {
            **{old: None for old in folder.glob(f"{nest.stem}.earlier-*{nest.suffix}")},
            **dict(zip(run_before(finding, nest), finding.before or ())),
            nest: finding.nest,
            nest.with_suffix(".json"): text,
            nest.with_suffix(".txt"): finding.story,
            _beside(nest, "original"): finding.original,
            _beside(nest, "latest"): None,
        }
    )
    finding.file = nest


def _beside(nest: Path, word: str) -> Path:
    return nest.with_suffix(f".{word}{nest.suffix}")


def _read(path: Path) -> bytes | None:
    return path.read_bytes() if path.exists() else None


def _poison_in(record_file: Path) -> str | None:
    try:
        poison = json.loads(record_file.read_bytes())["poison"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return poison if poison in MODES else None


def record(finding: Finding, setup: Setup, nest: Path) -> dict[str, Any]:
    """What is known of a finding, for its JSON file."""
    violation, settings = finding.violation, finding.settings(setup)
    runs_nests = targets.runs_nests(setup.target)
    return {
        "check": violation.check,
        "signature": violation.signature,
        "message": violation.message,
        "details": violation.details,
        "nest": finding.nest.decode(errors="replace") if runs_nests else None,
        "reduced": finding.original is not None,
        **_told_of_leftovers(finding),
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
        "replay": command_for(finding, setup, nest),
    }


def _told_of_leftovers(finding: Finding) -> dict[str, Any]:
    """Which inputs run before the nest, for findings that need some."""
    if not finding.needs_others:
        return {}
    before = None
    if finding.before is not None:
        before = [text.decode(errors="replace") for text in finding.before]
    return {"run_before": before, "note": NOTE if before is None else NOTE_OF_SEQUENCE}
