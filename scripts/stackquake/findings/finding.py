"""Findings of `quake fuzz`: replayed in fresh processes, and stored with all that shows them again.

A finding is a folder:

- nest.go: the nest, reduced;
- original.go: the input that was found, where nest.go has been reduced from it;
- finding.json: all that is known of it; README.md describes it;
- story.md: the story of its run; story.html: a page that steps through it;
- earlier-N.go: of a finding of the check `leftovers`, the inputs that run before it.

The input of a target that runs no nests is nest.input; the other inputs are named accordingly.

What a later campaign finds with the same signature is stored in the folder NAME.latest, until that
campaign has compared it with the earlier one. It stays there if the campaign is ended before it can
do so.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from stackquake import targets
from stackquake.findings import folder as folders
from stackquake.findings.record import Record, folder_name, story
from stackquake.jobs.libfuzzer import RESOURCE_CHECKS, Violation, on_files, output_of
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
REPLAYS = 10


@dataclass(frozen=True)
class Setup:
    """What a campaign fuzzes: a target, of some version, with its settings."""

    target: str
    version: str
    settings: Settings
    source: str = "fuzz"  # the verb


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
    known: str | None = None  # the name of a known finding that it is
    story: bytes | None = None  # what `quake explain` tells, or the trace if there is no page
    page: str | None = None  # the page that steps through its run
    file: Path | None = None  # where the nest is
    artifact: Path | None = None  # what the worker wrote, in the scratch folder
    # Of the check LEFTOVERS: inputs that a process runs before the nest. At first those that the
    # worker ran; after the investigation those that show it again, or None if none were found.
    before: tuple[bytes, ...] | None = None
    imported_from: str | None = None  # the file of another engine, if it comes from one
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
    """The name of the folder: one for a signature, in this campaign and in later ones."""
    settings = setup.settings
    cause = "\n".join([setup.target, settings.design, *settings.defects, violation.signature])
    return folder_name(violation.signature, cause)


async def replay(
    finding: Finding, target: Path, settings: Settings, files: Sequence[Path]
) -> None:
    """Runs the nest several times and counts how often the same violation comes again.

    `files` are what a process runs, usually the nest alone. The counts are kept up to date, so that
    a replay that is cancelled has told what it knows.
    """
    # A nest that hangs takes TIMEOUT_SECONDS each time, so it is replayed once.
    count = 1 if finding.violation.check == "timeout" else REPLAYS
    command = on_files(target, settings, files)
    for _ in range(count):
        violation = (await output_of(command)).violation()
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
        files = folders.load(nest.parent)
    except OSError:
        return None
    if files is None or nest.name not in files:
        return None
    original = files.get(_beside(nest, "original").name)
    return Stored(files[nest.name], original, _poison_in(files.get(folders.RECORD, b"")))


def file_of(finding: Finding, setup: Setup, folder: Path) -> Path:
    """Where the nest of a finding is stored."""
    name = name_of(finding.violation, setup)
    return folder / name / f"nest{targets.ending(setup.target)}"


def store(finding: Finding, setup: Setup, folder: Path) -> None:
    """Writes the folder of a finding; again for the same finding to replace it.

    As long as the finding has not been compared with an earlier one, the earlier one's folder stays
    as it is, and the finding has a folder beside it. Raises OSError, having changed nothing, if the
    files cannot be written.
    """
    nest = file_of(finding, setup, folder)
    latest = nest.parent.with_name(f"{nest.parent.name}.latest")
    if finding.earlier is not None:
        nest = latest / nest.name
    record = record_of(finding, setup, nest)
    earlier = zip(run_before(finding, nest), finding.before or ())
    folders.write(
        nest.parent,
        {
            nest.name: finding.nest,
            _beside(nest, "original").name: finding.original,
            **{path.name: text for path, text in earlier},
            "story.md": _story(record, finding),
            "story.html": finding.page,
            folders.RECORD: record.text(),
        },
    )
    finding.file = nest
    if finding.earlier is None:
        folders.remove(latest)


def _story(record: Record, finding: Finding) -> str | bytes | None:
    """What `quake explain` tells or, where it tells nothing, the trace of the run."""
    if finding.page is None or finding.story is None:
        return story(record, finding.story)
    again = f"\n## Again\n\n    {record.document()['replay']}\n"
    return finding.story + again.encode()


def _beside(nest: Path, word: str) -> Path:
    return nest.with_name(f"{word}{nest.suffix}")


def _poison_in(record: bytes) -> str | None:
    try:
        poison = json.loads(record)["poison"]
    except (ValueError, KeyError, TypeError):
        return None
    return poison if poison in MODES else None


def record_of(finding: Finding, setup: Setup, nest: Path) -> Record:
    """What is known of a finding that is stored as `nest`."""
    violation = finding.violation
    runs_nests = targets.runs_nests(setup.target)
    return Record(
        source=setup.source,
        check=violation.check,
        signature=violation.signature,
        message=violation.message,
        target=setup.target,
        settings=finding.settings(setup),
        nest=finding.nest.decode(errors="replace") if runs_nests else None,
        seed=finding.seed,
        executions=finding.executions,
        seconds=finding.seconds,
        version=setup.version,
        replays=finding.replays,
        reproduced=finding.reproduced,
        replay=command_for(finding, setup, nest),
        reduced=finding.original is not None,
        times_seen=finding.times_seen,
        known=finding.known,
        details=violation.details,
        more={**_told_of_leftovers(finding), **_told_of_import(finding)},
    )


def _told_of_leftovers(finding: Finding) -> dict[str, Any]:
    """Which inputs run before the nest, for findings that need some."""
    if not finding.needs_others:
        return {}
    before = None
    if finding.before is not None:
        before = [text.decode(errors="replace") for text in finding.before]
    note = NOTE if before is None else NOTE_OF_SEQUENCE
    return {"leftovers": {"run_before": before, "note": note}}


def _told_of_import(finding: Finding) -> dict[str, Any]:
    return {"imported_from": finding.imported_from} if finding.imported_from else {}
