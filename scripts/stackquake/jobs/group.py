"""A program and all that it starts: how the group begins, within which limits, and how it ends.

Every program of ours runs in a session of its own, so it does not get the signals of our terminal:
what Ctrl-C does to it is for us to decide. Threads wait for programs in children.py, and coroutines
in processes.py. Both begin and end programs as this file says.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import signal
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from stackquake.files import reason_of, shown
from stackquake.printable import printable
from stackquake.status import QuakeError, Status


class Started(Protocol):
    """What subprocess and asyncio call a process."""

    @property
    def pid(self) -> int:
        """Its number, which is also that of its group."""

    @property
    def returncode(self) -> int | None:
        """Its exit status; None until it has been waited for."""


@dataclass(frozen=True)
class Limits:
    """What a program may use. Both limits are hard: Go ignores the signal of a soft one."""

    processor_seconds: int
    data_bytes: int  # of writable memory


def limited(command: Sequence[str], limits: Limits | None) -> list[str]:
    """The command that runs this one with limits, which hold from its first instruction on.

    Raises FileNotFoundError where the program is not there.
    """
    if limits is None:
        return list(command)
    if shutil.which(command[0]) is None:
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
    seconds, data = limits.processor_seconds, limits.data_bytes
    flags = [f"--cpu={seconds}:{seconds}", f"--data={data}:{data}"]
    return ["/usr/bin/prlimit", *flags, "--", *command]


@contextlib.contextmanager
def starting(program: str) -> Iterator[None]:
    """Raises QuakeError in place of the OSError that starting this program fails with."""
    try:
        yield
    except OSError as error:
        name = shown(Path(program)) if "/" in program else program
        message = f"{printable(name)} cannot be started: {reason_of(error)}"
        raise QuakeError(Status.MISSING, message) from None


def end(process: Started, number: signal.Signals = signal.SIGKILL) -> None:
    """Sends a signal to a program and all that it has started, unless it has been waited for.

    Not by `process.kill()`, which would reap a process that has just ended by itself.
    """
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, number)
