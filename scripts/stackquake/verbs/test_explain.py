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

# Prints its flags, as they are or in a document; status 1. Notes that it has run.
TELLS_ITS_FLAGS = """
import json, os, sys
words = " ".join(sys.argv[1:])
print(json.dumps({"text": words, "svg": "picture"}) if "--json" in words else words)
open(os.path.dirname(__file__) + "/runs", "a").write("once ")
sys.exit(1)
"""
RECORD = replace(test_record.RECORD, settings=Settings("seed", ("torn-map",), "asan")).text()


def parse(*arguments: str) -> argparse.Namespace:
    """The options of the verb."""
    parser = argparse.ArgumentParser()
    explain.add_arguments(parser)
    return parser.parse_args([*arguments])


class SubjectTest(unittest.TestCase):
    """What is told of, with which settings."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.nest = self.folder / "nest.go"

    def subject(self, *options: str) -> list[str]:
        return explain.subject(parse(*options)).arguments

    def test_a_findings_folder_is_its_nest_with_its_settings(self) -> None:
        (self.folder / "finding.json").write_text(RECORD)
        own = ["--design=seed", "--defect=torn-map", "--poison=asan"]
        nest = ["--", str(self.nest)]
        self.assertEqual(self.subject(str(self.folder)), [*own, *nest])
        self.assertEqual(
            self.subject("--set=move=none", str(self.folder)), [*own, "--set=move=none", *nest]
        )

    def test_each_option_replaces_what_the_record_says_of_it(self) -> None:
        (self.folder / "finding.json").write_text(RECORD)
        self.assertEqual(
            self.subject("--defect=a", "--defect=b", "--poison=fill", str(self.folder)),
            ["--design=seed", "--defect=a", "--defect=b", "--poison=fill", "--", str(self.nest)],
        )

    def test_a_file_has_no_settings_of_its_own(self) -> None:
        (self.folder / "finding.json").write_text(RECORD)
        self.assertEqual(self.subject(str(self.nest)), ["--", str(self.nest)])

    def test_what_the_run_needs_decides_which_build_it_has(self) -> None:
        crash = replace(test_record.RECORD, check="crash").text()
        (self.folder / "finding.json").write_text(crash)
        cases = (
            (["--poison=asan", str(self.nest)], "fuzz"),
            (["--poison=fill", str(self.nest)], "release"),
            ([str(self.folder)], "fuzz"),
        )
        for words, preset in cases:
            with (
                self.subTest(words),
                mock.patch("stackquake.jobs.build.ensure") as ensure,
                mock.patch("stackquake.verbs.explain.explain", return_value=Status.OK),
            ):
                options = parse(*words)
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
        options = parse(*arguments)
        teller = explain.Teller(path, (*explain.subject(options).arguments,))
        out = io.TextIOWrapper(io.BytesIO())
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(io.StringIO()):
            status = explain.explain(options, teller)
        out.seek(0)
        return status, out.read()

    def test_the_text_and_the_status_are_the_programs(self) -> None:
        told = self.explain(TELLS_ITS_FLAGS, "--design=seed", "a.go")
        self.assertEqual(told, (Status.FOUND, "--design=seed -- a.go\n"))

    def test_one_run_gives_the_text_the_picture_and_the_page(self) -> None:
        picture, page = self.folder / "a.svg", self.folder / "a.html"
        with mock.patch("stackquake.verbs.explain.page", lambda story: f"page of {story['text']}"):
            told = self.explain(TELLS_ITS_FLAGS, f"--svg={picture}", f"--html={page}", "a.go")
        self.assertEqual(told, (Status.FOUND, "--json -- a.go"))
        self.assertEqual(picture.read_text(), "picture")
        self.assertEqual(page.read_text(), "page of --json -- a.go")
        self.assertEqual((self.folder / "runs").read_text(), "once ")

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
        program = build.program("check", explain.PROGRAM)
        status, document = explain.Teller(program, ("--design=before-seed", str(nest))).document()
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
        story = json.loads(explain.Teller(program, (str(nest),)).document()[1])
        story["nest"] = ["</script><b>"]
        page = explain.page(story)
        self.assertEqual(page.count("</script>"), 2)
        self.assertNotIn("<b>", page.split("<main>")[1].split('id="behaviour-title"')[0])


if __name__ == "__main__":
    unittest.main()
