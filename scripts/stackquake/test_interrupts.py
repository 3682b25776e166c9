"""Tests of interrupts.py."""

import asyncio
import os
import signal
import unittest

from stackquake.interrupts import Interrupts, until


class InterruptsTest(unittest.IsolatedAsyncioTestCase):
    async def send(self, number: int) -> None:
        os.kill(os.getpid(), number)
        await asyncio.sleep(0.05)

    async def test_ctrl_c_counts(self) -> None:
        interrupts = Interrupts()
        interrupts.listen()
        await self.send(signal.SIGINT)
        self.assertEqual((interrupts.first.is_set(), interrupts.second.is_set()), (True, False))
        await self.send(signal.SIGINT)
        self.assertTrue(interrupts.second.is_set())

    async def test_other_signals_end_everything(self) -> None:
        interrupts = Interrupts()
        interrupts.listen()
        await self.send(signal.SIGTERM)
        self.assertEqual((interrupts.first.is_set(), interrupts.second.is_set()), (True, True))


class UntilTest(unittest.IsolatedAsyncioTestCase):
    async def test_work_that_comes_to_its_end(self) -> None:
        work = asyncio.create_task(asyncio.sleep(0))
        self.assertTrue(await until(asyncio.Event(), work, None))

    async def test_work_is_cancelled_by_the_event_and_by_time(self) -> None:
        event = asyncio.Event()
        event.set()
        for stop, seconds in ((event, None), (asyncio.Event(), 0.01)):
            work = asyncio.create_task(asyncio.sleep(60))
            self.assertFalse(await until(stop, work, seconds))
            self.assertTrue(work.cancelled())

    async def test_what_the_work_raises_comes_through(self) -> None:
        async def fail() -> None:
            raise ValueError

        with self.assertRaises(ValueError):
            await until(asyncio.Event(), asyncio.create_task(fail()), None)


if __name__ == "__main__":
    unittest.main()
