"""Tests of shares.py: who gets how much time."""

import unittest

from stackquake.nightly.shares import FLOOR, Lane, part, shares

A, B, C = (Lane(name, "go1.4") for name in "abc")


class SharesTest(unittest.TestCase):
    def test_without_a_history_all_get_the_same(self) -> None:
        self.assertEqual(shares({A: None, B: None}), {A: 0.5, B: 0.5})
        self.assertEqual(shares({A: 0.0, B: 0.0}), {A: 0.5, B: 0.5})
        self.assertEqual(shares({}), {})

    def test_who_brings_more_gets_more_and_nobody_is_given_up(self) -> None:
        told = shares({A: 3.0, B: 1.0, C: 0.0})
        self.assertAlmostEqual(sum(told.values()), 1)
        self.assertGreater(told[A], told[B])
        self.assertGreater(told[B], told[C])
        self.assertAlmostEqual(told[C], FLOOR / 3)

    def test_a_new_lane_counts_as_the_best(self) -> None:
        told = shares({A: 3.0, B: 1.0, C: None})
        self.assertEqual(told[C], told[A])

    def test_time_that_a_stage_does_not_need_goes_to_those_after_it(self) -> None:
        self.assertEqual(part([1, 1, 2], 100), 25)
        self.assertEqual(part([1, 2], 99), 33)
        self.assertEqual(part([2], 90), 90)
        self.assertEqual(part([2], -5), 0)


if __name__ == "__main__":
    unittest.main()
