"""The fuzz targets: which there are, and what their inputs are."""

import shlex
from pathlib import Path

from stackquake.files import BUILD, ROOT, shown
from stackquake.status import QuakeError, Status

# The targets whose inputs are nests. Defects can be planted on them.
NEST_TARGETS = ("nest", "goroutines", "designs")
# Those of them that run a nest on one design, as run_nests does.
_LIKE_RUN_NESTS = ("nest", "goroutines")


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


def may_read_nests(target: str) -> bool:
    """Whether the target reports which of its inputs are nests."""
    return runs_nests(target) or target == "language"


def ending(target: str) -> str:
    """The suffix of a file with an input."""
    return ".go" if runs_nests(target) else ".input"


def replayer(target: str) -> str | None:
    """The program that runs files as the target does; None if that is run_nests."""
    return None if target in _LIKE_RUN_NESTS else f"replay_{target}"


def replay_command(target: str, flags: list[str], file: Path) -> str:
    """The one command that runs an input again."""
    program = replayer(target)
    command = ["scripts/quake", "run"]
    if program is not None:
        command = [shown(BUILD / "fuzz" / "bin" / program)]
    return shlex.join([*command, *flags, shown(file)])
