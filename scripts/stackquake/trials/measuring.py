"""Does trials, some at a time, and keeps each result in a ledger as it comes."""

import argparse
import asyncio
import sys
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from stackquake.files import BUILD, shown
from stackquake.jobs.interrupts import Interrupts, until
from stackquake.jobs.progress import Ticker
from stackquake.printable import command_line
from stackquake.status import QuakeError, Status
from stackquake.trials.ledger import Ledger
from stackquake.trials.trial import Result, Trial


@dataclass(frozen=True)
class Measurement:
    """What to do."""

    trials: Sequence[Trial]
    do: Callable[[Trial], Awaitable[Result]]
    jobs: int  # trials at a time
    version: str


def open_ledger(arguments: argparse.Namespace, common: Mapping[str, Any]) -> Ledger:
    """The ledger that --out and --resume name. `common` is what all its trials have in common."""
    if arguments.resume and arguments.out is None:
        raise QuakeError(Status.BAD_INPUT, "--resume needs --out, the folder to continue in")
    folder = arguments.out or BUILD / "trials" / time.strftime("%Y%m%d-%H%M%S")
    return Ledger(folder.resolve(), common, resume=arguments.resume)


def measure(measurement: Measurement, ledger: Ledger) -> tuple[list[Result], bool]:
    """Does the trials that have no result yet.

    Returns the results of the trials that are asked for, and whether these are all of them: not if
    it was interrupted.
    """
    finished = asyncio.run(_measure(measurement, ledger))
    wanted = set(measurement.trials)
    return [result for trial, result in ledger.results.items() if trial in wanted], finished


def tell_interrupted(ledger: Ledger) -> None:
    """Says how to continue."""
    options = command_line(["--resume", f"--out={shown(ledger.file.parent)}"])
    print(f"quake: interrupted; to continue, repeat it with {options}", file=sys.stderr)


async def _measure(measurement: Measurement, ledger: Ledger) -> bool:
    interrupts = Interrupts()
    interrupts.listen()
    _warn_of_other_versions(measurement, ledger)
    work = asyncio.create_task(_do(measurement, ledger))
    return await until(interrupts.first, work, None)


def _warn_of_other_versions(measurement: Measurement, ledger: Ledger) -> None:
    version = measurement.version
    others = sorted({result.version for result in ledger.results.values()} - {version})
    if others:
        message = f"some trials are of version {', '.join(others)}, those to come of {version}"
        print(f"quake: warning: {message}", file=sys.stderr)


async def _do(measurement: Measurement, ledger: Ledger) -> None:
    waiting = [trial for trial in measurement.trials if trial not in ledger.results]
    waiting.reverse()

    async def work() -> None:
        while waiting:
            ledger.add(await measurement.do(waiting.pop()))
            total = len(measurement.trials)
            ticker.step(str(total - len(waiting)), str(total))

    with Ticker("trials") as ticker:
        workers = [asyncio.create_task(work()) for _ in range(measurement.jobs)]
        try:
            await asyncio.gather(*workers)
        finally:
            # Cancelled a second time, a worker would not wait for its process to end.
            for worker in workers:
                if not worker.cancelling():
                    worker.cancel()
            await asyncio.wait(workers)
