"""Tests of whole nights, with stages that stand in for the real ones."""

import asyncio
import os
import random
import signal
import subprocess
import sys
import time
import unittest
from unittest import mock

import psutil

from stackquake.fakes import write_program
from stackquake.files import ROOT
from stackquake.nightly.night import Refused, Work
from stackquake.nightly.state import StateError
from stackquake.status import QuakeError, Status
from stackquake.verbs import night_case, nightly
from stackquake.verbs.night_case import NightCase, seen, sees, store

# A night that runs a verb, which takes a minute, and says its number.
VERB = """
import asyncio, sys
sys.path.insert(0, sys.argv[1])
from pathlib import Path
import psutil
from stackquake.nightly import verb
verb.QUAKE = Path(sys.argv[2])
async def run():
    task = asyncio.create_task(verb.run_verb([], 60))
    while True:
        await asyncio.sleep(0.05)
        for child in psutil.Process().children():
            if child.name() != "setpriv" and sys.argv[2] in child.cmdline():
                print(child.pid, flush=True)
                await task
asyncio.run(run())
"""
ONE = seen("throw:f")
MOMENTS = 4


async def nothing(work: Work, seconds: float) -> None:
    """A stage that finds nothing."""


class NightlyTest(NightCase):
    def test_a_quiet_night_is_green_and_has_a_report(self) -> None:
        status, report = self.night(a=nothing)
        self.assertEqual((status, report["findings"], report["problems"]), (Status.OK, [], []))
        names = sorted(path.name for path in self.out.iterdir())
        self.assertEqual(names, ["index.html", "junit.xml", "report.md", "results.sarif"])
        self.assertEqual(self.rows("SELECT name FROM stage"), [("a",)])

    def test_only_what_is_new_or_back_makes_it_red(self) -> None:
        for run, status, told in (
            (sees(ONE), Status.FOUND, [("new", "throw:f")]),
            (sees(ONE), Status.OK, [("still there", "throw:f")]),
            (nothing, Status.OK, [("not looked at", "throw:f")]),
        ):
            result, report = self.night(a=run)
            self.assertEqual((result, self.statuses(report)), (status, told))

    def test_what_does_not_work_counts_for_more_than_a_finding(self) -> None:
        async def fail(work: Work, seconds: float) -> None:
            raise QuakeError(Status.MISSING, "no compiler")

        status, report = self.night(a=sees(ONE), b=fail)
        self.assertEqual((status, report["problems"]), (Status.MISSING, ["b: no compiler"]))
        text = (self.out / "report.md").read_text()
        self.assertTrue(text.startswith("# Night 1 did not work: 1 new\n"), text)

    def test_a_refused_night_tells_why(self) -> None:
        async def refuse(work: Work, seconds: float) -> None:
            raise Refused(Status.MISSING, "no night, nest on go1.4: it is blind")

        with self.assertRaises(Refused):
            self.night(a=refuse, b=nothing)
        self.assertIn("it is blind", (self.out / "report.md").read_text())
        self.assertEqual(self.rows("SELECT * FROM stage"), [])

    def test_a_full_disk_ends_the_night_and_loses_no_finding(self) -> None:
        async def fill(work: Work, seconds: float) -> None:
            store(work.state.findings, "throw:f")
            raise StateError(Status.MISSING, "nights.sqlite: database or disk is full")

        with self.assertRaisesRegex(StateError, "disk is full"):
            self.night(a=fill, b=nothing)
        self.assertIn("disk is full", (self.out / "report.md").read_text())
        status, report = self.night(a=nothing, b=nothing)
        self.assertEqual((status, self.statuses(report)), (Status.FOUND, [("new", "throw:f")]))

    def test_a_night_whose_report_could_not_be_written_goes_on_and_writes_it(self) -> None:
        error = QuakeError(Status.MISSING, "the report cannot be written")
        with mock.patch.object(nightly.writing, "write", side_effect=error):
            with self.assertRaises(QuakeError):
                self.night(a=sees(ONE))
        status, report = self.night(a=nothing)
        self.assertEqual((status, self.statuses(report)), (Status.FOUND, [("new", "throw:f")]))
        self.assertEqual(self.rows("SELECT count(*) FROM night"), [(1,)])

    def test_an_interrupted_night_reports_and_goes_on(self) -> None:
        async def interrupt(work: Work, seconds: float) -> None:
            work.interrupts.interrupt()
            await asyncio.sleep(60)

        with self.assertRaises(SystemExit) as caught:
            self.night(a=sees(ONE), b=interrupt, c=nothing)
        self.assertEqual(caught.exception.code, 128 + signal.SIGINT)
        self.assertIn("throw:f", (self.out / "report.md").read_text())
        status, report = self.night(a=nothing, b=nothing, c=nothing)
        self.assertEqual((status, self.statuses(report)), (Status.FOUND, [("new", "throw:f")]))
        self.assertEqual(self.rows("SELECT count(*) FROM night"), [(1,)])

    def test_killed_at_any_moment_a_night_loses_nothing_and_does_nothing_twice(self) -> None:
        chance = random.Random(3)
        program = [sys.executable, night_case.__file__, str(self.folder)]
        finished: list[str] = []
        stored: set[str] = set()
        for _ in range(MOMENTS):
            with subprocess.Popen(
                program, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
            ) as night:
                assert night.stderr is not None
                night.stderr.readline()  # it begins
                time.sleep(chance.random() * 0.2)
                os.kill(night.pid, signal.SIGKILL)
                finished += [line for line in night.stderr if line.startswith("did")]
            self.assertEqual(self.rows("SELECT count(*) FROM night"), [(1,)])
            now = {path.name for path in (self.state / "findings").glob("[!.]*")}
            self.assertLessEqual(stored, now)
            stored = now
        runs = {name: night_case.slow(name) for name in night_case.SLOW_STAGES}
        status, report = self.night(**runs)
        everything = [
            f"throw:{name}{number}"
            for name in night_case.SLOW_STAGES
            for number in range(night_case.FINDINGS_EACH)
        ]
        told = sorted(self.statuses(report))
        self.assertEqual((status, told), (Status.FOUND, [("new", one) for one in everything]))
        self.assertEqual(self.rows("SELECT count(*) FROM night"), [(1,)])
        # A stage that had said it was done may have been killed before that was written down.
        self.assertLessEqual(len(finished), len(night_case.SLOW_STAGES) + 1)

    def test_a_verb_ends_with_the_night_that_is_killed(self) -> None:
        quake = write_program(self.folder / "quake", "import time; print(1); time.sleep(60)")
        night = [sys.executable, "-c", VERB, str(ROOT / "scripts"), str(quake)]
        with subprocess.Popen(night, stdout=subprocess.PIPE, text=True) as killed:
            assert killed.stdout is not None
            verb = int(killed.stdout.readline())
            killed.kill()
        for _ in range(100):
            if not psutil.pid_exists(verb) or psutil.Process(verb).status() == "zombie":
                return
            time.sleep(0.05)
        self.fail("the verb has outlived its night")


if __name__ == "__main__":
    unittest.main()
