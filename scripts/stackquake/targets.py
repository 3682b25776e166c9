"""The fuzz targets: which there are, and what their inputs are."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from stackquake.files import BUILD, ROOT, shown
from stackquake.printable import command_line
from stackquake.status import QuakeError, Status

# The targets whose inputs are nests. Defects can be planted in the designs that they run.
NEST_TARGETS = ("nest", "goroutines", "designs")
# Those of them that run a nest on one design, as run_nests does.
NESTS_ON_ONE_DESIGN = ("nest", "goroutines")
# All that run on one design. The others run all designs, or none.
ON_ONE_DESIGN = (*NESTS_ON_ONE_DESIGN, "copier")


@dataclass(frozen=True)
class Watched:
    """The code that a target is to test, and how much of it must be instrumented at least."""

    functions: str  # a pattern for the beginning of their mangled names
    least_calls: int  # of AddressSanitizer, in these functions
    least_edges: int  # reached by the repository's seeds


_RUNTIME = r"_ZNK?10stackquake7runtime"
_LANGUAGE = r"_ZNK?10stackquake(5Lexer|6Parser)"
# About half of what each target had when it was measured, which leaves room for other compilers. A
# target whose code is not instrumented has fewer than fifty of each.
WATCHED = {
    "nest": Watched(_RUNTIME, 2000, 800),
    "goroutines": Watched(_RUNTIME, 2000, 800),
    "designs": Watched(_RUNTIME, 2000, 1000),
    "copier": Watched(_RUNTIME, 2000, 350),
    "language": Watched(_LANGUAGE, 1000, 700),
}


def names() -> list[str]:
    """The names of the targets. Each is a file of fuzzers/."""
    return sorted(path.stem for path in (ROOT / "fuzzers").glob("*.cc"))


def require(target: str) -> None:
    """Raises QuakeError if there is no such target."""
    known = names()
    if target not in known:
        message = f"there is no target {target!r}; the targets are {', '.join(known)}"
        raise QuakeError(Status.BAD_INPUT, message)


def runs_nests(target: str) -> bool:
    """Whether the target's inputs are nests, which can be reduced, formatted and run."""
    return target in NEST_TARGETS


def runs_designs(target: str) -> bool:
    """Whether it matters to the target which design it is told."""
    return target != "language"


def may_read_nests(target: str) -> bool:
    """Whether the target reports which of its inputs are nests."""
    return runs_nests(target) or target == "language"


def ending(target: str) -> str:
    """The suffix of a file with an input."""
    return ".go" if runs_nests(target) else ".input"


def replayer(target: str) -> str | None:
    """The program that runs files as the target does; None if that is run_nests."""
    return None if target in NESTS_ON_ONE_DESIGN else f"replay_{target}"


def replay_command(
    target: str, flags: list[str], files: Sequence[Path], program: str | None = None
) -> str:
    """The one command that runs inputs again, one after another.

    `program` is one of the build for fuzzing; else it is the one that runs inputs as the target
    does.
    """
    program = program or replayer(target)
    command = ["scripts/quake", "run"]
    if program is not None:
        command = [shown(BUILD / "fuzz" / "bin" / program)]
    return command_line([*command, *flags, *map(shown, files)])
