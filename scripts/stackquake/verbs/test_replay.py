"""Tests of replaying: with programs that stand in for the real ones, and the corpus with those."""

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
from pathlib import Path
from typing import Any
from unittest import mock

from stackquake import inputs
from stackquake.fakes import write_program
from stackquake.jobs import build
from stackquake.jobs.designs import take_inventory
from stackquake.status import QuakeError, Status
from stackquake.verbs import replay

# There are designs new and old; torn-map is a defect of both, lost-record one of new alone. None is
# built in.
LISTER = """
import json, os, sys
def name(file):
    return os.fsencode(file).decode(errors="replace")
nests = []
status = 0
for file in sys.argv[sys.argv.index("--") + 1:]:
    words = open(file).read().split()
    finds = [word[6:] for word in words if word[:6] == "finds="]
    nests.append({"file": name(file), "finds": finds})
    if "no-such" in finds:
        nests[-1] = {"file": name(file), "error": "no defect no-such"}
        print(file + ":1:9: no defect no-such; `quake defects` lists them", file=sys.stderr)
        status = 2
print(json.dumps({
    "designs": [{"name": "new", "built_in": []}, {"name": "old", "built_in": []}],
    "defects": [
        {"slug": slug, "design": design, "check": check, "fixed_by": "0a1b2c3d4", "description": ""}
        for slug, design, check in [("torn-map", "new", "throw"),
                                    ("lost-record", "new", "leaked-record"),
                                    ("torn-map", "old", "lost-object")]],
    "nests": nests}))
sys.exit(status)
"""

# A nest tells what fires: "new=CHECK" on a clean design, "new+torn-map=CHECK" with a defect.
RUNNER = """
import json, os, signal, sys, time
flags = [a for a in sys.argv if a[:2] == "--"]
where = [f[9:] for name in ("--design=", "--defect=") for f in flags if f[:9] == name]
assert "--checks=all" in flags and "--json" in flags, flags
found = False
print("[", flush=True)
for i, file in enumerate(sys.argv[sys.argv.index("--") + 1:]):
    fires = dict(word.split("=") for word in open(file).read().split())
    check = fires.get("+".join(where))
    if check == "SIGSEGV":
        os.kill(os.getpid(), signal.SIGSEGV)
    if check == "hang":
        open(file + ".pid", "w").write(str(os.getpid()))
        time.sleep(60)
    violation = {"check": check, "signature": check + " here", "message": "it says", "line": 1,
                 "function": "main"} if check else None
    found = found or violation is not None
    name = os.fsencode(file).decode(errors="replace")
    report = {"file": name, "verdict": "violation" if check else "ok", "violation": violation}
    print((",\\n" if i else "") + json.dumps(report), end="", flush=True)
print("\\n]")
sys.exit(found)
"""


class ReplayTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name).resolve()
        self.lister = write_program(self.folder / "bin" / "list_designs", LISTER)
        self.runner = write_program(self.folder / "bin" / "run_nests", RUNNER)
        self.output = io.StringIO()

    def nest(self, name: str, text: str) -> str:
        """A file for the two programs."""
        path = self.folder / name
        path.write_text(text)
        return str(path)

    def build_into_old(self, slug: str) -> None:
        """From now on the design old always has this defect."""
        name = '{"name": "old", "built_in": ['
        write_program(self.lister, LISTER.replace(name, f'{name}"{slug}"'))

    def replay(self, *arguments: str) -> Status:
        parser = argparse.ArgumentParser()
        replay.add_arguments(parser)
        with contextlib.redirect_stdout(self.output):
            return replay.replay(parser.parse_args(arguments), self.lister, self.runner)

    def replay_json(self, *arguments: str) -> tuple[Status, list[dict[str, Any]]]:
        status = self.replay("--json", *arguments)
        return status, json.loads(self.output.getvalue())

    def lines(self) -> list[list[str]]:
        """The words of each line that was printed."""
        return [line.split() for line in self.output.getvalue().splitlines()]

    def test_clean_nests_are_ok_on_every_design(self) -> None:
        a, b = self.nest("a.go", ""), self.nest("b.go", "")
        self.assertEqual(self.replay("--all", a, b), Status.OK)
        self.assertEqual(
            self.lines(),
            [
                ["file", "clean", "defects"],
                [a, "ok"],
                [b, "ok"],
                "files: 2, runs: 4, unexpected: 0".split(),
            ],
        )

    def test_a_defect_that_is_found_is_as_expected(self) -> None:
        a = self.nest("a.go", "finds=torn-map new+torn-map=throw old+torn-map=lost-object")
        self.assertEqual(self.replay("--all", a), Status.OK)
        found = "torn-map: new throw, old lost-object".split()
        self.assertEqual(self.lines()[1], [a, "ok", *found])
        self.assertEqual(self.lines()[2], "files: 1, runs: 4, unexpected: 0".split())

    def test_a_clean_run_with_a_violation_is_unexpected(self) -> None:
        a = self.nest("a.go", "old=stale-pointer")
        self.assertEqual(self.replay("--all", a), Status.FOUND)
        self.assertEqual(self.lines()[1], [a, *"ok, old stale-pointer (unexpected)".split()])
        self.assertEqual(self.lines()[2:4], [[f"{a}:", "stale-pointer", "here"], ["it", "says"]])
        self.assertEqual(
            self.lines()[4], ["scripts/quake", "run", "--design=old", "--poison=fill", a]
        )
        self.assertEqual(self.lines()[5], "files: 1, runs: 2, unexpected: 1".split())

    def test_a_defect_that_is_not_found_is_unexpected(self) -> None:
        a = self.nest("a.go", "finds=torn-map new+torn-map=throw")
        self.assertEqual(self.replay("--all", a), Status.FOUND)
        found = "torn-map: new throw, old ok (unexpected)".split()
        self.assertEqual(self.lines()[1], [a, "ok", *found])
        self.assertEqual(self.lines()[2], [f"{a}:", *"no check finds torn-map on old".split()])

    def test_a_defect_that_another_check_finds_is_unexpected(self) -> None:
        a = self.nest("a.go", "finds=lost-record new+lost-record=kept-object")
        self.assertEqual(self.replay("--all", a), Status.FOUND)
        found = "lost-record: new kept-object (unexpected)".split()
        self.assertEqual(self.lines()[1], [a, "ok", *found])
        self.assertEqual(self.lines()[2:4], [[f"{a}:", "kept-object", "here"], ["it", "says"]])
        self.assertEqual(
            self.lines()[4], "leaked-record should find lost-record on new".split()
        )

    def test_a_defect_is_run_on_its_design_alone(self) -> None:
        a = self.nest("a.go", "finds=lost-record new+lost-record=leaked-record")
        self.assertEqual(self.replay("--all", a), Status.OK)
        found = "lost-record: new leaked-record".split()
        self.assertEqual(
            self.lines()[1:],
            [[a, "ok", *found], "files: 1, runs: 3, unexpected: 0".split()],
        )

    def test_a_design_that_cannot_have_a_defect_must_not_be_accused_of_it(self) -> None:
        a = self.nest("a.go", "finds=lost-record new+lost-record=leaked-record old=leaked-record")
        self.assertEqual(self.replay("--all", a), Status.FOUND)
        self.assertEqual(self.lines()[1][:5], [a, *"ok, old leaked-record (unexpected)".split()])

    def test_a_built_in_defect_is_found_by_any_check(self) -> None:
        self.build_into_old("lost-record")
        a = self.nest("a.go", "finds=lost-record new+lost-record=leaked-record old=throw")
        self.assertEqual(self.replay("--all", a), Status.OK)
        self.assertEqual(self.lines()[1][:4], [a, "ok,", "old", "throw"])

    def test_a_built_in_defect_that_is_not_found_is_unexpected(self) -> None:
        self.build_into_old("lost-record")
        a = self.nest("a.go", "finds=lost-record new+lost-record=leaked-record")
        self.assertEqual(self.replay("--all", a), Status.FOUND)
        self.assertEqual(self.lines()[1][:5], [a, *"ok, old ok (unexpected)".split()])
        self.assertEqual(self.lines()[2], [f"{a}:", *"no check finds lost-record on old".split()])

    def test_nothing_but_an_end_is_expected_of_other_nests_where_defects_are_built_in(self) -> None:
        self.build_into_old("lost-record")
        passing, failing = self.nest("a.go", ""), self.nest("b.go", "old=throw")
        crashing = self.nest("c.go", "old=SIGSEGV")
        status, runs = self.replay_json("--design=old", passing, failing, crashing)
        self.assertEqual(status, Status.FOUND)
        told = [(run["verdict"], run["expected"], run["as_expected"]) for run in runs]
        self.assertEqual(
            told, [("ok", None, True), ("violation", None, True), ("crash", None, False)]
        )

    def test_json_has_every_run(self) -> None:
        a = self.nest("a.go", "finds=lost-record")
        b = self.nest("b.go", "new=throw")
        status, runs = self.replay_json(b, a)
        self.assertEqual(status, Status.FOUND)
        told = [
            (
                run["file"],
                run["design"],
                run["defects"],
                run["verdict"],
                run["expected"],
                run["expected_check"],
                run["as_expected"],
            )
            for run in runs
        ]
        self.assertEqual(
            told,
            [
                (b, "new", [], "violation", "ok", None, False),
                (b, "old", [], "ok", "ok", None, True),
                (a, "new", [], "ok", "ok", None, True),
                (a, "old", [], "ok", "ok", None, True),
                (a, "new", ["lost-record"], "ok", "violation", "leaked-record", False),
            ],
        )
        self.assertEqual(runs[0]["violation"]["signature"], "throw here")
        self.assertIsNone(runs[1]["violation"])

    def test_designs_can_be_chosen(self) -> None:
        a = self.nest("a.go", "finds=lost-record finds=torn-map old+torn-map=lost-object")
        status, runs = self.replay_json("--design=old", "--design=old", a)
        self.assertEqual(status, Status.OK)
        self.assertEqual(
            [(r["design"], r["defects"]) for r in runs], [("old", []), ("old", ["torn-map"])]
        )

    def test_a_defect_of_no_chosen_design_is_told_as_not_run(self) -> None:
        a = self.nest("a.go", "finds=lost-record")
        self.assertEqual(self.replay("--all", "--design=old", a), Status.OK)
        self.assertEqual(self.lines()[1], [a, "ok", "lost-record:", "not", "run"])

    def test_a_crash_is_never_as_expected(self) -> None:
        a = self.nest("a.go", "finds=lost-record new+lost-record=SIGSEGV old=SIGSEGV")
        b = self.nest("b.go", "new=SIGSEGV")
        status, runs = self.replay_json(a, b)
        self.assertEqual(status, Status.FOUND)
        crashes = [run for run in runs if run["verdict"] == "crash"]
        self.assertEqual([run["file"] for run in crashes], [a, a, b])
        self.assertEqual([run["as_expected"] for run in crashes], [False, False, False])
        self.assertEqual(crashes[0]["violation"]["signature"], "crash SIGSEGV")

    def test_unknown_names_are_bad_input(self) -> None:
        a = self.nest("a.go", "")
        with self.assertRaisesRegex(QuakeError, "no design newest; there is new, old") as caught:
            self.replay("--design=newest", a)
        self.assertEqual(caught.exception.status, Status.BAD_INPUT)
        self.assertEqual(self.output.getvalue(), "")

    def test_a_file_that_is_no_nest_is_bad_input_and_the_others_run(self) -> None:
        bad, a = self.nest("bad.go", "finds=no-such"), self.nest("ok.go", "")
        self.assertEqual(self.replay(bad, a), Status.BAD_INPUT)
        totals = "files: 1, runs: 2, unexpected: 0, no nests: 1"
        self.assertEqual(self.output.getvalue().splitlines()[-1], totals)
        self.assertEqual(self.replay(bad, self.nest("b.go", "new=throw")), Status.FOUND)

    def test_a_marked_folder_is_skipped(self) -> None:
        self.nest("a.go", "")
        (self.folder / "bad").mkdir()
        self.nest("bad/.not-nests", "")
        self.nest("bad/b.go", "finds=no-such")
        with contextlib.redirect_stderr(io.StringIO()) as errors:
            self.assertEqual(self.replay(str(self.folder)), Status.OK)
        self.assertIn("/bad: skipped", errors.getvalue())

    def test_each_folder_has_a_line_that_counts(self) -> None:
        for name in ("x", "y"):
            (self.folder / name).mkdir()
        names = [self.nest("x/a.go", ""), self.nest("y/b.go", ""), self.nest("x/c.go", "new=throw")]
        self.assertEqual(self.replay(*names), Status.FOUND)
        folder = str(self.folder)
        self.assertEqual(
            self.lines()[:3],
            [
                ["folder", "nests", "runs", "unexpected"],
                [f"{folder}/x", "2", "4", "1"],
                [f"{folder}/y", "1", "2", "0"],
            ],
        )
        self.assertEqual(self.lines()[3], [f"{names[2]}:", "throw", "here"])

    def test_a_name_may_have_any_bytes(self) -> None:
        name = os.fsdecode(bytes(self.folder) + b"/\xff\x1b[1m.go")
        Path(name).write_text("new=throw")
        status, runs = self.replay_json(name)
        self.assertEqual(status, Status.FOUND)
        self.assertEqual(bytes.fromhex(runs[0]["file_hex"]), os.fsencode(name))
        self.output.truncate(0)
        for options in ([], ["--all"]):
            self.replay(*options, name)
        self.assertTrue(self.output.getvalue().replace("\n", "").lstrip("\0").isprintable())
        self.assertIn(r"$'", self.output.getvalue())

    def test_more_nests_than_one_command_can_have(self) -> None:
        names = [self.nest(f"{i}.go", "") for i in range(3000)]
        with mock.patch.object(inputs, "MAX_ARGUMENT_BYTES", 1 << 13):
            self.assertEqual(self.replay(str(self.folder)), Status.OK)
        self.assertEqual(self.lines()[-1][1], f"{len(names)},")

    def test_without_paths_it_is_the_corpus(self) -> None:
        a = self.nest("a.go", "")
        with (
            mock.patch("stackquake.inputs.seeds", lambda: [Path(a)]),
            contextlib.chdir(self.folder),
        ):
            _, runs = self.replay_json("--design=new")
        self.assertEqual([run["file"] for run in runs], ["a.go"])
        with mock.patch("stackquake.inputs.seeds", list), self.assertRaises(QuakeError) as caught:
            self.replay()
        self.assertEqual(caught.exception.status, Status.MISSING)

    def test_a_program_that_prints_no_reports_is_something_missing(self) -> None:
        write_program(self.runner, "print('torn')\n")
        with self.assertRaisesRegex(QuakeError, "torn") as caught:
            self.replay(self.nest("a.go", ""))
        self.assertEqual(caught.exception.status, Status.MISSING)

    def test_names_are_not_taken_for_markup(self) -> None:
        a = self.nest("[bold]a.go", "")
        self.replay("--all", a)
        self.assertEqual(self.lines()[1][0], a)

    def test_an_interruption_leaves_no_process(self) -> None:
        endings: list[tuple[int, type[BaseException]]] = [
            (signal.SIGINT, KeyboardInterrupt),
            (signal.SIGTERM, SystemExit),
            (signal.SIGHUP, SystemExit),
        ]
        for number, ending in endings:
            with self.subTest(signal.Signals(number).name):
                self.interrupt(number, ending)

    def interrupt(self, number: int, ending: type[BaseException]) -> None:
        """Sends a signal while a nest hangs."""
        a = self.nest("a.go", "new=hang")
        pid_file = Path(a + ".pid")

        def interrupt() -> None:
            deadline = time.monotonic() + 20
            while not (pid_file.exists() and pid_file.read_text()) and time.monotonic() < deadline:
                time.sleep(0.02)
            os.kill(os.getpid(), number)

        thread = threading.Thread(target=interrupt)
        thread.start()
        with self.assertRaises(ending):
            self.replay(a)
        thread.join()
        with self.assertRaises(ProcessLookupError):
            os.kill(int(pid_file.read_text()), 0)
        pid_file.unlink()

    def test_work_of_more_than_a_second_shows_how_far_it_is(self) -> None:
        for seconds, shown in ((60.0, []), (-1.0, ["quake: replaying"])):
            with mock.patch.object(replay, "QUIET_SECONDS", seconds):
                errors = io.StringIO()
                with contextlib.redirect_stderr(errors):
                    self.replay(self.nest("a.go", ""))
                self.assertEqual(errors.getvalue().splitlines(), shown)


class CorpusTest(unittest.TestCase):
    """The repository's nests, with the real programs.

    The C++ tests run them in the build with sanitizers.
    """

    def setUp(self) -> None:
        build.ensure("release", ["list_designs", "run_nests"])
        self.lister = build.program("release", "list_designs")
        self.runner = build.program("release", "run_nests")

    def test_every_nest_replays_as_expected(self) -> None:
        inventory = take_inventory(self.lister, inputs.corpus())
        runs = asyncio.run(replay.run_all(self.runner, inventory))
        self.assertGreaterEqual(len(inventory.nests), 141)
        self.assertGreaterEqual(len(runs), 141 * len(inventory.designs))
        unexpected = [replay.explanation(run) for run in runs if not run.as_expected]
        self.assertEqual(unexpected, [])


if __name__ == "__main__":
    unittest.main()
