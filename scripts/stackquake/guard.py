"""Turns whatever ends the command into an exit status, and one line where something went wrong."""

import contextlib
import errno
import os
import signal
import sys
import traceback
from collections.abc import Callable
from typing import TextIO

from stackquake.printable import printable
from stackquake.status import QuakeError, Status

INTERRUPTED = 128 + signal.SIGINT

# Errors of writing to a file that is open already, which do not name it.
CANNOT_WRITE = (errno.ENOSPC, errno.EPIPE, errno.EIO, errno.EFBIG, errno.EDQUOT)


def guarded(command: Callable[[], int], *, show_traceback: bool = False) -> int:
    """Runs the command and returns its exit status. Only KeyboardInterrupt can still leave it.

    An error that no verb expects gives status 3 and one line on standard error, and so does output
    that cannot be written. Status 1 is never given for them: it means a finding.
    """
    if sys.stderr is None:  # closed by the caller, as the shell's `2>&-` does
        sys.stderr = open(os.devnull, "w", encoding="utf-8")
    status, message = _run(command, show_traceback)
    # Nothing is left to interrupt, and an interrupt now would print a traceback of Python's own.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if reason := _flush(sys.stdout):
        status, message = Status.MISSING, f"cannot write to standard output: {reason}"
    if message:
        with contextlib.suppress(OSError):
            lines = [printable(line) for line in message.split("\n")]
            print("quake: " + "\n".join(lines), file=sys.stderr)
    _flush(sys.stderr)
    return status


def _run(command: Callable[[], int], show_traceback: bool) -> tuple[int, str]:
    """The exit status, and the message or ""."""
    if sys.stdout is None:
        return Status.MISSING, "standard output is closed"
    try:
        return command(), ""
    except SystemExit as ending:
        return ending.code if isinstance(ending.code, int) else Status.MISSING, ""
    except KeyboardInterrupt:
        return INTERRUPTED, ""
    except QuakeError as error:
        return error.status, str(error)
    except Exception as error:
        if show_traceback:
            traceback.print_exc()
        return Status.MISSING, description(error)


def description(error: Exception) -> str:
    """One line about an error that no verb expects."""
    if isinstance(error, OSError) and error.filename is not None:
        return f"{os.fsdecode(error.filename)}: {error.strerror}"
    if isinstance(error, OSError) and error.errno in CANNOT_WRITE:
        return f"cannot write: {error.strerror}"
    text = " ".join(str(error).split())
    return f"unexpected {type(error).__name__}: {text} (--traceback shows where)"


def _flush(stream: TextIO | None) -> str:
    """Writes what is buffered. Gives the reason where that fails, and drops what is left."""
    if stream is None:
        return ""
    try:
        stream.flush()
        return ""
    except OSError as error:
        # Python flushes once more when it ends, and must not fail then.
        with contextlib.suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        return error.strerror or str(error)
