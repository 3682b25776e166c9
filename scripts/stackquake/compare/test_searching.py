"""Tests of the trials of a comparison and of their cache."""

import asyncio
import tempfile
import unittest
from pathlib import Path
from typing import Any
from unittest import mock

from stackquake.compare import searching
from stackquake.compare.record import Contender, Record
from stackquake.trials.trial import Result, Trial


class SearchTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.made: list[tuple[str, tuple[str, ...], int]] = []
        self.sounds: list[Any] = []

    def search(self, trials: int = 2, content: bytes = b"one") -> Record:
        designs = [
            Contender("new", "go1.4", [], {"pops": "stale-pointer"}),
            Contender("old", "go1.4", ["pops"]),
        ]
        record = Record("", "", "", "new", {}, designs)
        target = self.folder / "target"
        target.write_bytes(content)

        async def run(
            program: Path, settings: Any, search: Any, trial: Trial, seconds: float, version: str,
            sound: Any,
        ) -> Result:
            self.made.append((settings.design, settings.defects, trial.seed))
            self.sounds.append(sound)
            return Result(trial, True, float(trial.seed), 1.0, 5)

        with mock.patch.object(searching, "run_trial", run), mock.patch.object(
            searching, "CACHE", self.folder / "cache"
        ):
            plan = searching.plan_of(target, trials, 10, 2, "v")
            asyncio.run(searching.search(plan, record, lambda text: None, lambda: None))
        return record

    def test_each_defect_and_each_design_with_built_in_ones_is_tried(self) -> None:
        record = self.search()
        told = [(one.design, one.defect, one.check) for one in record.searched]
        self.assertEqual(told, [("new", "pops", "stale-pointer"), ("old", "built in", "")])
        self.assertEqual([one.seconds for one in record.searched[0].trials], [1.0, 2.0])
        self.assertEqual(sorted(self.made)[:2], [("new", ("pops",), 1), ("new", ("pops",), 2)])
        self.assertIn(("old", (), 1), self.made)
        # Without a switch nothing sound is left to compare a finding with.
        self.assertEqual(sum(one is None for one in self.sounds), 2)

    def test_a_second_comparison_makes_no_trial_again(self) -> None:
        first = self.search()
        self.made.clear()
        self.assertEqual(self.search().searched, first.searched)
        self.assertEqual(self.made, [])
        self.search(trials=3)
        self.assertEqual({seed for _, _, seed in self.made}, {3})

    def test_another_build_makes_all_of_them_again(self) -> None:
        self.search()
        self.made.clear()
        self.search(content=b"two")
        self.assertEqual(len(self.made), 4)

    def test_a_torn_result_is_made_again(self) -> None:
        self.search()
        self.made.clear()
        torn = next((self.folder / "cache").rglob("new-1-*.json"))
        torn.write_text("{", encoding="utf-8")
        self.search()
        self.assertEqual(self.made, [("new", ("pops",), 1)])


if __name__ == "__main__":
    unittest.main()
