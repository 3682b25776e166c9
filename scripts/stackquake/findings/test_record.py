"""Tests of record.py: the form of records, and the names of folders."""

import json
import unittest
from dataclasses import replace
from typing import Any

import jsonschema

from stackquake.files import ROOT
from stackquake.findings.record import Record, folder_name, story
from stackquake.settings import Settings

RECORD = Record(
    source="fuzz",
    check="stale-pointer",
    signature="stale-pointer:argument",
    message="m",
    target="nest",
    settings=Settings("go1.4", ("x",), "fill"),
    nest="//quake:move=calls\npackage main\n",
    seed=1,
    executions=3,
    seconds=0.25,
    version="v",
    replays=10,
    reproduced=9,
    replay=["scripts/quake", "run", "a b/nest.go"],
    reduced=True,
    times_seen=2,
)


def schema() -> Any:
    """That of finding.json."""
    file = ROOT / "scripts" / "stackquake" / "findings" / "finding.schema.json"
    return json.loads(file.read_text())


class RecordTest(unittest.TestCase):
    def test_a_record_fits_the_schema(self) -> None:
        document = json.loads(RECORD.text())
        jsonschema.validate(document, schema())
        self.assertEqual((document["design"], document["defects"]), ("go1.4", ["x"]))
        self.assertEqual(document["directives"], ["move=calls"])
        self.assertEqual(document["reliability"], {"replays": 10, "reproduced": 9})

    def test_the_command_is_quoted_for_a_shell(self) -> None:
        self.assertEqual(RECORD.document()["replay"], "scripts/quake run 'a b/nest.go'")

    def test_the_schema_refuses_what_does_not_fit(self) -> None:
        document = RECORD.document()
        for change in ({"schema": 2}, {"seed": "1"}, {"new": 1}, {"poison": "mixed"}):
            with self.assertRaises(jsonschema.ValidationError):
                jsonschema.validate({**document, **change}, schema())
        del document["signature"]
        with self.assertRaises(jsonschema.ValidationError):
            jsonschema.validate(document, schema())

    def test_an_input_that_is_no_nest_and_go_have_no_settings(self) -> None:
        document = replace(RECORD, settings=None, nest=None).document()
        jsonschema.validate(document, schema())
        self.assertEqual((document["design"], document["poison"]), (None, None))

    def test_a_folder_is_named_after_signature_and_cause(self) -> None:
        name = folder_name("stale-pointer: argument of f()", "a")
        self.assertRegex(name, "^stale-pointer-argument-of-f-[0-9a-f]{10}$")
        self.assertNotEqual(name, folder_name("stale-pointer: argument of f()", "b"))
        self.assertLessEqual(len(folder_name("x" * 200, "a")), 71)

    def test_a_story_tells_what_is_wrong_first(self) -> None:
        page = story(RECORD, b"call main\n") or ""
        self.assertTrue(page.startswith("# stale-pointer:argument\n\nm\n"), page)
        self.assertIn("    scripts/quake run 'a b/nest.go'\n", page)
        self.assertIn("\ncall main\n~", page)
        self.assertIsNone(story(RECORD, None))


if __name__ == "__main__":
    unittest.main()
