"""A shard: the share that one of several machines has of a campaign's nests.

The nests of a series go to the shards in blocks of neighbouring numbers, one block after another.
So each shard has nests of all profiles, which take turns number by number.
"""

from __future__ import annotations

import argparse
import re
from dataclasses import dataclass

# Nests in a block. Each block is a call of the generator, which takes some milliseconds; a batch
# of 400 nests has four of them, and takes seconds.
BLOCK = 100

FORM = re.compile(r"([1-9]\d{0,5})/([1-9]\d{0,5})")


@dataclass(frozen=True, order=True)
class Shard:
    """Number `number`, from 1 on, of `count` shards."""

    number: int = 1
    count: int = 1

    @staticmethod
    def of(text: str) -> Shard:
        """The shard that is written "I/N". Raises ArgumentTypeError, for argparse."""
        form = FORM.fullmatch(text)
        if form is None or int(form[1]) > int(form[2]):
            message = f"{text!r} is no shard: write I/N, with I from 1 to N"
            raise argparse.ArgumentTypeError(message)
        return Shard(int(form[1]), int(form[2]))

    def __str__(self) -> str:
        return f"{self.number}/{self.count}"

    def share(self, count: int) -> int:
        """How many of the first `count` nests of a series are of this shard."""
        blocks, rest = divmod(count, BLOCK)
        earlier = self.number - 1  # the shards that get a block before this one
        rounds, last = divmod(blocks, self.count)
        mine = rounds + (earlier < last)
        return mine * BLOCK + (rest if earlier == last else 0)

    def numbers(self, first: int, count: int) -> list[range]:
        """The numbers in the series of so many nests of this shard, from its `first` on."""
        if self.count == 1:
            return [range(first, first + count)]
        found: list[range] = []
        end = first + count
        while first < end:
            block, offset = divmod(first, BLOCK)
            taken = min(end - first, BLOCK - offset)
            start = (block * self.count + self.number - 1) * BLOCK + offset
            found.append(range(start, start + taken))
            first += taken
        return found
