"""Tests of whole campaigns, with a program that behaves like a libFuzzer target."""

import argparse
import asyncio
import contextlib
import io
import json
import os
import signal
import tempfile
import threading
import time
import unittest
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from unittest import mock

from stackquake import fuzz, fuzz_report, inputs, interrupts, targets
from stackquake.casebook import Casebook, Reduce, Tools
from stackquake.designs import Defect, Design, Inventory
from stackquake.fakes import write_program
from stackquake.findings import Settings
from stackquake.scratch import open_scratch
from stackquake.selftest import Planted
from stackquake.status import QuakeError, Status

# Fails on inputs with the word BUG (always), FLAKY (now and then) or CRASH. In a campaign it
# "mutates" the input `found` after the seeds, unless that was "nothing". Merging, it keeps what has
# the word "new".
TARGET = """
import hashlib, json, os, pathlib, signal, sys, time
flags = dict(a.lstrip("-").partition("=")[::2] for a in sys.argv[1:] if a[0] == "-")
paths = [pathlib.Path(a) for a in sys.argv[1:] if a[0] != "-"]
count = 0

def say(text):
    print(text, file=sys.stderr, flush=True)

def leave(status):
    if "runs" not in flags:
        situations = {{"copies": count, "sudogs in a copy": 0}}
        told = {{"executions": count, "valid": count, "rejected": 0, "situations": situations}}
        say("stackquake-situations: " + json.dumps(told))
    say(f"stat::number_of_executed_units: {{count}}")
    os._exit(status)

def execute(data):
    global count
    count += 1
    bug = b"BUG" in data and ("defect" in flags or b"ALWAYS" in data)
    flaky = b"FLAKY" in data and (not paths[0].is_file() or time.time_ns() // 1000 % 2)
    if bug or flaky:
        word = {{"check": "stale-pointer", "signature": "stale-pointer adjustdefers", "message": "m"}}
        say("stackquake-finding: " + json.dumps(word))
    elif b"CRASH" in data:
        say("SUMMARY: AddressSanitizer: SEGV /x/heap.cc:9 in sweep")
    else:
        return
    if paths[0].is_dir():
        path = flags["artifact_prefix"] + "crash-" + hashlib.sha1(data).hexdigest()
        pathlib.Path(path).write_bytes(data)
        say(f"artifact_prefix='x'; Test unit written to {{path}}")
    leave(77)

signal.signal(signal.SIGTERM, lambda *_: leave(72))
if "merge" in flags:
    whole = [file for file in sorted(paths[1].iterdir()) if b"new" in file.read_bytes()]
    for file in whole:
        (paths[0] / file.name).write_bytes(file.read_bytes())
    say(f"MERGE-OUTER: {{len(whole)}} new files with 3 new features added")
    os._exit(0)
for path in paths:
    for file in [path] if path.is_file() else sorted(path.iterdir()):
        execute(file.read_bytes())
if paths[0].is_dir() and "runs" not in flags:
    {before}
    say(f"#{{count}}\\tINITED cov: 5 ft: 5 corp: {{count}}/9b exec/s: 0 rss: 1Mb")
    for text in (b"new", b"new BAD", b"redundant"):
        (paths[0] / hashlib.sha1(text).hexdigest()).write_bytes(text)
    (paths[0] / ("0" * 40)).write_bytes(b"half of somethi")
    data = {found!r}
    end = time.monotonic() + float(flags["max_total_time"])
    while time.monotonic() < end:
        time.sleep(0.02)
        count += 1
        if data != b"nothing":
            execute(data)
leave(0)
"""


# Refuses what has the word BAD.
FORMATTER = """
import pathlib, sys
bad = [name for name in sys.argv[1:] if b"BAD" in pathlib.Path(name).read_bytes()]
for name in bad:
    print(f"{name}:1:1: expected package main", file=sys.stderr)
sys.exit(2 if bad else 0)
"""

RUNNER = """
import sys
print("VIOLATION " + " ".join(sys.argv[1:3]))
"""


INVENTORY = Inventory(
    (Design("go1.4"), Design("old", ("built-in",))),
    (Defect("x", "go1.4", "0", "stale-pointer", ""),),
    (),
)


async def halve(nest: Path, settings: Settings, signature: str, seconds: float) -> bytes | None:
    """Stands in for the reducer."""
    data = nest.read_bytes()
    return data[len(data) // 2 :]


class FuzzTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name).resolve()
        self.corpus = self.folder / "corpus"
        self.seeds = self.folder / "seeds"
        self.seeds.mkdir()
        self.seed("plain.go", "plain")
        self.errors = io.StringIO()
        for number in interrupts.SIGNALS:
            self.addCleanup(signal.signal, number, signal.getsignal(number))
        self.reduce: Reduce | None = None
        self.watched: dict[str, targets.Watched] = {}  # the stand-in is not instrumented

    def seed(self, name: str, text: str) -> None:
        (self.seeds / name).write_text(text)

    def tools(self, found: bytes, before: str) -> Tools:
        folder = self.folder / "bin"
        return Tools(
            target=write_program(folder / "target", TARGET.format(found=found, before=before)),
            runner=write_program(folder / "runner", RUNNER),
            lister=folder / "none",
            formatter=write_program(folder / "formatter", FORMATTER),
            reduce=self.reduce,
        )

    def fuzz(
        self,
        *options: str,
        found: bytes = b"nothing",
        before: str = "",
        defects: Sequence[Planted] = (),
        kept: bool = False,
    ) -> tuple[int, Any]:
        """Runs a campaign of two workers; returns its status and its JSON.

        No scratch folder must be left, unless something is `kept` there.
        """
        options = ("--json", *options)
        status, text = self.run_fuzz(*options, found=found, before=before, defects=defects)
        if not kept:
            self.assertEqual(self.scratch_folders(), [])
        return status, json.loads(text)

    def fuzz_as_text(self, *options: str, found: bytes) -> str:
        """The same, and returns the report that is printed without --json."""
        return self.run_fuzz(*options, found=found)[1]

    def run_fuzz(
        self,
        *options: str,
        found: bytes,
        before: str = "",
        defects: Sequence[Planted] = (),
    ) -> tuple[int, str]:
        parser = argparse.ArgumentParser()
        fuzz.add_arguments(parser)
        common = ["--seconds=1", "--workers=2", "--seed=7"]
        common += [f"--corpus={self.corpus}", f"--out={self.folder / 'findings'}"]
        arguments = parser.parse_args([*common, *options])
        output = io.StringIO()
        with (
            contextlib.redirect_stdout(output),
            contextlib.redirect_stderr(self.errors),
            mock.patch.object(fuzz, "BUILD", self.folder / "build"),
            mock.patch.dict(targets.WATCHED, self.watched, clear=True),
            mock.patch.object(fuzz, "seeds", lambda: inputs.seeds([self.seeds])),
        ):
            plan = fuzz.plan_of(arguments, self.tools(found, before))
            status = fuzz.fuzz(plan, arguments, defects)
        return status, output.getvalue()

    def scratch_folders(self) -> list[Path]:
        campaigns = self.folder / "build" / "campaigns"
        return [path for path in campaigns.iterdir() if path.is_dir()]

    def files(self, pattern: str) -> list[Path]:
        return sorted((self.folder / "findings").glob(pattern))

    def stored(self) -> list[Any]:
        return [json.loads(file.read_text()) for file in self.files("*.json")]

    def test_nothing_found(self) -> None:
        status, result = self.fuzz()
        self.assertEqual(status, Status.OK)
        self.assertEqual(
            list(result),
            "target design defects mutator executions seconds edges features valid rejected "
            "situations findings problems".split(),
        )
        self.assertGreater(result["executions"], 10)
        self.assertEqual((result["edges"], result["findings"]), (5, []))
        self.assertFalse((self.folder / "findings").exists())

    def test_what_happened_in_the_runs_is_summed_up(self) -> None:
        with mock.patch("stackquake.situations.LONG_ENOUGH_SECONDS", 0.5):
            _, result = self.fuzz()
        self.assertEqual(result["situations"]["copies"], result["executions"])
        self.assertEqual(result["valid"], result["executions"])
        self.assertIn("warning: never occurred: sudogs in a copy", self.errors.getvalue())
        self.assertNotIn("occurred: copies", self.errors.getvalue())

    def test_the_working_corpus_is_kept_and_used(self) -> None:
        self.fuzz()
        kept = [file for file in self.corpus.iterdir() if file.name[0] != "."]
        self.assertEqual([file.read_bytes() for file in kept], [b"new"])
        self.fuzz()
        self.assertTrue((self.corpus / inputs.name_of(b"new")).exists())
        (self.corpus / "mine").write_text("CRASH of old")
        _, result = self.fuzz()
        self.assertEqual([finding["check"] for finding in result["findings"]], ["crash"])

    def test_the_first_finding_ends_the_campaign_and_is_stored(self) -> None:
        status, result = self.fuzz("--seconds=60", "--defect=x", found=b"a BUG")
        self.assertEqual(status, Status.FOUND)
        self.assertLess(result["seconds"], 30)
        [finding] = result["findings"]
        self.assertEqual(finding["check"], "stale-pointer")
        self.assertEqual(finding["signature"], "stale-pointer adjustdefers")
        self.assertGreaterEqual(finding["executions_to_find"], 3)
        self.assertEqual(self.files("*.original.go"), [])
        nest = Path(finding["file"])
        self.assertRegex(nest.name, r"^stale-pointer-[0-9a-f]{10}\.go$")
        self.assertEqual(nest.read_bytes(), b"a BUG")
        [record] = self.stored()
        self.assertEqual(record["defects"], ["x"])
        self.assertIn(record["seed"], [7, 8])
        self.assertEqual(record["reliability"], {"replays": 5, "reproduced": 5})
        self.assertEqual(
            record["replay"],
            f"scripts/quake run --design=go1.4 --defect=x --poison=asan {nest}",
        )

    def test_a_finding_is_reduced_and_its_story_told(self) -> None:
        self.reduce = halve
        self.fuzz("--seconds=60", "--defect=x", found=b"much text, a BUG")
        [record] = self.stored()
        self.assertEqual((record["nest"], record["reduced"]), ("t, a BUG", True))
        self.assertEqual(record["reliability"], {"replays": 5, "reproduced": 5})
        [original], [story] = self.files("*.original.go"), self.files("*.txt")
        self.assertEqual(original.read_bytes(), b"much text, a BUG")
        self.assertEqual(story.read_text(), "VIOLATION --trace --design=go1.4\n")

    def test_a_reduction_that_loses_the_signature_is_not_taken(self) -> None:
        self.reduce = halve
        self.fuzz("--seconds=60", "--defect=x", found=b"BUG and much text")
        [record] = self.stored()
        self.assertEqual((record["nest"], record["reduced"]), ("BUG and much text", False))
        self.assertEqual(self.files("*.original.go"), [])

    def test_a_finding_that_replays_do_not_show_says_so(self) -> None:
        with mock.patch("stackquake.findings.REPLAYS", 30):
            self.fuzz(found=b"FLAKY")
        reliability = self.stored()[0]["reliability"]
        self.assertEqual(reliability["replays"], 30)
        self.assertTrue(0 < reliability["reproduced"] < 30)

    def test_equal_signatures_are_kept_once(self) -> None:
        status, result = self.fuzz("--keep-going", "--seconds=2", "--defect=x", found=b"a BUG")
        self.assertEqual(status, Status.FOUND)
        self.assertEqual(len(result["findings"]), 1)
        [record] = self.stored()
        self.assertGreater(record["times_seen"], 1)
        self.assertGreater(result["seconds"], 1.5)

    def test_a_seed_that_shows_the_defect_is_found_once_and_then_left_out(self) -> None:
        self.seed("defect.go", "a BUG")
        _, result = self.fuzz("--keep-going", "--defect=x", "--workers=1")
        [record] = self.stored()
        self.assertEqual(record["nest"], "a BUG")
        self.assertEqual(record["times_seen"], 1)
        self.assertGreater(result["executions"], 10)
        self.assertTrue((self.seeds / "defect.go").exists())

    def test_a_failing_seed_forbids_the_campaign(self) -> None:
        self.seed("bad.go", "a BUG ALWAYS")
        status, result = self.fuzz()
        self.assertEqual(status, Status.FOUND)
        self.assertEqual(result["executions"], 0)
        self.assertEqual(result["findings"][0]["file"], str(self.seeds / "bad.go"))
        self.assertIn("bad.go", self.errors.getvalue())

    def test_a_target_that_finds_its_planted_defects_may_fuzz(self) -> None:
        self.seed("defect.go", "a BUG")
        planted = Planted("x", "go1.4", self.seeds / "defect.go")
        self.assertEqual(self.fuzz(defects=[planted])[0], Status.OK)

    def test_a_target_that_does_not_find_a_planted_defect_is_refused(self) -> None:
        planted = Planted("lost", "go1.4", self.seeds / "plain.go")
        with self.assertRaisesRegex(QuakeError, "does not find lost in .*plain.go$") as caught:
            self.fuzz(defects=[planted])
        self.assertEqual(caught.exception.status, Status.MISSING)

    def test_a_target_that_is_not_instrumented_is_refused(self) -> None:
        self.watched = {"nest": targets.Watched("_ZN", 1, 1)}
        with self.assertRaisesRegex(QuakeError, "not fuzzing: the seeds reach 0 edges") as caught:
            self.fuzz()
        self.assertEqual(caught.exception.status, Status.MISSING)
        with self.assertRaisesRegex(QuakeError, "not fuzzing: .* 0 calls of AddressSanitizer"):
            self.fuzz("--no-seeds")

    def test_no_seeds_starts_from_nothing(self) -> None:
        self.seed("bad.go", "a BUG ALWAYS")
        status, _ = self.fuzz("--no-seeds")
        self.assertEqual(status, Status.OK)

    def test_an_unknown_target_is_refused_with_those_that_exist(self) -> None:
        with self.assertRaises(QuakeError) as caught:
            fuzz.build_tools("nst", verbose=False)
        self.assertEqual(caught.exception.status, Status.BAD_INPUT)
        self.assertRegex(str(caught.exception), r"the targets are .*\bnest\b")

    def arguments(self, *options: str) -> argparse.Namespace:
        """Of a campaign on one of the designs of INVENTORY."""
        parser = argparse.ArgumentParser()
        fuzz.add_arguments(parser)
        return parser.parse_args(options)

    def test_a_defect_that_the_design_has_not_is_refused_in_a_line(self) -> None:
        fuzz.check_settings(self.arguments("--defect=x"), INVENTORY)
        for options in (["--defect=y"], ["--design=old", "--defect=x"], ["--design=none"]):
            with self.assertRaises(QuakeError) as caught:
                fuzz.check_settings(self.arguments(*options), INVENTORY)
            self.assertEqual(caught.exception.status, Status.BAD_INPUT)
            self.assertNotIn("\n", str(caught.exception))

    def test_only_a_design_with_defects_built_in_fails_on_its_seeds(self) -> None:
        self.assertTrue(fuzz.wrong_without_defects(self.arguments("--design=old"), INVENTORY))
        self.assertFalse(fuzz.wrong_without_defects(self.arguments(), INVENTORY))
        designs = self.arguments("--design=old", "--target=designs")
        self.assertFalse(fuzz.wrong_without_defects(designs, INVENTORY))

    def test_what_is_no_nest_is_stored_and_replayed_as_it_is(self) -> None:
        self.fuzz("--seconds=60", "--defect=x", "--target=copier", found=b"\xff BUG")
        [input_file] = self.files("*.input")
        self.assertEqual(input_file.read_bytes(), b"\xff BUG")
        self.assertEqual(self.files("*.go"), [])
        [record] = self.stored()
        self.assertIsNone(record["nest"])
        flags = "--design=go1.4 --defect=x --poison=asan"
        self.assertTrue(record["replay"].endswith(f"/replay_copier {flags} {input_file}"))

    def test_a_target_that_refuses_its_flags_is_bad_usage(self) -> None:
        with self.assertRaises(QuakeError) as caught:
            self.fuzz(before="count = 0; say('no such defect'); leave(2)")
        self.assertEqual(caught.exception.status, Status.BAD_INPUT)
        self.assertIn("no such defect", str(caught.exception))

    def test_a_target_that_dies_at_once_is_something_missing(self) -> None:
        with self.assertRaises(QuakeError) as caught:
            self.fuzz(before="count = 0; leave(9)")
        self.assertEqual(caught.exception.status, Status.MISSING)

    def test_doing_nothing_is_an_error(self) -> None:
        with self.assertRaises(QuakeError) as caught:
            self.fuzz(before="count = 0; leave(0)")
        self.assertEqual(caught.exception.status, Status.MISSING)

    def test_findings_come_before_everything_else_in_the_report(self) -> None:
        for options, has_table in (((), False), (("--situations",), True)):
            text = self.fuzz_as_text("--defect=x", "--seconds=60", *options, found=b"a BUG")
            self.assertTrue(text.startswith("stale-pointer adjustdefers\n"), text)
            self.assertEqual("sudogs in a copy" in text, has_table)

    def test_a_finding_that_cannot_be_stored_is_kept_and_the_report_says_where(self) -> None:
        (self.folder / "findings").write_text("no folder")
        status, result = self.fuzz("--seconds=60", "--defect=x", found=b"a BUG", kept=True)
        self.assertEqual(status, Status.MISSING)
        [finding] = result["findings"]
        nest = Path(finding["file"])
        self.assertEqual(nest.read_bytes(), b"a BUG")
        self.assertTrue(nest.with_suffix(".txt").exists())
        [problem] = result["problems"]
        self.assertRegex(problem, "^cannot write to .*findings: .*; the only copy .* is")
        self.assertIn(str(nest), problem)
        self.assertIn(f"quake: {problem}", self.errors.getvalue())
        [scratch] = self.scratch_folders()
        self.assertEqual([path.name for path in scratch.iterdir()], ["findings"])
        self.fuzz(f"--out={self.folder / 'elsewhere'}", kept=True)
        self.assertTrue(nest.exists(), "a later campaign has removed it")

    def test_a_finding_that_can_be_stored_nowhere_stays_as_the_worker_wrote_it(self) -> None:
        full = OSError(28, "No space left on device")
        with mock.patch("stackquake.casebook.store", side_effect=full):
            status, result = self.fuzz("--seconds=60", "--defect=x", found=b"a BUG", kept=True)
        self.assertEqual(status, Status.MISSING)
        self.assertEqual(Path(result["findings"][0]["file"]).read_bytes(), b"a BUG")

    def test_a_working_corpus_that_cannot_be_written_costs_nothing_else(self) -> None:
        self.corpus.write_text("no folder")
        status, result = self.fuzz("--defect=x", "--keep-going", found=b"a BUG", kept=True)
        self.assertEqual(status, Status.MISSING)
        self.assertEqual(len(result["findings"]), 1)
        [problem] = result["problems"]
        self.assertIn("the only copy of what was learned is", problem)
        learned = Path(problem.rpartition(" is ")[2])
        self.assertIn(b"new", [file.read_bytes() for file in learned.iterdir()])

    def test_a_scratch_folder_that_is_full_does_not_cost_the_report(self) -> None:
        full = OSError(28, "No space left on device")
        with mock.patch("stackquake.casebook.Casebook._copy", side_effect=full):
            status, result = self.fuzz("--seconds=60", "--defect=x", found=b"a BUG")
        self.assertEqual(status, Status.MISSING)
        self.assertEqual(Path(result["findings"][0]["file"]).read_bytes(), b"a BUG")
        message = "stale-pointer adjustdefers is not investigated: No space left on device"
        self.assertEqual(result["problems"], [message])

    def test_a_file_of_the_corpus_that_cannot_be_read_is_left_out(self) -> None:
        self.corpus.mkdir()
        (self.corpus / "mine").write_text("old")
        read = Path.read_bytes

        def refuse(path: Path) -> bytes:
            if path.name == "mine":
                raise PermissionError(13, "Permission denied")
            return read(path)

        with mock.patch.object(Path, "read_bytes", refuse):
            status, _ = self.fuzz()
        self.assertEqual(status, Status.OK)
        self.assertIn("corpus/mine cannot be read: fuzzing without", self.errors.getvalue())

    def test_folders_that_cannot_be_written_are_refused_before_anything_is_built(self) -> None:
        file = self.folder / "file"
        file.write_text("")
        for option in ("--out", "--corpus"):
            for folder in (file, file / "below"):
                with self.assertRaises(QuakeError) as caught:
                    fuzz.check_folders(self.arguments(f"{option}={folder}"))
                self.assertEqual(caught.exception.status, Status.BAD_INPUT)
                self.assertRegex(str(caught.exception), f"^{option} .*file is no folder$")
        with mock.patch.object(fuzz, "BUILD", self.folder / "build"):
            fuzz.check_folders(self.arguments(f"--out={self.folder / 'a' / 'new'}"))
        self.assertFalse((self.folder / "a").exists())

    def earlier(self, nest: bytes) -> list[Path]:
        """What an earlier campaign has made of the finding "a BUG": a smaller nest and the rest."""
        self.fuzz("--seconds=60", "--defect=x", found=b"a BUG, not yet reduced")
        [file] = self.files("*.go")
        file.write_bytes(nest)
        file.with_suffix(".original.go").write_bytes(b"the original")
        return [file, file.with_suffix(".original.go"), file.with_suffix(".txt")]

    def test_a_killed_campaign_leaves_what_an_earlier_one_has_made_of_its_finding(self) -> None:
        files = self.earlier(b"a BUG")
        before = [file.read_bytes() for file in files]

        class Killed(Exception):
            pass

        async def take_long(*arguments: object) -> bytes | None:
            self.reduced = True
            await asyncio.sleep(60)
            return None

        async def close(casebook: Casebook) -> None:
            while not self.reduced:
                await asyncio.sleep(0.01)
            raise Killed

        self.reduced, self.reduce = False, take_long
        with self.assertRaises(Killed), mock.patch.object(Casebook, "close", close):
            self.fuzz("--seconds=60", "--defect=x", found=b"a BUG, unreduced")
        self.assertEqual([file.read_bytes() for file in files], before)
        [latest] = self.files("*.latest.go")
        self.assertEqual(latest.read_bytes(), b"a BUG, unreduced")

    def test_the_smaller_nest_of_an_earlier_campaign_stays_if_it_still_shows_it(self) -> None:
        file, original, _ = self.earlier(b"a BUG")
        self.fuzz("--seconds=60", "--defect=x", found=b"a BUG, unreduced")
        self.assertEqual(file.read_bytes(), b"a BUG")
        self.assertEqual(original.read_bytes(), b"the original")
        self.assertEqual(self.files("*.latest.go"), [])
        [record] = self.stored()
        self.assertEqual((record["nest"], record["reduced"]), ("a BUG", True))

    def test_an_earlier_nest_that_shows_nothing_any_more_is_replaced(self) -> None:
        file, _, _ = self.earlier(b"mended")
        self.fuzz("--seconds=60", "--defect=x", found=b"a BUG, unreduced")
        self.assertEqual(file.read_bytes(), b"a BUG, unreduced")
        self.assertEqual(self.files("*.latest.go") + self.files("*.original.go"), [])

    def test_a_violation_without_the_input_that_shows_it_is_no_finding(self) -> None:
        torn = "say(f\"SUMMARY: x\\nTest unit written to {flags['artifact_prefix']}crash-0\")"
        for written in ("pass", torn):
            before = f"count = 9; say('SUMMARY: libFuzzer: out-of-memory'); {written}; leave(71)"
            status, result = self.fuzz(before=before)
            self.assertEqual((status, result["findings"]), (Status.MISSING, []))
            self.assertIn("out-of-memory: the worker could not write", result["problems"][0])

    def test_a_violation_on_an_empty_input_is_a_problem_of_the_harness(self) -> None:
        before = (
            "count = 9; say('SUMMARY: libFuzzer: out-of-memory'); "
            "path = flags['artifact_prefix'] + 'oom-' + hashlib.sha1(b'').hexdigest(); "
            "open(path, 'w').close(); say('Test unit written to ' + path); leave(71)"
        )
        for target in ("nest", "copier"):
            status, result = self.fuzz(f"--target={target}", before=before)
            self.assertEqual((status, result["findings"]), (Status.MISSING, []))
            self.assertIn("with an empty input", result["problems"][0])

    def test_scratch_folders_of_killed_campaigns_are_removed(self) -> None:
        campaigns = self.folder / "build" / "campaigns"
        with open_scratch(campaigns) as running:
            killed = campaigns / "killed"
            killed.mkdir()
            (killed / ".lock").write_text("")
            self.fuzz(kept=True)
            self.assertEqual(self.scratch_folders(), [running.path])

    def interrupt_self_test(self, number: int) -> str:
        """Ends a campaign in its self-test; returns the pid of the target that ran."""
        pid = self.folder / "pid"
        slow = f"pathlib.Path({str(pid)!r}).write_text(str(os.getpid())); time.sleep(60)"
        loop = "for path in paths:"
        target = TARGET.replace(loop, f"if 'runs' in flags: {slow}\n{loop}", 1)

        def interrupt() -> None:
            deadline = time.monotonic() + 20
            while not pid.exists() and time.monotonic() < deadline:
                time.sleep(0.05)
            os.kill(os.getpid(), number)

        thread = threading.Thread(target=interrupt)
        thread.start()
        with mock.patch(f"{__name__}.TARGET", target), self.assertRaises(SystemExit) as caught:
            self.fuzz()
        thread.join()
        self.assertEqual(caught.exception.code, 128 + number)
        return pid.read_text()

    def test_signals_in_the_self_test_end_it_in_a_line_and_leave_no_process(self) -> None:
        for number in interrupts.SIGNALS:
            with self.subTest(number):
                pid = self.interrupt_self_test(number)
                self.assertFalse((Path("/proc") / pid).exists())
                self.assertEqual(self.scratch_folders(), [])
                (self.folder / "pid").unlink()
        self.assertIn("quake: interrupted before the fuzzing began\n", self.errors.getvalue())

    def test_no_signal_changes_the_status_once_the_report_is_printed(self) -> None:
        report = fuzz_report.report

        def report_and_interrupt(*arguments: Any) -> Status:
            status = report(*arguments)
            for _ in range(3):
                os.kill(os.getpid(), signal.SIGINT)
            return status

        with mock.patch.object(fuzz_report, "report", report_and_interrupt):
            status, _ = self.fuzz("--seconds=60", "--defect=x", found=b"a BUG")
        os.kill(os.getpid(), signal.SIGINT)
        os.kill(os.getpid(), signal.SIGTERM)
        self.assertEqual(status, Status.FOUND)

    def interrupt_when_stored(self) -> threading.Thread:
        """Ctrl-C, as soon as something is found."""

        def interrupt() -> None:
            deadline = time.monotonic() + 20
            while not self.stored() and time.monotonic() < deadline:
                time.sleep(0.05)
            os.kill(os.getpid(), signal.SIGINT)

        thread = threading.Thread(target=interrupt)
        thread.start()
        return thread

    def test_an_interruption_keeps_what_was_found(self) -> None:
        thread = self.interrupt_when_stored()
        status, result = self.fuzz("--keep-going", "--seconds=60", "--defect=x", found=b"a BUG")
        thread.join()
        self.assertEqual(status, Status.FOUND)
        self.assertLess(result["seconds"], 30)
        self.assertEqual(len(result["findings"]), 1)

    def test_an_interruption_ends_a_reduction(self) -> None:
        async def take_long(*arguments: object) -> bytes | None:
            await asyncio.sleep(60)
            return None

        self.reduce = take_long
        thread = self.interrupt_when_stored()
        begin = time.monotonic()
        self.fuzz("--seconds=60", "--defect=x", found=b"a BUG")
        thread.join()
        self.assertLess(time.monotonic() - begin, 30)
        [record] = self.stored()
        self.assertEqual((record["nest"], record["reliability"]["replays"]), ("a BUG", 0))


if __name__ == "__main__":
    unittest.main()
