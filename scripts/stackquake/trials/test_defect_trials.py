"""Tests of trials of defects, with a program that finds as its seed and its mutator say."""

import argparse
import contextlib
import csv
import io
import json
import os
import signal
import tempfile
import threading
import time
import unittest
from pathlib import Path
from typing import Any

from stackquake import packages
from stackquake.fakes import write_program
from stackquake.jobs.designs import Defect, Design, Inventory
from stackquake.settings import Settings
from stackquake.status import QuakeError, Status
from stackquake.tables import print_table
from stackquake.trials import defect_trials
from stackquake.trials.comparison import Column, Row, filled_table
from stackquake.trials.ledger import NAME
from stackquake.trials.significance import Comparison
from stackquake.trials.trial import Result, Subject, Trial
from stackquake.verbs import trials

# The tree mutator finds at once, generated nests after 0.4 s of work, bytes never.
TARGET = """
import hashlib, json, os, pathlib, signal, sys, time
flags = dict(a.lstrip("-").partition("=")[::2] for a in sys.argv[1:] if a[0] == "-")
[corpus] = (pathlib.Path(a) for a in sys.argv[1:] if a[0] != "-")

def say(text):
    print(text, file=sys.stderr, flush=True)

def find(check):
    word = {"check": check, "signature": check + " s", "message": "m"}
    say("stackquake-finding: " + json.dumps(word))

if corpus.is_file():
    if corpus.read_bytes() == b"ALWAYS" or "defect" in flags:
        find("leaked-record")
    os._exit(0)

def leave(count):
    say(f"stat::number_of_executed_units: {count}")
    os._exit(72)

signal.signal(signal.SIGTERM, lambda *_: leave(9))
if flags.get("defect") == "broken" or list(corpus.iterdir()):
    say("no such thing")
    os._exit(2)
if flags.get("defect") == "slow":
    time.sleep(60)
work = {"tree": 0, "generate": 0.4, "bytes": 60}[flags["mutator"]]
while time.process_time() < work:
    pass
find("throw" if flags["seed"] == "1" else "leaked-record")
text = b"ALWAYS" if flags.get("defect") == "hidden" else b"a nest"
nest = pathlib.Path(flags["artifact_prefix"] + "crash-" + hashlib.sha1(text).hexdigest())
nest.write_bytes(text)
say(f"artifact_prefix='x'; Test unit written to {nest}")
leave(700 + int(flags["seed"]))
"""

INVENTORY = Inventory(
    (Design("go1.4"), Design("old", ("torn-map",)), Design("sound")),
    tuple(
        Defect(slug, "go1.4", "0a1b", "throw", "d")
        for slug in ("torn-map", "lost", "broken", "slow", "hidden")
    ),
    (),
)


class DefectTrialsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        packages.ensure("trials")

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name).resolve() / "a b"
        self.folder.mkdir()
        self.errors = io.StringIO()

    def arguments(self, *options: str) -> argparse.Namespace:
        parser = argparse.ArgumentParser()
        trials.add_arguments(parser)
        common = ["--seconds=1", "--trials=2", "--jobs=2", f"--out={self.folder / 'out'}"]
        return parser.parse_args([*common, *options])

    def try_out(self, *options: str) -> str:
        """What the verb prints."""
        arguments = self.arguments(*options)
        program = write_program(self.folder / "target", TARGET)
        output = io.StringIO()
        with contextlib.redirect_stdout(output), contextlib.redirect_stderr(self.errors):
            plan = defect_trials.plan_of(arguments, program, INVENTORY)
            status = defect_trials.run(plan, arguments)
        self.assertEqual(status, Status.OK)
        return output.getvalue()

    def lines(self) -> list[Any]:
        return [json.loads(line) for line in (self.folder / "out" / NAME).read_text().splitlines()]

    def test_each_mutator_finds_or_not_in_its_time(self) -> None:
        [row] = json.loads(self.try_out("--json", "--defects", "torn-map"))
        self.assertEqual(row["checks"], {"leaked-record": 2, "throw": 2})
        tree, generated, random = (row["mutators"][m] for m in ("tree", "generate", "bytes"))
        self.assertEqual([m["found"] for m in (tree, generated, random)], [2, 2, 0])
        self.assertLess(tree["worst_seconds"], 0.4)
        self.assertTrue(0.35 < generated["median_seconds"] < 1)
        self.assertEqual(random["median_seconds"], 1)
        self.assertEqual((tree["a12"], generated["a12"], random["a12"]), (None, 1.0, 1.0))
        found = [(r["seed"], r["executions"], r["check"]) for r in tree["results"]]
        self.assertEqual(found, [(1, 701, "throw"), (2, 702, "leaked-record")])
        self.assertEqual([r["executions"] for r in random["results"]], [9, 9])

    def test_what_is_wrong_without_the_defect_is_no_finding_of_it(self) -> None:
        options = ["--json", "--mutators=tree", "--trials=1", "--defects", "hidden"]
        [row] = json.loads(self.try_out(*options))
        tree = row["mutators"]["tree"]
        self.assertEqual((tree["found"], tree["median_seconds"], row["checks"]), (0, 1, {}))
        warning = "wrong without the defect too, in 1 of the trials: throw s"
        self.assertIn(warning, self.errors.getvalue())

    def test_the_table_has_a_row_for_each_defect_and_mutator(self) -> None:
        text = self.try_out("--mutators=tree,bytes", "--trials=1", "--defects", "lost")
        head, first, second, *rest = (line.split() for line in text.splitlines())
        self.assertEqual(head, "defect mutator found median worst A12 p".split())
        self.assertEqual((first[:3], len(first)), (["lost", "tree", "1/1"], 5))
        self.assertEqual(second, ["bytes", "0/1", ">1", ">1", "1.00", "1"])
        self.assertEqual(rest[0][:2], ["trials:", "2"])  # the expected check needs no line

    def test_checks_that_were_not_expected_are_told(self) -> None:
        text = self.try_out("--mutators=tree", "--defects", "lost")
        self.assertIn("lost: found by leaked-record 1, throw 1 (expected: throw)\n", text)

    def test_a_table_of_the_longest_names_fits_80_columns(self) -> None:
        subject = Subject("deferreturn-splits-at-the-guard", Settings())
        trial = Trial(subject.name, "generate", 1)
        results = (Result(trial, False, 100.5, 3, 1),) * 10
        column = Column("generate", results, Comparison(0.25, 1.2e-05))
        output = io.StringIO()
        with contextlib.redirect_stdout(output):
            print_table(filled_table([Row(subject, (column,))]))
        self.assertLessEqual(max(map(len, output.getvalue().splitlines())), 80)
        self.assertIn("1.2e-05", output.getvalue())

    def test_csv_has_a_line_for_each_defect_and_mutator(self) -> None:
        text = self.try_out("--csv", "--mutators=tree,generate", "--defects", "lost", "old")
        rows = list(csv.DictReader(io.StringIO(text)))
        self.assertEqual(
            [(row["defect"], row["design"], row["mutator"], row["a12"]) for row in rows],
            [
                ("lost", "go1.4", "tree", ""),
                ("lost", "go1.4", "generate", "1.0"),
                ("old", "old", "tree", ""),
                ("old", "old", "generate", "1.0"),
            ],
        )

    def test_trials_with_a_seed_stand_together(self) -> None:
        arguments = self.arguments("--mutators=tree,bytes", "--defects", "lost", "torn-map")
        plan = defect_trials.plan_of(arguments, Path("target"), INVENTORY)
        self.assertEqual(
            [(t.seed, t.subject, t.mutator) for t in plan.in_order()],
            [
                (seed, subject, mutator)
                for seed in (1, 2)
                for subject in ("lost", "torn-map")
                for mutator in ("tree", "bytes")
            ],
        )

    def test_resuming_does_only_what_is_missing(self) -> None:
        self.try_out("--mutators=tree", "--trials=1", "--defects", "lost")
        before = self.lines()
        self.try_out("--mutators=tree", "--resume", "--defects", "lost")
        self.assertEqual(self.lines()[: len(before)], before)
        self.assertEqual([line["seed"] for line in self.lines()[1:]], [1, 2])

    def test_an_interruption_keeps_what_is_measured(self) -> None:
        def interrupt() -> None:
            deadline = time.monotonic() + 20
            while time.monotonic() < deadline:
                with contextlib.suppress(FileNotFoundError):
                    if len(self.lines()) == 3:
                        break
                time.sleep(0.05)
            os.kill(os.getpid(), signal.SIGINT)

        thread = threading.Thread(target=interrupt)
        thread.start()
        output = self.try_out("--mutators=tree", "--defects", "lost", "slow")
        thread.join()
        self.assertIn("trials: 2 of 4", output)
        options = f"--resume '--out={self.folder / 'out'}'"
        self.assertIn(f"repeat it with {options}\n", self.errors.getvalue())

    def test_a_target_that_refuses_ends_the_trials(self) -> None:
        with self.assertRaisesRegex(QuakeError, "without a finding, on broken:\n.*no such thing"):
            self.try_out("--mutators=tree", "--defects", "broken")

    def test_all_defects_of_the_design_unless_some_are_named(self) -> None:
        subjects = defect_trials.subjects_of(INVENTORY, [], "go1.4", "fill")
        self.assertEqual(
            [s.name for s in subjects], ["torn-map", "lost", "broken", "slow", "hidden"]
        )
        [old] = defect_trials.subjects_of(INVENTORY, ["old"], "go1.4", "fill")
        self.assertEqual((old.settings.design, old.settings.defects), ("old", ()))

    def test_unknown_names_are_bad_input(self) -> None:
        cases: list[tuple[list[str], str]] = [
            (["sound"], "go1.4"),
            (["lsot"], "go1.4"),
            ([], "sound"),
            ([], "x"),
        ]
        for names, design in cases:
            with self.subTest(names=names), self.assertRaises(QuakeError) as caught:
                defect_trials.subjects_of(INVENTORY, names, design, "fill")
            self.assertEqual(caught.exception.status, Status.BAD_INPUT)
        with contextlib.redirect_stderr(io.StringIO()) as said, self.assertRaises(SystemExit):
            self.arguments("--mutators=tree,luck", "--defects")
        self.assertIn("no mutator 'luck'; there is tree", said.getvalue())

    def test_resuming_needs_to_know_what(self) -> None:
        arguments = self.arguments("--resume", "--defects", "lost")
        arguments.out = None
        plan = defect_trials.plan_of(arguments, Path("target"), INVENTORY)
        with self.assertRaisesRegex(QuakeError, "--out"):
            defect_trials.run(plan, arguments)


class ColumnTest(unittest.TestCase):
    def column(self, *times: float) -> Column:
        """Of trials that have found something in these times; 60 s is the bound."""
        trial = Trial("a", "tree", 1)
        return Column("tree", tuple(Result(trial, t < 60, t, t, 1) for t in times))

    def test_median_and_worst(self) -> None:
        for times, median, worst in (
            ((1, 2, 9), "2", "9"),
            ((1, 2, 60), "2", ">60"),
            ((1, 60, 60), ">60", ">60"),
            ((1, 60), ">30.5", ">60"),
            ((), "", ""),
        ):
            with self.subTest(times):
                column = self.column(*times)
                self.assertEqual((column.median, column.worst), (median, worst))


if __name__ == "__main__":
    unittest.main()
