"""Pieces of work that overlap, with their results in order."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

# One piece is built, one runs, and one waits for the last of its nests, which sleep.
UNDER_WAY = 3

T = TypeVar("T")


def ahead(work: Iterator[Callable[[threading.Event], T]]) -> Generator[T, None, None]:
    """What each piece of work gives; the next ones are under way while a result is being used.

    A piece is called with an event that is set when nobody asks for results any more; what is
    under way then is waited for. An exception of a piece comes up where its result would.
    """
    unwanted = threading.Event()
    with ThreadPoolExecutor(UNDER_WAY) as pool:
        under_way: deque[Future[T]] = deque()
        try:
            for piece in work:
                under_way.append(pool.submit(piece, unwanted))
                if len(under_way) == UNDER_WAY:
                    yield under_way.popleft().result()
            while under_way:
                yield under_way.popleft().result()
        finally:
            unwanted.set()
            pool.shutdown(cancel_futures=True)
