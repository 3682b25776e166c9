"""The verbs that run nests on real Go: `quake go`, and `quake reduce` with --go."""

from collections.abc import Callable, Sequence
from pathlib import Path

from stackquake.findings.folder import is_finding
from stackquake.findings.opening import nest_of
from stackquake.go import command, enumerating, fuzz, merge, reducing
from stackquake.jobs.children import CHILDREN, Interrupted
from stackquake.status import Status


def main(arguments: Sequence[str]) -> Status:
    """Runs the nests that are named, nests that are made, or all small ones; or unites findings.

    A folder called fuzz, enumerate or merge has to be named ./fuzz, ./enumerate or ./merge.
    """
    if arguments[:1] == ["merge"]:
        return _run(merge.main, arguments[1:])
    if arguments[:1] == ["fuzz"]:
        return _run(fuzz.main, arguments[1:])
    if arguments[:1] == ["enumerate"]:
        return _run(enumerating.main, arguments[1:])
    return _run(command.main, arguments)


def is_on_go(arguments: Sequence[str]) -> bool:
    """Whether `quake reduce` is to run its nest on a real toolchain: an option is --go."""
    options = arguments[: arguments.index("--")] if "--" in arguments else arguments
    return any(option == "--go" or option.startswith("--go=") for option in options)


def reduce(arguments: Sequence[str]) -> Status:
    """Runs `quake reduce` with --go; a finding's folder stands for its nest."""
    files = [str(nest_of(Path(one))) if is_finding(Path(one)) else one for one in arguments]
    return _run(reducing.main, files)


def _run(verb: Callable[[Sequence[str]], Status], arguments: Sequence[str]) -> Status:
    with CHILDREN.ended_by_signals():
        try:
            return verb(arguments)
        except Interrupted as interruption:
            raise SystemExit(128 + interruption.number) from None
