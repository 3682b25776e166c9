"""Tests of ahead.py."""

import threading
import unittest
from collections.abc import Callable, Iterator
from functools import partial

from stackquake.go.ahead import UNDER_WAY, ahead


class AheadTest(unittest.TestCase):
    """Pieces of work that overlap."""

    def test_results_come_in_order_whichever_is_ready_first(self) -> None:
        second = threading.Event()

        def piece(number: int, unwanted: threading.Event) -> int:
            if number == 0:
                second.wait()
            else:
                second.set()
            return number

        work = (partial(piece, number) for number in range(10))
        self.assertEqual(list(ahead(work)), list(range(10)))

    def test_no_more_is_asked_for_than_is_under_way(self) -> None:
        asked: list[int] = []

        def work() -> Iterator[Callable[[threading.Event], int]]:
            for number in range(100):
                asked.append(number)
                yield lambda unwanted: 0

        results = ahead(work())
        next(results)
        results.close()
        self.assertEqual(len(asked), UNDER_WAY)

    def test_what_nobody_asks_for_is_told_so(self) -> None:
        work: list[Callable[[threading.Event], bool]] = [
            lambda unwanted: False,
            lambda unwanted: unwanted.wait(),
            lambda unwanted: unwanted.wait(),
        ]
        results = ahead(iter(work))
        self.assertEqual(next(results), False)
        results.close()  # would hang

    def test_an_exception_comes_where_the_result_would(self) -> None:
        work: list[Callable[[threading.Event], float]] = [lambda _: 1.0, lambda _: 1 / 0]
        results = ahead(iter(work))
        self.assertEqual(next(results), 1.0)
        with self.assertRaises(ZeroDivisionError):
            next(results)


if __name__ == "__main__":
    unittest.main()
