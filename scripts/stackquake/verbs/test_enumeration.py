"""Tests of `quake enumerate`, with a stand-in for enumerate_nests; and with the real one."""

import argparse
import contextlib
import io
import json
import os
import re
import signal
import tempfile
import threading
import time
import unittest
from pathlib import Path
from typing import Any
from unittest import mock

from stackquake.enumeration import chunk, enumerator
from stackquake.fakes import write_program
from stackquake.files import ROOT
from stackquake.status import QuakeError, Status
from stackquake.verbs import enumeration
from stackquake.verbs.fuzz_case import FuzzCase
from stackquake.verbs.test_replay import LISTER

# 1, 9 and 90 nests of 0, 1 and 2 statements. The word of a nest says what its second run does: BUG
# and LATER are violations, die and hang concern the process, slow takes a while.
ENUMERATOR = """
import json, os, signal, sys, time
flags = {}
skipped = set()
for argument in sys.argv[1:]:
    name, _, value = argument.lstrip("-").partition("=")
    flags[name] = value
    if name == "skip":
        skipped.add(int(value))
WORDS = json.loads(os.environ["WORDS"])
sizes = [1, 9, 90][: int(flags["size"]) + 1]

def say(**event):
    print(json.dumps(event), flush=True)

if "count" in flags:
    for size, nests in enumerate(sizes):
        say(event="size", statements=size, nests=nests, up_to=sum(sizes[: size + 1]))
    sys.exit(0)
first, end = int(flags["first"]), min(int(flags["end"]), sum(sizes))
if "texts" in flags:
    for number in range(first, end):
        say(event="nest", number=number, nest=f"nest {number}")
    sys.exit(0)
nests = runs = 0
seen = {}
for number in range(first, end):
    if number in skipped:
        continue
    with open(flags["marker"], "w") as marker:
        marker.write(f"{number} 1")
    word = WORDS.get(str(number))
    if word == "die":
        os.kill(os.getpid(), signal.SIGSEGV)
    if word == "hang":
        time.sleep(60)
    if word == "slow":
        time.sleep(0.3)
    if word in ("BUG", "LATER"):
        signature = "stale-pointer " + word
        if signature not in seen:
            violation = {"check": "stale-pointer", "signature": signature, "message": "m"}
            say(event="finding", number=number, run=1, move_at=[3], gc_at=[],
                violation=violation, nest=f"nest {number} {word} ALWAYS")
        seen[signature] = seen.get(signature, 0) + 1
    nests, runs = nests + 1, runs + 3
    say(event="progress", nests=nests, safepoints=nests, runs=runs, seen=seen)
say(event="end", nests=nests, safepoints=nests, runs=runs, seen=seen)
sys.exit(bool(seen))
"""

SWEEPER = """
import json, sys
text = open(sys.argv[-1]).read()
print(json.dumps({"event": "shown", "nest": text + " with its run"}))
"""

RUNNER = """
import json, sys
text = open(sys.argv[-1]).read()
words = [word for word in ("BUG", "LATER") if word in text]
bug = {"check": "stale-pointer", "signature": "stale-pointer " + "".join(words), "message": "m"}
print("[")
print(json.dumps({"file": sys.argv[-1], "verdict": "violation" if words else "ok",
                  "violation": bug if words else None}))
print("]")
"""


class EnumerateTest(FuzzCase):
    def enumerate(self, *options: str, words: dict[int, str] | None = None) -> tuple[int, Any]:
        """Enumerates; returns the status and the report."""
        programs = {
            "list_designs": LISTER,
            "enumerate_nests": ENUMERATOR,
            "sweep_nests": SWEEPER,
            "run_nests": RUNNER,
        }
        for name, text in programs.items():
            write_program(self.folder / "programs" / name, text)
        parser = argparse.ArgumentParser()
        enumeration.add_arguments(parser)
        common = ["--json", f"--out={self.folder / 'findings'}", f"--state={self.folder / 'state'}"]
        arguments = parser.parse_args([*common, "--design=new", *options])
        arguments.verbose = False
        output = io.StringIO()
        tools = self.tools(b"", "")
        with (
            contextlib.redirect_stdout(output),
            contextlib.redirect_stderr(self.errors),
            mock.patch.dict(os.environ, {"WORDS": json.dumps(words or {})}),
            mock.patch.object(enumeration, "BUILD", self.folder / "build"),
            mock.patch("stackquake.verbs.sweep.build_tools", lambda target, verbose: tools),
            mock.patch.object(enumeration.build, "ensure"),
            mock.patch.object(
                enumeration.build, "program", lambda preset, name: self.folder / "programs" / name
            ),
            mock.patch.object(enumerator, "CHUNK", 7),
        ):
            status = enumeration.main(arguments)
        if "--count" not in options:
            self.assertEqual(self.scratch_folders(), [])
        return status, json.loads(output.getvalue())

    def test_all_nests_are_swept(self) -> None:
        status, report = self.enumerate("--size=2", "--workers=2")
        self.assertEqual(status, Status.OK)
        self.assertEqual((report["nests"], report["done"], report["runs"]), (100, 100, 300))
        self.assertEqual((report["points"], report["findings"]), (200, []))
        self.assertTrue(report["whole"])

    def test_they_are_counted(self) -> None:
        _, report = self.enumerate("--size=2", "--count")
        self.assertEqual([row["nests"] for row in report], [1, 9, 90])
        self.assertEqual(report[-1]["up_to"], 100)

    def test_one_worker_and_three_find_the_same(self) -> None:
        words = {20: "slow", 30: "BUG", 50: "BUG", 40: "LATER", 41: "slow"}
        reports = []
        for workers in (1, 3):
            _, report = self.enumerate("--size=2", "--fresh", f"--workers={workers}", words=words)
            stored = sorted(record["nest"] for record in self.stored())
            self.assertEqual(stored, ["nest 30 BUG ALWAYS", "nest 40 LATER ALWAYS"])
            del report["seconds"], report["runs_per_second"]
            reports.append(report)
        self.assertEqual(reports[0], reports[1])
        counted = {one["signature"]: one["times_seen"] for one in reports[0]["findings"]}
        self.assertEqual(counted, {"stale-pointer BUG": 2, "stale-pointer LATER": 1})

    def test_the_smallest_nest_is_the_finding(self) -> None:
        status, report = self.enumerate("--size=2", words={5: "BUG", 60: "BUG"})
        self.assertEqual(status, Status.FOUND)
        [one] = report["findings"]
        self.assertEqual((one["number"], one["statements"]), (5, 1))
        [record] = self.stored()
        self.assertEqual((record["source"], record["nest"]), ("enumerate", "nest 5 BUG ALWAYS"))

    def test_it_can_stop_at_the_first(self) -> None:
        for workers in (1, 2):
            words = {30: "BUG", 33: "slow"}
            _, report = self.enumerate(
                "--size=2", "--stop", "--fresh", f"--workers={workers}", words=words
            )
            self.assertEqual([one["number"] for one in report["findings"]], [30])
            self.assertLess(report["done"], 60)

    def test_an_interrupted_enumeration_goes_on_to_the_same_totals(self) -> None:
        interrupt = threading.Thread(target=self.interrupt_when_stored)
        interrupt.start()
        words = {3: "BUG", 50: "hang"}
        status, report = self.enumerate("--size=2", "--workers=2", words=words)
        interrupt.join()
        self.assertEqual(status, Status.FOUND)
        self.assertLess(report["done"], 100)
        _, report = self.enumerate("--size=2", words={3: "BUG"})
        self.assertEqual((report["done"], report["runs"], report["whole"]), (100, 300, True))
        [one] = report["findings"]
        self.assertEqual((one["number"], one["times_seen"]), (3, 1))

    def interrupt_when_stored(self) -> None:
        """Presses Ctrl-C as soon as there is a finding."""
        end = time.monotonic() + 60
        while not self.files("*/finding.json") and time.monotonic() < end:
            time.sleep(0.05)
        os.kill(os.getpid(), signal.SIGINT)

    def test_a_larger_size_goes_on_behind_a_smaller_one(self) -> None:
        _, report = self.enumerate("--size=1", words={5: "BUG"})
        self.assertEqual((report["nests"], report["runs"]), (10, 30))
        _, report = self.enumerate("--size=2")
        self.assertEqual((report["done"], report["runs"]), (100, 300))
        self.assertEqual([one["number"] for one in report["findings"]], [5])
        _, report = self.enumerate("--size=1")
        self.assertEqual((report["nests"], report["done"], report["runs"]), (10, 10, 30))

    def test_a_run_that_ends_its_process_is_a_finding_and_the_others_are_made(self) -> None:
        status, report = self.enumerate("--size=2", words={5: "die", 8: "BUG"})
        self.assertEqual(status, Status.FOUND)
        self.assertEqual((report["done"], report["left_out"]), (100, [5]))
        self.assertFalse(report["whole"])
        found = {one["signature"]: one["number"] for one in report["findings"]}
        self.assertEqual(found, {"crash SIGSEGV": 5, "stale-pointer BUG": 8})
        nests = {record["check"]: record["nest"] for record in self.stored()}
        self.assertEqual(nests["crash"], "nest 5 with its run")

    def test_a_run_that_hangs_is_a_finding(self) -> None:
        with mock.patch.object(enumeration, "Plan", _impatient):
            status, report = self.enumerate("--size=2", words={50: "hang"})
        self.assertEqual(status, Status.FOUND)
        self.assertEqual((report["done"], report["left_out"]), (100, [50]))

    def test_a_state_of_something_else_is_refused(self) -> None:
        (self.folder / "state").mkdir()
        (self.folder / "state" / "new-fill.json").write_text("{}")
        with self.assertRaisesRegex(QuakeError, "--fresh"):
            self.enumerate("--size=1")
        self.assertEqual(self.enumerate("--size=1", "--fresh")[0], Status.OK)

    def test_numbers_that_mean_other_nests_are_not_gone_on_with(self) -> None:
        self.enumerate("--size=1")
        changed = ENUMERATOR.replace('f"nest {number}")', 'f"other nest {number}")')
        with mock.patch(f"{__name__}.ENUMERATOR", changed):
            with self.assertRaisesRegex(QuakeError, "--fresh"):
                self.enumerate("--size=2")

    def test_a_program_that_does_not_work_ends_the_enumeration(self) -> None:
        with mock.patch(f"{__name__}.ENUMERATOR", ENUMERATOR.replace("nests = runs = 0", "1 / 0")):
            with self.assertRaisesRegex(QuakeError, "enumerate_nests ended with status 1"):
                self.enumerate("--size=1")

    def test_bad_usage_is_refused(self) -> None:
        for options in ([], ["--size=1", "--defect=none"], ["--size=1", "--design=none"]):
            with self.subTest(options), self.assertRaises(QuakeError) as caught:
                self.enumerate(*options)
            self.assertEqual(caught.exception.status, Status.BAD_INPUT)


def _impatient(*arguments: Any) -> chunk.Plan:
    return chunk.Plan(*arguments, seconds=3.0)


class SmallNestsTest(unittest.TestCase):
    """The real program, on the design that is right and on one with built-in defects."""

    def enumerate(self, folder: Path, *options: str) -> tuple[int, Any]:
        parser = argparse.ArgumentParser()
        enumeration.add_arguments(parser)
        places = [f"--out={folder}", f"--state={folder}"]
        arguments = parser.parse_args(["--json", *places, *options])
        arguments.verbose = False
        output = io.StringIO()
        with (
            contextlib.redirect_stdout(output),
            contextlib.redirect_stderr(io.StringIO()),
            mock.patch.object(enumeration, "investigate", lambda keepers, verbose: None),
        ):
            status = enumeration.main(arguments)
        return status, json.loads(output.getvalue())

    def test_no_small_nest_is_wrong(self) -> None:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            status, report = self.enumerate(folder, "--size=4", "--design=go1.4")
            self.assertEqual((status, report["findings"]), (Status.OK, []))
            self.assertEqual((report["nests"], report["whole"]), (27_777, True))
            status, report = self.enumerate(folder, "--size=3", "--design=before-seed")
            self.assertEqual(status, Status.FOUND)

    def test_defects_are_found_where_the_table_says(self) -> None:
        page = (ROOT / "corpus" / "defects" / "README.md").read_text(encoding="utf-8")
        table = re.findall(r"^\| `([\w-]+)` \| (\d*) \| ([\d,]*) \|", page, re.MULTILINE)
        files = (ROOT / "corpus" / "defects").glob("*.go")
        self.assertLessEqual({slug for slug, _, _ in table}, {file.stem for file in files})
        told = {slug: (size, nests.replace(",", "")) for slug, size, nests in table if size}
        found = {slug: (int(size), int(nests)) for slug, (size, nests) in told.items()}
        self.assertGreater(len(found), 10)
        rows = (ROOT / "runtime_under_test" / "defects.def").read_text(encoding="utf-8")
        designs = dict(re.findall(r'STACKQUAKE_DEFECT\(\w+, "([\w-]+)", "([\w.-]+)', rows))
        with tempfile.TemporaryDirectory() as name:
            for slug, (size, nests) in found.items():
                options = [f"--size={size}", f"--defect={slug}", "--stop"]
                options.append(f"--design={designs[slug]}")
                _, report = self.enumerate(Path(name), *options)
                first = min(report["findings"], key=lambda one: int(one["number"]))
                seen = (first["statements"], first["number"] + 1)
                self.assertEqual(seen, (size, nests), slug)


if __name__ == "__main__":
    unittest.main()
