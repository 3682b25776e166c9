"""Whether a finding is seen again: by the command of its record, and by its plain program.

The command is parsed as a user's would be, so that an option that it lacks shows here. Each replay
is a process of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from stackquake.files import shown
from stackquake.go import command, nests
from stackquake.go.comparing import Disagreement, differs
from stackquake.go.crash import Behaviour
from stackquake.go.program import RUN_SECONDS, Limits, Program, Slots
from stackquake.go.repro import repro
from stackquake.go.variant import Variant

REPLAYS = 10  # enough to tell a finding that comes every time from one that comes now and then
REPLAYS_OF_LATE = 1  # of a nest that takes all the time that it is given


@dataclass(frozen=True)
class Reliability:
    """How often a finding came again."""

    seconds: float  # that each run was given
    replays: int
    reproduced: int
    repro_replays: int
    repro_reproduced: int


def arguments_for(
    variant: Variant,
    nest: Path,
    seconds: float,
    overlay: Mapping[str, Path],
    name: Callable[[Path], str] = shown,
) -> list[str]:
    """The arguments with which `quake go` runs a nest as the variant does.

    `overlay` has the places of the given sources, and `name` tells paths.
    """
    arguments = ["--go", str(variant.toolchain.program), "--mode", variant.mode.name, "--no-known"]
    for mend in variant.mends:
        arguments += ["--mend", mend.name]
    if variant.mistake is not None:
        arguments += ["--mistake", variant.mistake.name]
    for file, path in overlay.items():
        arguments += ["--overlay", f"{file}={name(path)}"]
    if seconds != RUN_SECONDS:
        arguments += ["--run-seconds", f"{seconds:g}"]
    return [*arguments, name(nest)]


def reliability_of(
    one: Disagreement, limits: Limits, overlay: Mapping[str, Path]
) -> Reliability:
    """Replays a disagreement, with the given sources where they are stored."""
    arguments = arguments_for(one.variant, Path("nest.go"), limits.seconds, overlay, _absolute)
    options = command.parser().parse_args(arguments)
    [variant] = command.variants_of(options)
    slots, seconds = Slots(options.jobs), options.run_seconds
    count = REPLAYS_OF_LATE if one.is_late else REPLAYS

    def run(program: Program) -> Sequence[Behaviour]:
        return program.run([0] * count, slots, seconds)

    with variant.build(nests.pack([one.case.text])) as program:
        reproduced = _alike(one, variant, run(program))
    with variant.build_repro(repro(one)) as program:
        repro_reproduced = _alike(one, variant, run(program))
    return Reliability(seconds, count, reproduced, count, repro_reproduced)


def _absolute(path: Path) -> str:
    return str(path.resolve())


def _alike(one: Disagreement, variant: Variant, seen: Sequence[Behaviour]) -> int:
    """How many of these behaviours are the same disagreement."""
    found = [differs(one.case, variant, did) for did in seen]
    return sum(other is not None and other.signature == one.signature for other in found)
