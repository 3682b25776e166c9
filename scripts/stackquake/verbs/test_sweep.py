"""Tests of `quake sweep`, with programs that stand in for the real ones; and the real seeds."""

import argparse
import contextlib
import io
import json
import os
import signal
import threading
import time
import unittest
from pathlib import Path
from typing import Any
from unittest import mock

from stackquake import inputs
from stackquake.fakes import write_program
from stackquake.files import ROOT
from stackquake.status import QuakeError, Status
from stackquake.sweep import part
from stackquake.verbs import sweep
from stackquake.verbs.fuzz_case import FuzzCase
from stackquake.verbs.test_replay import LISTER

# A nest has words: S=N is how many safepoints it has, and RUN:WORD what happens in that run. BUG is
# a violation, die and hang concern the process, slow takes half a second.
SWEEPER = """
import json, os, signal, sys, time
flags = dict(a.lstrip("-").partition("=")[::2] for a in sys.argv[1:] if a[:2] == "--")
files = sys.argv[sys.argv.index("--") + 1:]
number, parts = map(int, flags.get("part", "1/1").split("/"))
start = int(flags.get("from", 0))
found = False

def say(**event):
    print(json.dumps(event), flush=True)

def nest_of(run, words):
    return f"at={run} {words.get(run, '')} ALWAYS"

def mark(file, run):
    with open(flags["marker"], "w") as marker:
        marker.write(f"{file} {run}")

def run_one(file, run, words):
    mark(file, run)
    if words.get(run) == "die":
        os.kill(os.getpid(), signal.SIGSEGV)
    if words.get(run) == "hang":
        time.sleep(60)
    if words.get(run) == "slow":
        time.sleep(0.5)

for index, file in enumerate(files):
    text = open(file).read().split()
    safepoints = next((int(word[2:]) for word in text if word[:2] == "S="), 0)
    words = {int(word.partition(":")[0]): word.partition(":")[2] for word in text if ":" in word}
    if "show" in flags:
        say(event="shown", nest=nest_of(int(flags["show"]), words))
        sys.exit(0)
    runs, done, seen = 1 + 2 * safepoints, 0, {}
    run_one(index, 0, words)
    too_many = runs > int(flags["max-runs"])
    say(event="nest", file=file, safepoints=safepoints, runs=runs, too_many=too_many)
    for run in range(1 if too_many else runs):
        if run < start or run % parts != number - 1:
            continue
        run_one(index, run, words)
        done += 1
        if words.get(run) == "BUG":
            found = True
            signature = "stale-pointer adjustdefers"
            violation = {"check": "stale-pointer", "signature": signature, "message": "m"}
            places = [run - 1] if run <= safepoints else [], [run - 1 - safepoints]
            if signature not in seen:
                say(event="finding", run=run, move_at=places[0],
                    gc_at=[] if places[0] else places[1], violation=violation,
                    nest=nest_of(run, words))
            seen[signature] = seen.get(signature, 0) + 1
        say(event="progress", done=done, seen=seen)
    say(event="end", done=done, seen=seen, steps=0)
    start = 0
sys.exit(found)
"""

# Shows what the nest of a run shows.
RUNNER = """
import json, os, signal, sys
text = open(sys.argv[-1]).read()
print("[", flush=True)
if "die" in text:
    os.kill(os.getpid(), signal.SIGSEGV)
bug = {"check": "stale-pointer", "signature": "stale-pointer adjustdefers", "message": "m"}
print(json.dumps({"file": sys.argv[-1], "verdict": "violation" if "BUG" in text else "ok",
                  "violation": bug if "BUG" in text else None}))
print("]")
"""


class SweepTest(FuzzCase):
    def nest(self, text: str, name: str = "a.go") -> Path:
        path = self.folder / "nests" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def sweep(self, *options: str) -> tuple[int, Any]:
        """Sweeps all nests; returns the status and the report."""
        programs = {"list_designs": LISTER, "sweep_nests": SWEEPER, "run_nests": RUNNER}
        for name, text in programs.items():
            write_program(self.folder / "programs" / name, text)
        parser = argparse.ArgumentParser()
        sweep.add_arguments(parser)
        common = ["--json", "--workers=2", f"--out={self.folder / 'findings'}"]
        arguments = parser.parse_args([*common, *options, str(self.folder / "nests")])
        arguments.verbose = False
        output = io.StringIO()
        tools = self.tools(b"", "")
        with (
            contextlib.redirect_stdout(output),
            contextlib.redirect_stderr(self.errors),
            mock.patch.object(sweep, "BUILD", self.folder / "build"),
            mock.patch.object(sweep, "build_tools", lambda target, verbose: tools),
            mock.patch.object(sweep.build, "ensure"),
            mock.patch.object(
                sweep.build, "program", lambda preset, name: self.folder / "programs" / name
            ),
        ):
            status = sweep.main(arguments)
        self.assertEqual(self.scratch_folders(), [])
        return status, json.loads(output.getvalue())

    def test_every_nest_is_swept_on_every_design(self) -> None:
        self.nest("S=3")
        self.nest("S=5", "b.go")
        status, report = self.sweep()
        self.assertEqual(status, Status.OK)
        self.assertEqual(
            [(nest["design"], nest["safepoints"], nest["done"]) for nest in report["nests"]],
            [("new", 3, 7), ("new", 5, 11), ("old", 3, 7), ("old", 5, 11)],
        )
        self.assertEqual((report["runs"], report["findings"]), (36, []))
        self.assertTrue(report["whole"])
        self.assertGreater(report["runs_per_second"], 0)
        self.assertEqual(self.stored(), [])

    def test_a_finding_is_stored_with_the_place_that_shows_it(self) -> None:
        self.nest("S=4 3:BUG")
        status, report = self.sweep("--design=new")
        self.assertEqual(status, Status.FOUND)
        [one] = report["findings"]
        self.assertEqual((one["move_at"], one["gc_at"], one["times_seen"]), ([2], [], 1))
        [record] = self.stored()
        self.assertEqual((record["source"], record["poison"]), ("sweep", "fill"))
        self.assertEqual(record["nest"], "at=3 BUG ALWAYS")
        self.assertEqual(record["reliability"], {"replays": 10, "reproduced": 10})
        self.assertIn("scripts/quake run --design=new --poison=fill", record["replay"])
        self.assertEqual(one["finding"], str(self.files("*/nest.go")[0].parent))

    def test_a_signature_is_one_finding_wherever_it_shows(self) -> None:
        self.nest("S=4 3:BUG 4:BUG 5:BUG")
        self.nest("S=4 1:BUG", "b.go")
        _, report = self.sweep("--design=new")
        [one] = report["findings"]
        self.assertEqual(one["times_seen"], 4)
        self.assertEqual([record["times_seen"] for record in self.stored()], [4])

    def test_a_run_that_ends_its_process_is_a_finding_and_the_others_are_made(self) -> None:
        self.nest("S=6 3:die")
        self.nest("S=2 1:BUG", "b.go")
        status, report = self.sweep("--design=new")
        self.assertEqual(status, Status.FOUND)
        self.assertEqual([nest["done"] for nest in report["nests"]], [13, 5])
        self.assertTrue(report["whole"])
        found = {one["signature"]: one["run"] for one in report["findings"]}
        self.assertEqual(found, {"crash SIGSEGV": 3, "stale-pointer adjustdefers": 1})
        [nest] = [record["nest"] for record in self.stored() if record["check"] == "crash"]
        self.assertEqual(nest, "at=3 die ALWAYS")

    def test_a_nest_that_ends_too_many_processes_is_given_up(self) -> None:
        self.nest("S=9 2:die 4:die 6:die 8:BUG")
        self.nest("S=1", "b.go")
        status, report = self.sweep("--design=new")
        self.assertEqual(status, Status.FOUND)
        self.assertEqual([one["times_seen"] for one in report["findings"]], [3])
        first, second = report["nests"]
        self.assertIn("given up", first["left_out"])
        self.assertIsNone(second["left_out"])

    def test_a_dry_run_that_ends_its_process_is_told_once(self) -> None:
        self.nest("S=9 0:die")
        status, report = self.sweep("--design=new")
        self.assertEqual(status, Status.FOUND)
        self.assertEqual([one["times_seen"] for one in report["findings"]], [1])

    def test_a_run_that_hangs_is_a_finding(self) -> None:
        self.nest("S=3 2:hang")
        with mock.patch.object(sweep, "Plan", _impatient):
            status, report = self.sweep("--design=new")
        self.assertEqual(status, Status.FOUND)
        [one] = report["findings"]
        self.assertEqual((one["signature"], one["run"]), ("timeout", 2))
        self.assertEqual(report["nests"][0]["done"], 7)

    def test_a_nest_with_too_many_runs_is_left_out_and_told(self) -> None:
        self.nest("S=50")
        self.nest("S=2", "b.go")
        status, report = self.sweep("--design=new", "--max-runs=10")
        self.assertEqual(status, Status.BAD_INPUT)
        first, second = report["nests"]
        self.assertIn("101 runs, more than --max-runs", first["left_out"])
        self.assertIsNone(second["left_out"])
        self.assertFalse(report["whole"])

    def test_when_time_is_up_it_says_what_is_not_swept(self) -> None:
        self.nest("S=20 " + " ".join(f"{run}:slow" for run in range(41)))
        status, report = self.sweep("--design=new", "--seconds=1")
        self.assertEqual(status, Status.OK)
        self.assertFalse(report["whole"])
        self.assertIn("not swept wholly", report["nests"][0]["left_out"])

    def test_an_interrupted_sweep_keeps_what_it_has_found(self) -> None:
        self.nest("S=200 1:BUG " + " ".join(f"{run}:slow" for run in range(4, 401)))
        interrupt = threading.Thread(target=self.interrupt_when_stored)
        interrupt.start()
        status, report = self.sweep("--design=new")
        interrupt.join()
        self.assertEqual(status, Status.FOUND)
        self.assertEqual(len(report["findings"]), 1)
        self.assertFalse(report["whole"])
        self.assertEqual([record["nest"] for record in self.stored()], ["at=1 BUG ALWAYS"])
        self.assertIn("quake: interrupted", self.errors.getvalue())

    def interrupt_when_stored(self) -> None:
        """Presses Ctrl-C as soon as there is a finding."""
        end = time.monotonic() + 60
        while not self.files("*/finding.json") and time.monotonic() < end:
            time.sleep(0.05)
        os.kill(os.getpid(), signal.SIGINT)

    def test_a_defect_chooses_the_designs_that_have_it(self) -> None:
        self.nest("S=1")
        _, report = self.sweep("--defect=lost-record")
        self.assertEqual({nest["design"] for nest in report["nests"]}, {"new"})
        for options in (["--defect=none"], ["--design=old", "--defect=lost-record"]):
            with self.assertRaises(QuakeError) as caught:
                self.sweep(*options)
            self.assertEqual(caught.exception.status, Status.BAD_INPUT)

    def test_a_program_that_cannot_start_ends_the_sweep(self) -> None:
        self.nest("S=1")
        with mock.patch(f"{__name__}.SWEEPER", "import sys\nsys.exit(77)\n"):
            with self.assertRaisesRegex(QuakeError, "ended with status 77 before it ran any nest"):
                self.sweep("--design=new")


def _impatient(*arguments: Any) -> part.Plan:
    return part.Plan(*arguments, seconds=3.0)


class ReportTest(unittest.TestCase):
    """What is said of a nest that is not swept wholly."""

    def test_it_says_why(self) -> None:
        swept = part.Swept("a.go", safepoints=2, runs=5, done=5)
        self.assertEqual(sweep.why_left_out(swept), "")
        swept.done = 3
        self.assertEqual(sweep.why_left_out(swept), "not swept wholly: 3 of 5 runs made")
        waiting = part.Swept("a.go")
        self.assertEqual(sweep.why_left_out(waiting), "not swept wholly: no run made")


class SeedsTest(unittest.TestCase):
    """The seeds of the repository, on the design that is right."""

    def test_no_copy_and_no_collection_makes_a_seed_go_wrong(self) -> None:
        seeds = inputs.seeds([ROOT / "corpus" / "seeds"])
        names = [str(path) for path in seeds]
        parser = argparse.ArgumentParser()
        sweep.add_arguments(parser)
        arguments = parser.parse_args(["--json", "--design=go1.4", "--seconds=100", *names])
        arguments.verbose = False
        output = io.StringIO()
        with contextlib.redirect_stdout(output), contextlib.redirect_stderr(io.StringIO()):
            status = sweep.main(arguments)
        report = json.loads(output.getvalue())
        self.assertEqual(report["findings"], [])
        self.assertEqual(status, Status.OK)
        self.assertGreater(report["runs"], 1000)
        if not report["whole"]:
            self.skipTest(f"the machine has time for {report['runs']} runs alone")


if __name__ == "__main__":
    unittest.main()
