"""The whole comparison: check, measure, search; each part adds to the record, which is written."""

from __future__ import annotations

import asyncio
import contextlib
import os
import platform
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stackquake import inputs
from stackquake.compare import checking, gobench, measuring, searching
from stackquake.compare.record import Contender, Record
from stackquake.go import toolchain
from stackquake.jobs import build
from stackquake.jobs.designs import Inventory
from stackquake.jobs.interrupts import Interrupts, until
from stackquake.jobs.progress import Ticker
from stackquake.jobs.scratch import Scratch
from stackquake.status import QuakeError


@dataclass(frozen=True)
class Options:
    """How much to do."""

    generated: int
    size: int  # of the nests that are enumerated
    seed: int
    rounds: int
    trials: int
    seconds: float  # of a trial
    jobs: int


@dataclass
class Work:
    """What is to be done, and where it is noted."""

    record: Record
    file: Path  # of the record
    options: Options
    scratch: Scratch
    measurers: Sequence[measuring.Measurer]
    operations: Sequence[dict[str, Any]]  # as list_operations tells them


def contenders(inventory: Inventory, names: Sequence[str]) -> list[Contender]:
    """The designs of these names, or all. Raises QuakeError for a name that there is not."""
    chosen = inventory.only(list(dict.fromkeys(names)))
    return [
        Contender(
            design.name,
            design.level,
            list(design.built_in),
            {one.slug: one.check for one in chosen.defects if one.design == design.name},
        )
        for design in chosen.designs
    ]


def machine() -> str:
    """The processor's name, and how many there are of it."""
    name = platform.machine()
    with contextlib.suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                name = line.partition(":")[2].strip()
                break
    return f"{name}, {build.cores()} of {os.cpu_count()} cores"


def begun() -> str:
    """Now, as the record has it."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())


def toolchains(
    named: Sequence[str], told: Sequence[dict[str, Any]], record: Record
) -> list[gobench.GoProgram]:
    """The benchmark on each toolchain that is named, or installed.

    A toolchain that does not build it is noted in the record. None need be installed.
    """
    try:
        found = toolchain.find(named)
    except QuakeError as error:
        if named:
            raise
        record.notes.append(str(error))
        return []
    programs = []
    for one in found:
        try:
            programs.append(gobench.built(one, told))
        except QuakeError as error:
            record.notes.append(f"not measured: {error}")
    record.toolchains = [one.name for one in programs]
    return programs


def run(work: Work) -> int | None:
    """Does all, until a signal comes; gives its number then. The record is written in any case."""
    interrupts = Interrupts()

    async def all_parts() -> None:
        interrupts.listen()
        done = await until(interrupts.first, asyncio.create_task(_parts(work)), None)
        work.record.interrupted = not done

    try:
        asyncio.run(all_parts())
    finally:
        work.record.write(work.file)
    return interrupts.number


async def _parts(work: Work) -> None:
    """Trials take longest, and come last: whoever interrupts them has all the rest."""
    with Ticker("comparing designs:") as ticker:
        await _check(work, _stepper(ticker))
        await _measure(work, _stepper(ticker))
        await _search(work, _stepper(ticker))


def _stepper(ticker: Ticker) -> Callable[[str], None]:
    """Shows what is in hand: on a terminal in place, elsewhere once for each kind of work."""
    told: set[str] = set()

    def step(text: str) -> None:
        if sys.stderr.isatty():
            ticker.show(text)
            return
        kind = text.split(" ")[0].rstrip(",")
        if kind not in told:
            told.add(kind)
            print(f"quake: comparing designs: {text}", file=sys.stderr, flush=True)

    return step


def _write(work: Work) -> Callable[[], None]:
    return lambda: work.record.write(work.file)


async def _check(work: Work, step: Callable[[str], None]) -> None:
    names = ("run_nests", checking.GENERATOR, "sweep_nests", "enumerate_nests")
    programs = checking.Programs(*(build.program("release", name) for name in names))
    plan = checking.Plan(
        programs,
        [str(Path(file).resolve()) for file in inputs.corpus()],
        work.options.generated,
        work.options.size,
        work.options.seed,
        work.options.jobs,
        work.scratch.path,
    )
    await checking.check(plan, work.record, step, _write(work))


async def _measure(work: Work, step: Callable[[str], None]) -> None:
    if work.options.rounds == 0:
        return
    work.record.operations = measuring.operations_of(work.operations)
    program = build.program("release", measuring.BENCHMARK)
    await measuring.measure(
        program, work.measurers, work.record, work.options.rounds, step, _write(work)
    )


async def _search(work: Work, step: Callable[[str], None]) -> None:
    options = work.options
    if options.trials == 0:
        return
    target = build.program("fuzz", f"fuzz_{searching.TARGET}")
    plan = searching.plan_of(
        target, options.trials, options.seconds, options.jobs, work.record.version
    )
    await searching.search(plan, work.record, step, _write(work))
