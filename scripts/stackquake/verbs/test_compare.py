"""Tests of `quake compare`, with the real designs and a few nests; and of how it ends early."""

import argparse
import asyncio
import contextlib
import io
import json
import os
import signal
import tempfile
import unittest
from pathlib import Path
from typing import Any
from unittest import mock

from stackquake import inputs
from stackquake.compare import checking, comparing, example, searching
from stackquake.compare.record import Checked, Record, read
from stackquake.files import ROOT
from stackquake.jobs import build
from stackquake.status import QuakeError, Status
from stackquake.verbs import compare

DEFECTS = ROOT / "corpus" / "defects"
# The first is found on before-seed, the second on no design without a switched-on defect.
NESTS = [str(DEFECTS / name) for name in ("panic-pops-defer.go", "aborted-panic-linked.go")]
QUICK = ["--generated=10", "--size=1", "--rounds=0", "--trials=0"]


class CompareCase(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        real = build.program
        for patch in (
            mock.patch.object(build, "ensure", lambda *_, **__: None),
            mock.patch.object(build, "program", lambda preset, name: real("check", name)),
            mock.patch.object(inputs, "corpus", lambda: NESTS),
            mock.patch.object(compare, "BUILD", self.folder),
            mock.patch("stackquake.packages.ensure", lambda *_: []),
        ):
            patch.start()
            self.addCleanup(patch.stop)

    def run_verb(self, *words: str) -> tuple[Status, str]:
        """The status, and what is printed."""
        parser = argparse.ArgumentParser()
        parser.add_argument("--verbose", action="store_true")
        compare.add_arguments(parser)
        output = io.StringIO()
        with contextlib.redirect_stdout(output), contextlib.redirect_stderr(io.StringIO()):
            status = compare.main(parser.parse_args([*words, f"--save={self.folder}/x.json"]))
        return status, output.getvalue()


class RightTest(CompareCase):
    def test_right_designs_are_right_and_a_wrong_one_is_found(self) -> None:
        status, output = self.run_verb("go1.4", "go1.26", "before-seed", *QUICK, "--json")
        told = json.loads(output)
        verdicts = {one["design"]: one for one in told["verdicts"]}
        self.assertEqual(status, Status.OK)
        for design in ("go1.4", "go1.26"):
            self.assertRegex(verdicts[design]["right"], "^right: no check fired in [0-9]+ runs$")
        self.assertRegex(verdicts["before-seed"]["right"], "^wrong: .*as expected of 6 built-in")
        parts = {(one["design"], one["part"]) for one in told["checked"]}
        self.assertEqual(len(parts), 3 * 4)
        self.assertEqual(read(self.folder / "x.json").version, told["version"])

    def test_a_wrong_design_that_should_be_right_is_a_finding(self) -> None:
        real = comparing.contenders

        def contenders(*arguments: Any) -> list[Any]:
            found = real(*arguments)
            for one in found:
                one.built_in = []
            return found

        with mock.patch.object(comparing, "contenders", contenders):
            status, output = self.run_verb("go1.4", "before-seed", *QUICK)
        self.assertEqual(status, Status.FOUND)
        self.assertTrue(output.startswith("not as it should be: before-seed, of 2 designs\n"))

    def test_what_there_is_not_is_bad_usage(self) -> None:
        for words in (["go0.9"], ["go1.4", "--baseline=go1.26"]):
            with self.subTest(words), self.assertRaises(QuakeError) as caught:
                self.run_verb(*words, *QUICK)
            self.assertEqual(caught.exception.status, Status.BAD_INPUT)


class ReportTest(CompareCase):
    def test_an_earlier_comparison_is_reported_again_and_held_against_another(self) -> None:
        old, new, page = (self.folder / name for name in ("old.json", "new.json", "page.html"))
        record = example.record()
        record.write(old)
        record.checked_on(example.BASELINE)[0].wrong = 1
        record.write(new)
        words = [f"--from={new}", f"--against={old}", f"--html={page}", "--markdown"]
        status, output = self.run_verb(*words)
        self.assertEqual(status, Status.FOUND)
        self.assertIn("- old is no longer right", output)
        self.assertIn("old is no longer right", page.read_text(encoding="utf-8"))
        self.assertFalse((self.folder / "x.json").exists())

    def test_a_terminal_shows_verdicts_and_costs(self) -> None:
        file = self.folder / "old.json"
        example.record().write(file)
        status, output = self.run_verb(f"--from={file}")
        self.assertEqual(status, Status.OK)
        self.assertIn("reached on slow alone: recover", output)
        self.assertRegex(output, r"chain 1,000 +100 µs +100 ms \(1000\.00×\) +wrong")


class EndingEarlyTest(CompareCase):
    def test_ctrl_c_keeps_and_reports_what_is_known(self) -> None:
        async def check(plan: Any, record: Record, step: Any, done: Any) -> None:
            record.checked.append(Checked("go1.4", "corpus", 7, 7))
            os.kill(os.getpid(), signal.SIGINT)
            await asyncio.sleep(60)

        with mock.patch.object(checking, "check", check):
            with self.assertRaises(SystemExit) as caught:
                self.run_verb("go1.4", *QUICK)
        self.assertEqual(caught.exception.code, 128 + signal.SIGINT)
        record = read(self.folder / "x.json")
        self.assertTrue(record.interrupted)
        self.assertEqual([one.runs for one in record.checked], [7])

    def test_an_error_keeps_what_is_known(self) -> None:
        async def search(plan: Any, record: Record, step: Any, done: Any) -> None:
            raise QuakeError(Status.MISSING, "no target")

        async def check(plan: Any, record: Record, step: Any, done: Any) -> None:
            record.checked.append(Checked("go1.4", "corpus", 7, 7))

        patches = (
            mock.patch.object(checking, "check", check),
            mock.patch.object(searching, "search", search),
            mock.patch.object(searching, "plan_of", lambda *_: None),
        )
        with contextlib.ExitStack() as stack, self.assertRaisesRegex(QuakeError, "no target"):
            for patch in patches:
                stack.enter_context(patch)
            self.run_verb("go1.4", "--rounds=0", "--trials=1")
        self.assertEqual([one.runs for one in read(self.folder / "x.json").checked], [7])


if __name__ == "__main__":
    unittest.main()
