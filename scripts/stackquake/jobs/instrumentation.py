"""Whether a fuzz target watches the code that it is to test.

A target can be linked without coverage or AddressSanitizer in the code under test, and still run:
it only finds nothing. So its machine code is searched for calls of AddressSanitizer, and the edges
that it reaches on the seeds are counted.
"""

import re
from collections.abc import Iterable
from pathlib import Path

from stackquake.jobs.processes import run_bounded
from stackquake.status import QuakeError, Status
from stackquake.targets import WATCHED

# Both programs are done within two seconds.
TOOL_SECONDS = 60
# Functions that are nearer to each other than this are disassembled together, in bytes.
NEAR = 4096

_FUNCTION = re.compile(r"[0-9a-f]+ <(.+)>:$")
# The calls of AddressSanitizer, and of UndefinedBehaviorSanitizer.
ADDRESS = re.compile(r"<__asan_(report_)?(load|store)")
UNDEFINED = re.compile(r"<__ubsan_handle_")


def require_edges(target: str, edges: int) -> None:
    """Raises QuakeError if a target reaches too few edges on the seeds."""
    watched = WATCHED.get(target)
    if watched is not None and edges < watched.least_edges:
        raise QuakeError(
            Status.MISSING,
            f"not fuzzing: the seeds reach {edges:,} edges of the target {target}, which should be"
            f" {watched.least_edges:,} at least: its code is built without coverage",
        )


async def require_sanitizer(target: str, program: Path) -> None:
    """Raises QuakeError if AddressSanitizer is not in the code that the target is to test."""
    watched = WATCHED.get(target)
    if watched is None:
        return
    calls = await sanitizer_calls(program, watched.functions)
    if calls < watched.least_calls:
        raise QuakeError(
            Status.MISSING,
            f"not fuzzing: the target {target} has {calls:,} calls of AddressSanitizer in the code"
            f" under test, which should be {watched.least_calls:,} at least",
        )


async def sanitizer_calls(
    program: Path, functions: str, sanitizer: re.Pattern[str] = ADDRESS
) -> int:
    """How often the functions with these mangled names call a sanitizer.

    Only the largest part of the program in which such functions stand together is searched.
    """
    symbols = _functions(await _say("nm", "-S", "--defined-only", str(program)), functions)
    if not symbols:
        return 0
    begin, end = max(_regions(symbols.values()), key=lambda region: region[1] - region[0])
    bounds = [f"--start-address={begin}", f"--stop-address={end}"]
    text = await _say("objdump", "-d", "--no-show-raw-insn", *bounds, str(program))
    return _count(text, symbols.keys(), sanitizer)


async def _say(*command: str) -> str:
    """What a program of the binutils prints; nothing if it fails."""
    _, output = await run_bounded(command, TOOL_SECONDS, with_output=True)
    return output.decode(errors="replace")


def _functions(listing: str, functions: str) -> dict[str, tuple[int, int]]:
    """The beginning and end of each function, by name."""
    found = {}
    for line in listing.splitlines():
        match line.split():
            case [begin, size, kind, name] if kind in "tTwW" and re.match(functions, name):
                found[name] = (int(begin, 16), int(begin, 16) + int(size, 16))
    return found


def _regions(functions: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    regions: list[tuple[int, int]] = []
    for begin, end in sorted(functions):
        if regions and begin - regions[-1][1] < NEAR:
            regions[-1] = (regions[-1][0], max(regions[-1][1], end))
        else:
            regions.append((begin, end))
    return regions


def _count(disassembly: str, names: Iterable[str], sanitizer: re.Pattern[str]) -> int:
    known = set(names)
    calls, inside = 0, False
    for line in disassembly.splitlines():
        if match := _FUNCTION.match(line):
            inside = match[1] in known
        elif inside and sanitizer.search(line):
            calls += 1
    return calls
