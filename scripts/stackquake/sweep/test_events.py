"""Tests of events.py."""

import asyncio
import unittest
from pathlib import Path

from stackquake.sweep.events import Marker, events_of

NOWHERE = Marker(Path("/nonexistent/marker"))


class EventsTest(unittest.IsolatedAsyncioTestCase):
    async def test_a_cancellation_is_heard_in_the_moment_in_which_an_event_comes(self) -> None:
        for moments in range(6):
            with self.subTest(moments):
                output = asyncio.StreamReader()

                async def listen() -> None:
                    async for _ in events_of("program", output, NOWHERE, 60):
                        pass

                listening = asyncio.create_task(listen())
                await asyncio.sleep(0.01)
                output.feed_data(b'{"event": "progress"}\n')
                for _ in range(moments):
                    await asyncio.sleep(0)
                listening.cancel()
                await asyncio.wait([listening], timeout=1)
                self.assertTrue(listening.cancelled())
