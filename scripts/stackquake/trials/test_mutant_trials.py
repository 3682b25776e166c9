"""Tests of trials with mutants: the score on a stand-in for the fuzz target."""

import argparse
import contextlib
import csv
import io
import json
import tempfile
import unittest
from pathlib import Path
from typing import Any
from unittest import mock

from stackquake.fakes import write_program
from stackquake.status import QuakeError, Status
from stackquake.trials import mutant_trials, score
from stackquake.trials.ledger import NAME
from stackquake.trials.mutant_builds import Copy
from stackquake.trials.mutants import Mutant
from stackquake.trials.trial import result_of
from stackquake.verbs import trials

# Finds what its first line says, unless that is "nothing". Told to run one nest, it finds what the
# nest says, but only where it is the program without a mutant.
TARGET = """
import hashlib, json, os, pathlib, signal, sys, time
how = {how!r}
flags = dict(a.lstrip("-").partition("=")[::2] for a in sys.argv[1:] if a[0] == "-")
[corpus] = (pathlib.Path(a) for a in sys.argv[1:] if a[0] != "-")

def say(text):
    print(text, file=sys.stderr, flush=True)

def find(check):
    say("stackquake-finding: " + json.dumps(dict(check=check, signature=check + " s", message="m")))

def leave(count):
    say(f"stat::number_of_executed_units: {{count}}")
    os._exit(72)

def tell(steps):
    run = dict(input="a nest", run=dict(ending="exit", steps=steps), earlier=[])
    say("stackquake-run: " + json.dumps(run))

signal.signal(signal.SIGTERM, lambda *_: leave(9))
if corpus.is_file():
    if "tell-runs" in flags:
        tell(1)
    if how == "sound" and corpus.read_bytes() == b"real bug":
        find("throw")
    os._exit(0)
if how == "leftovers":
    tell(2)
if how in ("nothing", "leftovers"):
    while True:
        pass
if how == "silent":
    say("#2 INITED cov: 5 ft: 5 corp: 1/9b exec/s: 0 rss: 1Mb")
    os._exit(3)
if how == "time is up":
    say("#2 INITED cov: 5 ft: 5 corp: 1/9b exec/s: 0 rss: 1Mb")
    os._exit(0)
if how == "crash":
    say("SUMMARY: AddressSanitizer: SEGV /x/heap.cc:9 in sweep")
else:
    find("throw" if how == "real bug" else how)
name = "crash-" + hashlib.sha1(how.encode()).hexdigest()
nest = pathlib.Path(flags["artifact_prefix"] + name)
nest.write_bytes(how.encode())
say(f"artifact_prefix='x'; Test unit written to {{nest}}")
leave(700 + int(flags["seed"]))
"""


class FakeCopy(Copy):
    """Builds a stand-in that does what the mutant is described as."""

    async def build(self, mutant: Mutant, target: str) -> Path:
        if mutant.text == "no C++":
            raise QuakeError(Status.BAD_INPUT, f"the mutant {mutant.name} does not compile")
        return write_program(self.folder / f"fuzz_{target}", TARGET.format(how=mutant.text))


class MutantTrialsTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name).resolve()
        self.errors = io.StringIO()

    def score(self, *options: str, equivalent: str | None = None, **found: str) -> str:
        """What the verb prints of mutants that are found in these ways."""
        arguments = self.arguments(*options)
        mutants = [Mutant(name, how, ()) for name, how in found.items()]
        if equivalent is not None:
            mutants.append(Mutant("equivalent", equivalent, (), "Nobody can see it."))
        sound = write_program(self.folder / "sound", TARGET.format(how="sound"))
        plan = mutant_trials.plan_of(arguments, sound, mutants)
        copies: list[Copy] = [FakeCopy(self.folder / str(number)) for number in range(plan.jobs)]
        output = io.StringIO()
        with contextlib.redirect_stdout(output), contextlib.redirect_stderr(self.errors):
            self.assertEqual(mutant_trials.run(plan, arguments, copies), Status.OK)
        return output.getvalue()

    def arguments(self, *options: str) -> argparse.Namespace:
        parser = argparse.ArgumentParser()
        trials.add_arguments(parser)
        common = ["--mutants", "--seconds=1", "--jobs=2", f"--out={self.folder / 'out'}"]
        return parser.parse_args([*common, *options])

    def lines(self) -> list[Any]:
        return [json.loads(line) for line in (self.folder / "out" / NAME).read_text().splitlines()]

    def test_the_score_counts_what_is_found(self) -> None:
        document = json.loads(self.score("--json", a="throw", b="nothing", c="crash"))
        self.assertEqual((document["found"], document["of"], document["unnamed"]), (2, 3, 1))
        self.assertEqual((document["missed"], document["median_executions"]), (["b"], 701))
        a, b, c = ([r["check"] for r in row["results"]] for row in document["mutants"])
        self.assertEqual((a, b, c), (["throw"], [None], ["crash"]))

    def test_a_mutant_that_is_equivalent_does_not_count(self) -> None:
        document = json.loads(self.score("--json", a="throw", equivalent="nothing"))
        self.assertEqual((document["found"], document["of"], document["missed"]), (1, 1, []))
        self.assertEqual(self.errors.getvalue().count("warning"), 0)

    def test_one_that_is_found_although_it_is_equivalent_is_told(self) -> None:
        text = self.score(a="throw", equivalent="leaked-record")
        self.assertIn("found: 1 of 1 (100%)\n", text)
        warning = "equivalent is said to be equivalent, but it was found: leaked-record s"
        self.assertIn(warning, self.errors.getvalue())

    def test_what_is_wrong_without_the_mutant_does_not_count(self) -> None:
        text = self.score(a="real bug")
        self.assertIn("found: 0 of 1 (0%)\n", text)
        self.assertIn("wrong without a, too: throw s", self.errors.getvalue())

    def test_the_table_and_the_sentences(self) -> None:
        text = self.score(a="throw", b="nothing", c="crash", equivalent="nothing")
        head, *rows = (line.split() for line in text.splitlines()[:5])
        self.assertEqual(head, "mutant found by executions seconds".split())
        found = [["a", "throw"], ["b", "missed"], ["c", "crash"], ["equivalent", "equivalent"]]
        self.assertEqual([row[:2] for row in rows], found)
        self.assertEqual(rows[1][2:], ["9", "1"])
        sentences = text.splitlines()[5:]
        self.assertEqual(sentences[0], "found: 2 of 3 (67%)")
        self.assertTrue(sentences[1].startswith("median of the findings: 701 executions, "))
        self.assertEqual(
            sentences[2:5],
            [
                "found by a crash or the like, not by a check: 1",
                "equivalent, not counted: 1",
                "missed: b",
            ],
        )
        self.assertTrue(sentences[5].startswith("trials: 4 of 4, in "))

    def test_one_that_ends_the_process_without_a_word_has_crashed(self) -> None:
        document = json.loads(self.score("--json", a="silent"))
        self.assertEqual((document["found"], document["unnamed"]), (1, 1))
        [result] = document["mutants"][0]["results"]
        self.assertEqual((result["signature"], result["executions"]), ("ended with status 3", 2))

    def test_one_that_ends_well_before_its_time_has_not_crashed(self) -> None:
        with self.assertRaisesRegex(QuakeError, "ended without a finding, on a"):
            self.score(a="time is up")

    def test_a_run_that_differs_from_that_of_a_fresh_process_is_a_finding(self) -> None:
        document = json.loads(self.score("--json", "--seconds=9", a="leftovers"))
        [result] = document["mutants"][0]["results"]
        told = [result[name] for name in ("found", "check", "signature", "executions")]
        self.assertEqual(told, [True, "leftovers", "leftovers:steps", 9])

    def test_csv_has_a_line_for_each_trial(self) -> None:
        text = self.score("--csv", "--trials=2", a="throw", equivalent="nothing")
        rows = [
            (row["mutant"], row["equivalent"], row["seed"], row["check"])
            for row in csv.DictReader(io.StringIO(text))
        ]
        self.assertEqual(
            rows,
            [
                ("a", "False", "1", "throw"),
                ("a", "False", "2", "throw"),
                ("equivalent", "True", "1", ""),
                ("equivalent", "True", "2", ""),
            ],
        )

    def test_resuming_does_only_what_is_missing(self) -> None:
        self.score(a="throw")
        before = self.lines()
        document = json.loads(self.score("--json", "--resume", a="nothing", b="throw"))
        self.assertEqual(self.lines()[:2], before)
        self.assertEqual(document["found"], 2)

    def test_mutants_that_are_still_to_be_tried_are_left_out(self) -> None:
        self.score(a="throw")
        mutants = [Mutant(name, "D.", (), reason) for name, reason in (("a", None), ("b", "R."))]
        results = [result_of(line) for line in self.lines()[1:]]
        tally = score.tally([*mutants, Mutant("c", "D.", ())], results)
        self.assertEqual((len(tally.tried), tally.missed), (1, []))
        self.assertFalse([line for line in tally.lines() if "equivalent" in line])

    def test_trials_of_defects_are_not_continued(self) -> None:
        (self.folder / "out").mkdir()
        (self.folder / "out" / NAME).write_text('{"target": "goroutines"}\n')
        with self.assertRaisesRegex(QuakeError, "another design, poison, seconds, subjects"):
            self.score("--resume", a="throw")

    def test_a_mutant_that_does_not_compile_ends_the_trials(self) -> None:
        with self.assertRaisesRegex(QuakeError, "mutant b does not compile") as caught:
            self.score("--jobs=1", a="throw", b="no C++", c="throw")
        self.assertEqual(caught.exception.status, Status.BAD_INPUT)
        self.assertEqual([line["subject"] for line in self.lines()[1:]], ["a"])

    def test_one_that_does_not_fit_ends_it_before_anything_is_built(self) -> None:
        refusal = QuakeError(Status.BAD_INPUT, "the mutant a does not fit")
        with (
            mock.patch("stackquake.trials.mutants.chosen", side_effect=refusal),
            mock.patch("stackquake.jobs.build.ensure") as ensure,
            self.assertRaises(QuakeError),
        ):
            trials.main(self.arguments())
        ensure.assert_not_called()


if __name__ == "__main__":
    unittest.main()
