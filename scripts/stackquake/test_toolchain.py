"""Tests of toolchain.py, and of the corpus against a real Go toolchain, without which they fail."""

from __future__ import annotations

import contextlib
import io
import json
import re
import tempfile
import unittest
from pathlib import Path

from stackquake import toolchain
from stackquake.files import ROOT
from stackquake.status import QuakeError, Status
from stackquake.toolchain import Behaviour, Toolchain, read_outcome, read_traces

CORPUS = ROOT / "corpus"
LEVEL_DIFFERENCES = 2  # seeds, at least, that Go 1.4 and Go 1.22 run differently

ENDLESS = "package main\n\nfunc main() {\n\tfor i := 0; i < 4611686018427387904; i++ {\n\t}\n}\n"


class CrashTest(unittest.TestCase):
    """What Go prints when a program ends. The texts are Go 1.19's unless a test says otherwise."""

    def chain(self, errors: str) -> list[tuple[int, bool]]:
        """The chain of a crash as pairs."""
        outcome = read_outcome(2, errors)
        assert outcome is not None
        self.assertEqual(outcome["kind"], "panic")
        return [(link["code"], link["recovered"]) for link in outcome["chain"]]

    def test_success_is_exit(self) -> None:
        self.assertEqual(read_outcome(0, ""), {"kind": "exit", "chain": []})

    def test_chain_is_oldest_first(self) -> None:
        errors = "panic: 5 [recovered]\n\tpanic: -3\n\tpanic: 70\n\ngoroutine 1 [running]:\n"
        self.assertEqual(self.chain(errors), [(5, True), (-3, False), (70, False)])

    def test_panic_after_goexit_is_not_indented(self) -> None:
        self.assertEqual(self.chain("panic: 1\npanic: 2\n"), [(1, False), (2, False)])

    def test_runtime_errors_have_codes(self) -> None:
        texts = {
            "runtime error: invalid memory address or nil pointer dereference\n[signal SIGSEGV]": -1,
            "runtime error: index out of range [4] with length 4": -2,
            "runtime error: index out of range [-1]": -2,
            "runtime error: integer divide by zero": -3,
            "send on closed channel": -5,
            "close of closed channel": -5,
            "close of nil channel": -6,
            "main.other{}": -9,
        }
        for text, code in texts.items():
            with self.subTest(text):
                self.assertEqual(self.chain(f"panic: {text}\n"), [(code, False)])

    def test_newer_go_prints_a_repeated_value_once(self) -> None:
        self.assertEqual(self.chain("panic: 300 [recovered, repanicked]\n"), [(300, True), (300, False)])

    def test_nil_panics(self) -> None:
        nilpanic = {"kind": "nilpanic", "chain": []}
        newer = "panic called with nil argument (use GODEBUG=panicnil=1 to disable)"
        for text in ("nil", newer):
            with self.subTest(text):
                self.assertEqual(read_outcome(2, f"panic: {text}\n"), nilpanic)

    def test_fatal_errors(self) -> None:
        texts = {
            "no goroutines (main called runtime.Goexit) - deadlock!": "goexit",
            "all goroutines are asleep - deadlock!": "deadlock",
            "stack overflow": "overflow",
        }
        for text, kind in texts.items():
            with self.subTest(text):
                outcome = read_outcome(2, f"fatal error: {text}\n")
                self.assertEqual(outcome, {"kind": kind, "chain": []})

    def test_other_endings_have_no_outcome(self) -> None:
        self.assertIsNone(read_outcome(2, "fatal error: unexpected signal\n"))

    def test_traces_are_sorted_numerically(self) -> None:
        self.assertEqual(read_traces("T 1 10\nT 7 9\nT 1 -2\n"), [[9], [10, -2]])


class ToolchainTest(unittest.TestCase):
    """Building and running."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.nest = Path(folder.name) / "nest_under_test.go"

    def test_missing_toolchain(self) -> None:
        with self.assertRaises(QuakeError) as raised:
            Toolchain.find("no-such-go")
        self.assertEqual(raised.exception.status, Status.MISSING)

    def test_what_go_rejects_is_a_bad_nest(self) -> None:
        self.nest.write_text("package main\n\nfunc main() {\n\tx := 1\n}\n")
        with self.assertRaisesRegex(QuakeError, "x declared"):
            Toolchain.find().run_all([self.nest])

    def test_a_run_without_end_is_fuel(self) -> None:
        self.nest.write_text(ENDLESS)
        behaviour = Toolchain.find().run_all([self.nest], seconds=0.5)[self.nest]
        self.assertEqual(behaviour, {"outcome": {"kind": "fuel", "chain": []}, "traces": []})


class CommandTest(unittest.TestCase):
    """The command's exit statuses and its JSON."""

    def run_command(self, *arguments: str) -> tuple[int, str]:
        """Exit status and standard output of one call."""
        output = io.StringIO()
        with contextlib.redirect_stdout(output), contextlib.redirect_stderr(io.StringIO()):
            return toolchain.main(arguments), output.getvalue()

    def test_prints_what_the_corpus_states(self) -> None:
        nest = CORPUS / "truth" / "repanic.go"
        status, output = self.run_command(str(nest))
        self.assertEqual(status, Status.OK)
        self.assertEqual(json.loads(output), {str(nest): toolchain.stated_behaviour(nest)})

    def test_check_fails_on_a_difference(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            nest = Path(folder) / "one.go"
            nest.write_text("package main\n\nfunc main() {\n\ttrace(1)\n}\n")
            stated: Behaviour = {"outcome": {"kind": "exit", "chain": []}, "traces": [[2]]}
            (Path(folder) / "behaviours.json").write_text(json.dumps({"one": {"modern": stated}}))
            self.assertEqual(self.run_command("--check", folder)[0], Status.FOUND)

    def test_bad_input_and_missing_toolchain(self) -> None:
        self.assertEqual(self.run_command("no/such/nest.go")[0], Status.BAD_INPUT)
        self.assertEqual(self.run_command("--go", "no-such-go", str(CORPUS / "truth"))[0], Status.MISSING)


class CorpusTest(unittest.TestCase):
    """The corpus is as its tables and its conventions say."""

    def test_go_behaves_as_stated(self) -> None:
        nests = toolchain.find_nests([CORPUS / "truth", CORPUS / "seeds"])
        self.assertGreaterEqual(len(nests), 80)
        wrong = toolchain.differences(Toolchain.find().run_all(nests))
        self.assertEqual({nest.stem: pair for nest, pair in wrong.items()}, {})

    def test_every_nest_has_a_behaviour_and_every_behaviour_a_nest(self) -> None:
        for folder in (CORPUS / "truth", CORPUS / "seeds"):
            stated = json.loads((folder / "behaviours.json").read_text())
            self.assertEqual(sorted(stated), [nest.stem for nest in toolchain.find_nests([folder])])

    def test_levels_differ_where_seeds_say_so(self) -> None:
        stated = json.loads((CORPUS / "seeds" / "behaviours.json").read_text())
        different = [levels for levels in stated.values() if levels["go1.4"] != "as modern"]
        self.assertGreaterEqual(len(different), LEVEL_DIFFERENCES)
        for levels in different:
            self.assertNotEqual(levels["go1.4"], levels["modern"])

    def test_seeds_begin_with_what_they_show(self) -> None:
        for nest in toolchain.find_nests([CORPUS / "seeds"]):
            lines = nest.read_text().splitlines()
            self.assertRegex(lines[0], r"^// [a-zA-Z].*\.$", nest.name)
            self.assertEqual(lines[1], "", nest.name)
            self.assertRegex(lines[2], r"^//quake:", nest.name)

    def test_seeds_use_every_built_in_and_directive(self) -> None:
        seeds = "".join(nest.read_text() for nest in toolchain.find_nests([CORPUS / "seeds"]))
        table = (ROOT / "harness" / "language" / "builtins.def").read_text()
        calls = [name + "(" for name in re.findall(r'\(k\w+, "([\w.]+)"', table)]
        self.assertGreaterEqual(len(calls), 13)
        policies = [f"move={policy}" for policy in ("none", "prologue", "call", "safepoint", "at:")]
        policies += [f"gc={policy}" for policy in ("none", "alloc", "safepoint", "at:")]
        others = ["place=fresh", "place=reuse", "stack=256 ", "stack=65536 ", "limit=", "sched="]
        self.assertEqual([text for text in calls + policies + others if text not in seeds], [])

    def test_seeds_show_every_outcome(self) -> None:
        stated = json.loads((CORPUS / "seeds" / "behaviours.json").read_text())
        kinds = {levels["modern"]["outcome"]["kind"] for levels in stated.values()}
        self.assertEqual(kinds, {"exit", "panic", "goexit", "deadlock", "overflow", "nilpanic"})


if __name__ == "__main__":
    unittest.main()
