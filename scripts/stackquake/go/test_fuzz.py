"""Tests of fuzz.py, command.py and findings.py: exit statuses, and what is stored."""

import contextlib
import fcntl
import io
import tempfile
import unittest
from pathlib import Path
from unittest import mock

from stackquake import cli
from stackquake.go import findings
from stackquake.go.comparing import Case, Disagreement
from stackquake.go.test_campaign import DEADLOCK, EXIT, VARIANT, nest
from stackquake.go.testing import installed
from stackquake.status import Status

class FindingTest(unittest.TestCase):
    """What is stored."""

    def test_the_repro_is_one_file_with_one_import_that_says_what_is_wrong(self) -> None:
        one = Disagreement(Case("n", nest(5), EXIT), VARIANT, DEADLOCK)
        text = findings.repro(one)
        self.assertIn("// expected: exit; no traces\n", text)
        self.assertIn("// actual:   deadlock; traces [1 2]\n", text)
        self.assertEqual(text.count("package main"), 1)
        self.assertEqual(text.count("\nimport"), 1)
        self.assertIn("\ttrace(5)\n", text)
        self.assertIn("func trace(x int)", text)


class CommandTest(unittest.TestCase):
    """Exit statuses."""

    def status(self, *arguments: str) -> int:
        """That of one call."""
        with contextlib.redirect_stderr(io.StringIO()):
            return cli.main(["go", *arguments])

    def test_a_toolchain_that_is_missing_is_3(self) -> None:
        self.assertEqual(self.status("--go=no-such-go", "corpus"), Status.MISSING)

    def test_no_toolchain_at_all_is_3(self) -> None:
        with mock.patch("stackquake.go.toolchain._installed", return_value=[]):
            self.assertEqual(self.status("corpus"), Status.MISSING)

    def test_a_folder_that_another_campaign_has_is_2(self) -> None:
        installed()
        with tempfile.TemporaryDirectory() as name:
            with open(Path(name) / "lock", "w", encoding="utf-8") as file:
                fcntl.flock(file, fcntl.LOCK_EX)
                self.assertEqual(self.status("fuzz", f"--out={name}"), Status.BAD_INPUT)

    def test_bad_usage_is_2(self) -> None:
        lists: list[list[str]] = [[], ["--mode=none", "x"], ["fuzz", "--count=0"]]
        for arguments in lists:
            with self.subTest(arguments), self.assertRaises(SystemExit) as raised:
                self.status(*arguments)
            self.assertEqual(raised.exception.code, Status.BAD_INPUT)
        self.assertEqual(self.status("--mistake=nonesuch", "corpus"), Status.BAD_INPUT)


if __name__ == "__main__":
    unittest.main()
