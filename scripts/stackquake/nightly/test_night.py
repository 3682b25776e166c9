"""Tests of night.py with stages that stand in for the real ones."""

import asyncio
import contextlib
import io
import tempfile
import unittest
from pathlib import Path
from unittest import mock

from stackquake.nightly import night as nightly
from stackquake.nightly import nights
from stackquake.nightly.night import Refused, Stage, Work, run_stages
from stackquake.nightly.state import State, StateError, open_state
from stackquake.status import QuakeError, Status


class NightTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        opened = open_state(Path(folder.name) / "state")
        self.state: State = opened.__enter__()
        self.addCleanup(opened.__exit__, None, None, None)
        for name, value in (("REPORT_SECONDS", 0.0), ("GRACE_SECONDS", 0.1)):
            patch = mock.patch.object(nightly, name, value)
            patch.start()
            self.addCleanup(patch.stop)
        self.log: list[str] = []

    def work(self, minutes: float = 1) -> Work:
        return Work(self.state, nights.begin(self.state, minutes, "v", ["d"], 1), 1, Path("known"))

    def stage(self, name: str, error: Exception | None = None) -> Stage:
        async def run(work: Work, seconds: float) -> None:
            self.log.append(f"{name} {seconds:.0f}")
            if error is not None:
                raise error

        return Stage(name, 1, run)

    def run_night(self, work: Work, *stages: Stage) -> None:
        with contextlib.redirect_stderr(io.StringIO()):
            asyncio.run(run_stages(work, stages))

    def skipped(self) -> dict[str, str]:
        return {row["what"]: row["why"] for row in self.state.rows("SELECT * FROM skipped")}

    def test_stages_run_in_order_and_hand_their_time_on(self) -> None:
        self.run_night(self.work(), *map(self.stage, "abc"))
        self.assertEqual(self.log, ["a 20", "b 30", "c 60"])

    def test_a_night_that_goes_on_leaves_out_what_is_done(self) -> None:
        work = self.work()
        with self.assertRaises(StateError):
            broken = self.stage("b", StateError(Status.MISSING, "full"))
            self.run_night(work, self.stage("a"), broken, self.stage("c"))
        self.assertEqual(nights.stages_done(self.state, work.night), {"a"})
        self.log.clear()
        self.run_night(self.work(), *map(self.stage, "abc"))
        self.assertEqual(self.log, ["b 30", "c 60"])

    def test_what_goes_wrong_in_a_stage_is_told_and_the_night_goes_on(self) -> None:
        wrong = self.stage("a", QuakeError(Status.MISSING, "no compiler"))
        full = self.stage("b", OSError(28, "No space left on device"))
        self.run_night(self.work(), wrong, full, self.stage("c"))
        self.assertEqual(len(self.log), 3)
        told = [row["text"] for row in self.state.rows("SELECT text FROM problem")]
        self.assertEqual(told, ["a: no compiler", "b: No space left on device"])

    def test_a_blind_night_is_refused(self) -> None:
        blind = self.stage("a", Refused(Status.MISSING, "no night"))
        with self.assertRaises(Refused):
            self.run_night(self.work(), blind, self.stage("b"))
        self.assertEqual(len(self.log), 1)

    def test_a_stage_that_overruns_its_time_is_cancelled(self) -> None:
        async def hang(work: Work, seconds: float) -> None:
            await asyncio.sleep(60)

        with mock.patch.object(nightly, "LEAST_SECONDS", 0.01):
            self.run_night(self.work(0.02), Stage("a", 1, hang), self.stage("b"))
        self.assertEqual(self.skipped(), {"a": "it was not done when its time was up"})
        self.assertEqual([line[0] for line in self.log], ["b"])

    def test_the_self_test_takes_the_time_that_it_needs(self) -> None:
        async def test(work: Work, seconds: float) -> None:
            await asyncio.sleep(0.3)
            self.log.append("tested")

        self.run_night(self.work(0.001), Stage("a", 1, test, is_bounded=False))
        self.assertEqual((self.log, self.skipped()), (["tested"], {}))

    def test_without_time_a_stage_is_left_out_and_not_done(self) -> None:
        work = self.work(0.01)
        self.run_night(work, self.stage("a"))
        self.assertEqual((self.log, self.skipped()), ([], {"a": "no time was left"}))
        again = Work(self.state, nights.begin(self.state, 1, "v", ["d"], 1), 1, Path("known"))
        self.run_night(again, self.stage("a"))
        self.assertEqual((len(self.log), self.skipped()), (1, {}))

    def test_an_interrupt_ends_the_stage_in_hand_and_the_rest(self) -> None:
        work = self.work()

        async def interrupt(work: Work, seconds: float) -> None:
            work.interrupts.interrupt()
            await asyncio.sleep(60)

        self.run_night(work, Stage("a", 1, interrupt), self.stage("b"))
        self.assertEqual((self.log, nights.stages_done(self.state, work.night)), ([], set()))

    def test_a_campaign_ends_by_itself_at_an_interrupt(self) -> None:
        work = self.work()

        async def fuzz(work: Work, seconds: float) -> None:
            work.interrupts.end()
            await asyncio.sleep(0.3)
            self.log.append("committed")

        self.run_night(work, Stage("a", 1, fuzz, ends_itself=True), self.stage("b"))
        self.assertEqual(self.log, ["committed"])


if __name__ == "__main__":
    unittest.main()
