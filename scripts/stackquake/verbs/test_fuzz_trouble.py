"""Tests of campaigns under bad conditions: what cannot be written, signals, earlier findings."""

import asyncio
import os
import signal
import threading
import time
import unittest
from pathlib import Path
from typing import Any
from unittest import mock

from stackquake.campaign import report
from stackquake.campaign.casebook import Casebook
from stackquake.jobs import interrupts
from stackquake.jobs.scratch import open_scratch
from stackquake.status import QuakeError, Status
from stackquake.verbs import fuzz
from stackquake.verbs.fuzz_case import TARGET, FuzzCase


class FuzzUnderBadConditionsTest(FuzzCase):
    def test_findings_come_before_everything_else_in_the_report(self) -> None:
        for options, has_table in (((), False), (("--situations",), True)):
            text = self.fuzz_as_text("--defect=x", "--seconds=60", *options, found=b"a BUG")
            self.assertTrue(text.startswith("stale-pointer adjustdefers\n"), text)
            self.assertEqual("sudogs in a copy" in text, has_table)

    def test_a_finding_that_cannot_be_stored_is_kept_and_the_report_says_where(self) -> None:
        (self.folder / "findings").write_text("no folder")
        status, result = self.fuzz("--seconds=60", "--defect=x", found=b"a BUG", kept=True)
        self.assertEqual(status, Status.MISSING)
        [finding] = result["findings"]
        nest = Path(finding["file"])
        self.assertEqual(nest.read_bytes(), b"a BUG")
        self.assertTrue(nest.with_name("story.md").exists())
        [problem] = result["problems"]
        self.assertRegex(problem, "^cannot write to .*findings: .*; the only copy .* is")
        self.assertIn(str(nest), problem)
        self.assertIn(f"quake: {problem}", self.errors.getvalue())
        [scratch] = self.scratch_folders()
        self.assertEqual([path.name for path in scratch.iterdir()], ["findings"])
        self.fuzz(f"--out={self.folder / 'elsewhere'}", kept=True)
        self.assertTrue(nest.exists(), "a later campaign has removed it")

    def test_a_finding_that_can_be_stored_nowhere_stays_as_the_worker_wrote_it(self) -> None:
        full = OSError(28, "No space left on device")
        with mock.patch("stackquake.campaign.casebook.store", side_effect=full):
            status, result = self.fuzz("--seconds=60", "--defect=x", found=b"a BUG", kept=True)
        self.assertEqual(status, Status.MISSING)
        self.assertEqual(Path(result["findings"][0]["file"]).read_bytes(), b"a BUG")

    def test_a_working_corpus_that_cannot_be_written_costs_nothing_else(self) -> None:
        self.corpus.write_text("no folder")
        status, result = self.fuzz("--defect=x", "--keep-going", found=b"a BUG", kept=True)
        self.assertEqual(status, Status.MISSING)
        self.assertEqual(len(result["findings"]), 1)
        [problem] = result["problems"]
        self.assertIn("the only copy of what was learned is", problem)
        learned = Path(problem.rpartition(" is ")[2])
        self.assertIn(b"new", [file.read_bytes() for file in learned.iterdir()])

    def test_a_scratch_folder_that_is_full_does_not_cost_the_report(self) -> None:
        full = OSError(28, "No space left on device")
        with mock.patch("stackquake.campaign.casebook.Casebook._copy", side_effect=full):
            status, result = self.fuzz("--seconds=60", "--defect=x", found=b"a BUG")
        self.assertEqual(status, Status.MISSING)
        self.assertEqual(Path(result["findings"][0]["file"]).read_bytes(), b"a BUG")
        message = "stale-pointer adjustdefers is not investigated: No space left on device"
        self.assertEqual(result["problems"], [message])

    def test_a_file_of_the_corpus_that_cannot_be_read_is_left_out(self) -> None:
        self.corpus.mkdir()
        (self.corpus / "mine").write_text("old")
        read = Path.read_bytes

        def refuse(path: Path) -> bytes:
            if path.name == "mine":
                raise PermissionError(13, "Permission denied")
            return read(path)

        with mock.patch.object(Path, "read_bytes", refuse):
            status, _ = self.fuzz()
        self.assertEqual(status, Status.OK)
        self.assertIn("corpus/mine cannot be read: fuzzing without", self.errors.getvalue())

    def test_folders_that_cannot_be_written_are_refused_before_anything_is_built(self) -> None:
        file = self.folder / "file"
        file.write_text("")
        for option in ("--out", "--corpus"):
            for folder in (file, file / "below"):
                with self.assertRaises(QuakeError) as caught:
                    fuzz.check_folders(self.arguments(f"{option}={folder}"))
                self.assertEqual(caught.exception.status, Status.BAD_INPUT)
                self.assertRegex(str(caught.exception), f"^{option} .*file is no folder$")
        with mock.patch.object(fuzz, "BUILD", self.folder / "build"):
            fuzz.check_folders(self.arguments(f"--out={self.folder / 'a' / 'new'}"))
        self.assertFalse((self.folder / "a").exists())

    def earlier(self, nest: bytes) -> list[Path]:
        """What an earlier campaign has made of the finding "a BUG": a smaller nest and the rest."""
        self.fuzz("--seconds=60", "--defect=x", found=b"a BUG, not yet reduced")
        [file] = self.files("*/nest.go")
        file.write_bytes(nest)
        file.with_name("original.go").write_bytes(b"the original")
        return [file, file.with_name("original.go"), file.with_name("story.md")]

    def test_a_killed_campaign_leaves_what_an_earlier_one_has_made_of_its_finding(self) -> None:
        files = self.earlier(b"a BUG")
        before = [file.read_bytes() for file in files]

        class Killed(Exception):
            pass

        async def take_long(*arguments: object) -> bytes | None:
            self.reduced = True
            await asyncio.sleep(60)
            return None

        async def close(casebook: Casebook) -> None:
            while not self.reduced:
                await asyncio.sleep(0.01)
            raise Killed

        self.reduced, self.reduce = False, take_long
        with self.assertRaises(Killed), mock.patch.object(Casebook, "close", close):
            self.fuzz("--seconds=60", "--defect=x", found=b"a BUG, unreduced")
        self.assertEqual([file.read_bytes() for file in files], before)
        [latest] = self.files("*.latest/nest.go")
        self.assertEqual(latest.read_bytes(), b"a BUG, unreduced")

    def test_the_smaller_nest_of_an_earlier_campaign_stays_if_it_still_shows_it(self) -> None:
        file, original, _ = self.earlier(b"a BUG")
        self.fuzz("--seconds=60", "--defect=x", found=b"a BUG, unreduced")
        self.assertEqual(file.read_bytes(), b"a BUG")
        self.assertEqual(original.read_bytes(), b"the original")
        self.assertEqual(self.files("*.latest/nest.go"), [])
        [record] = self.stored()
        self.assertEqual((record["nest"], record["reduced"]), ("a BUG", True))

    def test_an_earlier_nest_that_shows_nothing_any_more_is_replaced(self) -> None:
        file, _, _ = self.earlier(b"mended")
        self.fuzz("--seconds=60", "--defect=x", found=b"a BUG, unreduced")
        self.assertEqual(file.read_bytes(), b"a BUG, unreduced")
        self.assertEqual(self.files("*.latest/nest.go") + self.files("*/original.go"), [])

    def test_a_violation_without_the_input_that_shows_it_is_no_finding(self) -> None:
        torn = "say(f\"SUMMARY: x\\nTest unit written to {flags['artifact_prefix']}crash-0\")"
        for written in ("pass", torn):
            before = f"count = 9; say('SUMMARY: libFuzzer: out-of-memory'); {written}; leave(71)"
            status, result = self.fuzz(before=before)
            self.assertEqual((status, result["findings"]), (Status.MISSING, []))
            self.assertIn("out-of-memory: the worker could not write", result["problems"][0])

    def test_a_violation_on_an_empty_input_is_a_problem_of_the_harness(self) -> None:
        before = (
            "count = 9; say('SUMMARY: libFuzzer: out-of-memory'); "
            "path = flags['artifact_prefix'] + 'oom-' + hashlib.sha1(b'').hexdigest(); "
            "open(path, 'w').close(); say('Test unit written to ' + path); leave(71)"
        )
        for target in ("nest", "copier"):
            status, result = self.fuzz(f"--target={target}", before=before)
            self.assertEqual((status, result["findings"]), (Status.MISSING, []))
            self.assertIn("with an empty input", result["problems"][0])

    def test_scratch_folders_of_killed_campaigns_are_removed(self) -> None:
        campaigns = self.folder / "build" / "campaigns"
        with open_scratch(campaigns) as running:
            killed = campaigns / "killed"
            killed.mkdir()
            (killed / ".lock").write_text("")
            self.fuzz(kept=True)
            self.assertEqual(self.scratch_folders(), [running.path])

    def interrupt_self_test(self, number: int) -> str:
        """Ends a campaign in its self-test; returns the pid of the target that ran."""
        pid = self.folder / "pid"
        slow = f"pathlib.Path({str(pid)!r}).write_text(str(os.getpid())); time.sleep(60)"
        loop = "for path in paths:"
        target = TARGET.replace(loop, f"if 'runs' in flags: {slow}\n{loop}", 1)

        def interrupt() -> None:
            deadline = time.monotonic() + 20
            while not pid.exists() and time.monotonic() < deadline:
                time.sleep(0.05)
            os.kill(os.getpid(), number)

        thread = threading.Thread(target=interrupt)
        thread.start()
        with mock.patch("stackquake.verbs.fuzz_case.TARGET", target):
            with self.assertRaises(SystemExit) as caught:
                self.fuzz()
        thread.join()
        self.assertEqual(caught.exception.code, 128 + number)
        return pid.read_text()

    def test_signals_in_the_self_test_end_it_in_a_line_and_leave_no_process(self) -> None:
        for number in interrupts.SIGNALS:
            with self.subTest(number):
                pid = self.interrupt_self_test(number)
                self.assertFalse((Path("/proc") / pid).exists())
                self.assertEqual(self.scratch_folders(), [])
                (self.folder / "pid").unlink()
        self.assertIn("quake: interrupted before the fuzzing began\n", self.errors.getvalue())

    def test_no_signal_changes_the_status_once_the_report_is_printed(self) -> None:
        real = report.report

        def report_and_interrupt(*arguments: Any) -> Status:
            status = real(*arguments)
            for _ in range(3):
                os.kill(os.getpid(), signal.SIGINT)
            return status

        with mock.patch.object(report, "report", report_and_interrupt):
            status, _ = self.fuzz("--seconds=60", "--defect=x", found=b"a BUG")
        os.kill(os.getpid(), signal.SIGINT)
        os.kill(os.getpid(), signal.SIGTERM)
        self.assertEqual(status, Status.FOUND)

    def interrupt_when_stored(self) -> threading.Thread:
        """Ctrl-C, as soon as something is found."""

        def interrupt() -> None:
            deadline = time.monotonic() + 20
            while not self.stored() and time.monotonic() < deadline:
                time.sleep(0.05)
            os.kill(os.getpid(), signal.SIGINT)

        thread = threading.Thread(target=interrupt)
        thread.start()
        return thread

    def test_an_interruption_keeps_what_was_found(self) -> None:
        thread = self.interrupt_when_stored()
        status, result = self.fuzz("--keep-going", "--seconds=60", "--defect=x", found=b"a BUG")
        thread.join()
        self.assertEqual(status, Status.FOUND)
        self.assertLess(result["seconds"], 30)
        self.assertEqual(len(result["findings"]), 1)

    def test_an_interruption_ends_a_reduction(self) -> None:
        async def take_long(*arguments: object) -> bytes | None:
            await asyncio.sleep(60)
            return None

        self.reduce = take_long
        thread = self.interrupt_when_stored()
        begin = time.monotonic()
        self.fuzz("--seconds=60", "--defect=x", found=b"a BUG")
        thread.join()
        self.assertLess(time.monotonic() - begin, 30)
        [record] = self.stored()
        self.assertEqual((record["nest"], record["reliability"]["replays"]), ("a BUG", 0))


if __name__ == "__main__":
    unittest.main()
