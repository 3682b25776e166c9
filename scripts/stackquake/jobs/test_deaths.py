"""Tests of deaths.py."""

import json
import unittest

from stackquake.files import ROOT
from stackquake.jobs.deaths import check_of
from stackquake.jobs.libfuzzer import Output


class SignatureTest(unittest.TestCase):
    def test_reports_are_named_as_in_the_table(self) -> None:
        # harness/reducer/death_test.cc reads the same reports.
        table = json.loads((ROOT / "harness" / "reducer" / "deaths.json").read_text())
        for death in table:
            with self.subTest(death["what"]):
                output = Output()
                for line in ("before", *death["said"]):
                    output.read(line + "\n")
                violation = output.violation()
                assert violation is not None
                self.assertEqual(violation.signature, death["signature"])


class CheckTest(unittest.TestCase):
    def test_checks(self) -> None:
        self.assertEqual(check_of("libFuzzer: timeout"), "timeout")
        self.assertEqual(check_of("libFuzzer: out-of-memory"), "out-of-memory")
        self.assertEqual(check_of("AddressSanitizer: 4 byte(s) leaked in 1 allocation(s)."), "leak")
        self.assertEqual(check_of("AddressSanitizer: SEGV"), "crash")


if __name__ == "__main__":
    unittest.main()
