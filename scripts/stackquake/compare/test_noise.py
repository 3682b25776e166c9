"""Tests of what is called a difference."""

import random
import unittest

from stackquake.compare.noise import LEAST_ROUNDS, differences, summary

ROUNDS = 10


def noisy(middle: float, seed: int, spread: float = 0.05) -> list[float]:
    """Times around a middle."""
    source = random.Random(seed)
    return [middle * (1 + source.uniform(-spread, spread)) for _ in range(ROUNDS)]


class DifferencesTest(unittest.TestCase):
    def test_times_that_do_not_overlap_are_a_difference(self) -> None:
        pairs = {"a": (noisy(200, 1), noisy(100, 2)), "b": (noisy(50, 3), noisy(100, 4))}
        found = differences(pairs)
        self.assertEqual(found["a"].sign, 1)
        self.assertAlmostEqual(found["a"].ratio, 2, delta=0.2)
        self.assertEqual(found["b"].sign, -1)

    def test_equal_times_are_none(self) -> None:
        self.assertEqual(differences({"a": ([1.0] * 9, [1.0] * 9)})["a"].sign, 0)

    def test_a_difference_below_the_least_change_is_none(self) -> None:
        # Every rank differs, and still nobody should call this one.
        found = differences({"a": (noisy(108, 1, 0.001), noisy(100, 2, 0.001))})
        self.assertLess(found["a"].p, 0.001)
        self.assertEqual(found["a"].sign, 0)

    def test_one_disturbed_round_makes_no_difference(self) -> None:
        ours = noisy(100, 1)
        ours[3] *= 50
        self.assertEqual(differences({"a": (ours, noisy(100, 2))})["a"].sign, 0)

    def test_noise_alone_gives_no_difference_among_hundreds(self) -> None:
        pairs = {
            str(seed): (noisy(100, seed, 0.5), noisy(100, 10_000 + seed, 0.5))
            for seed in range(400)
        }
        found = differences(pairs)
        # Without a correction for their number about 20 of these have a p below 0.05.
        self.assertGreater(sum(one.p < 0.05 for one in found.values()), 5)
        self.assertEqual([name for name, one in found.items() if one.sign], [])

    def test_few_rounds_show_nothing(self) -> None:
        few = LEAST_ROUNDS - 1
        self.assertEqual(differences({"a": ([9.0] * few, [1.0] * few)})["a"].sign, 0)

    def test_what_was_not_measured_is_left_out(self) -> None:
        self.assertEqual(differences({"a": ([], [1.0]), "b": ([1.0], [])}), {})


class SummaryTest(unittest.TestCase):
    def test_the_quarters_lie_around_the_median(self) -> None:
        told = summary([1, 2, 3, 4, 5])
        assert told is not None
        self.assertEqual((told.low, told.median, told.high), (2, 3, 4))
        self.assertAlmostEqual(told.spread, 2 / 3)

    def test_one_round_has_no_spread(self) -> None:
        told = summary([7.0])
        assert told is not None
        self.assertEqual((told.median, told.spread), (7.0, 0.0))
        self.assertIsNone(summary([]))


if __name__ == "__main__":
    unittest.main()
