"""Tests of bench.py, with benchmarks that write down how they were called."""

import contextlib
import io
import tempfile
import unittest
from pathlib import Path
from unittest import mock

from stackquake import bench
from stackquake.fakes import write_program
from stackquake.status import QuakeError, Status


class BenchTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.build = Path(folder.name)

    def benchmark(self, name: str, status: int) -> None:
        text = f'#!/bin/sh\necho {name} "$@" >>{self.build / "log"}\nexit {status}\n'
        write_program(self.build / "release" / "bin" / name, text)

    def bench(self) -> Status:
        with (
            mock.patch.object(bench, "BUILD", self.build),
            mock.patch("stackquake.build.ensure"),
            contextlib.redirect_stderr(io.StringIO()),
        ):
            return bench.main(["--benchmark_filter=x"], verbose=False)

    def test_runs_all_even_after_a_failure_and_says_so(self) -> None:
        self.benchmark("b_benchmark", 0)
        self.benchmark("a_benchmark", 1)
        with self.assertRaises(QuakeError) as caught:
            self.bench()
        self.assertEqual(caught.exception.status, Status.FOUND)
        self.assertIn("a_benchmark", str(caught.exception))
        self.assertEqual(
            (self.build / "log").read_text().splitlines(),
            ["a_benchmark --benchmark_filter=x", "b_benchmark --benchmark_filter=x"],
        )

    def test_no_benchmarks_is_something_missing(self) -> None:
        with self.assertRaises(QuakeError) as caught:
            self.bench()
        self.assertEqual(caught.exception.status, Status.MISSING)


if __name__ == "__main__":
    unittest.main()
