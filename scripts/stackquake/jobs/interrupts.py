"""How a person or the system ends long work early."""

import asyncio
import signal
from collections.abc import Coroutine
from types import FrameType
from typing import Any, TypeVar

T = TypeVar("T")

# The terminal's Ctrl-C; what `kill` and a system that goes down send; what a terminal that is
# closed sends.
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Interrupts:
    """Turns signals into events.

    Ctrl-C ends the work in hand; pressed again it also ends what is done with the results. SIGTERM
    and SIGHUP do both at once: whoever sends them waits for a few seconds only. Any further signal
    changes nothing.

    When the event loop has ended, signals do what they do without this object, unless `settled` is
    set: then the exit status stands, and no signal changes it.
    """

    def __init__(self) -> None:
        self.first = asyncio.Event()
        self.second = asyncio.Event()
        self.number: int | None = None  # of the first signal that came
        self.settled = False
        self._loop: asyncio.AbstractEventLoop | None = None

    def listen(self) -> None:
        """From now on signals set the events of this object, in the running event loop.

        A SIGHUP that is ignored, as under nohup, stays ignored.
        """
        self._loop = asyncio.get_running_loop()
        for number in SIGNALS:
            if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:
                signal.signal(number, self._take)

    def interrupt(self) -> None:
        """What Ctrl-C does."""
        if self.first.is_set():
            self.second.set()
        self.first.set()

    def end(self) -> None:
        """What the other signals do."""
        self.first.set()
        self.second.set()

    def _take(self, number: int, _frame: FrameType | None) -> None:
        """Runs between any two instructions, so it only asks the loop to set the events."""
        self.number = self.number or number
        assert self._loop is not None
        if not self._loop.is_closed():
            act = self.interrupt if number == signal.SIGINT else self.end
            self._loop.call_soon_threadsafe(act)
        elif not self.settled:
            raise KeyboardInterrupt if number == signal.SIGINT else SystemExit(128 + number)


async def until(event: asyncio.Event, work: asyncio.Task[Any], seconds: float | None) -> bool:
    """Lets work go on until it is done, and returns True; or until the event is set or time is up,
    in which case it is cancelled. Raises what the work raised."""
    waiting = asyncio.create_task(event.wait())
    try:
        await asyncio.wait([waiting, work], timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    finally:
        waiting.cancel()
        done = work.done()
        work.cancel()
    await asyncio.wait([work])
    if not work.cancelled() and (error := work.exception()) is not None:
        raise error
    return done


def interruptible(work: Coroutine[Any, Any, T]) -> T:
    """Runs work to its end, or cancels it at a signal: Ctrl-C and those that end a process.

    After a signal it raises KeyboardInterrupt or, for the other signals, SystemExit, as soon as the
    work has cleaned up. Further signals do not disturb this.
    """
    received: list[signal.Signals] = []

    async def run() -> T:
        task = asyncio.ensure_future(work)

        def interrupt(number: signal.Signals) -> None:
            if not received:
                task.cancel()
            received.append(number)

        loop = asyncio.get_running_loop()
        for number in SIGNALS:
            if signal.getsignal(number) != signal.SIG_IGN:  # as nohup has it
                loop.add_signal_handler(number, interrupt, number)
        return await task

    try:
        return asyncio.run(run())
    except asyncio.CancelledError:
        if received[0] == signal.SIGINT:
            raise KeyboardInterrupt from None
        raise SystemExit(128 + received[0]) from None
