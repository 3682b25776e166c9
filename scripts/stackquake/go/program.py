"""A program of many nests: it runs each of them alone, in a process of its own."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from stackquake.go.crash import Behaviour, behaviour_of
from stackquake.jobs.bounded import run_process
from stackquake.jobs.build import cores

RUN_SECONDS = 5.0  # a nest takes milliseconds, and in the slowest mode tenths of a second

# Nests that run at a time for each core, in all. One in twenty sleeps for a second or two: a
# goroutine of the collector does, and until it wakes up Go sees no deadlock.
JOBS_A_CORE = 16


@dataclass(frozen=True)
class Limits:
    """How nests are run: so many at a time, each for so long (see run_process)."""

    jobs: int = JOBS_A_CORE * cores()
    seconds: float = RUN_SECONDS


class Slots:
    """What all programs that run at a time share. A nest takes one, or more where it is heavy."""

    def __init__(self, count: int) -> None:
        self.count = count
        self._free = count
        self._changed = threading.Condition()

    @contextlib.contextmanager
    def taken(self, number: int) -> Iterator[None]:
        """Waits until so many are free, all of them at most, and has them for a while."""
        number = min(number, self.count)
        with self._changed:
            self._changed.wait_for(lambda: self._free >= number)
            self._free -= number
        try:
            yield
        finally:
            with self._changed:
                self._free += number
                self._changed.notify_all()


class Unwanted(Exception):
    """Nobody asks for the rest of the nests any more."""


@dataclass(frozen=True)
class Program:
    """An executable, its environment, and how many slots a nest of it takes."""

    path: Path
    environment: Mapping[str, str]
    weight: int = 1

    def run(
        self,
        numbers: Sequence[int],
        slots: Slots,
        seconds: float = RUN_SECONDS,
        unwanted: threading.Event | None = None,
    ) -> list[Behaviour]:
        """What these of its nests do; raises Unwanted soon after the event is set."""

        def run_one(number: int) -> Behaviour:
            with slots.taken(self.weight):
                if unwanted is not None and unwanted.is_set():
                    raise Unwanted
                command = [str(self.path), str(number)]
                return behaviour_of(run_process(command, self.environment, seconds))

        with ThreadPoolExecutor(max(1, slots.count // self.weight)) as pool:
            return list(pool.map(run_one, numbers))
