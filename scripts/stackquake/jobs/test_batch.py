"""Tests of batches, with a program that behaves like run_nests, well and badly."""

import asyncio
import os
import signal
import tempfile
import unittest
from pathlib import Path
from typing import Any
from unittest import mock

from stackquake import inputs
from stackquake.fakes import write_program
from stackquake.jobs.batch import Batch, Report
from stackquake.settings import Settings
from stackquake.status import QuakeError, Status

VIOLATION = {
    "check": "stale-pointer",
    "signature": "stale-pointer adjustdefers",
    "message": "m",
    "line": 3,
    "function": "main",
}

# Does what the nest says. Like the real one it lets each result out before it turns to the next.
RUN_NESTS = f"""
import json, os, signal, sys, time
files = sys.argv[sys.argv.index("--") + 1:]

def name(file):
    return os.fsencode(file).decode(errors="replace")

def put(text):
    print(text, end="", flush=True)

print("warning of old", file=sys.stderr)
print("nearly there", file=sys.stderr, flush=True)
put("[")
for i, file in enumerate(files):
    text = open(file).read()
    comma = ",\\n" if i else "\\n"
    report = {{"file": name(file), "verdict": "ok", "violation": None}}
    if "BUG" in text or "DEFECT" in text and "--defect=x" in sys.argv:
        report = {{"file": name(file), "verdict": "violation", "violation": {VIOLATION!r}}}
    if "TORN" in text:
        put(comma + '{{"file": "')
    if "CRASH" in text:
        os.kill(os.getpid(), signal.SIGSEGV)
    if "HANG" in text:
        time.sleep(60)
    if "JUNK" in text:
        put(comma + "out of order\\n")
    if "OTHER" in text:
        report["file"] = "other.go"
    if "STRANGE" in text:
        report["verdict"] = "perhaps"
    if "NONEST" in text:
        report = {{"file": file, "error": file + ":1:2: no nest"}}
    if "REFUSE" in text:
        sys.exit(2)
    if "LEAVE" in text:
        sys.exit(0)
    put(comma + json.dumps(report))
    if "LATE" in text:
        os.kill(os.getpid(), signal.SIGABRT)
put("\\n]\\n")
"""

OK = Report("ok", None)


class BatchTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.program = write_program(self.folder / "run_nests", RUN_NESTS)
        self.steps = 0

    def run_texts(self, *texts: str, defect: str = "", seconds: float = 20) -> list[Report]:
        """The reports of nests 0.go, 1.go … with these texts."""
        for i, text in enumerate(texts):
            (self.folder / f"{i}.go").write_text(text)
        files = [str(self.folder / f"{i}.go") for i in range(len(texts))]
        settings = Settings("go1.4", (defect,) if defect else (), "fill")
        batch = Batch(self.program, settings, files, seconds)
        asyncio.run(batch.run(self.step))
        self.assertEqual(self.steps, len(texts))
        return batch.reports

    def step(self) -> None:
        self.steps += 1

    def fails(self, *texts: str) -> QuakeError:
        """The error that running these texts ends with."""
        with self.assertRaises(QuakeError) as caught:
            self.run_texts(*texts)
        return caught.exception

    def lost(self, report: Report) -> dict[str, Any]:
        """The violation of a nest at which the process was lost, with the usual keys."""
        assert report.violation is not None
        self.assertEqual(list(report.violation), list(VIOLATION))
        self.assertEqual(report.verdict, report.violation["check"])
        return report.violation

    def test_every_file_has_its_report(self) -> None:
        self.assertEqual(self.run_texts("", "BUG", ""), [OK, Report("violation", VIOLATION), OK])

    def test_settings_reach_the_program(self) -> None:
        self.assertEqual(self.run_texts("DEFECT"), [OK])
        self.steps = 0
        self.assertEqual(self.run_texts("DEFECT", defect="x"), [Report("violation", VIOLATION)])

    def test_a_crash_belongs_to_the_file_that_it_came_with_and_the_others_run(self) -> None:
        reports = self.run_texts("", "CRASH", "BUG", "TORN CRASH", "")
        verdicts = [report.verdict for report in reports]
        self.assertEqual(verdicts, ["ok", "crash", "violation", "crash", "ok"])
        violation = self.lost(reports[1])
        self.assertEqual(violation["signature"], "crash SIGSEGV")
        self.assertEqual(
            violation["message"], "run_nests ended with SIGSEGV, having said: nearly there"
        )

    def test_a_crash_after_the_last_result_is_not_lost(self) -> None:
        reports = self.run_texts("", "LATE")
        self.assertEqual([report.verdict for report in reports], ["ok", "crash"])
        self.assertEqual(self.lost(reports[1])["signature"], "crash SIGABRT")

    def test_a_nest_that_hangs_is_a_timeout_and_the_others_run(self) -> None:
        reports = self.run_texts("", "HANG", "", seconds=3)
        self.assertEqual([report.verdict for report in reports], ["ok", "timeout", "ok"])
        self.assertEqual(self.lost(reports[1])["signature"], "timeout")

    def test_broken_json_is_an_error(self) -> None:
        for text in ("JUNK", "OTHER", "STRANGE"):
            with self.subTest(text):
                error = self.fails("", text, "")
                self.assertEqual(error.status, Status.MISSING)
                self.assertIn("no report: ", str(error))

    def test_a_list_that_ends_too_early_is_an_error(self) -> None:
        for text in ("LEAVE", "TORN LEAVE"):
            with self.subTest(text):
                self.assertEqual(self.fails("", text, "").status, Status.MISSING)

    def test_what_the_program_refuses_is_bad_input(self) -> None:
        error = self.fails("", "NONEST")
        self.assertEqual(error.status, Status.BAD_INPUT)
        self.assertRegex(str(error), r"1\.go:1:2: no nest$")
        error = self.fails("REFUSE")
        self.assertEqual((error.status, str(error)[-12:]), (Status.BAD_INPUT, "nearly there"))

    def test_an_end_by_a_signal_without_a_name_is_told_by_number(self) -> None:
        number = signal.SIGRTMIN + 3
        text = f"import os\nprint('[', flush=True)\nos.kill(os.getpid(), {number})\n"
        self.program = write_program(self.folder / "rare", text)
        [report] = self.run_texts("")
        self.assertEqual(self.lost(report)["signature"], f"crash signal {number}")

    def test_more_files_than_one_command_can_have_are_run_in_order(self) -> None:
        with mock.patch.object(inputs, "MAX_ARGUMENT_BYTES", 2 * len(str(self.folder))):
            reports = self.run_texts("", "BUG", "LATE", "CRASH", "BUG")
        verdicts = [report.verdict for report in reports]
        self.assertEqual(verdicts, ["ok", "violation", "crash", "crash", "violation"])

    def test_names_need_not_be_utf_8(self) -> None:
        name = os.fsdecode(bytes(self.folder) + b"/\xff.go")
        Path(name).write_text("BUG")
        batch = Batch(self.program, Settings("go1.4", (), "fill"), [name])
        asyncio.run(batch.run(self.step))
        self.assertEqual([report.verdict for report in batch.reports], ["violation"])

    def test_a_program_that_is_broken_is_something_missing(self) -> None:
        for text in ("#!/bin/sh\nkill -SEGV $$\n", "#!/nonexistent\n"):
            with self.subTest(text):
                self.program = write_program(self.folder / "broken", text)
                self.assertEqual(self.fails("").status, Status.MISSING)
        self.program.write_bytes(b"")
        error = self.fails("")
        self.assertEqual(error.status, Status.MISSING)
        self.assertEqual(str(error), f"{self.program} cannot be started: Exec format error")


if __name__ == "__main__":
    unittest.main()
