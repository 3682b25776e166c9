"""Tests of what is said to have changed since an earlier comparison."""

import unittest
from collections.abc import Callable

from stackquake.compare import example
from stackquake.compare.against import changes
from stackquake.compare.example import BASELINE, SLOW, WRONG
from stackquake.compare.record import Record
from stackquake.compare.verdicts import Analysis


def changed_by(change: Callable[[Record], None]) -> list[str]:
    """What is said after a change of the example."""
    now = example.record()
    change(now)
    return changes(Analysis(now), Analysis(example.record()))


class AgainstTest(unittest.TestCase):
    def test_the_same_is_no_change(self) -> None:
        self.assertEqual(
            changed_by(lambda now: None), ["nothing has changed since 2026-01-02T03:04:05Z"]
        )

    def test_a_design_that_is_no_longer_right_comes_first(self) -> None:
        def change(now: Record) -> None:
            now.checked_on(BASELINE)[0].wrong = 1
            now.counts[BASELINE]["call/1"]["steps"] = 7.0

        self.assertEqual(
            changed_by(change),
            [f"{BASELINE} is no longer right", f"call on {BASELINE}: steps 1 became 7"],
        )

    def test_another_growth_is_told(self) -> None:
        def change(now: Record) -> None:
            for size in (10, 100, 1000):
                for name in ("steps", "frames_visited"):
                    now.counts[SLOW][f"chain/{size}"][name] = float(size)

        self.assertEqual(changed_by(change)[0], f"chain on {SLOW} grows as N, before as N^2")

    def test_times_beyond_the_noise_are_told(self) -> None:
        def change(now: Record) -> None:
            for one in now.rounds:
                one.times[WRONG]["call/1"] *= 1.5
                one.times[BASELINE]["call/1"] *= 1.01

        self.assertEqual(
            changed_by(change), [f"call 1 on {WRONG} is slower: 1.50 times as long"]
        )

    def test_times_of_another_machine_are_not_compared(self) -> None:
        def change(now: Record) -> None:
            now.machine = "another"
            for one in now.rounds:
                one.times[WRONG]["call/1"] *= 9

        self.assertEqual(
            changed_by(change), ["times are of another machine, and are not compared"]
        )

    def test_a_defect_that_trials_find_no_more_is_told(self) -> None:
        def change(now: Record) -> None:
            for result in now.searched_on(SLOW)[0].results:
                result["found"] = False

        self.assertEqual(
            changed_by(change), [f"pops of {SLOW} is not found now, in at least half of the trials"]
        )


if __name__ == "__main__":
    unittest.main()
