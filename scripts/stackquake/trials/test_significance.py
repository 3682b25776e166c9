"""Tests of significance.py, on values worked out by hand."""

import unittest

from stackquake import packages
from stackquake.trials.significance import Comparison, compare


class CompareTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        packages.ensure("trials")

    def of(self, ours: list[float], baseline: list[float]) -> Comparison:
        comparison = compare(ours, baseline)
        assert comparison is not None
        return comparison

    def test_always_sooner(self) -> None:
        comparison = self.of([1, 2, 3], [4, 5, 6])
        self.assertEqual(comparison.a12, 1.0)
        # One of the 20 ways to choose three of six ranks is as extreme, and one on the other side.
        self.assertAlmostEqual(comparison.p, 2 / 20)

    def test_always_later(self) -> None:
        self.assertEqual(self.of([4, 5, 6], [1, 2, 3]).a12, 0.0)

    def test_an_exact_chance_is_counted_for_many_times_too(self) -> None:
        comparison = compare(range(10), range(10, 20), exact=True)
        assert comparison is not None
        self.assertAlmostEqual(comparison.p, 2 / 184_756)  # ways to choose ten of twenty ranks

    def test_equal_ones_count_half(self) -> None:
        # Of the four pairs one is sooner, one later, two are equal.
        self.assertEqual(self.of([1, 60], [1, 60]).a12, 0.5)
        # 1 < 60 twice, 60 = 60 twice.
        self.assertEqual(self.of([1, 60], [60, 60]).a12, 0.75)

    def test_nothing_found_anywhere_tells_nothing(self) -> None:
        self.assertEqual(self.of([60, 60], [60, 60]), Comparison(0.5, 1.0))

    def test_one_side_without_trials_cannot_be_compared(self) -> None:
        self.assertIsNone(compare([], [1]))
        self.assertIsNone(compare([1], []))


if __name__ == "__main__":
    unittest.main()
