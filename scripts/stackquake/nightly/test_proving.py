"""Tests of proving.py, with verbs that stand in for the real ones."""

import asyncio
import json
import tempfile
import unittest
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from unittest import mock

from stackquake.nightly import nights, proving, sightings
from stackquake.nightly.night import Work
from stackquake.nightly.nights import Night
from stackquake.nightly.report import example
from stackquake.nightly.state import open_state
from stackquake.nightly.verb import Said
from stackquake.status import Status

RECORD = {
    "source": "enumerate",
    "target": "nest",
    "design": "go1.4",
    "defects": [],
    "check": "throw",
    "signature": "throw:new",
    "message": "m",
    "replay": "scripts/quake run …",
    "known": None,
}


class ProvingTest(unittest.TestCase):
    def setUp(self) -> None:
        stack = ExitStack()
        self.addCleanup(stack.close)
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        self.state = stack.enter_context(open_state(folder))
        self.commands: list[list[str]] = []
        self.done = 0  # nests that the enumeration has done
        self.findings: list[dict[str, Any]] = []
        stack.enter_context(mock.patch.object(proving, "run_verb", self.verb))
        stack.enter_context(mock.patch.object(proving.folder, "read", lambda place: RECORD))

    async def verb(self, arguments: Sequence[str], seconds: float) -> Said:
        """Does 5,000 nests more; sweeps one of two seeds wholly."""
        self.commands.append(list(arguments))
        if arguments[0] == "sweep":
            whole = {"safepoints": 10, "done": 21, "runs": 21}
            cut = {"safepoints": 10, "done": 5, "runs": 21}
            document: dict[str, Any] = {"nests": [whole, cut], "runs": 26, "findings": []}
        else:
            self.done += 5000
            document = {
                "done": self.done,
                "next_size_ends": 27_777,
                "whole_statements": 3,
                "points": 4 * self.done,
                "runs": 5 * self.done,
                "findings": self.findings,
            }
        return Said(Status.OK, json.dumps(document), "", True)

    def night(self) -> Night:
        """Runs the stage in a new night."""
        night = nights.begin(self.state, 20, "v", ["go1.4", "before-seed"], 7)
        work = Work(self.state, night, 2, Path("known.json"))
        asyncio.run(proving.run(work, example.programs(), 60))
        nights.end(self.state, night)
        return night

    def test_only_designs_without_mistakes_are_proved(self) -> None:
        self.night()
        verbs = [(command[0], command[2]) for command in self.commands]
        self.assertEqual(verbs, [("sweep", "--design=go1.4"), ("enumerate", "--design=go1.4")])

    def test_each_night_tells_its_slice_and_the_total(self) -> None:
        self.night()
        second = self.night()
        sweep, enumeration = proving.proofs(self.state, second)
        self.assertEqual((sweep.nests, sweep.total, sweep.points), (1, 2, 20))
        self.assertEqual((enumeration.nests, enumeration.slice), (10_000, 5000))
        told = proving.sentence(enumeration)
        self.assertIn("all nests of at most 3 statements, and 10,000 of the 27,777", told)
        self.assertIn("5,000 nests in this night", told)

    def test_what_is_found_is_a_finding_of_the_night(self) -> None:
        self.findings = [{"finding": "/a/folder"}, {"finding": None}]
        self.night()
        [found] = sightings.every(self.state)
        self.assertEqual((found.source, found.signature), ("enumerate", "throw:new"))


if __name__ == "__main__":
    unittest.main()
