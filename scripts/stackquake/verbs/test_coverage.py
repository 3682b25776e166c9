"""Tests of `quake coverage`: its options, and what it makes of the counts."""

import tempfile
import unittest
from pathlib import Path

from stackquake.coverage.lines import Region, Source
from stackquake.coverage.needs import Need
from stackquake.status import QuakeError
from stackquake.verbs import coverage
from stackquake.verbs.coverage import Measured

SOURCES = [
    Source("harness/run/a.cc", {1: 1, 2: 0}),
    Source("runtime_under_test/designs/b.cc", {1: 3}),
    Source("runtime_under_test/c.cc", {7: 0, 8: 2, 9: 0}),
]
REGIONS = [
    Region("runtime_under_test/c.cc", "grow", 7, 7),
    Region("runtime_under_test/c.cc", "shrink", 9, 9),
]
NEEDS = [Need("runtime_under_test/c.cc", "grow", "a deep stack")]


class OptionsTest(unittest.TestCase):
    """--target."""

    def test_a_target_may_name_its_corpus(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            named = coverage.working_corpus(f"nest={folder}")
            self.assertEqual(named, ("nest", Path(folder)))

    def test_a_target_or_corpus_that_is_not_there_is_refused(self) -> None:
        for text, message in (("nst", "no target 'nst'"), ("nest=/nowhere", "no campaign has")):
            with self.assertRaisesRegex(QuakeError, message):
                coverage.working_corpus(text)


class CountsTest(unittest.TestCase):
    """The report."""

    def test_the_runtime_is_one_room_and_comes_first(self) -> None:
        expected = {"runtime_under_test/": (2, 4), "harness/run/": (1, 2)}
        self.assertEqual(list(coverage.rooms(SOURCES).items()), list(expected.items()))

    def test_the_document_has_what_each_region_needs(self) -> None:
        told = coverage.document(Measured(SOURCES, REGIONS, NEEDS))
        self.assertEqual([one["needs"] for one in told["unreached"]], ["a deep stack", ""])
        self.assertEqual(told["rooms"]["harness/run/"], {"reached": 1, "lines": 2})


if __name__ == "__main__":
    unittest.main()
