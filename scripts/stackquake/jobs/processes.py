"""Programs that coroutines wait for. None outlives its use.

All programs that a campaign, a replay or a trial runs are started here. Time limits are those of
asyncio.timeout everywhere: in Python 3.11 asyncio.wait_for forgets a cancellation that comes in the
moment in which what it waits for is done, and whoever presses Ctrl-C then waits for ever.
"""

import asyncio
import contextlib
from asyncio.subprocess import DEVNULL, PIPE, STDOUT, Process
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

from stackquake.jobs.group import end, starting

# The longest line that is read from a program, in bytes. A finding's line has a message and a stack
# trace, which are far shorter.
MAX_LINE = 1 << 20


@contextlib.asynccontextmanager
async def running(
    command: Sequence[str],
    *,
    stdout: int = DEVNULL,
    stderr: int = PIPE,
    cwd: Path | None = None,
) -> AsyncIterator[Process]:
    """Starts a program; at the end of the block, kills it and its children if it still runs.

    That holds for every way in which the block can end, and also when the start is cancelled: a
    start that is given up half-way would leave a process that nobody knows of. Raises QuakeError
    when the program cannot be started.
    """
    start = asyncio.create_task(
        asyncio.create_subprocess_exec(
            *command,
            stdin=DEVNULL,
            stdout=stdout,
            stderr=stderr,
            cwd=cwd,
            start_new_session=True,
            limit=MAX_LINE,
        )
    )
    try:
        with starting(command[0]):
            process = await asyncio.shield(start)
        yield process
    finally:
        await _uncancelled(asyncio.create_task(_end_started(start)))


async def run_bounded(
    command: Sequence[str],
    seconds: float,
    *,
    with_output: bool = False,
    cwd: Path | None = None,
) -> tuple[int, bytes]:
    """Runs a program; returns its exit status and what it said on standard error.

    Standard output is in there as well if asked for, else dropped. Raises TimeoutError when it
    takes longer than `seconds`. Neither the program nor its children outlive the call.
    """
    stdout, stderr = (PIPE, STDOUT) if with_output else (DEVNULL, PIPE)
    async with running(command, stdout=stdout, stderr=stderr, cwd=cwd) as process:
        async with asyncio.timeout(seconds):
            output, errors = await process.communicate()
        return await process.wait(), output if with_output else errors


async def _end_started(start: asyncio.Task[Process]) -> None:
    try:
        process = await start
    except OSError:
        return  # it was not started; the block has been told
    end(process)
    await process.wait()


async def _uncancelled(work: asyncio.Task[Any]) -> None:
    """Waits for work to its end. If we are cancelled meanwhile, that is told afterwards."""
    cancelled = False
    while not work.done():
        try:
            await asyncio.shield(work)
        except asyncio.CancelledError:
            cancelled = True
    if cancelled:
        raise asyncio.CancelledError
    work.result()
