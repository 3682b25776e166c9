"""Tests of explain.py: with a program that stands in for explain_nest, and with that."""

import argparse
import contextlib
import io
import json
import tempfile
import unittest
from dataclasses import replace
from pathlib import Path
from unittest import mock

from stackquake.fakes import write_program
from stackquake.findings import test_record
from stackquake.jobs import build
from stackquake.settings import Settings
from stackquake.status import QuakeError, Status
from stackquake.verbs import explain

# Prints its flags, as text or as what stands for a picture; status 1.
TELLS_ITS_FLAGS = """
import sys
print(" ".join(sys.argv[1:]))
sys.exit(1)
"""
RECORD = replace(test_record.RECORD, settings=Settings("seed", ("torn-map",), "asan")).text()


def parse(*arguments: str) -> argparse.Namespace:
    """The options of the verb."""
    parser = argparse.ArgumentParser()
    explain.add_arguments(parser)
    return parser.parse_args([*arguments])


class SettingsTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.nest = Path(folder.name) / "nest.go"
        self.record = Path(folder.name) / "finding.json"

    def settings(self, *options: str) -> list[str]:
        return explain.settings(parse(*options, str(self.nest)))

    def test_a_findings_record_has_its_settings(self) -> None:
        self.record.write_text(RECORD)
        own = ["--design=seed", "--defect=torn-map", "--poison=asan"]
        self.assertEqual(self.settings(), own)
        self.assertEqual(self.settings("--set=move=none"), [*own, "--set=move=none"])

    def test_the_command_line_replaces_the_record(self) -> None:
        self.record.write_text(RECORD)
        self.assertEqual(self.settings("--design=go1.4"), ["--design=go1.4"])
        self.assertEqual(
            self.settings("--defect=a", "--defect=b", "--poison=fill"),
            ["--defect=a", "--defect=b", "--poison=fill"],
        )

    def test_a_findings_folder_stands_for_its_nest(self) -> None:
        self.record.write_text(RECORD)
        options = parse(str(self.nest.parent))
        self.assertEqual(explain.nest_of(options), self.nest)
        self.assertIn("--design=seed", explain.settings(options))

    def test_a_nest_without_a_record_has_no_settings(self) -> None:
        self.assertEqual(self.settings(), [])
        self.nest.with_suffix(".json").write_text(RECORD)
        self.assertEqual(self.settings(), [])

    def test_poisoning_through_asan_runs_in_the_build_that_has_it(self) -> None:
        for option, preset in (("--poison=asan", "fuzz"), ("--poison=fill", "release")):
            with (
                self.subTest(option),
                mock.patch("stackquake.jobs.build.ensure") as ensure,
                mock.patch("stackquake.verbs.explain.explain", return_value=Status.OK),
            ):
                options = parse(option, str(self.nest))
                options.verbose = False
                explain.main(options)
                self.assertEqual(ensure.call_args.args, (preset, ["explain_nest"]))


class ExplainTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def explain(self, program: str, *arguments: str) -> tuple[Status, str]:
        path = write_program(self.folder / "explain_nest", program)
        out = io.TextIOWrapper(io.BytesIO())
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(io.StringIO()):
            status = explain.explain(parse(*arguments), path)
        out.seek(0)
        return status, out.read()

    def test_the_text_and_the_status_are_the_programs(self) -> None:
        told = self.explain(TELLS_ITS_FLAGS, "--design=seed", "a.go")
        self.assertEqual(told, (Status.FOUND, "--design=seed -- a.go\n"))

    def test_the_picture_is_written_whole(self) -> None:
        picture = self.folder / "a.svg"
        self.explain(TELLS_ITS_FLAGS, f"--svg={picture}", "a.go")
        self.assertEqual(picture.read_text(), "--svg -- a.go\n")

    def test_what_cannot_be_written_is_one_line(self) -> None:
        with self.assertRaises(QuakeError) as raised:
            self.explain(TELLS_ITS_FLAGS, "--svg=/dev/null/a.svg", "a.go")
        self.assertEqual(raised.exception.status, Status.MISSING)
        self.assertIn("cannot write", str(raised.exception))

    def test_what_is_no_nest_ends_with_the_programs_status(self) -> None:
        with self.assertRaises(SystemExit) as raised:
            self.explain("raise SystemExit(2)", "a.go")
        self.assertEqual(raised.exception.code, 2)

    def test_a_program_that_dies_is_told(self) -> None:
        with self.assertRaises(QuakeError):
            self.explain("import os; os.abort()", "a.go")


class PageTest(unittest.TestCase):
    """The page of a real story."""

    def test_it_is_one_file_with_all_that_it_needs(self) -> None:
        nest = build.ROOT / "corpus" / "defects" / "panic-pops-defer.go"
        teller = explain.Teller(
            build.program("check", explain.PROGRAM), ("--design=before-seed",), str(nest)
        )
        status, document = teller.tell("--json")
        self.assertEqual(status, Status.FOUND)
        story = json.loads(document)
        page = explain.page(story)
        self.assertIn("<code>p</code> of the deferred call of <code>set</code>", page)
        self.assertIn('<li data-line="17" class="marked">', page)
        for outside in ("http://", "https://", "src=", "@import"):
            self.assertNotIn(outside, page.replace("http://www.w3.org/2000/svg", ""))

    def test_text_of_the_nest_cannot_end_the_data(self) -> None:
        nest = build.ROOT / "corpus" / "defects" / "panic-pops-defer.go"
        program = build.program("check", explain.PROGRAM)
        story = json.loads(explain.Teller(program, (), str(nest)).tell("--json")[1])
        story["nest"] = ["</script><b>"]
        page = explain.page(story)
        self.assertEqual(page.count("</script>"), 2)
        self.assertNotIn("<b>", page.split("<main>")[1].split('id="behaviour-title"')[0])


if __name__ == "__main__":
    unittest.main()
