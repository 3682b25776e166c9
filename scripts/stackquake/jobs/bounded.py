"""One process: what it prints, and how it ends within its limits."""

from __future__ import annotations

import math
import os
import selectors
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from stackquake.jobs.children import CHILDREN
from stackquake.jobs.group import Limits, end

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
    limits = Limits(math.ceil(seconds), MAX_DATA)
    with CHILDREN.start(command, limits=limits, env=environment, **pipes) as process:
        texts, ended = _read(process, SLEEP_FACTOR * seconds)
        if not ended:
            end(process)
        status = process.wait()
    output, errors = (text.decode(errors="replace") for text in texts)
    killed = not ended or status == -signal.SIGKILL
    return Ending(status, output, errors, timed_out=killed)


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
    # Installed only by the first thing that is built.
    import psutil

    try:
        times = psutil.Process(pid).cpu_times()
    except psutil.Error:
        return 0.0
    return float(times.user + times.system)
