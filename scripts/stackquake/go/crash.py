"""How nests behave, read back from how their processes end and what they print.

The formats are those of Go 1.19 to 1.27 and of gccgo.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NotRequired, TypedDict

from stackquake.jobs.bounded import Ending


class Link(TypedDict):
    """One panic of a chain."""

    code: int
    recovered: bool


class Outcome(TypedDict):
    """How a program ended; the chain is empty unless `kind` is "panic".

    Besides the language's own kinds there is "crash", an ending that no nest has, with what was
    printed first as its message.
    """

    kind: str
    chain: list[Link]
    message: NotRequired[str]


class Behaviour(TypedDict):
    """Outcome, and the traces of all goroutines, sorted, without the empty ones."""

    outcome: Outcome
    traces: list[list[int]]


# The texts of runtime errors and the codes that stand for them, the same as in harness/go/shim.go.
ERROR_CODES = {
    "nil pointer dereference": -1,
    "index out of range": -2,
    "integer divide by zero": -3,
    "closed channel": -5,
    "close of nil channel": -6,
}
UNKNOWN_CODE = -9  # of no panic that a nest can have

# Go 1.19 says "nil", Go 1.21 and later have an error for it.
NIL_PANIC = re.compile(r"nil|panic called with nil argument.*")

# gccgo says less where Go says more: it has no text of its own for a main that called Goexit.
FATAL_ERRORS = {
    "no goroutines (main called runtime.Goexit) - deadlock!": "goexit",
    "all goroutines are asleep - deadlock!": "deadlock",
    "stack overflow": "overflow",
}

PANIC_LINE = re.compile(
    r"^\t?panic: (?P<value>.*?)(?P<recovered> \[recovered(?P<again>, repanicked)?\])?$"
)
INT_VALUE = re.compile(r"-?\d+")

# Of a crash's first line, which becomes a part of a signature. Picked, not measured: lines of the
# runtime are shorter, and a signature with a longer line would be hard to read.
MESSAGE_CHARACTERS = 300
ADDRESS = re.compile(r"0x[0-9a-f]+")

# The first Go that prints neighbouring panics with one value as one.
REPANICS_PRINTED_ONCE = (1, 26)


def panic_code(value: str) -> int:
    """The code of a panic's value as a crash prints it."""
    if INT_VALUE.fullmatch(value):
        return int(value)
    return next((code for text, code in ERROR_CODES.items() if text in value), UNKNOWN_CODE)


def panic_outcome(lines: Iterable[str]) -> Outcome | None:
    """The outcome that the "panic: " lines of a crash tell; None where there are none.

    Newer toolchains print a value that was recovered and panicked with again once, marked
    "[recovered, repanicked]": that line is two panics.
    """
    chain: list[Link] = []
    for line in lines:
        match = PANIC_LINE.match(line)
        if match is None:
            continue
        if NIL_PANIC.fullmatch(match["value"]):
            return {"kind": "nilpanic", "chain": []}
        code = panic_code(match["value"])
        chain.append({"code": code, "recovered": match["recovered"] is not None})
        if match["again"]:
            chain.append({"code": code, "recovered": False})
    return {"kind": "panic", "chain": chain} if chain else None


def read_outcome(status: int, errors: str) -> Outcome:
    """The outcome that a program's exit status and standard error tell."""
    if status == 0:
        return {"kind": "exit", "chain": []}
    lines = errors.splitlines()
    fatal = [line for line in lines if line.startswith("fatal error: ")]
    for line in fatal:
        kind = FATAL_ERRORS.get(line.removeprefix("fatal error: "))
        if kind is not None:
            return {"kind": kind, "chain": []}
    panic = None if fatal else panic_outcome(lines)
    if panic is not None and status == 2:
        return panic
    return {"kind": "crash", "chain": [], "message": _crash_message(status, fatal or lines)}


def _crash_message(status: int, lines: Sequence[str]) -> str:
    """What tells one crash from another, without addresses."""
    said = lines[0] if lines else f"status {status}, nothing said"
    return ADDRESS.sub("0x…", said)[:MESSAGE_CHARACTERS]


def read_traces(output: str) -> list[list[int]]:
    """The traces that the shim's "T GOROUTINE NUMBER" lines tell.

    A last line that is cut off is left out.
    """
    traces: dict[str, list[int]] = defaultdict(list)
    for line in output[: output.rfind("\n") + 1].splitlines():
        _, goroutine, value = line.split(" ")
        traces[goroutine].append(int(value))
    return sorted(traces.values())


def behaviour_of(ending: Ending) -> Behaviour:
    """What a run did. One that was ended for taking too long has the outcome "fuel"."""
    if ending.timed_out:
        outcome: Outcome = {"kind": "fuel", "chain": []}
    else:
        outcome = read_outcome(ending.status, ending.errors)
    try:
        return {"outcome": outcome, "traces": read_traces(ending.output)}
    except ValueError:
        outcome = {"kind": "crash", "chain": [], "message": "it printed what is no trace"}
        return {"outcome": outcome, "traces": []}


def told(behaviour: Behaviour) -> str:
    """A behaviour in a line, as `quake oracle` tells it."""
    outcome = behaviour["outcome"]
    text = outcome["kind"] + (f" ({outcome['message']})" if "message" in outcome else "")
    for link in outcome["chain"]:
        text += f" {link['code']}" + (" [recovered]" if link["recovered"] else "")
    traces = " ".join(f"[{' '.join(map(str, trace))}]" for trace in behaviour["traces"])
    return f"{text}; {'traces ' + traces if traces else 'no traces'}"


def without_repanics(chain: Iterable[Link]) -> list[Link]:
    """The chain with only the first of neighbours that have one code.

    Go prints it so since REPANICS_PRINTED_ONCE.
    """
    kept: list[Link] = []
    for link in chain:
        if not kept or kept[-1]["code"] != link["code"]:
            kept.append(link)
    return kept


def agree(expected: Behaviour, actual: Behaviour, release: tuple[int, int]) -> bool:
    """Whether a toolchain of this release did as expected, as far as it tells."""
    return as_printed(expected, release) == as_printed(actual, release)


def as_printed(behaviour: Behaviour, release: tuple[int, int]) -> Behaviour:
    """What a toolchain of this release can tell of a behaviour."""
    if release < REPANICS_PRINTED_ONCE:
        return behaviour
    outcome = behaviour["outcome"].copy()
    outcome["chain"] = without_repanics(outcome["chain"])
    return {"outcome": outcome, "traces": behaviour["traces"]}


def signature(expected: Behaviour, actual: Behaviour, release: tuple[int, int]) -> str:
    """The kind of disagreement: equal for equal causes, as far as behaviour shows the cause."""
    expected, actual = as_printed(expected, release), as_printed(actual, release)
    kinds = f"{expected['outcome']['kind']} became {_kind(actual['outcome'])}"
    if expected["outcome"]["kind"] == actual["outcome"]["kind"]:
        same = expected["outcome"] == actual["outcome"]
        kinds = expected["outcome"]["kind"] + ("" if same else " with another chain")
    return f"{kinds}; {_traces(expected['traces'], actual['traces'])}"


def _kind(outcome: Outcome) -> str:
    return outcome["kind"] + (f" ({outcome['message']})" if "message" in outcome else "")


def _traces(expected: list[list[int]], actual: list[list[int]]) -> str:
    if expected == actual:
        return "traces as expected"
    known, seen = sum(map(len, expected)), sum(map(len, actual))
    if seen > known:
        return "more is traced"
    return "less is traced" if seen < known else "other values are traced"
