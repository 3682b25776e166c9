"""The fuzz targets: which there are, and what their inputs are."""

import shlex
from pathlib import Path

from stackquake.files import BUILD, ROOT, shown
from stackquake.status import QuakeError, Status

# Those that run nests, on which defects can be planted; and of these, those that run them as
# run_nests does, on one design.
NEST_TARGETS = ("nest", "goroutines", "designs")
_LIKE_RUN_NESTS = ("nest", "goroutines")


def names() -> list[str]:
    """Each is a file of fuzzers/."""
    return sorted(path.stem for path in (ROOT / "fuzzers").glob("*.cc"))


def require(target: str) -> None:
    """Raises QuakeError where there is no such target."""
    known = names()
    if target not in known:
        message = f"no target {target!r}; there is {', '.join(known) or 'none'}"
        raise QuakeError(Status.BAD_INPUT, message)


def runs_nests(target: str) -> bool:
    """Whether its inputs are nests, which can be reduced, formatted and run."""
    return target in NEST_TARGETS


def may_read_nests(target: str) -> bool:
    """Whether an input of it can be a nest or not."""
    return runs_nests(target) or target == "language"


def ending(target: str) -> str:
    """What the name of a file with an input ends in."""
    return ".go" if runs_nests(target) else ".input"


def replayer(target: str) -> str | None:
    """The program that runs files as the target does; None where run_nests does it."""
    return None if target in _LIKE_RUN_NESTS else f"replay_{target}"


def replay_command(target: str, flags: list[str], file: Path) -> str:
    """The one command that runs an input again."""
    program = replayer(target)
    command = ["scripts/quake", "run"]
    if program is not None:
        command = [shown(BUILD / "fuzz" / "bin" / program)]
    return shlex.join([*command, *flags, shown(file)])
