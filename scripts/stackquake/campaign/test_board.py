"""Tests of board.py."""

import contextlib
import io
import unittest
from unittest import mock

from stackquake.campaign.board import PLAIN_INTERVAL, PlainBoard, rows
from stackquake.campaign.campaign import Snapshot

SNAPSHOT = Snapshot(
    seconds=20,
    executions=30_000,
    edges=7,
    corpus=5,
    findings=1,
    repeats=2,
    seconds_since_new=3,
    validity=0.5,
)


class BoardTest(unittest.TestCase):
    def test_tells_the_rate_and_the_repeats(self) -> None:
        told = dict(rows(SNAPSHOT))
        self.assertEqual(told["per second"], "1,500")
        self.assertEqual(told["nests among the inputs"], "50.0%")
        self.assertEqual(told["findings"], "1 (repeats: 2)")

    def test_without_a_terminal_there_is_a_line_now_and_then(self) -> None:
        errors = io.StringIO()
        with mock.patch("time.monotonic") as clock, contextlib.redirect_stderr(errors):
            clock.return_value = 0.0
            board = PlainBoard()
            for clock.return_value in (1.0, PLAIN_INTERVAL, PLAIN_INTERVAL + 1):
                board.show(SNAPSHOT)
        self.assertEqual(errors.getvalue().count("executions 30,000"), 1)


if __name__ == "__main__":
    unittest.main()
