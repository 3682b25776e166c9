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

from stackquake.go.crash import Ending

MAX_OUTPUT = 8 << 20  # bytes; the traces of nests that end take less
MAX_DATA = 1 << 30  # bytes that may be written to; Go and a nest take a tenth of it

# How much longer a process may sleep than work. Go 1.19 sees a deadlock only when a goroutine of its
# collector wakes up, which on a busy machine takes some seconds.
PATIENCE = 4

# Of the time that a process is watched for sleep, it must use this part of a processor to count as
# awake. With many beside it, a busy one has much more; Go's own threads, where all goroutines
# wait, far less.
AWAKE = 0.02

TICKS = os.sysconf("SC_CLK_TCK")  # the clock of /proc, in ticks a second


def run_process(command: Sequence[str], environment: Mapping[str, str], seconds: float) -> Ending:
    """Runs one process to its end.

    It is killed, and counts as timed out, when it has used `seconds` of processor time (rounded up
    to whole ones), when it has slept for PATIENCE times as long, or when it prints more than
    MAX_OUTPUT. How busy the machine is matters to none of these.
    """
    process = subprocess.Popen(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    _limit(process.pid, math.ceil(seconds))
    with process:
        texts, ended = _read(process, PATIENCE * seconds)
        if not ended:
            process.send_signal(signal.SIGKILL)
        status = process.wait()
    output, errors = (text.decode(errors="replace") for text in texts)
    killed = not ended or status == -signal.SIGKILL
    return Ending(status, output, errors, timed_out=killed)


def _limit(pid: int, processor_seconds: int) -> None:
    """Hard limits, which cannot be handled: Go ignores the signal of a soft one."""
    limits = ((resource.RLIMIT_CPU, processor_seconds), (resource.RLIMIT_DATA, MAX_DATA))
    for name, most in limits:
        with contextlib.suppress(ProcessLookupError):
            resource.prlimit(pid, name, (most, most))


def _read(process: subprocess.Popen[bytes], seconds: float) -> tuple[list[bytearray], bool]:
    """Standard output and error, and whether both came to their end awake and within MAX_OUTPUT."""
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
                if used - before < AWAKE * seconds:
                    return texts, False
                deadline = time.monotonic() + seconds
            elif max(map(len, texts)) > MAX_OUTPUT:
                return texts, False
            for key, _ in selector.select(max(left, 0)):
                chunk = os.read(key.fd, 1 << 16)
                key.data.extend(chunk)
                if not chunk:
                    selector.unregister(key.fileobj)
    return texts, True


def processor_seconds(pid: int) -> float:
    """How much processor time a process has used; of one that is gone, 0."""
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
            fields = file.read().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / TICKS
