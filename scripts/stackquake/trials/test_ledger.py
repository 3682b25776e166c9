"""Tests of ledger.py."""

import tempfile
import unittest
from pathlib import Path
from typing import Any

from stackquake.status import QuakeError, Status
from stackquake.trials.ledger import NAME, Ledger
from stackquake.trials.trial import Result, Trial

COMMON: dict[str, Any] = {"target": "nest", "seconds": 60}


def result(seed: int) -> Result:
    return Result(Trial("a", "tree", seed), True, 1.5, 3.0, 700, "throw", "throw in f", "v1")


class LedgerTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name) / "out"

    def test_results_come_back(self) -> None:
        ledger = Ledger(self.folder, COMMON, resume=False)
        for seed in (1, 2):
            ledger.add(result(seed))
        again = Ledger(self.folder, COMMON, resume=True)
        self.assertEqual(again.results, {result(n).trial: result(n) for n in (1, 2)})

    def test_there_may_be_nothing_to_resume(self) -> None:
        self.assertEqual(Ledger(self.folder, COMMON, resume=True).results, {})

    def test_a_torn_line_is_measured_again(self) -> None:
        ledger = Ledger(self.folder, COMMON, resume=False)
        ledger.add(result(1))
        with open(self.folder / NAME, "a") as file:
            file.write('{"subject": "a", "mut')
        again = Ledger(self.folder, COMMON, resume=True)
        self.assertEqual(list(again.results), [result(1).trial])
        again.add(result(2))
        self.assertEqual(len(Ledger(self.folder, COMMON, resume=True).results), 2)

    def test_results_are_never_written_over_or_mixed(self) -> None:
        Ledger(self.folder, COMMON, resume=False)
        for common, resume, message in (
            (COMMON, False, "--resume"),
            ({**COMMON, "seconds": 30}, True, "another seconds"),
        ):
            with self.assertRaisesRegex(QuakeError, message) as caught:
                Ledger(self.folder, common, resume=resume)
            self.assertEqual(caught.exception.status, Status.BAD_INPUT)

    def test_another_file_is_refused(self) -> None:
        self.folder.mkdir()
        for text in ("no JSON\n", '{"target": "nest"}\n{"subject": "a"}\n', ""):
            (self.folder / NAME).write_text(text)
            with self.subTest(text), self.assertRaisesRegex(QuakeError, "no file of trials"):
                Ledger(self.folder, COMMON, resume=True)

    def test_a_full_disk_is_something_missing(self) -> None:
        ledger = Ledger(self.folder, COMMON, resume=False)
        ledger.file = Path("/dev/full")
        with self.assertRaisesRegex(QuakeError, "cannot be written: No space") as caught:
            ledger.add(result(1))
        self.assertEqual(caught.exception.status, Status.MISSING)

    def test_a_folder_that_cannot_be_made_is_something_missing(self) -> None:
        with self.assertRaisesRegex(QuakeError, "cannot be written") as caught:
            Ledger(Path("/dev/null/out"), COMMON, resume=False)
        self.assertEqual(caught.exception.status, Status.MISSING)


if __name__ == "__main__":
    unittest.main()
