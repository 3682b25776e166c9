"""The stage of benchmarks: `quake bench`, held against the last nights on the same machine.

A benchmark has moved if its median of this night is further from the median of the last NIGHTS
nights than NOISES times their spread, and than LEAST_CHANGE of it. Their spread is the median
distance from their median. Before LEAST_NIGHTS nights nothing is said.
"""

from __future__ import annotations

import json
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from stackquake.nightly.night import Work
from stackquake.nightly.nights import Night
from stackquake.nightly.state import State
from stackquake.nightly.verb import run_verb
from stackquake.status import QuakeError, Status

STAGE = "benchmarks"
REPETITIONS = 5
MIN_SECONDS = 0.02  # of a repetition
# Without those of all operations on all designs, which `quake compare` measures.
OPTIONS = (
    "--benchmark_filter=-^operation/",
    "--benchmark_format=json",
    f"--benchmark_repetitions={REPETITIONS}",
    f"--benchmark_min_time={MIN_SECONDS}",
)
NANOSECONDS = {"ns": 1.0, "us": 1e3, "ms": 1e6, "s": 1e9}

NIGHTS = 10
LEAST_NIGHTS = 3
# A normal distribution has one of 300 values further out than 4.5 of these spreads.
NOISES = 4.5
LEAST_CHANGE = 0.1


@dataclass(frozen=True)
class Moved:
    """A benchmark that is slower or faster than its noise explains."""

    name: str
    before: float  # median of the nights' medians, in nanoseconds
    now: float

    @property
    def ratio(self) -> float:
        """More than 1: it is slower."""
        return self.now / self.before


async def run(work: Work, seconds: float) -> None:
    """Runs the benchmarks. Programs that were not done when the time is up are left out."""
    said = await run_verb(["bench", *OPTIONS], seconds)
    rows = list(repetitions(said.output))
    work.state.write_all(
        "INSERT OR REPLACE INTO benchmark VALUES (?, ?, ?, ?)",
        [(work.night.id, *row) for row in rows],
    )
    if not said.in_time:
        work.skip("some benchmarks", "they were not done when their time was up")
    elif said.status != Status.OK:
        raise QuakeError(Status.MISSING, f"quake bench: {said.why()}")


def repetitions(output: str) -> Iterator[tuple[str, int, float]]:
    """Name, repetition and nanoseconds, of the JSON documents that the programs have printed.

    A document that is not whole is left out: its program was ended.
    """
    for document in _documents(output):
        for one in document.get("benchmarks", []):
            if one.get("run_type") == "iteration" and not one.get("error_occurred"):
                time = one["cpu_time"] * NANOSECONDS[one["time_unit"]]
                yield one["name"], int(one.get("repetition_index", 0)), time


def _documents(output: str) -> Iterator[Any]:
    decoder = json.JSONDecoder()
    begin = output.find("{")
    while begin >= 0:
        try:
            document, end = decoder.raw_decode(output, begin)
        except ValueError:
            return
        yield document
        begin = output.find("{", end)


def medians(state: State, night: Night) -> dict[str, dict[int, float]]:
    """By benchmark and night: those on this machine, up to this night."""
    rows = state.rows(
        "SELECT name, night, nanoseconds FROM benchmark JOIN night ON night.id = benchmark.night"
        " WHERE night <= ? AND machine = (SELECT machine FROM night WHERE id = ?)"
        " ORDER BY name, night",
        *(night.id, night.id),
    )
    times: dict[str, dict[int, list[float]]] = {}
    for row in rows:
        times.setdefault(row["name"], {}).setdefault(row["night"], []).append(row["nanoseconds"])
    return {
        name: {number: statistics.median(several) for number, several in of_night.items()}
        for name, of_night in times.items()
    }


def moved(by_name: dict[str, dict[int, float]], night: Night) -> list[Moved]:
    """The benchmarks that have moved in this night."""
    found = []
    for name, by_night in by_name.items():
        before = [time for number, time in by_night.items() if number < night.id][-NIGHTS:]
        now = by_night.get(night.id)
        if now is not None and len(before) >= LEAST_NIGHTS and _is_beyond(before, now):
            found.append(Moved(name, statistics.median(before), now))
    return sorted(found, key=lambda one: -one.ratio)


def _is_beyond(before: Sequence[float], now: float) -> bool:
    middle = statistics.median(before)
    spread = statistics.median(abs(time - middle) for time in before)
    return abs(now - middle) > max(NOISES * spread, LEAST_CHANGE * middle)
