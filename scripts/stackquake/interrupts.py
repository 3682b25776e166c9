"""How a person or the system ends long work early."""

import asyncio
import signal


class Interrupts:
    """Ctrl-C ends the work in hand, and pressed again also what is done with its results.

    Other signals that ask a process to end allow for no more than a few seconds: they do both.
    """

    def __init__(self) -> None:
        self.first = asyncio.Event()
        self.second = asyncio.Event()

    def listen(self) -> None:
        """From now on, for as long as the event loop runs."""
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGINT, self.interrupt)
        for number in (signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, self.end)

    def interrupt(self) -> None:
        """What Ctrl-C does."""
        if self.first.is_set():
            self.second.set()
        self.first.set()

    def end(self) -> None:
        """What the other signals do."""
        self.first.set()
        self.second.set()


async def until(event: asyncio.Event, work: asyncio.Task[None], seconds: float | None) -> bool:
    """Lets work go on until it is done, and returns True; or until the event is set or time is up,
    in which case it is cancelled. Raises what the work raised."""
    waiting = asyncio.create_task(event.wait())
    await asyncio.wait([waiting, work], timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    done = work.done()
    work.cancel()
    await asyncio.wait([work])
    if not work.cancelled() and (error := work.exception()) is not None:
        raise error
    return done
