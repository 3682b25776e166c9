"""A program of many nests: it runs each of them alone, in a process of its own."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from stackquake.build import cores
from stackquake.go.crash import Behaviour, behaviour_of
from stackquake.go.process import run_process

RUN_SECONDS = 5.0  # a nest takes milliseconds, and in the slowest mode tenths of a second

# Nests that run at a time for each core. One in twenty sleeps for a second or two: a goroutine of
# the collector does, and until it wakes up Go sees no deadlock.
JOBS_A_CORE = 16


@dataclass(frozen=True)
class Limits:
    """How nests are run: so many at a time, each for so long (see run_process)."""

    jobs: int = JOBS_A_CORE * cores()
    seconds: float = RUN_SECONDS


class Unwanted(Exception):
    """Nobody asks for the rest of the nests any more."""


@dataclass(frozen=True)
class Program:
    """An executable, and the environment in which it runs."""

    path: Path
    environment: Mapping[str, str]

    def run(
        self, numbers: Sequence[int], limits: Limits, unwanted: threading.Event | None = None
    ) -> list[Behaviour]:
        """What these of its nests do; raises Unwanted soon after the event is set."""

        def run_one(number: int) -> Behaviour:
            if unwanted is not None and unwanted.is_set():
                raise Unwanted
            command = [str(self.path), str(number)]
            return behaviour_of(run_process(command, self.environment, limits.seconds))

        with ThreadPoolExecutor(limits.jobs) as pool:
            return list(pool.map(run_one, numbers))
