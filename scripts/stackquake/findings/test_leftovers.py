"""Tests of leftovers.py: runs of workers that differ from those of fresh processes."""

import unittest
from pathlib import Path

from stackquake.findings.leftovers import difference, read
from stackquake.status import Status
from stackquake.verbs.fuzz_case import FuzzCase


class DifferenceTest(unittest.TestCase):
    def test_equal_runs(self) -> None:
        run = {"ending": "exit", "copies": 1, "steps": 7}
        self.assertIsNone(difference(run, dict(run)))

    def test_the_numbers_that_differ_are_named(self) -> None:
        worker = {"ending": "exit", "traces": 3, "copies": 1, "steps": 7}
        violation = difference(worker, {"ending": "exit", "traces": 3, "copies": 2, "steps": 9})
        assert violation is not None
        self.assertEqual(violation.signature, "leftovers:copies")
        self.assertTrue(violation.message.endswith(": copies 1 and 2, steps 7 and 9"))
        self.assertEqual(violation.details["worker"], worker)

    def test_other_ends_say_nothing_of_the_numbers(self) -> None:
        violation = difference({"ending": "exit", "steps": 7}, {"ending": "fuel", "steps": 9})
        assert violation is not None
        self.assertTrue(violation.message.endswith(": ending exit and fuel"))

    def test_a_torn_line_is_no_run(self) -> None:
        self.assertIsNone(read({}))
        self.assertIsNone(read({"input": "x", "run": {}}))


class LeftoversTest(FuzzCase):
    def test_a_run_that_earlier_runs_have_changed_is_a_finding(self) -> None:
        self.seed("dirt.go", "some DIRT")
        status, result = self.fuzz("--seconds=60", found=b"a LEAK")
        self.assertEqual(status, Status.FOUND)
        [finding] = result["findings"]
        self.assertEqual(finding["signature"], "leftovers:steps")
        self.assertEqual((finding["reproduced"], finding["replays"]), (10, 10))
        [record] = self.stored()
        self.assertEqual(record["nest"], "a LEAK")
        self.assertEqual(record["leftovers"]["run_before"], ["some DIRT"])
        self.assertEqual(record["details"]["worker"]["steps"], 1)
        self.assertEqual(record["details"]["fresh"]["steps"], 0)
        [before] = self.files("*/earlier-*.go")
        self.assertEqual(before.read_bytes(), b"some DIRT")
        nest = Path(finding["file"])
        self.assertTrue(record["replay"].endswith(f" {nest} {before} {nest}"), record["replay"])
        self.assertIn("/fuzz_nest ", record["replay"])

    def test_without_earlier_inputs_that_show_it_the_record_says_so(self) -> None:
        # Nothing that can be read has dirtied the worker.
        before = 'dirt = 3 if "runs" not in flags else 0'
        _, result = self.fuzz("--seconds=60", found=b"a LEAK", before=before)
        self.assertEqual(result["findings"][0]["reproduced"], 0)
        [record] = self.stored()
        self.assertIsNone(record["leftovers"]["run_before"])
        note = record["leftovers"]["note"]
        self.assertIn("the run of a fresh process, which is the reference", note)
        self.assertTrue(record["replay"].endswith(f" {result['findings'][0]['file']}"))
        self.assertEqual(self.files("*/earlier-*.go"), [])

    def test_equal_runs_are_counted(self) -> None:
        status, result = self.fuzz(found=b"a LEAK")
        self.assertEqual((status, result["findings"]), (Status.OK, []))
        self.assertEqual(result["compared_runs"], 1)


if __name__ == "__main__":
    unittest.main()
