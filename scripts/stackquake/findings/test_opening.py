"""Tests of opening.py."""

import json
import tempfile
import unittest
from dataclasses import replace
from pathlib import Path
from typing import Any

from stackquake.findings import folder
from stackquake.findings.opening import Opened, opened
from stackquake.findings.test_record import RECORD
from stackquake.status import QuakeError, Status


class OpeningTest(unittest.TestCase):
    def setUp(self) -> None:
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.place = Path(scratch.name) / "a b"

    def store(self, **changes: Any) -> str:
        """Stores a finding that differs from RECORD, and gives its folder."""
        text = replace(RECORD, **changes).text()
        folder.write(self.place, {"nest.go": RECORD.nest, folder.RECORD: text})
        return str(self.place)

    def test_its_nest_runs_with_its_settings(self) -> None:
        place = self.store()
        flags = ["--design=go1.4", "--defect=x", "--poison=fill"]
        nest = f"{place}/nest.go"
        self.assertEqual(opened([place]), Opened([*flags, nest]))
        self.assertEqual(opened(["--", place]), Opened([*flags, "--", nest]))
        self.assertEqual(
            opened([place], keep_signature=True).arguments,
            [*flags, "--signature=stale-pointer:argument", nest],
        )

    def test_options_that_are_given_count_for_more(self) -> None:
        place = self.store()
        self.assertEqual(
            opened(["--poison", "none", "--design=seed", place]).arguments,
            ["--defect=x", "--poison", "none", "--design=seed", f"{place}/nest.go"],
        )

    def test_other_files_and_folders_stay_as_they_are(self) -> None:
        place = self.store()
        for arguments in (["corpus", "a.go"], [str(self.place.parent)], ["--out", place, "a.go"]):
            self.assertEqual(opened(arguments), Opened(arguments))

    def test_a_crash_needs_the_build_that_tells_of_it(self) -> None:
        self.assertTrue(opened([self.store(check="crash")]).needs_fuzz_build)

    def test_what_only_libfuzzer_names_so_is_no_signature_to_keep(self) -> None:
        place = self.store(check="timeout", signature="libFuzzer: timeout")
        words = opened([place], keep_signature=True).arguments
        self.assertEqual([word for word in words if "signature" in word], [])

    def test_a_finding_on_go_has_no_settings(self) -> None:
        place = self.store(settings=None)
        self.assertEqual(opened([place]).arguments, [f"{place}/nest.go"])

    def test_what_the_nest_alone_does_not_show_is_told_with_the_command(self) -> None:
        for changes in ({"check": "leftovers"}, {"nest": None}):
            with self.assertRaisesRegex(QuakeError, "this runs it: scripts/quake run") as caught:
                opened([self.store(**changes)])
            self.assertEqual(caught.exception.status, Status.BAD_INPUT)

    def test_one_finding_at_a_time(self) -> None:
        place = self.store()
        with self.assertRaisesRegex(QuakeError, "one finding at a time"):
            opened([place, place])

    def test_a_record_that_is_none_is_refused(self) -> None:
        folder.write(self.place, {folder.RECORD: json.dumps({"signature": "old"})})
        with self.assertRaisesRegex(QuakeError, "is no record of a finding"):
            opened([str(self.place)])


if __name__ == "__main__":
    unittest.main()
