"""Tests of poison.py: harness/fuzzing/input_choice_test.cc has the same inputs."""

import re
import unittest

from stackquake import poison
from stackquake.files import ROOT


class PoisonTest(unittest.TestCase):
    def test_the_hash_is_the_one_of_the_specification(self) -> None:
        self.assertEqual(poison.hash_of(b""), 0xCBF29CE484222325)
        self.assertEqual(poison.hash_of(b"foobar"), 0x85944171F73967E8)

    def test_the_bytes_decide_on_the_mode(self) -> None:
        modes = {b"c": "none", b"\xff": "fill", b"d": "asan", b"a": "protect"}
        for text, mode in modes.items():
            self.assertEqual(poison.mode_of("mixed", text), mode)

    def test_a_mode_that_is_named_is_taken_for_all(self) -> None:
        self.assertEqual({poison.mode_of("fill", bytes([byte])) for byte in range(99)}, {"fill"})

    def test_the_targets_have_the_same_weights(self) -> None:
        header = (ROOT / "harness/fuzzing/input_choice.h").read_text()
        match = re.search(r"kPoisonWeights = \{([\d, ]+)\}", header)
        assert match is not None
        self.assertEqual(list(map(int, match[1].split(","))), list(poison.WEIGHTS.values()))
        self.assertEqual(sum(poison.WEIGHTS.values()), 100)


if __name__ == "__main__":
    unittest.main()
