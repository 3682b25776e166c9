"""Tests of processes.py."""

import asyncio
import tempfile
import unittest
from asyncio.subprocess import Process
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest import mock

from stackquake.jobs.processes import run_bounded, running
from stackquake.status import QuakeError, Status

SLEEP = ["/bin/sleep", "60"]


async def ends(pid: str) -> bool:
    """Whether a process is gone, or waits to be reaped, soon."""
    command_line = Path("/proc") / pid / "cmdline"
    for _ in range(100):
        if not command_line.exists() or not command_line.read_bytes():
            return True
        await asyncio.sleep(0.05)
    return False


class ProcessesTest(unittest.IsolatedAsyncioTestCase):
    async def test_the_end_of_the_block_ends_the_program(self) -> None:
        async with running(SLEEP) as process:
            self.assertIsNone(process.returncode)
        self.assertEqual(process.returncode, -9)

    async def test_an_exception_comes_through(self) -> None:
        with self.assertRaises(KeyError):
            async with running(SLEEP) as process:
                raise KeyError
        self.assertEqual(process.returncode, -9)

    async def test_a_program_that_is_not_there(self) -> None:
        for program in ("/nonexistent/program", "no-such-program"):
            message = f"^{program} cannot be started: No such file"
            with self.assertRaisesRegex(QuakeError, message) as caught:
                async with running([program]):
                    self.fail("it is there")
            self.assertEqual(caught.exception.status, Status.MISSING)

    async def cancel(self, *moments: float) -> list[Process]:
        """Runs a program that takes a moment to start, and cancels that at some moments after."""
        started: list[Process] = []
        start: Callable[..., Any] = asyncio.create_subprocess_exec

        async def start_slowly(*arguments: Any, **options: Any) -> Process:
            process = await start(*arguments, **options)
            started.append(process)
            await asyncio.sleep(0.2)
            return process

        with mock.patch("asyncio.create_subprocess_exec", start_slowly):
            work = asyncio.create_task(run_bounded(SLEEP, 60))
            for moment in moments:
                await asyncio.sleep(moment)
                work.cancel()
            with self.assertRaises(asyncio.CancelledError):
                await work
        return started

    async def test_a_start_that_is_cancelled_half_way_leaves_no_process(self) -> None:
        for moments in [(0.1,), (0.1, 0.01, 0.01)]:
            [process] = await self.cancel(*moments)
            self.assertEqual(process.returncode, -9)

    async def test_children_do_not_outlive_it(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "pid"
            command = ["/bin/sh", "-c", f"sleep 60 & echo $! > {file}; wait"]
            with self.assertRaises(TimeoutError):
                await run_bounded(command, 0.5)
            child = file.read_text().strip()
        self.assertTrue(await ends(child), "the child lives")


if __name__ == "__main__":
    unittest.main()
