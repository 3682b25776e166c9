"""For tests: a program that behaves like a libFuzzer target, and campaigns with it."""

import argparse
import contextlib
import io
import json
import signal
import tempfile
import unittest
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any
from unittest import mock

import jsonschema

from stackquake import inputs, targets
from stackquake.campaign.casebook import Reduce, Tell, Tools
from stackquake.campaign.selftest import Planted
from stackquake.fakes import write_program
from stackquake.findings.test_record import schema
from stackquake.jobs import interrupts
from stackquake.verbs import fuzz

# Fails on inputs with the word BUG (always), FLAKY (now and then) or CRASH. Of an input with the
# word VARY the variation "a CRASH, varied" ends the process, where variations run. In a campaign it
# "mutates" the input `found` after the seeds, unless that was "nothing". Merging, it keeps what has
# the word "new". It tells of runs of inputs with the word LEAK: their steps are the number of
# inputs with the word DIRT that the process has run before.
TARGET = """
import hashlib, json, os, pathlib, signal, sys, time
flags = dict(a.lstrip("-").partition("=")[::2] for a in sys.argv[1:] if a[0] == "-")
paths = [pathlib.Path(a) for a in sys.argv[1:] if a[0] != "-"]
count = 0
dirt = 0
last = []
seen = {{}}

def say(text):
    print(text, file=sys.stderr, flush=True)

def leave(status):
    if "runs" not in flags:
        situations = {{"copies": count, "sudogs in a copy": 0}}
        told = {{"executions": count, "valid": count, "rejected": 0, "situations": situations}}
        say("stackquake-situations: " + json.dumps(told))
    say(f"stat::number_of_executed_units: {{count}}")
    os._exit(status)

def leak(data):
    if "tell-runs" in flags:
        run = {{"ending": "exit", "steps": dirt}}
        told = {{"input": data.decode(), "run": run, "earlier": last[-8:]}}
        say("stackquake-run: " + json.dumps(told))
    if paths[0].is_file() and seen.setdefault(data, dirt) != dirt:
        word = {{"check": "leftovers", "signature": "leftovers:steps", "message": "m"}}
        say("stackquake-finding: " + json.dumps(word))
        leave(77)

def execute(data):
    global count, dirt
    count += 1
    if b"VARY" in data and "tell-variations" in flags:
        say("stackquake-variation: " + json.dumps({{"input": "a CRASH, varied"}}))
    if b"LEAK" in data:
        leak(data)
    dirt += b"DIRT" in data
    last.append(data.decode(errors="replace"))
    bug = b"BUG" in data and ("defect" in flags or b"ALWAYS" in data)
    flaky = b"FLAKY" in data and (not paths[0].is_file() or time.time_ns() // 1000 % 2)
    if bug or flaky:
        word = {{"check": "stale-pointer", "signature": "stale-pointer adjustdefers"}}
        word["message"] = "m"
        say("stackquake-finding: " + json.dumps(word))
    elif b"CRASH" in data or b"VARY" in data and {{"sample", "tell-variations"}} & flags.keys():
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


class FuzzCase(unittest.TestCase):
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
        self.tell: Tell | None = None
        self.prepare: Callable[[], Awaitable[None]] | None = None
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
            prepare=self.prepare,
            tell=self.tell,
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
        records = [json.loads(file.read_text()) for file in self.files("*/finding.json")]
        for record in records:
            jsonschema.validate(record, schema())
        return records

    def arguments(self, *options: str) -> argparse.Namespace:
        """Of a campaign on one of the designs of INVENTORY."""
        parser = argparse.ArgumentParser()
        fuzz.add_arguments(parser)
        return parser.parse_args(options)
