"""Tests of interrupts.py."""

import asyncio
import os
import signal
import unittest

from stackquake.jobs.interrupts import Interrupts, interruptible, until


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


class InterruptibleTest(unittest.TestCase):
    def interrupted_by(self, *numbers: int) -> None:
        """Runs work that these signals end, and checks that it has cleaned up."""
        cleaned_up = False

        async def work() -> None:
            nonlocal cleaned_up
            try:
                for number in numbers:
                    os.kill(os.getpid(), number)
                await asyncio.sleep(60)
            finally:
                await asyncio.sleep(0.05)
                cleaned_up = True

        try:
            interruptible(work())
        finally:
            self.assertTrue(cleaned_up)

    def test_gives_what_the_work_gives(self) -> None:
        async def work() -> int:
            return 7

        self.assertEqual(interruptible(work()), 7)

    def test_signals_end_the_work_after_it_has_cleaned_up(self) -> None:
        with self.assertRaises(KeyboardInterrupt):
            self.interrupted_by(signal.SIGINT, signal.SIGINT, signal.SIGTERM)
        for number in (signal.SIGTERM, signal.SIGHUP):
            with self.assertRaises(SystemExit) as caught:
                self.interrupted_by(number)
            self.assertEqual(caught.exception.code, 128 + number)

    def test_a_signal_that_the_caller_ignores_does_not_end_it(self) -> None:
        async def work() -> None:
            os.kill(os.getpid(), signal.SIGHUP)
            await asyncio.sleep(0.05)

        before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
        self.addCleanup(signal.signal, signal.SIGHUP, before)
        interruptible(work())


if __name__ == "__main__":
    unittest.main()
