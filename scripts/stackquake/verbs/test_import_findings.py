"""Tests of `quake import`, with a program that behaves like a libFuzzer target."""

import argparse
import contextlib
import io
import json
from pathlib import Path
from typing import Any
from unittest import mock

from stackquake.engines.test_binaries import INVENTORY
from stackquake.findings.telling import Told
from stackquake.status import QuakeError, Status
from stackquake.verbs import import_findings
from stackquake.verbs.fuzz_case import FuzzCase

BUG = b"BUG ALWAYS"


class ImportTest(FuzzCase):
    def found(self, name: str, data: bytes = BUG) -> Path:
        path = self.folder / "found" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return path

    def run_import(self, *options: str) -> tuple[int, Any]:
        parser = argparse.ArgumentParser()
        import_findings.add_arguments(parser)
        common = ["--json", f"--out={self.folder / 'findings'}", str(self.folder / "found")]
        arguments = parser.parse_args([*common, *options])
        arguments.verbose = False
        output = io.StringIO()
        tools = self.tools(b"", "")
        with (
            contextlib.redirect_stdout(output),
            contextlib.redirect_stderr(self.errors),
            mock.patch.object(import_findings, "BUILD", self.folder / "build"),
            mock.patch.object(import_findings, "build_tools", lambda target, verbose: tools),
            mock.patch.object(import_findings.build, "ensure"),
            mock.patch.object(import_findings, "take_inventory", lambda *_: INVENTORY),
        ):
            status = import_findings.main(arguments)
        self.assertEqual(self.scratch_folders(), [])
        return status, json.loads(output.getvalue())

    def verdicts(self, *options: str) -> tuple[int, list[str]]:
        status, result = self.run_import(*options)
        return status, [one["verdict"] for one in result["inputs"]]

    def test_a_new_one_is_stored_with_its_story(self) -> None:
        async def tell(nest: Path, settings: object) -> Told:
            return Told(b"# A story\n", "<html>")

        self.tell = tell
        self.found("fuzz_nest_seed-address-crash-0123456789")
        status, result = self.run_import()
        self.assertEqual(status, Status.FOUND)
        [one] = result["inputs"]
        self.assertEqual((one["target"], one["design"], one["verdict"]), ("nest", "seed", "new"))
        [record] = self.stored()
        self.assertEqual((record["source"], record["seed"]), ("import", 0))
        self.assertEqual(record["reliability"], {"replays": 10, "reproduced": 10})
        self.assertIn("fuzz_nest_seed-address-crash-0123456789", record["imported_from"])
        [story] = self.files("*/story.md")
        self.assertIn("# A story", story.read_text())
        self.assertEqual(one["finding"], str(story.parent))

    def test_a_second_import_has_nothing_new(self) -> None:
        self.found("fuzz_nest_seed/crash-0123456789")
        self.assertEqual(self.verdicts(), (Status.FOUND, ["new"]))
        [before] = self.stored()
        self.assertEqual(self.verdicts(), (Status.OK, ["stored already"]))
        self.assertEqual(self.stored(), [before])

    def test_the_same_signature_on_another_design_is_another_finding(self) -> None:
        self.found("fuzz_nest_seed/crash-0123456789")
        self.found("fuzz_nest_go1_4/crash-0123456789")
        self.assertEqual(self.verdicts(), (Status.FOUND, ["new", "new"]))
        self.assertEqual(sorted(r["design"] for r in self.stored()), ["go1.4", "seed"])

    def test_one_signature_is_one_finding(self) -> None:
        self.found("fuzz_nest_seed/crash-0123456789")
        self.found("fuzz_nest_seed/crash-1123456789", BUG + b"!")
        status, verdicts = self.verdicts()
        self.assertEqual((status, sorted(verdicts)), (Status.FOUND, ["new", "repeat"]))
        [record] = self.stored()
        self.assertEqual(record["times_seen"], 2)

    def test_known_ones_are_told_and_are_no_reason_to_fail(self) -> None:
        table = self.folder / "known.json"
        entry = {"name": "old bug", "reason": "r", "link": "l", "expires": "9999-01-01"}
        entry |= {"runtime": "reference", "check": "stale-pointer"}
        table.write_text(json.dumps([entry]))
        self.found("fuzz_nest_seed/crash-0123456789")
        status, result = self.run_import(f"--known={table}")
        [one] = result["inputs"]
        self.assertEqual((status, one["verdict"], one["known"]), (Status.OK, "known", "old bug"))

    def test_what_shows_nothing_is_said_to_be_so(self) -> None:
        self.found("fuzz_nest_seed/crash-0123456789", b"fine")
        self.assertEqual(self.verdicts(), (Status.OK, ["not reproducible"]))
        self.assertEqual(self.files("*/finding.json"), [])

    def test_an_input_without_a_place_is_refused_before_anything_runs(self) -> None:
        self.found("fuzz_nest_seed/crash-0123456789")
        self.found("crash-0123456789")
        for options in ((), ("--target=none",), ("--target=nest", "--design=none")):
            with self.assertRaises(QuakeError) as caught:
                self.run_import(*options)
            self.assertEqual(caught.exception.status, Status.BAD_INPUT)
        self.assertEqual(self.files("*/finding.json"), [])
        status, verdicts = self.verdicts("--target=nest", "--design=seed")
        self.assertEqual(status, Status.FOUND)
