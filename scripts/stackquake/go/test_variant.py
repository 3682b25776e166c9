"""Tests of variant.py, program.py and modes.py: batches on the Go that is installed."""

import os
import shutil
import tempfile
import threading
import unittest
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from unittest import mock

from stackquake.go.crash import Behaviour
from stackquake.go.modes import MODES, debug_settings
from stackquake.go.program import Slots, Unwanted
from stackquake.go.testing import installed, overlay_of_itoa
from stackquake.go.toolchain import Toolchain
from stackquake.go.variant import Variant
from stackquake.status import QuakeError

# As pack_nests prints it. A poisoned stack moves when f begins, so x has another address there.
BATCH = """package main

func quake0_main() {
	var x int
	if addr(&x) != quake0_f(&x) {
		trace(1)
	}
}

func quake0_f(p *int) int {
	return addr(p)
}

func quake1_main() {
	defer func() {
		panic(2)
	}()
	defer trace(frames())
	panic(1)
}

func quake2_main() {
	for i := 0; i < 4611686018427387904; i++ {
	}
}

var quakeNests = []func(){quake0_main, quake1_main, quake2_main}
"""


def run(variant: Variant, source: str, numbers: Sequence[int]) -> list[Behaviour]:
    """What some nests of a source do."""
    with variant.build(source) as program:
        return program.run(numbers, Slots(2), seconds=1)


class SlotsTest(unittest.TestCase):
    """What programs share."""

    def test_no_more_are_taken_than_there_are(self) -> None:
        slots = Slots(5)
        here = threading.Barrier(3)
        most = 0
        running = 0
        lock = threading.Lock()

        def take(number: int) -> None:
            nonlocal most, running
            here.wait()
            for _ in range(200):
                with slots.taken(number):
                    with lock:
                        running += number
                        most = max(most, running)
                    with lock:
                        running -= number

        threads = [threading.Thread(target=take, args=[number]) for number in (2, 2, 3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertLessEqual(most, 5)

    def test_what_is_heavier_than_all_gets_all(self) -> None:
        with Slots(2).taken(100):
            pass


class VariantTest(unittest.TestCase):
    """Batches; skipped where there is no Go."""

    def variant(self, mode: str) -> Variant:
        """The installed toolchain, with the build cache that `quake go` has."""
        return Variant(installed(), MODES[mode])

    def test_every_nest_has_its_own_ending(self) -> None:
        behaviours = run(self.variant("plain"), BATCH, [2, 0, 1])
        kinds = [behaviour["outcome"]["kind"] for behaviour in behaviours]
        self.assertEqual(kinds, ["fuel", "exit", "panic"])
        self.assertEqual(behaviours[1]["traces"], [])
        codes = [link["code"] for link in behaviours[2]["outcome"]["chain"]]
        self.assertEqual((codes, behaviours[2]["traces"]), ([1, 2], [[1]]))

    def test_what_nobody_asks_for_is_not_run(self) -> None:
        unwanted = threading.Event()
        unwanted.set()
        with self.variant("plain").build(BATCH) as program, self.assertRaises(Unwanted):
            program.run([0], Slots(1), unwanted=unwanted)

    def test_poison_moves_the_stack_when_a_function_begins(self) -> None:
        behaviours = run(self.variant("poison"), BATCH, [0])
        self.assertEqual(behaviours[0]["traces"], [[1]])

    def test_frame_pointers_are_walked_only_in_their_mode(self) -> None:
        toolchain = installed()
        if toolchain.root is None or not MODES["framepointers"].suits(toolchain):
            self.skipTest("this toolchain has no such mode")
        changed = MODES["framepointers"].overlay(toolchain, {})
        self.assertIn("fpTracebackPCs", changed["runtime/panic.go"])
        self.assertEqual(list(MODES["poison"].overlay(toolchain, {})), ["runtime/stack.go"])

    def test_a_mode_changes_the_source_that_is_given(self) -> None:
        toolchain = installed()
        if toolchain.root is None:
            self.skipTest("this toolchain has no sources")
        file = "runtime/stack.go"
        given = (toolchain.root / "src" / file).read_text(encoding="utf-8") + "\n// given\n"
        with tempfile.TemporaryDirectory() as name:
            path = Path(name) / "stack.go"
            path.write_text(given, encoding="utf-8")
            variant = Variant(toolchain, MODES["poison"], overlay=((file, path),))
            changed = variant.changed_sources[file]
        self.assertTrue(changed.endswith("\n// given\n"))
        self.assertNotEqual(changed, given)

    def test_modes_of_newer_releases_are_not_of_older_ones(self) -> None:
        old = Toolchain(Path("/go"), "go1.19.8", (1, 19), Path("/root"))
        new = Toolchain(Path("/go"), "go1.24.4", (1, 24), Path("/root"))
        gccgo = Toolchain(Path("/gccgo"), "gccgo12.2.0", (1, 18), None)
        suiting = [one for one in (old, new, gccgo) if MODES["framepointers"].suits(one)]
        self.assertEqual(suiting, [new])
        self.assertTrue(MODES["noopt"].suits(gccgo))
        self.assertEqual(MODES["noopt"].gccgo_flags(), ["-O0"])

    def test_the_race_detector_needs_its_runtime_and_a_c_compiler(self) -> None:
        with tempfile.TemporaryDirectory() as name:
            go = Toolchain(Path("/go"), "go1.24.4", (1, 24), Path(name))
            self.assertFalse(MODES["race"].suits(go))
            runtime = Path(name) / "src" / "runtime" / "race" / "internal" / "race_linux.syso"
            runtime.parent.mkdir(parents=True)
            runtime.write_bytes(b"x")
            with mock.patch("shutil.which", return_value="/usr/bin/gcc"):
                self.assertTrue(MODES["race"].suits(go))
            with mock.patch("shutil.which", return_value=None):
                self.assertFalse(MODES["race"].suits(go))
        self.assertEqual(MODES["race"].build_flags(), ["-race"])

    def test_a_build_leaves_the_cache_as_it_was(self) -> None:
        shared = self.variant("plain")
        run(shared, BATCH, [])
        with tempfile.TemporaryDirectory() as name:
            # A copy: other tests build in the shared cache meanwhile.
            tested = replace(shared, folder=Path(name))
            with shared.lock():
                shutil.copytree(shared.home, tested.home)
            before = _files(tested.home)
            for path in before:  # Go marks as used again what it has not used for an hour
                os.utime(path, (0, 0))
            run(tested, BATCH.replace("panic(1)", "panic(3)"), [])
            self.assertEqual(_files(tested.home), before)

    def test_what_go_refuses_is_an_error(self) -> None:
        with self.assertRaisesRegex(QuakeError, "undefined: nonesuch"):
            run(self.variant("plain"), BATCH + "var x = nonesuch\n", [0])

    def test_an_overlay_takes_the_place_of_a_source(self) -> None:
        with tempfile.TemporaryDirectory() as name:
            overlay = overlay_of_itoa(Path(name))
            tested = Variant(installed(), MODES["plain"], overlay=(overlay,))
            self.assertEqual(run(tested, BATCH, [1])[0]["traces"], [[2]])

    def test_the_collector_is_told_what_it_knows(self) -> None:
        toolchain = installed()
        if not debug_settings(toolchain):
            self.skipTest("the sources of Go are not installed")
        environment = MODES["gc"].run_environment(toolchain)
        self.assertIn("gccheckmark=1", environment["GODEBUG"])
        self.assertNotIn("GODEBUG", MODES["plain"].run_environment(toolchain))


def _files(folder: Path) -> set[Path]:
    """What the build cache has, but for its records of when it was last cleaned."""
    return {path for path in folder.rglob("*") if path.is_file() and len(path.parent.name) == 2}


if __name__ == "__main__":
    unittest.main()
