"""Tests of test.py: what it counts."""

import argparse
import contextlib
import io
import os
import shutil
import tempfile
import unittest
from fnmatch import fnmatchcase
from pathlib import Path
from unittest import mock

from stackquake.files import ROOT
from stackquake.go import fetching
from stackquake.jobs import build
from stackquake.status import QuakeError, Status
from stackquake.verbs import test
from stackquake.verbs.test import Count

GOOGLETEST_RESULTS = """<?xml version="1.0"?><testsuites><testsuite>
<testcase name="a" status="run"/><testcase name="b" status="run"/>
<testcase name="c" status="run"><failure message=""/></testcase>
<testcase name="d" status="run" result="skipped"><skipped message=""/></testcase>
<testcase name="e" status="notrun" result="suppressed"/></testsuite></testsuites>"""

PYTEST_RESULTS = """<?xml version="1.0"?><testsuites><testsuite>
<testcase name="a"/><testcase name="b"><failure message=""/></testcase>
<testcase name="c"><error message=""/></testcase>
<testcase name="d"><skipped message=""/></testcase></testsuite></testsuites>"""

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
        self.fetch = mock.Mock(side_effect=QuakeError(Status.MISSING, "is there a network?"))

    def run_test(self, cpp: Count, python: Count) -> tuple[int, list[str]]:
        output = io.StringIO()
        with (
            contextlib.redirect_stdout(output),
            mock.patch.object(test, "cpp_tests", return_value=cpp),
            mock.patch.object(test, "python_tests", return_value=python),
            mock.patch.object(fetching, "ensure_for_tests", self.fetch),
        ):
            parser = argparse.ArgumentParser()
            test.add_arguments(parser)
            options = parser.parse_args([])
            options.verbose = False
            status = test.main(options)
        return status, output.getvalue().splitlines()

    def test_the_last_line_counts_them_all(self) -> None:
        status, lines = self.run_test(Count(3, 0, 1), Count(2))
        self.assertEqual((status, lines), (Status.OK, ["1 skipped", "5 passed, 0 failed"]))

    def test_toolchains_are_fetched_for_ci_alone_and_not_needed(self) -> None:
        for environment, count in (({}, 0), ({"CI": "true"}, 1)):
            with (
                self.subTest(environment),
                mock.patch.dict(os.environ, environment, clear=True),
                contextlib.redirect_stderr(io.StringIO()) as errors,
            ):
                self.fetch.reset_mock()
                status, _ = self.run_test(Count(3), Count(2))
                self.assertEqual((status, self.fetch.call_count), (Status.OK, count))
                self.assertEqual("is there a network?" in errors.getvalue(), count == 1)

    def test_one_failure_fails_them_all(self) -> None:
        status, lines = self.run_test(Count(3), Count(2, 1))
        self.assertEqual((status, lines), (Status.FOUND, ["5 passed, 1 failed"]))

    def test_a_pattern_that_fits_no_test_is_bad_usage(self) -> None:
        with self.assertRaises(QuakeError) as caught:
            self.run_test(Count(), Count())
        self.assertEqual(caught.exception.status, Status.BAD_INPUT)

    def test_reads_the_results_of_googletest_and_of_pytest(self) -> None:
        results = self.folder / "results.xml"
        results.write_text(GOOGLETEST_RESULTS)
        self.assertEqual(test.read_junit(results), Count(2, 1, 2))
        results.write_text(PYTEST_RESULTS)
        self.assertEqual(test.read_junit(results), Count(1, 2, 1))

    def test_a_pattern_selects_by_the_name_of_a_test_and_of_its_file(self) -> None:
        (self.folder / "lexer_test.cc").write_text(
            "TEST(LexerTest, A) {}\nTEST_F(Tokens, B) {\n}\nTYPED_TEST(Typed, C) {}\n"
        )
        with (
            mock.patch.object(test, "ROOT", self.folder),
            mock.patch.object(test, "tracked", return_value=["lexer_test.cc"]),
        ):
            chosen = test.selection("lexer").split(":")
            for name in ["LexerTest.A", "Many/LexerTest.A/3", "Tokens.B", "Typed/0.C", "X.lexer"]:
                self.assertTrue(any(fnmatchcase(name, part) for part in chosen), name)
            for name in ["MyLexerTest.A", "LexerTests.A", "Other.LexerTest"]:
                self.assertFalse(any(fnmatchcase(name, part) for part in chosen), name)
            self.assertEqual(test.selection("parser"), "*parser*")

    def test_a_build_that_fails_is_a_failed_test(self) -> None:
        with (
            mock.patch.object(build, "ensure", side_effect=build.BuildFailed("check")),
            contextlib.redirect_stderr(io.StringIO()),
        ):
            self.assertEqual(test.cpp_tests("", verbose=False), Count(failed=1))

    def test_counts_python_tests(self) -> None:
        (self.folder / "test_of_count.py").write_text(PYTHON_TESTS)
        shutil.copy(ROOT / "scripts" / "conftest.py", self.folder)
        for pattern, count in [
            ("", Count(1, 2, 1)),
            ("good", Count(1)),
            ("of_count.py", Count(1, 2, 1)),
            ("(nothing", Count()),
        ]:
            self.assertEqual(self.python_tests(pattern, cores=0), count, pattern)

    def test_counts_python_tests_of_several_processes(self) -> None:
        (self.folder / "test_of_count.py").write_text(PYTHON_TESTS)
        shutil.copy(ROOT / "scripts" / "conftest.py", self.folder)
        self.assertEqual(self.python_tests("", cores=2), Count(1, 2, 1))

    def test_python_tests_that_cannot_be_read_fail(self) -> None:
        (self.folder / "test_of_count.py").write_text("import nonesuch")
        shutil.copy(ROOT / "scripts" / "conftest.py", self.folder)
        self.assertGreater(self.python_tests("", cores=0).failed, 0)

    def python_tests(self, pattern: str, cores: int) -> Count:
        """Without cores pytest starts no processes, which would take longer than the tests."""
        with (
            contextlib.redirect_stderr(io.StringIO()),
            mock.patch.object(build, "cores", return_value=cores),
            mock.patch.object(test, "RESULTS", self.folder / "results"),
        ):
            return test.python_tests(self.folder, pattern, False)


if __name__ == "__main__":
    unittest.main()
