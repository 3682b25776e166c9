"""Tests of listing defects: with a program that stands in for the real one, and with that."""

import argparse
import contextlib
import io
import json
import tempfile
import unittest
from pathlib import Path
from unittest import mock

from stackquake import inputs
from stackquake.fakes import write_program
from stackquake.jobs import build
from stackquake.jobs.designs import take_inventory
from stackquake.status import QuakeError, Status
from stackquake.verbs import defects

DESCRIPTION = "The map is torn in two. " * 8

# torn-map is a switch of two designs and built into a third; lost-record is found by no nest.
DOCUMENT = {
    "designs": [
        {"name": "new", "built_in": []},
        {"name": "old", "built_in": []},
        {"name": "first", "built_in": ["torn-map"]},
    ],
    "defects": [
        {
            "slug": slug,
            "design": design,
            "fixed_by": "0a1b2c3d4",
            "check": check,
            "description": DESCRIPTION,
        }
        for slug, design, check in (
            ("torn-map", "new", "throw"),
            ("lost-record", "new", "leaked-record"),
            ("torn-map", "old", "throw"),
        )
    ],
    "nests": [
        {"file": "a.go", "finds": ["torn-map"]},
        {"file": "b.go", "finds": []},
        {"file": "c.go", "finds": ["torn-map"]},
    ],
}


class DefectsTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        program = Path(folder.name) / "list_designs"
        self.lister = write_program(program, f"print({json.dumps(DOCUMENT)!r})")
        files = mock.patch("stackquake.inputs.corpus", lambda: ["a.go", "b.go", "c.go"])
        files.start()
        self.addCleanup(files.stop)

    def list(self, *arguments: str, columns: int = 80) -> str:
        """What the verb prints."""
        parser = argparse.ArgumentParser()
        defects.add_arguments(parser)
        output = io.StringIO()
        with (
            contextlib.redirect_stdout(output),
            mock.patch.dict("os.environ", COLUMNS=str(columns)),
        ):
            status = defects.list_defects(parser.parse_args(arguments), self.lister)
        self.assertEqual(status, Status.OK)
        return output.getvalue()

    def test_a_line_for_each_defect(self) -> None:
        self.assertEqual(
            [line.split() for line in self.list().splitlines()],
            [
                "defect check fixed by built into found by".split(),
                "torn-map throw 0a1b2c3d4 first a.go, c.go".split(),
                "lost-record leaked-record 0a1b2c3d4 no nest".split(),
            ],
        )

    def test_those_that_are_named_are_described(self) -> None:
        output = self.list("torn-map", columns=60)
        self.assertNotIn("lost-record", output)
        slug, *facts, command = output.splitlines()
        self.assertEqual(slug, "torn-map")
        facts, paragraph = facts[:4], facts[4:]
        self.assertEqual(
            facts,
            [
                "  check       throw",
                "  fixed by    0a1b2c3d4",
                "  built into  first",
                "  found by    a.go, c.go",
            ],
        )
        self.assertEqual(" ".join(" ".join(paragraph).split()), DESCRIPTION.strip())
        self.assertLessEqual(max(map(len, paragraph)), 60)
        self.assertRegex(command, "^  scripts/quake run --design=new --defect=torn-map .*a.go$")

    def test_what_no_nest_finds_has_no_command(self) -> None:
        self.assertNotIn("quake run", self.list("lost-record"))

    def test_json_has_all_that_is_known_and_nothing_else(self) -> None:
        torn = {
            "slug": "torn-map",
            "check": "throw",
            "fixed_by": "0a1b2c3d4",
            "designs": ["new", "old"],
            "built_in": ["first"],
            "nests": ["a.go", "c.go"],
            "description": DESCRIPTION,
        }
        self.assertEqual(json.loads(self.list("--json", "torn-map")), [torn])
        slugs = [entry["slug"] for entry in json.loads(self.list("--json"))]
        self.assertEqual(slugs, ["torn-map", "lost-record"])

    def test_an_unknown_slug_is_bad_input(self) -> None:
        for arguments in (["tron-map"], ["--json", "torn-map", "tron-map"]):
            with self.assertRaisesRegex(QuakeError, "^no defect tron-map; .*$") as caught:
                self.list(*arguments)
            self.assertEqual(caught.exception.status, Status.BAD_INPUT)


class BankTest(unittest.TestCase):
    """The real program."""

    def test_what_is_built_in_can_be_studied_as_a_switch_too(self) -> None:
        build.ensure("check", ["list_designs"])
        inventory = take_inventory(build.program("check", "list_designs"), inputs.corpus())
        switches = {entry.slug for entry in defects.entries(inventory)}
        built_in = {slug for design in inventory.designs for slug in design.built_in}
        self.assertTrue(built_in)
        self.assertLessEqual(built_in, switches)


if __name__ == "__main__":
    unittest.main()
