"""Tests of mutant_builds.py, with a stand-in for CMake."""

import asyncio
import os
import tempfile
import unittest
from pathlib import Path
from unittest import mock

from stackquake.fakes import path_with, write_program
from stackquake.status import QuakeError, Status
from stackquake.trials.mutant_builds import Copy, copies
from stackquake.trials.mutants import Edit, Mutant

HEAP = "runtime_under_test/heap.cc"
CMAKE = """
import pathlib, sys
with open({log!r}, "a") as log:
    print(*sys.argv[1:3], file=log)
heap = pathlib.Path("runtime_under_test/heap.cc").read_text()
if "--build" in sys.argv and "oops" in heap:
    print("[1/2] Building CXX object heap.cc.o")
    print("heap.cc:1:1: error: unknown type name 'oops'")
    sys.exit(1)
if "--build" in sys.argv and "full" in heap:
    print("No space left on device")
    sys.exit(1)
"""


def mutant(word: str, file: str = HEAP) -> Mutant:
    return Mutant("m", "D.", (Edit(file, "sound", word),))


class CopyTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name).resolve()
        self.root = self.folder / "root"
        for name, text in (
            (HEAP, "sound"),
            ("harness/run/run.cc", "sound"),
            ("fuzzers/nest.cc", ""),
            ("CMakeLists.txt", ""),
            ("CMakePresets.json", "{}"),
            ("scripts/quake", ""),
        ):
            (self.root / name).parent.mkdir(parents=True, exist_ok=True)
            (self.root / name).write_text(text)
        self.copy = Copy(self.folder / "copy", self.root)
        self.log = self.folder / "log"
        write_program(self.folder / "bin" / "cmake", CMAKE.format(log=str(self.log)))

    def text(self, name: str) -> str:
        return (self.copy.folder / name).read_text()

    def build(self, planted: Mutant) -> Path:
        with mock.patch.dict(os.environ, path_with(self.folder / "bin")):
            return asyncio.run(self.copy.build(planted, "nest"))

    def test_has_the_sources_with_one_mutant_at_a_time(self) -> None:
        self.copy.write(mutant("wrong"))
        self.assertEqual(self.text(HEAP), "wrong")
        self.copy.write(mutant("wrong", "harness/run/run.cc"))
        self.assertEqual((self.text(HEAP), self.text("harness/run/run.cc")), ("sound", "wrong"))
        self.assertFalse((self.copy.folder / "scripts").exists())

    def test_writes_only_what_differs(self) -> None:
        self.copy.write(mutant("wrong"))
        os.utime(self.copy.folder / HEAP, (1, 1))
        os.utime(self.copy.folder / "fuzzers/nest.cc", (1, 1))
        self.copy.write(mutant("other"))
        times = [(self.copy.folder / name).stat().st_mtime for name in (HEAP, "fuzzers/nest.cc")]
        self.assertGreater(times[0], 1)
        self.assertEqual(times[1], 1)

    def test_follows_the_sources(self) -> None:
        self.copy.write(mutant("wrong"))
        (self.root / "harness/run/run.cc").unlink()
        (self.root / "harness/run/new.cc").write_text("new")
        self.copy.write(mutant("wrong"))
        self.assertEqual(self.text("harness/run/new.cc"), "new")
        self.assertFalse((self.copy.folder / "harness/run/run.cc").exists())

    def test_configures_once(self) -> None:
        program = self.build(mutant("wrong"))
        self.assertEqual(program, self.copy.folder / "build" / "fuzz" / "bin" / "fuzz_nest")
        self.build(mutant("other"))
        words = ["--preset fuzz", "--build --preset", "--build --preset"]
        self.assertEqual(self.log.read_text().splitlines(), words)
        (self.root / "CMakePresets.json").write_text('{"version": 3}')
        self.build(mutant("other"))
        self.assertEqual(self.log.read_text().splitlines()[3:], words[:2])

    def test_a_mutant_that_does_not_compile_is_bad_input(self) -> None:
        with self.assertRaises(QuakeError) as caught:
            self.build(mutant("oops"))
        self.assertEqual(caught.exception.status, Status.BAD_INPUT)
        message = "the mutant m does not compile:\n  heap.cc:1:1: error: unknown type name 'oops'"
        self.assertEqual(str(caught.exception), message)

    def test_a_build_that_fails_otherwise_is_something_missing(self) -> None:
        with self.assertRaisesRegex(QuakeError, "No space left") as caught:
            self.build(mutant("full"))
        self.assertEqual(caught.exception.status, Status.MISSING)


class CopiesTest(unittest.TestCase):
    def test_no_two_commands_use_one(self) -> None:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            with copies(2, folder) as ours, copies(1, folder) as theirs:
                names = [copy.folder.name for copy in [*ours, *theirs]]
            self.assertEqual(names, ["1", "2", "3"])
            with copies(1, folder) as [again]:
                self.assertEqual(again.folder.name, "1")


if __name__ == "__main__":
    unittest.main()
