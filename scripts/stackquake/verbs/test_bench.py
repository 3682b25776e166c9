"""Tests of bench.py, with benchmarks that write down how they were called."""

import contextlib
import io
import tempfile
import unittest
from pathlib import Path
from unittest import mock

from stackquake.fakes import write_program
from stackquake.status import QuakeError, Status
from stackquake.verbs import bench


class BenchTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.build = Path(folder.name)

    def benchmark(self, name: str, status: int) -> None:
        """A benchmark that logs its arguments; it has only the benchmark "copy"."""
        log = self.build / "log"
        text = f"""#!/bin/sh
case "$*" in
*--no_such_flag*) echo "no such flag" >&2; exit 1 ;;
*=copy*--benchmark_list_tests=true) echo copy; exit 0 ;;
*--benchmark_list_tests=true) exit 0 ;;
esac
echo {name} "$@" >>{log}
exit {status}
"""
        write_program(self.build / "release" / "bin" / name, text)

    def bench(self, argument: str = "--benchmark_filter=copy") -> Status:
        with (
            mock.patch.object(bench, "BUILD", self.build),
            mock.patch("stackquake.jobs.build.ensure"),
            contextlib.redirect_stderr(io.StringIO()),
        ):
            return bench.main([argument], verbose=False)

    def test_runs_all_even_after_a_failure_and_says_so(self) -> None:
        self.benchmark("b_benchmark", 0)
        self.benchmark("a_benchmark", 1)
        with self.assertRaises(QuakeError) as caught:
            self.bench()
        self.assertEqual(caught.exception.status, Status.FOUND)
        self.assertIn("a_benchmark", str(caught.exception))
        self.assertEqual(
            (self.build / "log").read_text().splitlines(),
            ["a_benchmark --benchmark_filter=copy", "b_benchmark --benchmark_filter=copy"],
        )

    def test_a_filter_that_fits_nothing_and_a_wrong_option_are_bad_usage(self) -> None:
        self.benchmark("a_benchmark", 0)
        for argument in ("--benchmark_filter=nothing", "--no_such_flag"):
            with self.subTest(argument), self.assertRaises(QuakeError) as caught:
                self.bench(argument)
            self.assertEqual(caught.exception.status, Status.BAD_INPUT)
            self.assertFalse((self.build / "log").exists())

    def test_no_benchmarks_is_something_missing(self) -> None:
        with self.assertRaises(QuakeError) as caught:
            self.bench()
        self.assertEqual(caught.exception.status, Status.MISSING)


if __name__ == "__main__":
    unittest.main()
