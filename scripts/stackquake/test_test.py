"""Tests of test.py: what it counts."""

import contextlib
import io
import os
import tempfile
import unittest
from pathlib import Path
from unittest import mock

from stackquake import build, test
from stackquake.fakes import path_with, write_program
from stackquake.status import QuakeError, Status
from stackquake.test import Count

JUNIT = """<?xml version="1.0"?><testsuite>
<testcase name="a" status="run"/><testcase name="b" status="run"/>
<testcase name="c" status="fail"><failure message=""/></testcase>
<testcase name="d" status="notrun"><skipped message=""/></testcase>
<testcase name="e" status="disabled"/></testsuite>"""

PYTHON_TESTS = """
import unittest
class T(unittest.TestCase):
    def test_good(self): pass
    def test_bad(self):
        for i in range(3):
            with self.subTest(i): self.fail()
    def test_error(self): raise KeyError
    @unittest.skip("")
    def test_skipped(self): pass
"""


class CountTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def run_test(self, cpp: Count, python: Count) -> tuple[int, list[str]]:
        output = io.StringIO()
        with (
            contextlib.redirect_stdout(output),
            mock.patch.object(test, "cpp_tests", return_value=cpp),
            mock.patch.object(test, "python_tests", return_value=python),
        ):
            status = test.main("", tidy=False, verbose=False)
        return status, output.getvalue().splitlines()

    def test_the_last_line_counts_them_all(self) -> None:
        status, lines = self.run_test(Count(3, 0, 1), Count(2))
        self.assertEqual((status, lines), (Status.OK, ["1 skipped", "5 passed, 0 failed"]))

    def test_one_failure_fails_them_all(self) -> None:
        status, lines = self.run_test(Count(3), Count(2, 1))
        self.assertEqual((status, lines), (Status.FOUND, ["5 passed, 1 failed"]))

    def test_a_pattern_that_fits_no_test_is_bad_usage(self) -> None:
        with self.assertRaises(QuakeError) as caught:
            self.run_test(Count(), Count())
        self.assertEqual(caught.exception.status, Status.BAD_INPUT)

    def test_reads_the_results_of_ctest(self) -> None:
        results = self.folder / "results.xml"
        results.write_text(JUNIT)
        self.assertEqual(test.read_junit(results), Count(2, 1, 2))

    def test_a_build_that_fails_is_a_failed_test(self) -> None:
        with (
            mock.patch.object(build, "ensure", side_effect=build.BuildFailed("check")),
            contextlib.redirect_stderr(io.StringIO()),
        ):
            self.assertEqual(test.cpp_tests("", verbose=False), Count(failed=1))

    def test_each_source_that_clang_tidy_complains_of_is_a_failed_test(self) -> None:
        complaints = (
            "/a/x.cc:3:1: error: bad [check]",
            "\x1b[1m/a/x.cc:9:1: \x1b[0;1;31merror: \x1b[0mworse",
            "\x1b[1m/a/y.cc:9:1: \x1b[0;1;31merror: \x1b[0mworse",
        )
        echo = "".join(f"echo '{complaint}'\n" for complaint in complaints)
        write_program(self.folder / "run-clang-tidy", f"#!/bin/sh\n{echo}exit 1\n")
        with (
            mock.patch.dict(os.environ, path_with(self.folder)),
            mock.patch("stackquake.packages.ensure"),
            mock.patch.object(test, "tracked", return_value=["x.cc", "y.cc", "z.cc"]),
            contextlib.redirect_stderr(io.StringIO()),
        ):
            self.assertEqual(test.clang_tidy(), Count(1, 2))

    def test_counts_python_tests(self) -> None:
        (self.folder / "test_of_count.py").write_text(PYTHON_TESTS)
        with contextlib.redirect_stderr(io.StringIO()):
            self.assertEqual(test.python_tests(self.folder, "", False), Count(1, 2, 1))
            self.assertEqual(test.python_tests(self.folder, "good", False), Count(1))


if __name__ == "__main__":
    unittest.main()
