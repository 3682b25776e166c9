"""Tests of how a cost is said to grow."""

import math
import unittest

from stackquake.compare.complexity import fit, is_worse

SIZES = [10, 100, 1000]


class ComplexityTest(unittest.TestCase):
    def test_costs_on_a_curve_are_told_by_its_name(self) -> None:
        curves = {
            "1": lambda n: 5.0,
            "lgN": lambda n: 3 * math.log2(n),
            "N": lambda n: 0.2 * n,
            "NlgN": lambda n: n * math.log2(n),
            "N^2": lambda n: n * n / 7,
            "N^3": lambda n: float(n**3),
        }
        for kind, curve in curves.items():
            with self.subTest(kind):
                self.assertEqual(fit(SIZES, [curve(size) for size in SIZES]), kind)

    def test_a_constant_part_does_not_hide_the_growth(self) -> None:
        self.assertEqual(fit(SIZES, [800 + size for size in (10, 1000, 100_000)]), "N^2")

    def test_a_size_of_zero_is_a_size(self) -> None:
        self.assertEqual(fit([0, 10, 100, 1000], [5, 55, 505, 5005]), "N")

    def test_two_sizes_are_too_few(self) -> None:
        self.assertIsNone(fit([1, 10], [1, 10]))

    def test_a_logarithm_more_is_not_worse(self) -> None:
        self.assertFalse(is_worse("NlgN", "N"))
        self.assertFalse(is_worse("lgN", "1"))
        self.assertFalse(is_worse("1", "N"))
        self.assertFalse(is_worse(None, "N"))
        self.assertTrue(is_worse("N^2", "N"))
        self.assertTrue(is_worse("N", "1"))


if __name__ == "__main__":
    unittest.main()
