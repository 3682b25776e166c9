"""Tests of crash.py. The texts are what the toolchains named printed for nests."""

import unittest

from stackquake.go.crash import (
    Behaviour,
    Link,
    agree,
    behaviour_of,
    read_outcome,
    read_traces,
    signature,
)
from stackquake.jobs.bounded import Ending

MEMORY = "runtime error: invalid memory address or nil pointer dereference"

# panic(300) in a deferred call of a nil dereference, recovered and panicked with again.
GO_1_19 = f"""panic: {MEMORY}
	panic: 300 [recovered]
	panic: 300
[signal SIGSEGV: segmentation violation code=0x1 addr=0x0 pc=0x465981]
"""
GO_1_27 = f"""panic: {MEMORY}
	panic: 300 [recovered, repanicked]
[signal SIGSEGV: segmentation violation code=0x1 addr=0x0 pc=0x48331b]
"""


def panic(*chain: tuple[int, bool]) -> Behaviour:
    """The behaviour of a program that ends with these panics and traces nothing."""
    links: list[Link] = [{"code": code, "recovered": recovered} for code, recovered in chain]
    return {"outcome": {"kind": "panic", "chain": links}, "traces": []}


def ended(kind: str, *traces: list[int]) -> Behaviour:
    """The behaviour of a program that ends otherwise."""
    return {"outcome": {"kind": kind, "chain": []}, "traces": list(traces)}


class OutcomeTest(unittest.TestCase):
    """How programs end."""

    def chain(self, errors: str) -> list[tuple[int, bool]]:
        """The chain of a crash as pairs."""
        outcome = read_outcome(2, errors)
        self.assertEqual(outcome["kind"], "panic")
        return [(link["code"], link["recovered"]) for link in outcome["chain"]]

    def test_success_is_exit(self) -> None:
        self.assertEqual(read_outcome(0, ""), {"kind": "exit", "chain": []})

    def test_chain_is_oldest_first(self) -> None:
        self.assertEqual(self.chain(GO_1_19), [(-1, False), (300, True), (300, False)])

    def test_newer_go_prints_a_repeated_value_once(self) -> None:
        self.assertEqual(self.chain(GO_1_27), [(-1, False), (300, True), (300, False)])

    def test_panic_after_goexit_is_not_indented(self) -> None:
        self.assertEqual(self.chain("panic: 1\npanic: 2\n"), [(1, False), (2, False)])

    def test_runtime_errors_have_codes(self) -> None:
        texts = {
            MEMORY: -1,
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

    def test_nil_panics(self) -> None:
        newer = "panic called with nil argument (use GODEBUG=panicnil=1 to disable)"
        for text in ("nil", newer):
            with self.subTest(text):
                self.assertEqual(read_outcome(2, f"panic: {text}\n")["kind"], "nilpanic")

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

    def test_other_endings_are_crashes_without_addresses(self) -> None:
        errors = "runtime: bad pointer in frame\nfatal error: found bad pointer 0xc000012345\n"
        message = "fatal error: found bad pointer 0x…"
        self.assertEqual(
            read_outcome(2, errors), {"kind": "crash", "chain": [], "message": message}
        )
        self.assertEqual(read_outcome(-11, "")["kind"], "crash")

    def test_a_throw_is_a_crash_though_panics_stand_above_it(self) -> None:
        errors = "panic: 1\nfatal error: panic on system stack\n"
        self.assertEqual(read_outcome(2, errors)["kind"], "crash")


class TracesTest(unittest.TestCase):
    """What programs trace."""

    def test_traces_are_sorted_numerically(self) -> None:
        self.assertEqual(read_traces("T 1 10\nT 7 9\nT 1 -2\n"), [[9], [10, -2]])

    def test_a_line_that_was_cut_is_left_out(self) -> None:
        self.assertEqual(read_traces("T 1 10\nT 1 2"), [[10]])

    def test_time_that_is_up_is_fuel(self) -> None:
        behaviour = behaviour_of(Ending(-9, "T 1 5\n", "", timed_out=True))
        self.assertEqual(behaviour, ended("fuel", [5]))

    def test_what_is_no_trace_is_a_crash(self) -> None:
        self.assertEqual(behaviour_of(Ending(0, "hello\n", ""))["outcome"]["kind"], "crash")


class AgreementTest(unittest.TestCase):
    """Comparing, and naming what differs."""

    def test_only_newer_go_hides_repeated_values(self) -> None:
        expected = panic((300, False), (300, True), (5, False))
        printed = panic((300, False), (5, False))
        self.assertTrue(agree(expected, printed, (1, 26)))
        self.assertFalse(agree(expected, printed, (1, 25)))

    def test_newer_go_does_not_hide_other_values(self) -> None:
        self.assertFalse(agree(panic((1, True), (2, False)), panic((2, False)), (1, 27)))
        self.assertFalse(agree(ended("exit", [1]), ended("exit", [2]), (1, 27)))

    def test_signatures_say_what_differs(self) -> None:
        texts = {
            "goexit became exit; more is traced": (ended("goexit", [1]), ended("exit", [1, 2])),
            "panic with another chain; traces as expected": (panic((1, True)), panic((1, False))),
            "exit; other values are traced": (ended("exit", [1]), ended("exit", [2])),
            "exit; less is traced": (ended("exit", [1]), ended("exit")),
        }
        for text, (expected, actual) in texts.items():
            self.assertEqual(signature(expected, actual, (1, 19)), text)

    def test_signatures_do_not_tell_how_newer_go_prints(self) -> None:
        expected, actual = panic((300, False), (300, True)), panic((300, False))
        actual["traces"] = [[1]]
        self.assertEqual(signature(expected, actual, (1, 26)), "panic; more is traced")


if __name__ == "__main__":
    unittest.main()
