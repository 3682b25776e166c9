"""One process: what it prints, and how it ends within its limits."""

from __future__ import annotations

import contextlib
import math
import os
import resource
import selectors
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from stackquake.jobs.children import CHILDREN, end_group

CHUNK = 1 << 16  # bytes that are read at once: as many as a pipe holds
MAX_OUTPUT = 8 << 20  # bytes; nests that end print far less
MAX_DATA = 1 << 30  # bytes of writable memory; Go and a nest take a tenth of it

# A process may sleep this many times longer than it may work. Go 1.19 notices a deadlock only when
# a goroutine of its collector wakes up, which on a busy machine takes some seconds.
SLEEP_FACTOR = 4

# A process counts as asleep when it uses a smaller share of one processor than this. A process that
# works gets much more even beside many others. Where all goroutines wait, Go's own threads use far
# less.
MIN_CPU_SHARE = 0.02

TICKS = os.sysconf("SC_CLK_TCK")  # the clock of /proc, in ticks a second


@dataclass(frozen=True)
class Ending:
    """How a process ended: its exit status, negative for a signal, and all that it printed."""

    status: int
    output: str
    errors: str
    timed_out: bool = False


def run_process(command: Sequence[str], environment: Mapping[str, str], seconds: float) -> Ending:
    """Runs one process to its end.

    It is killed, and counts as timed out, when it has used `seconds` of processor time (rounded up
    to whole seconds), when it has slept for SLEEP_FACTOR times as long, or when it prints more than
    MAX_OUTPUT. None of this depends on how busy the machine is. Raises what Children.start raises.
    """
    pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with CHILDREN.start(command, env=environment, **pipes) as process:
        _limit(process.pid, math.ceil(seconds))
        texts, ended = _read(process, SLEEP_FACTOR * seconds)
        if not ended:
            end_group(process)
        status = process.wait()
    output, errors = (text.decode(errors="replace") for text in texts)
    killed = not ended or status == -signal.SIGKILL
    return Ending(status, output, errors, timed_out=killed)


def _limit(pid: int, processor_seconds: int) -> None:
    """Sets hard limits: Go ignores the signal of a soft limit."""
    limits = ((resource.RLIMIT_CPU, processor_seconds), (resource.RLIMIT_DATA, MAX_DATA))
    for name, most in limits:
        with contextlib.suppress(ProcessLookupError):
            resource.prlimit(pid, name, (most, most))


def _read(process: subprocess.Popen[bytes], seconds: float) -> tuple[list[bytearray], bool]:
    """Reads standard output and standard error to their ends.

    The second result is false when the process slept for `seconds` or printed more than MAX_OUTPUT.
    """
    assert process.stdout is not None and process.stderr is not None
    texts = [bytearray(), bytearray()]
    used, deadline = 0.0, time.monotonic() + seconds
    with selectors.DefaultSelector() as selector:
        for text, pipe in zip(texts, (process.stdout, process.stderr)):
            selector.register(pipe, selectors.EVENT_READ, text)
        while selector.get_map():
            left = deadline - time.monotonic()
            if left <= 0:
                before, used = used, processor_seconds(process.pid)
                if used - before < MIN_CPU_SHARE * seconds:
                    return texts, False
                deadline = time.monotonic() + seconds
            elif max(map(len, texts)) > MAX_OUTPUT:
                return texts, False
            for key, _ in selector.select(max(left, 0)):
                chunk = os.read(key.fd, CHUNK)
                key.data.extend(chunk)
                if not chunk:
                    selector.unregister(key.fileobj)
    return texts, True


def processor_seconds(pid: int) -> float:
    """How much processor time a process has used; 0 when the process is gone."""
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
            fields = file.read().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / TICKS
