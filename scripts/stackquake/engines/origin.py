"""Which program an input was for: what the user says, or else what its place says for sure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath

from stackquake.engines.binaries import Binary, named_in
from stackquake.printable import printable
from stackquake.settings import DEFAULT_DESIGN
from stackquake.status import QuakeError, Status
from stackquake.targets import ON_ONE_DESIGN

# Beside its folder `crashes` AFL++ writes down how it was called.
_AFL_STATS = "fuzzer_stats"
_AFL_COMMAND = re.compile(r"^command_line\s*:\s*(.*)$", re.M)
_OUR_PROGRAM = re.compile(r"fuzz_([a-z]+)$")


@dataclass(frozen=True)
class Origin:
    """A target and its design."""

    target: str
    design: str


def origin_of(
    place: PurePath, known: Sequence[Binary], target: str | None, design: str | None
) -> Origin:
    """Where an input belongs. `target` and `design` are what the user says, and count for more.

    Raises QuakeError if that is not sure.
    """
    guess = _by_afl(place, known) or _by_name(place, known)
    target = target or (guess.target if guess else None)
    if target is not None and target not in ON_ONE_DESIGN:
        return Origin(target, design or DEFAULT_DESIGN)
    design = design or (guess.design if guess and guess.target == target else None)
    if target is None or design is None:
        message = "nothing says for which program it was; give --target and --design"
        raise QuakeError(Status.BAD_INPUT, f"{printable(str(place))}: {message}")
    return Origin(target, design)


def _by_name(place: PurePath, known: Sequence[Binary]) -> Origin | None:
    binary = named_in(place, known)
    return Origin(binary.target, binary.design) if binary else None


def _by_afl(place: PurePath, known: Sequence[Binary]) -> Origin | None:
    """As the command line says that AFL++ has written down, if it has."""
    try:
        text = (Path(place).parents[1] / _AFL_STATS).read_text("utf-8", errors="replace")
    except (OSError, IndexError):
        return None
    match = _AFL_COMMAND.search(text)
    return _of_command(match[1].split(), known) if match else None


def _of_command(words: Sequence[str], known: Sequence[Binary]) -> Origin | None:
    """`… -- PROGRAM FLAG…`: one of a service, or one of the project's own build for AFL++."""
    if "--" not in words[:-1]:
        return None
    program, *flags = words[words.index("--") + 1 :]
    binary = named_in(PurePath(PurePath(program).name), known)
    if binary is not None:
        if binary.target in ON_ONE_DESIGN or not flags:
            return Origin(binary.target, binary.design)
    ours = _OUR_PROGRAM.search(program)
    if ours is None:
        return None
    designs = [flag.partition("=")[2] for flag in flags if flag.startswith("--design=")]
    return Origin(ours[1], designs[-1] if designs else DEFAULT_DESIGN)
