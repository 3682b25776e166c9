"""What does it cost? Rounds of measurements on all designs, and on Go toolchains beside them.

A round measures each operation once on each contender. Google Benchmark shuffles what it measures,
and the toolchains take turns in being first. So a machine that is busy for a while slows all alike,
and what is measured last is another one each time.

Times are of the processor, which depend less on what else the machine does than those of a clock.
"""

from __future__ import annotations

import asyncio
import json
from asyncio.subprocess import PIPE
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, Protocol

from stackquake.compare.record import Operation, Record, Round, place_of
from stackquake.jobs.processes import run_bounded, running
from stackquake.status import QuakeError, Status

BENCHMARK = "design_benchmark"
LISTER = "list_operations"
PREFIX = "operation"  # of the names of all benchmarks
MEMCPY = "memcpy"  # the contender that is the limit of copies

# A measurement takes as long at least; a round of nine designs takes half a minute.
MIN_SECONDS = 0.02
ROUND_SECONDS = 1_800  # that hangs, even on a busy machine
LIST_SECONDS = 60
NANOSECONDS = {"ns": 1.0, "us": 1e3, "ms": 1e6, "s": 1e9}
# Of the benchmark's own result. What else a benchmark has of numbers are our counts.
OWN = {
    "family_index",
    "per_family_instance_index",
    "repetitions",
    "repetition_index",
    "threads",
    "iterations",
    "real_time",
    "cpu_time",
}


class Measurer(Protocol):
    """A toolchain's program, which measures the same operations."""

    @property
    def name(self) -> str:
        """Of the contender."""

    async def measure(self) -> dict[str, float]:
        """Nanoseconds by place."""


async def descriptions(lister: Path) -> list[dict[str, Any]]:
    """The operations, as list_operations tells them."""
    status, output = await run_bounded([str(lister)], LIST_SECONDS, with_output=True)
    if status != Status.OK:
        raise QuakeError(Status.MISSING, f"{LISTER} ended with {status}")
    return list(json.loads(output))


def operations_of(told: Iterable[dict[str, Any]]) -> list[Operation]:
    """The operations without their texts."""
    return [
        Operation(
            one["name"],
            one["description"],
            one["unit"],
            one["complexity"],
            one["is_copy"],
            [size["size"] for size in one["sizes"]],
        )
        for one in told
    ]


async def measure(
    program: Path,
    measurers: Sequence[Measurer],
    record: Record,
    rounds: int,
    step: Callable[[str], None],
    done: Callable[[], None],
) -> None:
    """Measures so many rounds, and adds each to the record; `done` is called after each."""
    for number in range(rounds):
        step(f"measuring, round {number + 1} of {rounds}")
        one = Round()
        take(await run_benchmark(program, [design.name for design in record.designs]), one, record)
        for turn in range(len(measurers)):
            measurer = measurers[(turn + number) % len(measurers)]
            one.times[measurer.name] = await measurer.measure()
        record.rounds.append(one)
        done()


async def run_benchmark(program: Path, designs: Sequence[str]) -> dict[str, Any]:
    """What a run of the benchmarks of these designs prints, and of the limit."""
    names = "|".join(name.replace(".", r"\.") for name in (*designs, MEMCPY))
    command = [
        str(program),
        "--benchmark_format=json",
        "--benchmark_enable_random_interleaving=true",
        f"--benchmark_min_time={MIN_SECONDS}",
        f"--benchmark_filter=^{PREFIX}/[^/]+/({names})(/|$)",
    ]
    async with running(command, stdout=PIPE) as process:
        async with asyncio.timeout(ROUND_SECONDS):
            output, said = await process.communicate()
        status = await process.wait()
    try:
        return dict(json.loads(output))
    except ValueError:
        words = said.decode(errors="replace").strip().splitlines()[-1:]
        message = f"{BENCHMARK} ended with {status}: {' '.join(words)}"
        raise QuakeError(Status.MISSING, message) from None


def take(document: dict[str, Any], one: Round, record: Record) -> None:
    """Adds what the benchmarks have printed: times, fits, counts, and what cannot be measured."""
    for result in document["benchmarks"]:
        _, operation, contender, *size = result["name"].split("/")
        if result.get("run_type") != "iteration":
            kind = result.get("big_o")
            if kind is not None:
                name = contender.removesuffix("_BigO")
                one.fits.setdefault(name, {})[operation] = kind
            continue
        place = place_of(operation, int(size[0]))
        if result.get("error_occurred"):
            record.broken.setdefault(contender, {})[place] = result.get("error_message", "")
            continue
        time = result["cpu_time"] * NANOSECONDS[result["time_unit"]]
        one.times.setdefault(contender, {})[place] = time
        counts = {
            name: value
            for name, value in result.items()
            if name not in OWN and isinstance(value, (int, float)) and not isinstance(value, bool)
        }
        record.counts.setdefault(contender, {})[place] = counts
