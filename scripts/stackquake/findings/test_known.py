"""Tests of known.py, and of the list."""

import contextlib
import io
import json
import tempfile
import unittest
from datetime import date
from pathlib import Path
from typing import Any

from stackquake import pages
from stackquake.findings import known
from stackquake.findings.known import KnownFinding
from stackquake.jobs.libfuzzer import Violation
from stackquake.settings import Settings
from stackquake.status import QuakeError, Status

TODAY = date(2026, 5, 4)
ENTRY = {
    "name": "old bug",
    "runtime": "reference",
    "reason": "r",
    "link": "l",
    "expires": "2026-05-05",
    "signature": "stale-pointer:.*",
}
VIOLATION = Violation("stale-pointer", "stale-pointer:argument", "m")
SETTINGS = Settings("go1.4", ("x", "y"), "none")


class KnownTest(unittest.TestCase):
    def setUp(self) -> None:
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.path = Path(scratch.name) / "known.json"

    def table(self, *entries: dict[str, Any], text: str | None = None) -> list[KnownFinding]:
        self.path.write_text(text if text is not None else json.dumps(entries))
        with contextlib.redirect_stderr(io.StringIO()) as errors:
            found = known.table(self.path, TODAY)
        self.errors = errors.getvalue()
        return found

    def test_a_finding_is_known_by_all_that_its_entry_says(self) -> None:
        for fields, fits in (
            ({"signature": "stale-pointer:.*"}, True),
            ({"signature": "stale-pointer"}, False),
            ({"check": "stale-pointer"}, True),
            ({"check": "throw"}, False),
            ({"check": "stale-pointer", "design": "seed"}, False),
            ({"check": "stale-pointer", "design": "go1.4", "target": "nest"}, True),
            ({"check": "stale-pointer", "target": "goroutines"}, False),
            ({"check": "stale-pointer", "defects": ("x",)}, True),
            ({"check": "stale-pointer", "defects": ("x", "z")}, False),
        ):
            with self.subTest(fields):
                entry = KnownFinding("n", **fields)  # type: ignore[arg-type]
                self.assertEqual(entry.fits(VIOLATION, "nest", SETTINGS), fits)

    def test_the_first_entry_that_fits_names_it(self) -> None:
        table = self.table(ENTRY, {**ENTRY, "name": "another"})
        self.assertEqual(known.name_of(table, VIOLATION, "nest", SETTINGS), "old bug")
        new = Violation("throw", "throw", "m")
        self.assertIsNone(known.name_of(table, new, "nest", SETTINGS))
        self.assertEqual(self.errors, "")

    def test_an_entry_that_has_expired_is_unknown_again_and_says_so(self) -> None:
        self.assertEqual(self.table({**ENTRY, "expires": "2026-05-04"}), [])
        self.assertEqual(
            self.errors,
            "quake: warning: the known finding old bug has expired on 2026-05-04, and counts as"
            " unknown\n",
        )

    def test_each_runtime_has_its_own(self) -> None:
        self.assertEqual(self.table({**ENTRY, "runtime": "go"}), [])
        names = [one["name"] for one in known.entries("go", self.path, TODAY)]
        self.assertEqual(names, ["old bug"])

    def test_a_list_that_is_none_is_refused_with_one_line(self) -> None:
        without = {key: ENTRY[key] for key in ENTRY if key != "reason"}
        for text in (
            "{",
            "[1]",
            json.dumps([without]),
            json.dumps([{**ENTRY, "expires": "soon"}]),
            json.dumps([{**ENTRY, "runtime": "none"}]),
            json.dumps([{**ENTRY, "colour": "red"}]),
            json.dumps([{**ENTRY, "signature": "("}]),
            json.dumps([{**ENTRY, "signature": None}]),
        ):
            with self.subTest(text), self.assertRaises(QuakeError) as caught:
                self.table(text=text)
            self.assertEqual(caught.exception.status, Status.BAD_INPUT)
            self.assertNotIn("\n", str(caught.exception))
        with self.assertRaisesRegex(QuakeError, "cannot be read: No such file"):
            known.table(self.path.with_name("none.json"))

    def test_the_list_of_the_project_is_in_order_and_its_links_lead_somewhere(self) -> None:
        whole = [entry for one in known.RUNTIMES for entry in known.every_entry(one)]
        self.assertGreater(len(whole), 10)
        self.assertEqual(len({entry["name"] for entry in whole}), len(whole))
        for entry in whole:
            path, _, anchor = entry["link"].partition("#")
            if not entry["link"].startswith("https://"):
                page = (known.TABLE.parent / path).read_text(encoding="utf-8")
                self.assertIn(anchor, pages.anchors(page))


if __name__ == "__main__":
    unittest.main()
