"""Tests of the checks of a service's build, with programs that behave like those of one."""

import asyncio
import tempfile
import unittest
import zipfile
from pathlib import Path
from unittest import mock

from stackquake.engines import contract, sandbox
from stackquake.engines.binaries import Binary
from stackquake.engines.contract import Checked, check_all
from stackquake.engines.service_build import Kind
from stackquake.fakes import write_program

KIND = Kind("libfuzzer", "address")
RIGHT = Binary("fuzz_nest_go1_4", "nest", "go1.4")
WRONG = Binary("fuzz_nest_seed", "nest", "seed", is_right=False)

# Behaves like a target of libFuzzer. It writes to its folder if told to.
PROGRAM = """
import os, pathlib, sys
flags = [word for word in sys.argv[1:] if word[0] == "-"]
folders = [pathlib.Path(word) for word in sys.argv[1:] if word[0] != "-"]
print("INFO: Loaded 1 modules   ({edges} inline 8-bit counters): {edges} [0x0, 0x1)")
for name in {needs!r}:
    open(pathlib.Path(name).expanduser()).read()
if {writes}:
    pathlib.Path(sys.argv[0]).with_name("left behind").write_text("x")
if folders:
    assert "-max_len=1536" in flags, flags
    assert [file.read_text() for file in folders[0].iterdir()] == ["nest"]
    if {finds}:
        print("ASSERTION FAILED: bug")
        sys.exit(77)
    print("#2      INITED cov: 900 ft: 1")
print("Done 4 runs in 0 second(s)")
"""


class ContractTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.out = self.folder / "out"
        self.out.mkdir()
        self.libraries = "libc.so.6"
        self.calls = 3000
        for name in ("fuzz_nest_go1_4", "fuzz_designs"):
            with zipfile.ZipFile(self.out / f"{name}_seed_corpus.zip", "w") as archive:
                archive.writestr("a.go", "nest")

    def write(
        self,
        binary: Binary,
        *,
        edges: int = 5000,
        finds: bool = False,
        writes: bool = False,
        needs: tuple[str, ...] = (),
    ) -> None:
        text = PROGRAM.format(edges=edges, finds=finds, writes=writes, needs=needs)
        write_program(self.out / binary.name, text)
        (self.out / f"{binary.name}.options").write_text("[libfuzzer]\nmax_len = 1536\n")

    def check(self, binary: Binary) -> Checked:
        """What is found out about a program, whose machine code is made up."""
        real = sandbox.Sandbox.run

        async def run(place: sandbox.Sandbox, command: list[str], *rest: object) -> object:
            if command[0] == "readelf":
                return 0, f" 0x1 (NEEDED)  Shared library: [{self.libraries}]\n"
            return await real(place, command, *rest)  # type: ignore[arg-type]

        async def calls(*_: object) -> int:
            return self.calls

        with (
            mock.patch.object(sandbox.Sandbox, "run", run),
            mock.patch.object(contract, "sanitizer_calls", calls),
            sandbox.moved(self.out) as place,
        ):
            self.confined = place.confined
            [one] = asyncio.run(check_all(KIND, place, [binary]))
        self.assertTrue(self.out.is_dir())  # it is moved back
        return one

    def problem(self, binary: Binary) -> str:
        [problem] = self.check(binary).problems
        return problem

    def test_a_good_one_has_no_problem(self) -> None:
        self.write(RIGHT)
        one = self.check(RIGHT)
        self.assertEqual(one.problems, [])
        self.assertEqual((one.edges, one.calls, one.seeds, one.reached), (5000, 3000, 1, 900))

    def test_one_for_a_wrong_design_must_find_something(self) -> None:
        self.write(WRONG, finds=True)
        self.assertEqual(self.check(WRONG).problems, [])
        self.write(WRONG)
        self.assertIn("finds nothing in the corpus", self.problem(WRONG))

    def test_a_right_design_must_find_nothing(self) -> None:
        self.write(RIGHT, finds=True)
        self.assertIn("ends with 77 on its seeds", self.check(RIGHT).problems[0])

    def test_instrumentation_is_asked_for(self) -> None:
        self.write(RIGHT, edges=99)
        self.assertIn("has 99 edges", self.problem(RIGHT))
        self.write(RIGHT)
        self.calls = 20
        self.assertIn("has 20 calls of the sanitizer", self.problem(RIGHT))

    def test_a_library_that_services_do_not_have_is_named(self) -> None:
        self.write(RIGHT)
        self.libraries = "libboost_context.so.1.74.0"
        self.assertEqual(self.problem(RIGHT), "needs libboost_context.so.1.74.0")

    def test_nothing_but_the_moved_folder_may_be_needed(self) -> None:
        self.write(RIGHT, needs=(str(self.out / f"{RIGHT.name}.options"),))
        self.assertIn("does not do 4 runs", self.check(RIGHT).problems[0])

    def test_the_folder_may_not_be_written(self) -> None:
        self.write(RIGHT, writes=True)
        one = self.check(RIGHT)
        if not self.confined:
            self.skipTest("this machine makes no folder read-only for a test")
        self.assertIn("Read-only file system", one.problems[0])

    def test_what_is_not_there_is_missed(self) -> None:
        self.assertEqual(self.problem(RIGHT), "was not built")
        self.write(RIGHT)
        (self.out / f"{RIGHT.name}_seed_corpus.zip").unlink()
        self.assertIn("should have a seed corpus if it is right", self.check(RIGHT).problems)


if __name__ == "__main__":
    unittest.main()
