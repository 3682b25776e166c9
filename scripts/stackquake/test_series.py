"""Tests of series.py."""

import unittest

from stackquake import series


class SeriesTest(unittest.TestCase):
    """Seeds of workers and nests."""

    def test_mixes_as_splitmix64_does(self) -> None:
        # The first output for the seed 1234567, as its authors publish it.
        self.assertEqual(series._mixed(1234567), 6457827717110365317)

    def test_series_of_neighbouring_seeds_have_nothing_in_common(self) -> None:
        seeds = [series.seed_of(seed, number) for seed in range(1, 11) for number in range(100)]
        self.assertEqual(len(set(seeds)), len(seeds))
        self.assertTrue(all(1 <= seed <= series.MAX_SEED for seed in seeds))


if __name__ == "__main__":
    unittest.main()
