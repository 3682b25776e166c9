"""Programs that threads wait for. None outlives the command, whatever ends it.

Ctrl-C on a terminal reaches only the command. Its signal handler then ends all children, together
with the processes that the children have started. The handler runs in the main thread.
"""

from __future__ import annotations

import contextlib
import signal
import subprocess
import threading
from collections.abc import Iterator, Mapping, Sequence
from types import FrameType
from typing import Any

from stackquake.jobs.group import Limits, end, limited, starting

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
# For a child that ends by SIGTERM, and then has files to remove.
GRACE_SECONDS = 5


class Interrupted(KeyboardInterrupt):
    """One of SIGNALS has come."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number


class Children:
    """The children that run at the moment."""

    def __init__(self) -> None:
        self._lock = threading.RLock()  # the handler may interrupt the main thread that holds it
        self._running: dict[subprocess.Popen[Any], signal.Signals] = {}  # and what ends each
        self._signal = 0  # that has ended the children
        self._main_is_starting = False

    @contextlib.contextmanager
    def start(
        self,
        command: Sequence[str],
        *,
        limits: Limits | None = None,
        gently: bool = False,
        **options: Any,
    ) -> Iterator[subprocess.Popen[Any]]:
        """A child, started with these options of Popen. It ends with the `with` at the latest.

        `gently` gives it GRACE_SECONDS to end by SIGTERM, as a build does, before it is killed.
        Raises Interrupted after a signal has come, and QuakeError where the program cannot be
        started.
        """
        ending = signal.SIGTERM if gently else signal.SIGKILL
        process = self._start(command, limits, ending, options)
        try:
            with process:
                try:
                    yield process
                finally:
                    _end(process, ending)
        finally:
            with self._lock:
                self._running.pop(process, None)

    def _start(
        self,
        command: Sequence[str],
        limits: Limits | None,
        ending: signal.Signals,
        options: Mapping[str, Any],
    ) -> subprocess.Popen[Any]:
        is_main = threading.current_thread() is threading.main_thread()
        try:
            if is_main:
                self._main_is_starting = True  # the handler raises nothing meanwhile
            self._check()
            with starting(command[0]):
                process = subprocess.Popen(
                    limited(command, limits), start_new_session=True, **options
                )
            with self._lock:
                self._running[process] = ending
        finally:
            if is_main:
                self._main_is_starting = False
        if self._signal:  # the handler may have come before the child was in the set
            end(process)
            process.wait()
            self._check()
        return process

    def _check(self) -> None:
        if self._signal:
            raise Interrupted(self._signal)

    def run(
        self, command: Sequence[str], *, timeout: float | None = None, **options: Any
    ) -> subprocess.CompletedProcess[str]:
        """Runs a child to its end and gathers what it prints, as subprocess.run does.

        Raises TimeoutExpired after `timeout` seconds, and otherwise what `start` raises.
        """
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        text = {"encoding": "utf-8", "errors": "replace"}
        with self.start(command, stdin=subprocess.DEVNULL, **pipes, **text, **options) as process:
            output, errors = process.communicate(timeout=timeout)
            return subprocess.CompletedProcess(command, process.returncode, output, errors)

    @contextlib.contextmanager
    def ended_by_signals(self) -> Iterator[None]:
        """Handles SIGNALS in this block: the first one ends all children and raises Interrupted.

        Later ones are ignored, since what is left to do is short. Signals that the caller of the
        command has ignored, as nohup does, stay ignored.
        """
        before = {number: signal.getsignal(number) for number in SIGNALS}
        self._signal = 0
        for number in SIGNALS:
            if before[number] != signal.SIG_IGN:
                signal.signal(number, self._handle)
        try:
            yield
        finally:
            for number in SIGNALS:
                signal.signal(number, before[number])
            self._signal = 0

    def _handle(self, number: int, _frame: FrameType | None) -> None:
        is_first = not self._signal
        self._signal = self._signal or number
        with self._lock:
            for process, ending in self._running.items():
                end(process, ending)
        if is_first and not self._main_is_starting:
            raise Interrupted(number)



def _end(process: subprocess.Popen[Any], ending: signal.Signals) -> None:
    """Ends a child that is no longer used, whatever it is doing."""
    end(process, ending)
    if ending != signal.SIGKILL:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(GRACE_SECONDS)
        end(process)


# Of this process: it has one set of signal handlers, and so one set of children.
CHILDREN = Children()
