"""Tests of reduce.py, with a stand-in for the oracle that takes every text for a nest."""

import unittest
from collections.abc import Sequence
from unittest import mock

from stackquake.go import nests, reduce
from stackquake.go.comparing import Case
from stackquake.go.crash import Behaviour
from stackquake.go.reduce import Piece

EXIT: Behaviour = {"outcome": {"kind": "exit", "chain": []}, "traces": []}

NEST = """package main

import "runtime"

func main() {
	var x int
	_ = x
	for i := 0; i < 8; i++ {
		defer trace(5)
		runtime.GC()
	}
	f()
}

func f() {
	trace(1)
}
"""


def expect(texts: Sequence[str]) -> list[nests.Expected | nests.Refused]:
    """Everything but what has "bad" in it is a nest that exits."""
    refused = nests.Refused(": bad")
    return [refused if "bad" in text else nests.Expected(EXIT, None) for text in texts]


class PiecesTest(unittest.TestCase):
    """What could go."""

    def test_statements_go_with_their_blocks(self) -> None:
        lines = NEST.splitlines()
        found = reduce.pieces(lines)
        self.assertIn(Piece(7, 11), found)  # the loop
        self.assertIn(Piece(7, 11, ("\tdefer trace(5)", "\truntime.GC()")), found)
        self.assertIn(Piece(14, 17), found)  # f
        self.assertIn(Piece(5, 7), found)  # x and its use
        self.assertIn(Piece(8, 9, ("\t\ttrace(5)",)), found)
        self.assertIn(Piece(7, 8, ("\tfor i := 0; i < 4; i++ {",)), found)
        self.assertEqual(found[0].saved, max(piece.saved for piece in found))

    def test_the_import_goes_with_its_last_use(self) -> None:
        lines = NEST.splitlines()
        self.assertNotIn("import", reduce.without(lines, [Piece(7, 11)]))
        self.assertIn("import", reduce.without(lines, [Piece(14, 17)]))


class ReduceTest(unittest.TestCase):
    """The whole of it."""

    def reduce(self, keep: str, seconds: float = 60) -> str:
        """What is left when only texts with `keep` in them are of interest."""

        def still(cases: Sequence[Case]) -> list[bool]:
            return [keep in case.text for case in cases]

        with (
            mock.patch("stackquake.go.nests.expect", expect),
            mock.patch("stackquake.go.nests.candidates", lambda text: []),
        ):
            return reduce.reduce(Case("n", NEST, EXIT), still, seconds).text

    def test_keeps_only_what_is_of_interest(self) -> None:
        words = self.reduce("runtime.GC()").split()
        self.assertEqual(
            words, 'package main import "runtime" func main() { runtime.GC() }'.split()
        )

    def test_does_nothing_without_time(self) -> None:
        self.assertEqual(self.reduce("trace(1)", seconds=0), NEST)

    def test_ends_with_the_steps_of_the_harness(self) -> None:
        asked: list[str] = []

        def candidates(text: str) -> list[str]:
            asked.append(text)
            return ["bad", "short\n"] if text != "short\n" else []

        with (
            mock.patch("stackquake.go.nests.expect", expect),
            mock.patch("stackquake.go.nests.candidates", candidates),
        ):
            smallest = reduce.reduce(Case("n", "a b c\n", EXIT), _is_short, 60)
        self.assertEqual(smallest.text, "short\n")
        self.assertEqual(asked[-1], "short\n")


def _is_short(cases: Sequence[Case]) -> list[bool]:
    return [case.text == "short\n" for case in cases]


if __name__ == "__main__":
    unittest.main()
