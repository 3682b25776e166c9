"""Seeds that are derived from one seed, so that neighbouring seeds have nothing in common."""

from __future__ import annotations

import argparse

MAX_SEED = 2**31 - 1  # libFuzzer reads a seed as a number of 32 bits; also short to type

_BITS = 2**64 - 1


def seed_of(seed: int, number: int) -> int:
    """The seed with a number in the series of a seed: from 1 to MAX_SEED.

    With a sum in its place, the series of 11 and of 12 would be the same but for one seed.
    """
    return 1 + _mixed(_mixed(seed) + number) % MAX_SEED


def _mixed(state: int) -> int:
    """The first output of SplitMix64 from a state, as harness/generator/random.h has it."""
    mixed = (state + 0x9E3779B97F4A7C15) & _BITS
    mixed = ((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9) & _BITS
    mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & _BITS
    return mixed ^ (mixed >> 31)


def positive(text: str) -> int:
    """An option's number, which is also a seed that libFuzzer takes."""
    number = int(text)
    if not 0 < number <= MAX_SEED:
        raise argparse.ArgumentTypeError(f"{text} is not between 1 and {MAX_SEED}")
    return number
