"""Tests of shard.py: each nest is of one shard."""

import argparse
import unittest
from collections.abc import Iterable

from stackquake.go import shard
from stackquake.go.shard import Shard


def flat(ranges: Iterable[range]) -> list[int]:
    """The numbers of all of them."""
    return [number for one in ranges for number in one]


class ShardTest(unittest.TestCase):
    """Shares of a series."""

    def test_each_of_the_first_nests_is_of_exactly_one_shard(self) -> None:
        for count in (1, 2, 3, 7):
            for total in (0, 1, shard.BLOCK, 5 * shard.BLOCK + 3, 14 * shard.BLOCK - 1):
                with self.subTest(count=count, total=total):
                    shards = [Shard(number, count) for number in range(1, count + 1)]
                    taken = [flat(one.numbers(0, one.share(total))) for one in shards]
                    self.assertEqual(sorted(sum(taken, [])), list(range(total)))

    def test_a_share_may_be_taken_in_parts(self) -> None:
        one = Shard(2, 3)
        whole = flat(one.numbers(0, 350))
        parts = [flat(one.numbers(first, 70)) for first in range(0, 350, 70)]
        self.assertEqual(sum(parts, []), whole)

    def test_shards_have_nests_of_all_profiles(self) -> None:
        for number in (1, 2):
            numbers = flat(Shard(number, 2).numbers(0, 10))
            self.assertEqual({one % 2 for one in numbers}, {0, 1})

    def test_the_only_shard_has_all(self) -> None:
        self.assertEqual(Shard().numbers(30, 400), [range(30, 430)])

    def test_a_shard_is_written_as_its_number_and_the_count(self) -> None:
        self.assertEqual(Shard.of("2/16"), Shard(2, 16))
        self.assertEqual(str(Shard(2, 16)), "2/16")
        for text in ("0/2", "3/2", "1", "1/0", "1/2/3", "-1/2", "", "1/9999999"):
            with self.subTest(text), self.assertRaisesRegex(
                argparse.ArgumentTypeError, "write I/N, with I from 1 to N"
            ):
                Shard.of(text)


if __name__ == "__main__":
    unittest.main()
