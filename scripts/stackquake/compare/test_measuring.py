"""Tests of how the output of Google Benchmark is taken, and of rounds."""

import asyncio
import json
import tempfile
import unittest
from pathlib import Path
from typing import Any

from stackquake.compare import measuring
from stackquake.compare.record import Contender, Record, Round
from stackquake.fakes import write_program
from stackquake.status import QuakeError


def result(name: str, **fields: Any) -> dict[str, Any]:
    """A result as Google Benchmark 1.7 prints it."""
    common = {"run_type": "iteration", "repetitions": 1, "iterations": 5, "real_time": 9.0}
    return {"name": name, **common, "cpu_time": 1.5, "time_unit": "us", **fields}


DOCUMENT = {
    "benchmarks": [
        result("operation/call/old/1", steps=9.0, words_copied=0.0),
        result("operation/chain/old/10", steps=50.0, time_unit="ns"),
        result("operation/chain/old/100", error_occurred=True, error_message="it does not exit"),
        {"name": "operation/chain/old_BigO", "run_type": "aggregate", "big_o": "N^2"},
        {"name": "operation/chain/old_RMS", "run_type": "aggregate", "rms": 0.1},
    ]
}


def record() -> Record:
    """Of one design, with nothing in it."""
    return Record("", "", "", "old", {}, [Contender("old", "go1.4")])


class TakeTest(unittest.TestCase):
    def test_times_counts_fits_and_errors_are_told_apart(self) -> None:
        told, one = record(), Round()
        measuring.take(DOCUMENT, one, told)
        self.assertEqual(one.times, {"old": {"call/1": 1500.0, "chain/10": 1.5}})
        self.assertEqual(one.fits, {"old": {"chain": "N^2"}})
        self.assertEqual(told.counts["old"]["call/1"], {"steps": 9.0, "words_copied": 0.0})
        self.assertEqual(told.broken, {"old": {"chain/100": "it does not exit"}})


class Toolchain:
    """Notes when it is its turn."""

    def __init__(self, name: str, turns: list[str]) -> None:
        self.name = name
        self._turns = turns

    async def measure(self) -> dict[str, float]:
        self._turns.append(self.name)
        return {"call/1": 2.0}


class MeasureTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.program = Path(folder.name) / measuring.BENCHMARK

    def measure(self, text: str, rounds: int = 2) -> tuple[Record, list[str]]:
        told, turns = record(), []
        program = write_program(self.program, text)
        toolchains = [Toolchain("go1", turns), Toolchain("go2", turns)]
        steps: list[str] = []
        work = measuring.measure(program, toolchains, told, rounds, steps.append, lambda: None)
        asyncio.run(work)
        return told, turns

    def test_rounds_have_all_contenders_and_toolchains_take_turns(self) -> None:
        told, turns = self.measure(f"print({json.dumps(DOCUMENT)!r}.replace('True', 'true'))")
        self.assertEqual([sorted(one.times) for one in told.rounds], [["go1", "go2", "old"]] * 2)
        self.assertEqual(turns, ["go1", "go2", "go2", "go1"])
        self.assertEqual(told.times("go1", "call/1"), [2.0, 2.0])

    def test_only_the_designs_that_are_compared_are_measured(self) -> None:
        text = (
            "import json, sys\n"
            "options = dict(word[2:].split('=', 1) for word in sys.argv[1:])\n"
            "assert options['benchmark_filter'] == '^operation/[^/]+/(old|memcpy)(/|$)', options\n"
            "print(json.dumps({'benchmarks': []}))"
        )
        told, _ = self.measure(text, rounds=1)
        self.assertEqual(len(told.rounds), 1)

    def test_a_benchmark_that_ends_is_told_of_with_its_last_words(self) -> None:
        with self.assertRaisesRegex(QuakeError, "design_benchmark ended with 1: .*out of order"):
            self.measure("import sys\nsys.exit('out of order')")


if __name__ == "__main__":
    unittest.main()
