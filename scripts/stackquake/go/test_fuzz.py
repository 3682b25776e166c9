"""Tests of fuzz.py, command.py and findings.py: exit statuses, and what is stored."""

import contextlib
import dataclasses
import fcntl
import io
import json
import tempfile
import unittest
from pathlib import Path
from unittest import mock

from stackquake import cli
from stackquake.go import repro
from stackquake.go.command import Comparison
from stackquake.go.comparing import Case, Classified, Disagreement
from stackquake.go.findings import name_of
from stackquake.go.modes import MODES
from stackquake.go.test_campaign import DEADLOCK, EXIT, VARIANT, nest
from stackquake.go.testing import installed, overlay_of_itoa
from stackquake.status import QuakeError, Status

SHORTEST = "package main\n\nfunc main() {\n\ttrace(5)\n}\n"


class FindingTest(unittest.TestCase):
    """What is stored."""

    def test_the_repro_is_one_file_with_one_import_that_says_what_is_wrong(self) -> None:
        one = Disagreement(Case("n", nest(5), EXIT), VARIANT, DEADLOCK)
        text = repro.repro(one)
        self.assertIn("// expected: exit; no traces\n", text)
        self.assertIn("// actual:   deadlock; traces [1 2]\n", text)
        self.assertEqual(text.count("package main"), 1)
        self.assertEqual(text.count("\nimport"), 1)
        self.assertIn("\ttrace(5)\n", text)
        self.assertIn("func trace(x int)", text)


    def test_a_nest_that_is_wrong_on_two_toolchains_has_two_folders(self) -> None:
        one = Disagreement(Case("n", nest(5), EXIT), VARIANT, DEADLOCK)
        other = dataclasses.replace(one, variant=dataclasses.replace(VARIANT, mode=MODES["gc"]))
        self.assertEqual(name_of(one), name_of(dataclasses.replace(one)))
        self.assertNotEqual(name_of(one), name_of(other))


class ComparisonTest(unittest.TestCase):
    """What `quake go` tells."""

    def test_what_disagrees_at_times_does_not_agree(self) -> None:
        case = Case("corpus/n.go", nest(5), EXIT)
        found = Classified(unsteady=[Disagreement(case, VARIANT, DEADLOCK)])
        comparison = Comparison([VARIANT], [case], {}, {}, found)
        with contextlib.redirect_stdout(io.StringIO()) as out:
            comparison.print()
        lines = out.getvalue().splitlines()
        row = dict(zip(lines[0].split(), lines[1].split()))
        self.assertEqual((row["agree"], row["unsteady"], row["disagree"]), ("0", "1", "0"))
        self.assertIn(f"corpus/n.go on {VARIANT.name}, at times", lines)
        self.assertEqual(comparison.document()["unsteady"][0]["file"], "corpus/n.go")


    def test_names_of_files_are_told_whatever_bytes_they_have(self) -> None:
        case = Case("a\x1b\udcff.go", nest(5), EXIT)
        found = Classified([Disagreement(case, VARIANT, DEADLOCK)])
        comparison = Comparison([VARIANT], [case], {}, {"b\udcff.go": ":1:1: bad"}, found)
        with contextlib.redirect_stdout(io.StringIO()) as out:
            comparison.print()
        self.assertIn(rf"a\x1b\xff.go on {VARIANT.name}", out.getvalue())
        document = comparison.document()
        name = {"file": "a\x1b\ufffd.go", "file_hex": "611bff2e676f"}
        self.assertEqual(document["compared"], [name])
        self.assertEqual(document["disagreements"][0] | name, document["disagreements"][0])
        refused = {"file": "b\ufffd.go", "file_hex": "62ff2e676f", "error": r"b\xff.go:1:1: bad"}
        self.assertEqual(document["no_nests"], [refused])

    def test_what_is_not_compared_is_told_by_name(self) -> None:
        skipped = {"schedule": ["b.go", "c.go"], "addresses": ["a.go"]}
        comparison = Comparison([VARIANT], [], skipped, {}, Classified())
        with contextlib.redirect_stdout(io.StringIO()) as out:
            comparison.print()
        self.assertEqual(
            out.getvalue().splitlines()[2:],
            [
                "not compared, 1: the behaviour depends on the numbers that addr() gives",
                "  a.go",
                "not compared, 2: the behaviour depends on the schedule",
                "  b.go",
                "  c.go",
            ],
        )
        self.assertEqual(
            comparison.document()["not_compared"],
            [
                {"file": "a.go", "reason": "addresses"},
                {"file": "b.go", "reason": "schedule"},
                {"file": "c.go", "reason": "schedule"},
            ],
        )

    def test_a_disagreement_counts_for_more_than_a_file_that_is_no_nest(self) -> None:
        found = Classified([Disagreement(Case("n.go", nest(5), EXIT), VARIANT, DEADLOCK)])
        for refused, found, status in (
            ({}, Classified(), Status.OK),
            ({"b.go": ": bad"}, Classified(), Status.BAD_INPUT),
            ({"b.go": ": bad"}, found, Status.FOUND),
        ):
            self.assertEqual(Comparison([VARIANT], [], {}, refused, found).status(), status)


class CommandTest(unittest.TestCase):
    """Exit statuses."""

    def status(self, *arguments: str) -> int:
        """That of one call."""
        with contextlib.redirect_stderr(io.StringIO()):
            try:
                return cli.main(["go", *arguments])
            except QuakeError as error:
                return error.status

    def test_a_toolchain_that_is_missing_is_3(self) -> None:
        self.assertEqual(self.status("--go=no-such-go", "corpus"), Status.MISSING)

    def test_no_toolchain_at_all_is_3(self) -> None:
        with mock.patch("stackquake.go.toolchain._installed", return_value=[]):
            self.assertEqual(self.status("corpus"), Status.MISSING)

    def test_a_disagreement_is_1(self) -> None:
        with tempfile.TemporaryDirectory() as name:
            nest_file = Path(name) / "nest.go"
            nest_file.write_text(SHORTEST, encoding="utf-8")
            source, changed = overlay_of_itoa(Path(name))
            with contextlib.redirect_stdout(io.StringIO()) as out:
                self.assertEqual(self.status(str(nest_file)), Status.OK)
                overlay = f"--overlay={source}={changed}"
                self.assertEqual(self.status(str(nest_file), overlay), Status.FOUND)
        self.assertIn("  expected exit; traces [5]\n  actual   exit; traces [6]\n", out.getvalue())

    def test_a_file_that_is_no_nest_is_told_and_the_others_run(self) -> None:
        go = str(installed().program)
        exits = {"outcome": {"kind": "exit", "chain": []}, "traces": [[5]]}
        with tempfile.TemporaryDirectory() as name:
            (Path(name) / "good.go").write_text(SHORTEST, encoding="utf-8")
            (Path(name) / "bad.go").write_text("package main\n", encoding="utf-8")
            stated = json.dumps({"good": {"modern": exits}})
            (Path(name) / "behaviours.json").write_text(stated, encoding="utf-8")
            for options in ([], ["--stated"]):
                with self.subTest(options), contextlib.redirect_stdout(io.StringIO()) as out:
                    with contextlib.redirect_stderr(io.StringIO()) as errors:
                        status = cli.main(["go", name, f"--go={go}", "--json", *options])
                    document = json.loads(out.getvalue())
                    self.assertEqual(status, Status.BAD_INPUT)
                    self.assertEqual(document["compared"], [{"file": f"{name}/good.go"}])
                    self.assertEqual(
                        [one["file"] for one in document["no_nests"]], [f"{name}/bad.go"]
                    )
                    self.assertIn(f"{name}/bad.go:", errors.getvalue())

    def test_a_file_that_is_not_there_is_told_in_a_sentence(self) -> None:
        go = str(installed().program)
        with self.assertRaisesRegex(QuakeError, "^missing.go: there is no such file$") as raised:
            cli.main(["go", "missing.go", f"--go={go}"])
        self.assertEqual(raised.exception.status, Status.BAD_INPUT)

    def test_a_folder_that_another_campaign_has_is_2(self) -> None:
        installed()
        with tempfile.TemporaryDirectory() as name:
            with open(Path(name) / "lock", "w", encoding="utf-8") as file:
                fcntl.flock(file, fcntl.LOCK_EX)
                self.assertEqual(self.status("fuzz", f"--out={name}"), Status.BAD_INPUT)

    def test_bad_usage_is_2(self) -> None:
        lists: list[list[str]] = [[], ["--mode=none", "x"], ["fuzz", "--count=0"]]
        for arguments in lists:
            with self.subTest(arguments), self.assertRaises(SystemExit) as raised:
                self.status(*arguments)
            self.assertEqual(raised.exception.code, Status.BAD_INPUT)
        self.assertEqual(self.status("--mistake=nonesuch", "corpus"), Status.BAD_INPUT)


if __name__ == "__main__":
    unittest.main()
